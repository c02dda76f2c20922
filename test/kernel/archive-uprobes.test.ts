import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Binaries } from "../../src/linux/binaries.ts";
import { zipOf } from "../support/zip-of.ts";
import { needs } from "./needs.ts";
import { runSkep } from "./skep-command.ts";

// Libraries that run from an archive without being unpacked, as Android's do.

const LIBRARY = `
__attribute__((noinline)) int skep_packed(int a) {
  __asm__ volatile("990: nop\\n"
    ".pushsection .note.stapsdt,\\"\\",%%note\\n.balign 4\\n"
    ".4byte 992f-991f, 994f-993f, 3\\n991: .asciz \\"stapsdt\\"\\n992: .balign 4\\n"
    "993: .8byte 990b\\n.8byte 0\\n.8byte 0\\n"
    ".asciz \\"skep\\"\\n.asciz \\"packed\\"\\n.asciz \\"-4@%0\\"\\n994: .balign 4\\n.popsection" : : "r"(a));
  return a * 2;
}`;

// Maps the archive where the library's code lies, and calls into it.
const PROGRAM = `
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
int main(int argc, char **argv) {
  long at = atol(argv[2]), page = at & ~4095L;
  char *code = mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, open(argv[1], O_RDONLY), page);
  int (*packed)(int) = (int (*)(int))(code + (at - page));
  return packed(20) + packed(1) == 42 ? 0 : 1;
}`;

const folder = mkdtempSync(join(tmpdir(), "skep-archive-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string) => join(folder, name);

function compile(name: string, source: string, flags: readonly string[]): string {
  writeFileSync(file(`${name}.c`), source);
  execFileSync("cc", [...flags, "-o", file(name), file(`${name}.c`)]);
  return file(name);
}

/** Where the function's code lies in the archive. */
function pack(): { archive: string; offset: number } {
  const library = compile("libx.so", LIBRARY, ["-O1", "-g", "-shared", "-fPIC"]);
  const data = readFileSync(library);
  writeFileSync(
    file("app.apk"),
    zipOf([
      { name: "assets/text", data: new TextEncoder().encode("text") },
      { name: "lib/libx.so", data, align: 4096 },
      { name: "lib/packed.so", data, align: 4096, method: 8 },
    ]),
  );
  const archive = file("app.apk");
  const [found] = new Binaries().functions(`${archive}!/lib/libx.so`, "skep_packed");
  return { archive, offset: found?.offset ?? 0 };
}

test("functions and USDT probes of a library in an archive", async (t) => {
  needs(t, "ringbuf", "btf");
  const { archive, offset } = pack();
  const program = compile("runs", PROGRAM, []);
  const library = `${archive}!/lib/libx.so`;
  const script = `
    uprobe:${library}:skep_packed { printf("in %d %d\\n", arg0, args.a); }
    uretprobe:${library}:skep_packed { printf("out %d\\n", retval); }
    usdt:${library}:skep:packed { printf("usdt %d\\n", arg0); }`;
  const { out, err, status } = await runSkep("-e", script, "-c", `${program} ${archive} ${offset}`);
  expect(err).toBe("");
  expect(status).toBe(0);
  const lines = out.split("\n").filter((line) => /^(in|out|usdt) /.test(line));
  expect(lines).toEqual(["in 20 20", "usdt 20", "out 40", "in 1 1", "usdt 1", "out 2"]);
  const listed = await runSkep("list", `uprobe:${library}:skep_*`);
  expect(listed.out).toBe(`uprobe:${library}:skep_packed\n`);
});

test("what is compressed in an archive is refused, with the reason", async (t) => {
  needs(t, "ringbuf", "btf");
  const { archive } = pack();
  const { err, status } = await runSkep("-e", `uprobe:${archive}!/lib/packed.so:skep_packed { }`);
  expect(status).not.toBe(0);
  expect(err).toMatch(/lib\/packed\.so is compressed in .*app\.apk/);
});
