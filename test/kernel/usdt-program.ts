import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// A probe with a semaphore: the program only passes it while the kernel says that somebody looks. With an argument it waits
// for a line first.
const SOURCE = `
#include <stdio.h>
unsigned short wanted __attribute__((section(".probes"), used));
int main(int argc, char **argv) {
  if (argc > 1) getchar();
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

/** A program that passes its probe shop:sold(7) 100 times, compiled into a folder of its own; absent without a compiler. */
export class ShopProgram implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "skep-shop-"));
  readonly path: string | undefined;

  constructor() {
    this.path = compile(this.folder);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function compile(folder: string): string | undefined {
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
