import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SkepError } from "../../src/base/errors.ts";
import { linkLibraries, readLibrary } from "../../src/object/library.ts";
import { compile } from "../../src/pipeline.ts";
import { trace } from "../../src/trace.ts";
import { fakeTarget } from "../support/fake-target.ts";
import { ObjectLab } from "./clang-object.ts";
import { needs } from "./needs.ts";
import { RunningSkep, runSkep } from "./skep-command.ts";

// Scripts that call functions of C files and of objects: on this kernel, on the simulated one, built into one file.

const isGuest = hostname() === "guest"; // has no clang
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/imports/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "skep-imports-"));
const lab = new ObjectLab();
const SAID = "(5, -3, 2, 23, 12)\n(104, 97)\n(42, -1, 0, 99)\n(1, 2, 1)\n(612, 16, 8, 0)\n";

beforeAll(() => {
  if (isGuest) return;
  const object = readFileSync(lab.compile("shop.bpf.c", { text: readFileSync(fixture("shop.bpf.c"), "utf8") }));
  writeFileSync(join(folder, "shop.bpf.o"), object);
  writeFileSync(join(folder, "object.bt"), readFileSync(fixture("shop.bt"), "utf8").replace("bpf.c", "bpf.o"));
  writeFileSync(join(folder, "inner.bt"), 'import "shop.bpf.o";\nmacro sum(a, b) { add(a, b) }\n');
  writeFileSync(join(folder, "outer.bt"), 'import "inner.bt"; BEGIN { print(sum(20, 3)); exit(); }\n');
});
afterAll(() => {
  lab[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  { rule: "C, through clang", args: [fixture("shop.bt")] },
  { rule: "C, on the simulated kernel", args: ["--sim", fixture("shop.bt")] },
  { rule: "an object", args: [join(folder, "object.bt")] },
  { rule: "an object, on the simulated kernel", args: ["--sim", join(folder, "object.bt")] },
])("functions of $rule", async ({ args }) => {
  if (isGuest) return;
  const { out, err, status } = await runSkep(...args);
  expect(err.replace(/^Attached .*\n/m, "")).toBe("");
  expect(status).toBe(0);
  expect(out).toContain(SAID);
});

test("a script that is imported can import an object", async (t) => {
  if (isGuest) return t.skip("has no clang");
  expect((await runSkep("-q", join(folder, "outer.bt"))).out.trim()).toBe("23");
});

test("a built script holds the functions, and the verifier takes its programs", async (t) => {
  needs(t, "btf");
  if (isGuest) return t.skip("has no clang");
  const built = join(folder, "built.skep");
  const object = join(folder, "built.o");
  const { status, err } = await runSkep("build", join(folder, "object.bt"), "-o", built, "--emit-elf", object);
  expect(status, err).toBe(0);
  expect((await runSkep(built)).out).toContain(SAID);
  expect((await runSkep("--sim", built)).out).toContain(SAID);
  expect(await runSkep("verify", object)).toMatchObject({ status: 0 });
});

test("trace() takes objects from where its caller has them", async (t) => {
  needs(t, "ringbuf", "btf");
  if (isGuest) return t.skip("has no clang");
  const object = readFileSync(join(folder, "shop.bpf.o"));
  const script = 'import "shop.bpf.o"; BEGIN { printf("%d", add(20, 3)); exit(); }';
  using running = await trace(script, { readLibrary: (path) => (path === "shop.bpf.o" ? object : undefined) });
  const said: string[] = [];
  for await (const record of running) if (record.kind === "printf") said.push(record.text);
  expect(said).toEqual(["23"]);
  await expect(trace(script, { readLibrary: () => new Uint8Array(3) })).rejects.toThrow(/import\/object/);
});

// biome-ignore format: one case per line
test.each([
  { rule: "too few arguments",        script: 'BEGIN { add(1); }',             code: "type/arguments" },
  { rule: "a text for a number",      script: 'BEGIN { add("a", 1); }',        code: "type/argument" },
  { rule: "a function that is not",   script: 'BEGIN { ad(1, 2); }',           code: "name/function" },
  { rule: "a file that is no object", script: 'import "inner.o"; BEGIN { }',   code: "import/object" },
  { rule: "a file that is not there", script: 'import "none.o"; BEGIN { }',    code: "include/missing" },
  { rule: "C that is wrong",          script: 'import "wrong.bpf.c"; BEGIN { }', code: "import/object" },
])("$rule is told", async ({ script, code }) => {
  if (isGuest) return;
  writeFileSync(join(folder, "inner.o"), "no object");
  writeFileSync(join(folder, "wrong.bpf.c"), "int f(void) { return nothing; }");
  const path = join(folder, "wrong.bt");
  writeFileSync(path, `import "shop.bpf.o"; ${script}`);
  const { err, status } = await runSkep(path);
  expect(err).toContain(`error[${code}]`);
  expect(err).toContain("help: ");
  expect(status).toBe(1);
});

test("whatever is damaged in an object, the script compiles or it is said why not", (t) => {
  if (isGuest) return t.skip("has no clang");
  const good = readFileSync(join(folder, "shop.bpf.o"));
  const text =
    'import "a.o"; BEGIN { $x = (int64)1; @m[1] = 2; print((add(1, 2), look_up(&@m, 1))); raise_by_five(&$x); }';
  const damage = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 8 }), (damages) => {
      const bytes = new Uint8Array(good);
      for (const [at, byte] of damages) bytes[at] = byte;
      try {
        const library = { path: "a.o", bytes, ...readLibrary(bytes) };
        const options = { readLibrary: () => library, linkLibraries };
        const { compiled, report } = compile({ name: "script", text }, fakeTarget({ functions: [] }), options);
        expect(compiled === undefined).toBe(report.hasErrors);
      } catch (error) {
        expect(error).toBeInstanceOf(SkepError);
      }
    }),
    { numRuns: 150 },
  );
});

test("without clang the message names what to install", async (t) => {
  if (isGuest) return t.skip("has no clang");
  const { err, status } = await new RunningSkep([fixture("shop.bt")], { PATH: "/nowhere" }).done;
  expect(err).toContain("error[import/object]");
  expect(err).toMatch(/apt install clang/);
  expect(status).toBe(1);
});
