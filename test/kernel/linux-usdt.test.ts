import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import { startHeld } from "../../src/linux/spawn.ts";
import { countByCookie, exit, mov, objectOf, readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";

// A probe with a semaphore: the program only passes it while the kernel says that somebody looks.
const SOURCE = `
unsigned short wanted __attribute__((section(".probes"), used));
int main(void) {
  for (volatile int i = 0; i < 100; i++) {
    if (*(volatile unsigned short *)&wanted == 0) continue;
    __asm__ volatile("990: nop\\n"
      ".pushsection .note.stapsdt,\\"\\",%note\\n.balign 4\\n"
      ".4byte 992f-991f, 994f-993f, 3\\n991: .asciz \\"stapsdt\\"\\n992: .balign 4\\n"
      "993: .8byte 990b\\n.8byte 0\\n.8byte wanted\\n"
      ".asciz \\"shop\\"\\n.asciz \\"sold\\"\\n.asciz \\"-4@$7\\"\\n994: .balign 4\\n.popsection");
  }
  return 0;
}`;

const folder = mkdtempSync(join(tmpdir(), "linux-usdt-"));
const backend = openLinux();
afterAll(() => {
  backend[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

function compile(): string | undefined {
  const source = join(folder, "shop.c");
  const program = join(folder, "shop");
  writeFileSync(source, SOURCE);
  for (const compiler of ["cc", "gcc", "clang", "clang-14"]) {
    try {
      execFileSync(compiler, ["-O1", "-no-pie", "-o", program, source], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      return program;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") continue;
      throw error;
    }
  }
  return undefined;
}

// biome-ignore format: one case per line
test.for([
  { rule: "by a link for many places", section: "usdt" },
  { rule: "by an event each",          section: "kprobe" },
])("a USDT probe with a semaphore fires in the process asked for: $rule", async ({ section }, t) => {
  needs(t, "uprobe", "cookie");
  const program = compile();
  if (program === undefined) return t.skip("needs a C compiler");
  const [probe] = backend.target.usdtProbes(program);
  expect(probe).toMatchObject({ provider: "shop", name: "sold", args: [{ text: "-4@$7" }] });
  if (probe?.semaphoreOffset === undefined) throw new Error("the probe has no semaphore");
  const insns = [mov(6, 1), ...countByCookie, mov(0, 0n), exit];
  using loaded = backend.load(objectOf({ name: "skep_t_usdt", type: "kprobe", section, insns }));
  const traced = await startHeld([program], { stdio: "ignore" });
  const { offset, semaphoreOffset } = probe;
  const attach = { kind: "uprobe", path: program, offset, return: false, pid: traced.pid, semaphoreOffset } as const;
  loaded.attach("skep_t_usdt", [{ attach, cookie: 4n }]);
  execFileSync(program); // another process of the same program
  expect(readCounts(loaded.map("counts"))[4]).toBe(0n);
  traced.release();
  await traced.exited;
  expect(readCounts(loaded.map("counts"))[4]).toBe(100n);
});

test("the probes of libc can be read", (t) => {
  needs(t, "uprobe");
  const libc = backend.target.resolveBinary("libc") ?? "";
  for (const probe of backend.target.usdtProbes(libc)) {
    expect(probe.provider).toBe("libc");
    expect(probe.offset).toBeGreaterThan(0);
  }
});
