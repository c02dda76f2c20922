import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { fakeTarget } from "../../test/support/fake-target.ts";
import { compile } from "../pipeline.ts";
import { headerFiles, scriptFolders } from "./header-folders.ts";

const room = mkdtempSync(join(tmpdir(), "skep-folders-"));
afterAll(() => rmSync(room, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

function write(path: string, text: string): void {
  mkdirSync(dirname(join(room, path)), { recursive: true });
  writeFileSync(join(room, path), text);
}

/** The messages about a script that lies in `room`. */
function compiled(text: string, given: readonly string[] = []): string[] {
  const name = join(room, "script.bt");
  const { report } = compile(
    { name, text },
    fakeTarget(),
    headerFiles(name, given, () => true),
  );
  return report.diagnostics.map((d) => d.message);
}

const is = (fact: string) => `BEGIN { static_assert(${fact}, "${fact}"); }`;

write("beside.h", "#define FROM 1\n");
write("given/only.h", '#include "inner/x.h"\n');
write("given/inner/x.h", "#define X 5\n");
write("lib/a.bt", "macro one() { 1 }\n");
write("kernel/include/linux/kconfig.h", "#define CONFIG_X 1\n");
write("kernel/include/linux/compiler_types.h", "#define __packed __attribute__((packed))\n");
write(
  "kernel/include/linux/sched.h",
  "struct task_struct { char c; \n#ifdef CONFIG_X\nlong pid;\n#endif\n} __packed;\n",
);
write("kernel/arch/x86/include/asm/page.h", "#define PAGE 1\n");
write("kernel/arch/arm64/include/asm/page.h", "#define PAGE 1\n");

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; given?: readonly string[]; env?: Readonly<Record<string, string>> }>([
  { rule: "beside the script",        text: `#include "beside.h"\n${is("FROM == 1")}` },
  { rule: "in angles as well",        text: `#include <beside.h>\n${is("FROM == 1")}` },
  { rule: "in a folder of -I",        text: `#include <only.h>\n${is("X == 5")}`, given: [join(room, "given")] },
  { rule: "in a folder of CPATH",     text: `#include "only.h"\n${is("X == 5")}`, env: { CPATH: `/none:${join(room, "given")}` } },
  { rule: "among the system's",       text: `#include <only.h>\n${is("X == 5")}`, env: { C_INCLUDE_PATH: join(room, "given") } },
  { rule: "a kernel's headers count", text: `#include <linux/sched.h>\n#include <asm/page.h>\n${is("sizeof(struct task_struct) == 9")}`, env: { BPFTRACE_KERNEL_SOURCE: join(room, "kernel") } },
  { rule: "as its build's do",        text: `#include <linux/sched.h>\n${is("sizeof(struct task_struct) == 9")}`, env: { BPFTRACE_KERNEL_BUILD: join(room, "kernel") } },
  { rule: "a folder is imported",     text: 'import "lib";\nBEGIN { print(one()); }' },
  { rule: "by a path from the root",  text: `import "${room}/lib";\nimport "${room}/beside.h";\nBEGIN { print((one(), FROM)); }` },
])("$rule", ({ text, given, env }) => {
  for (const [name, value] of Object.entries(env ?? {})) vi.stubEnv(name, value);
  expect(compiled(text, given)).toEqual([]);
});

test("a folder is no header, and what is nowhere is said", () => {
  expect(compiled('#include "lib"\nBEGIN { }')).toEqual(["there is no file `lib`"]);
  expect(compiled('import "nowhere";\nBEGIN { }')).toEqual(["there is no file `nowhere`"]);
});

test("objects are looked for in the script's own folders alone", () => {
  vi.stubEnv("BPFTRACE_KERNEL_SOURCE", "/kernel");
  expect(scriptFolders("/a/b.bt", ["/c"])).toEqual(["/a", "/c"]);
});
