import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compiledOnce } from "./compiled-once.ts";
import { needs } from "./needs.ts";
import { runSkep } from "./skep-command.ts";

// Probes in programs whose symbols were stripped off, with and without a debug file beside them, and such probes shipped.

const SOURCE = `
struct jar { int lid; const char *label; };
static int weigh(struct jar *jar, long n) __attribute__((noinline));
static int weigh(struct jar *jar, long n) {
  __asm__ volatile("");
  return jar->lid + (int)n;
}
int main(void) {
  struct jar jar = { 7, "plum" };
  int sum = 0;
  for (long i = 0; i < 3; i++) sum += weigh(&jar, i);
  return sum == 0;
}
`;
const isGuest = hostname() === "guest"; // reads the program, not the kernel: on the host
const compiled = compiledOnce({
  source: { name: "jars.c", text: SOURCE },
  compilers: ["gcc"],
  flags: ["-O2", "-g", "-fno-ipa-sra", "-fno-ipa-cp"],
});
const other = compiledOnce({
  source: { name: "jars.c", text: SOURCE },
  compilers: ["gcc"],
  flags: ["-O1", "-g", "-fno-ipa-sra", "-fno-ipa-cp"],
});
const folder = mkdtempSync(join(tmpdir(), "skep-stripped-"));
const bare = join(folder, "bare");
const linked = join(folder, "linked");
let address = 0;

beforeAll(() => {
  if (compiled === undefined) return;
  execFileSync("strip", ["-o", bare, compiled]);
  execFileSync("objcopy", ["--only-keep-debug", compiled, join(folder, "linked.debug")]);
  execFileSync("objcopy", [`--add-gnu-debuglink=${join(folder, "linked.debug")}`, bare, linked]);
  const symbols = execFileSync("nm", [compiled], { encoding: "utf8" });
  address = Number.parseInt(/^([0-9a-f]+) t weigh$/m.exec(symbols)?.[1] ?? "", 16);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hex = () => `0x${address.toString(16)}`;

// biome-ignore format: one case per line
test.for<{ rule: string; probe: () => string; says: () => string }>([
  { rule: "a function that only the debug file names", probe: () => `${linked}:weigh { print((func, args.jar->lid, args.n)); }`, says: () => "(weigh, 7, 0)\n(weigh, 7, 1)\n(weigh, 7, 2)\n" },
  { rule: "a pattern for it",                          probe: () => `${linked}:we*gh { @[func] = count(); }`,                    says: () => "@[weigh]: 3\n" },
  { rule: "a line of its source",                      probe: () => `${linked}@jars.c:4 { @[func] = count(); }`,                 says: () => "@[weigh]: 3\n" },
  { rule: "an address where nothing is named",         probe: () => `${bare}:${hex()} { @[func] = count(); }`,                   says: () => `@[${hex()}]: 3\n` },
])("$rule", async ({ probe, says }, t) => {
  needs(t, "uprobe");
  if (compiled === undefined || isGuest) return t.skip("needs a C compiler, on the host");
  const script = probe();
  const { out, err } = await runSkep("-q", "-c", script.startsWith(bare) ? bare : linked, "-e", `uprobe:${script}`);
  expect(out, err).toContain(says());
});

// biome-ignore format: one case per line
test.for<{ rule: string; probe: string; says: string; remedy: string }>([
  { rule: "an address without code",       probe: ":0x7ffffff",      says: "has no code at address 0x7ffffff", remedy: "list its functions" },
  { rule: "a line behind the file's last", probe: "@jars.c:900",     says: "line 900 of `jars.c`",             remedy: "the last one of `jars.c` with code is 1" },
  { rule: "a file that is spelled wrong",  probe: "@jar.c:4",        says: "line 4 of `jar.c`",                remedy: "did you mean `jars.c`" },
])("refused: $rule", async ({ probe, says, remedy }, t) => {
  needs(t, "uprobe");
  if (compiled === undefined || isGuest) return t.skip("needs a C compiler, on the host");
  const { err, status } = await runSkep("-e", `uprobe:${linked}${probe} { }`);
  expect(status).toBe(1);
  expect(err).toContain(says);
  expect(err).toContain(remedy);
});

// biome-ignore format: one case per line
test.for<{ rule: string; probe: string; says: string }>([
  { rule: "arguments by name",               probe: ":weigh { print(args.n); }",   says: "2\n" },
  { rule: "a line",                          probe: "@jars.c:4 { print(func); }",  says: "weigh\n" },
])("shipped to the same build only: $rule", async ({ probe, says }, t) => {
  needs(t, "uprobe");
  if (compiled === undefined || other === undefined || isGuest) return t.skip("needs a C compiler, on the host");
  const program = join(folder, "shipped");
  const built = join(folder, "shipped.skep");
  copyFileSync(compiled, program);
  expect(await runSkep("build", "-e", `uprobe:${program}${probe}`, "-o", built)).toMatchObject({ status: 0 });
  const same = await runSkep("-q", built, "-c", program);
  expect(same.out, same.err).toContain(says);
  copyFileSync(other, program);
  const { err, status } = await runSkep("-q", built, "-c", program);
  expect(status).toBe(3);
  expect(err).toContain("error[ship/changed]");
});

test("shipped: a place inside of a function stays there", async (t) => {
  needs(t, "uprobe");
  if (compiled === undefined || isGuest) return t.skip("needs a C compiler, on the host");
  const listing = execFileSync("objdump", ["-d", "--disassemble=weigh", compiled], { encoding: "utf8" });
  const second = [...listing.matchAll(/^\s*([0-9a-f]+):\t/gm)][1]?.[1] ?? "";
  const built = join(folder, "inside.skep");
  await runSkep("build", "-e", `uprobe:${compiled}:0x${second} { print(reg("ip") & 0xfff); }`, "-o", built);
  const { out, err } = await runSkep("-q", built, "-c", compiled);
  expect(out, err).toContain(`${Number.parseInt(second, 16) & 0xfff}\n`);
});
