import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ObjectShape } from "../../src/collection/object-shape.ts";
import { printTypes } from "../../src/collection/print-types.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { libraryObject } from "./library-lab.ts";

// `skep types`, and TypeScript's own view of what it writes.

const ROOT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(ROOT, "node_modules/.cache/skep-types-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { text, untyped } = printTypes(new ObjectShape(fromElf(readFileSync(libraryObject("values")))), {
  file: "values.o",
});

test("maps, variables, programs and events of an object", () => {
  expect(text).toContain("readonly counts: HashMap<number, bigint>;");
  expect(text).toContain("readonly per_cpu: PerCpuMap<number, point>;");
  expect(text).toContain("readonly table: HashMap<key, event>;");
  expect(text).toContain("readonly outer: MapOfMaps<number, ArrayMap<point>>;");
  expect(text).toContain("readonly targ_pid: number;\n  readonly label: string;");
  expect(text).toContain("  seen: bigint;");
  expect(text).toContain("readonly add: Program<arguments_2>;");
  expect(text).toContain('export type state = Enum<"IDLE" | "BUSY" | "GONE">;');
  expect(text).toMatch(/events: \{\n {2}readonly points: point;\n {2}readonly events: event;\n\};\n$/);
  expect(untyped).toEqual([]);
});

const HEAD =
  'import { Collection } from "skep";\nconst c = Collection.read<typeof import("./values.js")>("values.o");\n';
const LOADED = `${HEAD}using l = c.load();\n`;

// biome-ignore format: one case per line
const RIGHT = [
  `${HEAD}c.set({ targ_pid: 1, label: "x", CONFIG_HZ: 5 }).maps({ counts: { maxEntries: 5 } }).programs({ add: false }).load();`,
  `${LOADED}const n: bigint | undefined = l.maps.counts.lookup(1); l.maps.counts.update(1, 5); l.maps.counts.update(1, 5n, { mode: "exist" });`,
  `${LOADED}for (const [k, v] of l.maps.counts) { const a: number = k; const b: bigint = v; }`,
  `${LOADED}for await (const e of l.events("events")) { const a: string = e.comm; const b: bigint = e.ns; const d: number = e.v4; if (e.state === "BUSY") break; }`,
  `${LOADED}const p: { x: number; y: number }[] | undefined = l.maps.per_cpu.lookup(1); l.maps.per_cpu.fill(1, { x: 1, y: 2 });`,
  `${LOADED}l.globals.seen = 5n; const v: string = l.globals.label; l.globals.origin = { x: 1, y: 2 };`,
  `${LOADED}const r = l.programs.add.testRun({ context: { left: 1 } }); const s: bigint | undefined = r.context?.sum;`,
  `${LOADED}l.attach().link("on_getcwd")?.update(l.programs.tail); l.maps.calls.update(0, l.programs.tail);`,
  `${LOADED}using inner = l.maps.outer.create(); inner.update(0, { x: 1, y: 2 }); l.maps.outer.update(5, inner);`,
  `${LOADED}l.maps.line.push({ x: 1, y: 1 }); const x: number | undefined = l.maps.line.pop()?.x;`,
  `${LOADED}l.maps.routes.update("10.0.0.0/8", 1); l.maps.routes.update({ prefixlen: 8, address: [10, 0, 0, 0] }, 1);`,
  `${LOADED}l.programs.drop.attach({ kind: "xdp", interface: "eth0", mode: "generic" }); l.programs.add.attach({ cookie: 5n });`,
  `${LOADED}using m = l.maps.corners.mmap(); const y: number = m.get(0).y; l.maps.orders.write({ kind: 1, text: "x" });`,
  `const u = (await import("skep")).Collection.read("x.o").load(); u.map("any").lookup({ a: 1 }); u.programs["x"]; for await (const e of u.events<{ pid: number }>("events")) e.pid;`,
];

// Each is wrong in one place: the phase, the name, or the shape.
// biome-ignore format: one case per line
const WRONG = [
  { rule: "attach before load",           code: `${HEAD}c.attach();` },
  { rule: "events before load",           code: `${HEAD}c.events("events");` },
  { rule: "maps of what is not loaded",   code: `${HEAD}c.relocate().maps.counts;` },
  { rule: "set after load",               code: `${LOADED}l.set({ targ_pid: 1 });` },
  { rule: "set after relocate",           code: `${HEAD}c.relocate().set({ targ_pid: 1 });` },
  { rule: "load twice",                   code: `${LOADED}l.load();` },
  { rule: "no such variable",             code: `${HEAD}c.set({ targ_pit: 1 });` },
  { rule: "a variable of another type",   code: `${HEAD}c.set({ targ_pid: "1" });` },
  { rule: "no such map",                  code: `${LOADED}l.maps.count;` },
  { rule: "no such program",              code: `${LOADED}l.programs.on_getcw;` },
  { rule: "no such buffer",               code: `${LOADED}l.events("counts");` },
  { rule: "a field that is not there",    code: `${LOADED}for await (const e of l.events("events")) e.com;` },
  { rule: "a key of another shape",       code: `${LOADED}l.maps.table.lookup({ pid: 1 });` },
  { rule: "a value of another shape",     code: `${LOADED}l.maps.per_cpu.update(1, { x: 1, y: 2 });` },
  { rule: "a bigint where a number is",   code: `${LOADED}const n: number = l.globals.seen;` },
  { rule: "a constant after loading",     code: `${LOADED}l.globals.targ_pid = 1;` },
  { rule: "a method of other maps",       code: `${LOADED}l.maps.counts.push(1);` },
  { rule: "deleting from a queue",        code: `${LOADED}l.maps.line.delete(1);` },
  { rule: "a context of another shape",   code: `${LOADED}l.programs.add.testRun({ context: { lft: 1 } });` },
  { rule: "a place without its interface", code: `${LOADED}l.programs.drop.attach({ kind: "xdp" });` },
];

test("programs that use them compile, or do not, where they should", () => {
  writeFileSync(join(folder, "values.d.ts"), text);
  for (const [i, code] of RIGHT.entries())
    writeFileSync(join(folder, `right-${i}.ts`), `${code}\nexport {};\n`);
  for (const [i, { code }] of WRONG.entries())
    writeFileSync(join(folder, `wrong-${i}.ts`), `${code}\nexport {};\n`);
  const config = {
    extends: join(ROOT, "tsconfig.json"),
    compilerOptions: { paths: { skep: [join(ROOT, "src/public.ts")] }, noUnusedLocals: false },
    include: ["*.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const errors = tsc();
  const filesWithErrors = new Set(errors.map((line) => line.split("(")[0]));
  expect(errors.filter((line) => !line.startsWith("wrong-"))).toEqual([]);
  const accepted = WRONG.filter((_, i) => !filesWithErrors.has(`wrong-${i}.ts`)).map(({ rule }) => rule);
  expect(accepted).toEqual([]);
});

function tsc(): string[] {
  try {
    execFileSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", folder, "--pretty", "false"], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout: string };
    const lines = stdout.split("\n").filter((line) => /^\S+\(\d+,\d+\): error/.test(line));
    return lines.map((line) => line.replace(/^[^(]*\//, ""));
  }
}
