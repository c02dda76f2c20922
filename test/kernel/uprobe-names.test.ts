import { execFileSync } from "node:child_process";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { compiledOnce } from "./compiled-once.ts";
import { needs } from "./needs.ts";
import { runSkep, startSkep } from "./skep-command.ts";

// Functions of programs by the names of their source, and in whatever a process has mapped.

const SOURCE = `
#include <unistd.h>
#define HERE __attribute__((noinline)) __attribute__((used))
namespace ns {
  struct Cls { int v; HERE int meth(int a) const { asm(""); return a + v; } };
  HERE int fn(int a) { asm(""); return a + 1; }
  HERE int fn(long a) { asm(""); return a + 2; }
  template <class T> HERE T twice(T a) { asm(""); return a * 2; }
}
int main(int argc, char **) {
  ns::Cls c{1};
  do {
    for (int i = 0; i < 3; i++) ns::fn(i);
    ns::fn(5L);
    c.meth(2);
    ns::twice<int>(4);
    if (argc > 1) usleep(20000);
  } while (argc > 1);
}`;
const isGuest = hostname() === "guest"; // its emulated processor is slow
const compiled = compiledOnce({
  source: { name: "names.cc", text: SOURCE },
  compilers: ["g++"],
  flags: ["-O0"],
});
const program = compiled ?? "";

// biome-ignore format: one name per line
test.for([
  { name: 'cpp:"ns::fn(int)"',    count: 3 },
  { name: 'cpp:"ns::fn"',         count: 4 },
  { name: 'cpp:"ns::Cls::meth"',  count: 1 },
  { name: 'cpp:"ns::*"',          count: 6 },
  { name: 'cpp:"ns::twice<int>"', count: 1 },
  { name: 'cpp:"ns::twice"',      count: 1 },
  { name: '"ns::fn(long)"',       count: 1 },
  { name: "_ZN2ns2fnEi",          count: 3 },
].filter(({ name }) => !isGuest || name.includes("twice")))("uprobe: $name", async ({ name, count }, t) => {
  needs(t, "uprobe");
  if (compiled === undefined) return t.skip("needs a C++ compiler");
  const { out, err } = await runSkep("-q", "-c", program, "-e", `uprobe:${program}:${name} { @ = count(); }`);
  expect(out, err).toContain(`@: ${count}\n`);
});

test.for([
  { rule: "as the source has it", config: "", says: ["ns::fn(int)", "ns::fn(long)"] },
  { rule: "as the symbol", config: "config = { cpp_demangle = 0 } ", says: ["_ZN2ns2fnEi", "_ZN2ns2fnEl"] },
])("func is $rule", async ({ config, says }, t) => {
  needs(t, "uprobe");
  if (compiled === undefined || isGuest) return t.skip("needs a C++ compiler");
  const script = `${config}uprobe:${program}:cpp:"ns::fn" { @[func] = count(); }`;
  const { out, err } = await runSkep("-q", "-c", program, "-e", script);
  expect(out.match(/(?<=^@\[).*(?=\]: )/gm)?.sort(), err).toEqual(says);
});

test("functions of libraries that the C library took over", async (t) => {
  needs(t, "uprobe");
  const script = "uprobe:libpthread:pthread_self { @ = count(); } interval:ms:1 { exit(); }";
  const { err, status } = await runSkep("-v", "-c", "sleep 5", "-e", script);
  expect(status, err).toBe(0);
});

test("a function in whatever a process has mapped", async (t) => {
  needs(t, "uprobe");
  if (compiled === undefined) return t.skip("needs a C++ compiler");
  const held = await startSkep("-c", `${program} on`, "-e", 'BEGIN { printf("pid=%d.\\n", cpid); }');
  await held.until(".\n");
  const pid = /pid=(\d+)\./.exec(held.out)?.[1] ?? "";
  const { out, err } = await runSkep("-q", "-p", pid, "-e", "uprobe:*:usleep { @[probe] = count(); exit(); }");
  expect(out, err).toMatch(/@\[uprobe:\/\S*libc\S*:usleep\]: \d+/);
  held.child.kill("SIGINT");
  await held.done;
});

test("a place inside of an instruction is refused: a probe there would change what the program does", async (t) => {
  if (isGuest) return t.skip("reads the program, not the kernel: on the host");
  needs(t, "uprobe");
  if (compiled === undefined) return t.skip("needs a C++ compiler");
  const listing = execFileSync("objdump", ["-d", "--disassemble=main", program], { encoding: "utf8" });
  const [first, ...rest] = [...listing.matchAll(/^\s*([0-9a-f]+):\t/gm)].map(([, address]) =>
    Number(`0x${address}`),
  );
  const starts = new Set([first, ...rest].map((address) => (address ?? 0) - (first ?? 0)));
  for (let offset = 1; offset < 12; offset++) {
    const byName = await runSkep("-d", "ast", "-l", "-e", `uprobe:${program}:main+${offset} { }`);
    const byAddress = await runSkep(
      "-l",
      "-e",
      `uprobe:${program}:0x${((first ?? 0) + offset).toString(16)} { }`,
    );
    const code = starts.has(offset) ? 0 : 1;
    expect([offset, byName.status, byAddress.status]).toEqual([offset, code, code]);
    if (code === 1) expect(byAddress.err).toContain("error[probe/offset]");
  }
});

test("where no probe of the script is there, and that is no error, it is told", async (t) => {
  if (isGuest) return t.skip("nothing is attached: on the host");
  needs(t, "uprobe");
  if (compiled === undefined) return t.skip("needs a C++ compiler");
  const script = `config = { missing_probes = "ignore" } uprobe:${program}:none { print(1); }`;
  const { err, status } = await runSkep("-e", script);
  expect(status).toBe(1);
  expect(err).toContain("none of the script's probes is there");
});
