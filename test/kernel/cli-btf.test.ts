import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliLab } from "./cli-lab.ts";
import { runSkep } from "./skep-command.ts";

let lab: CliLab;
beforeAll(() => {
  lab = new CliLab();
});
afterAll(() => lab[Symbol.dispose]());

function bpftool(...args: string[]): string {
  return execFileSync("bpftool", args, { encoding: "utf8", maxBuffer: 1 << 28 });
}

test("raw and JSON of an object's types are bpftool's, to the byte", { timeout: 20_000 }, async () => {
  for (const name of ["values", "events"]) {
    const object = lab.compile(name);
    const raw = await runSkep("btf", "dump", "file", object);
    expect(raw.err).toBe("");
    expect(raw.out).toBe(bpftool("btf", "dump", "file", object));
    const json = await runSkep("btf", "dump", "file", object, "--json");
    expect(JSON.parse(json.out)).toEqual(JSON.parse(bpftool("-j", "btf", "dump", "file", object)));
  }
});

test("raw of this kernel's types is bpftool's, to the byte", { timeout: 60_000 }, async () => {
  const { out, status } = await runSkep("btf", "dump");
  expect(status).toBe(0);
  expect(out === bpftool("btf", "dump", "file", "/sys/kernel/btf/vmlinux")).toBe(true);
});

test("C of an object's and this kernel's types compiles", { timeout: 60_000 }, async () => {
  for (const place of [["file", lab.compile("values")], []]) {
    const { out, status } = await runSkep("btf", "dump", ...place, "--format", "c");
    expect(status).toBe(0);
    const header = lab.path("types.h");
    writeFileSync(header, out);
    const use = place.length > 0 ? "struct val v;" : "struct task_struct t;";
    writeFileSync(lab.path("use.c"), `#include "types.h"\n${use}\n`);
    execFileSync("clang-14", ["-target", "bpf", "-c", lab.path("use.c"), "-o", lab.path("use.o")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
  }
});

// biome-ignore format: one case per line
test.each([
  { rule: "a file without types", args: ["btf", "dump", "file", "/bin/true"],        says: "error[object/no-btf]", status: 3 },
  { rule: "no such id",           args: ["btf", "dump", "id", "4294967290"],         says: "error[object/no-btf]", status: 3 },
  { rule: "no such format",       args: ["btf", "dump", "--format", "xml"],          says: "there is no format",   status: 2 },
  { rule: "no types at all",      args: ["btf", "dump", "file", "/etc/hostname"],    says: "error[btf/",           status: 3 },
])("$rule is refused", { timeout: 20_000 }, async ({ args, says, status }) => {
  const said = await runSkep(...args);
  expect(said.err).toContain(says);
  expect(said.status).toBe(status);
});
