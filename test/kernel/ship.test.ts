import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { needs } from "./needs.ts";
import { runSkep, type Said } from "./skep-command.ts";
import { TracedProgram } from "./traced-program.ts";

// Scripts built into one file: for this kernel, for others, for the simulated one.

const isGuest = hostname() === "guest"; // its emulated processor is slow
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "skep-ship-"));
const program = new TracedProgram();
afterAll(() => {
  program[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function build(script: string, ...more: string[]): Promise<string> {
  const out = join(folder, "built.skep");
  const { status, err } = await runSkep("build", script, "-o", out, ...more);
  expect(status, err).toBe(0);
  return out;
}

/** Every field was right each time that the traced program called. */
function expectRight({ out, err }: Said, calls: number): void {
  const maps = Object.fromEntries(
    [...out.matchAll(/^@(\w+): (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]),
  );
  const right = ["n", "tid", "tgid", "name", "parent", "plain", "cred", "memory", "deep"];
  expect(maps, err).toEqual({ ...Object.fromEntries(right.map((name) => [name, calls])), bit: 0, state: 0 });
}

test("a built script runs where it was built, on a process of its own choice", async (t) => {
  needs(t, "tracefs", "btf");
  if (program.path === undefined) return t.skip("needs a C compiler");
  const limited = join(folder, "limited.bt");
  const text = readFileSync(fixture("shipped.bt"), "utf8");
  writeFileSync(limited, text.replace(/^\{/m, "/ pid == cpid /\n{"));
  const built = await build(limited);
  expect(statSync(built).size).toBeLessThan(50_000);
  expect(statSync(built).mode & 0o111).not.toBe(0);
  expectRight(await runSkep("-c", `${program.path} getppid 20`, built), 20);
});

// The fixture was built on Linux 6.18: `skep build shipped.bt -o shipped.skep` there writes it anew.
test("a script that was built on another kernel reads this one's structs", async (t) => {
  needs(t, "tracefs", "btf");
  if (program.path === undefined) return t.skip("needs a C compiler");
  expectRight(await runSkep("-c", `${program.path} getppid 20`, fixture("shipped.skep")), 20);
});

test("the same on the simulated kernel, whose structs lie elsewhere", async (t) => {
  if (isGuest) t.skip("runs on the host");
  const script = join(folder, "sim.bt");
  const text = readFileSync(fixture("shipped.bt"), "utf8")
    .replace("getppid", "openat")
    .replace(/@deep.*/, "");
  writeFileSync(script, text);
  const built = await build(script);
  const { out, err } = await runSkep("--sim", "--duration", "5", built);
  expect(err).toBe("");
  const maps = new Map([...out.matchAll(/^@(\w+): (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]));
  const calls = maps.get("n") ?? 0;
  expect(calls).toBeGreaterThan(5);
  for (const name of ["tid", "tgid", "name", "parent", "plain", "cred"])
    expect(maps.get(name), name).toBe(calls);
});

test("what is told when it is built stays", async (t) => {
  if (isGuest) t.skip("runs on the host");
  needs(t, "tracefs");
  const script = join(folder, "args.bt");
  writeFileSync(script, 'BEGIN { printf("%d %s %d\\n", $1, str($2), getopt("n", 5)); exit(7); }');
  const out = join(folder, "args.skep");
  await runSkep("build", script, "-o", out, "--", "42", "word", "--n=9");
  expect(await runSkep(out)).toMatchObject({ out: expect.stringContaining("42 word 9\n"), status: 7 });
});

test("libbpf's own loader takes the object", async (t) => {
  if (isGuest) t.skip("runs on the host");
  needs(t, "btf", "tracefs");
  const elf = join(folder, "script.o");
  const { status } = await runSkep("build", fixture("shipped.bt"), "--emit-elf", elf);
  expect(status).toBe(0);
  const load = `mount -t bpf bpf /sys/fs/bpf && bpftool prog loadall ${elf} /sys/fs/bpf/skep_ship`;
  try {
    execFileSync("unshare", ["-m", "sh", "-c", load], { stdio: "pipe" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return t.skip("needs bpftool");
    if (/not found/.test(String((error as { stderr?: Buffer }).stderr))) return t.skip("needs bpftool");
    throw error;
  }
});

test("a damaged file is refused", async () => {
  const built = readFileSync(fixture("shipped.skep"));
  const broken = join(folder, "broken.skep");
  writeFileSync(broken, built.subarray(0, built.length - 100));
  const { status, err } = await runSkep(broken);
  expect(err).toContain("ship/damaged");
  expect(status).toBe(3);
});
