import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { MORE_NAMES } from "../../src/cli/more-names.ts";
import { libraryObject } from "./library-lab.ts";
import { runSkep } from "./skep-command.ts";

// With --json every command answers with one JSON document, or with one a line; and so it says what is wrong.

const folder = mkdtempSync(join(tmpdir(), "skep-json-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const object = libraryObject("values");
const out = join(folder, "out");
const badScript = file("bad.bt", "BEGIN { print(nothing) }\nEND { }\n");
const goodScript = file("good.bt", 'BEGIN { printf("x\\n"); exit(); }\n');
const badAsm = file("bad.asm", "r0 = 0\nfrobnicate\nexit\n");
const goodAsm = file("good.asm", "r0 = 7\nexit\n");
const crash = file("crash.asm", "r0 = 0\nr0 = *(u64 *)(r0 + 0)\nexit\n");
const notElf = file("not.o", "no ELF");

// biome-ignore format: one case per line
const ERRORS: readonly { rule: string; args: readonly string[]; code: string; status: number; more?: object }[] = [
  ...[...MORE_NAMES, "list", "opensnoop"].map((name) => ({ rule: `${name}: an option that is not known`, args: [name, "--json", "--frobnicate"], code: "usage", status: 2 })),
  { rule: "map: a verb",             args: ["map", "frob", "--json"],                       code: "usage",           status: 2 },
  { rule: "prog: an id",             args: ["prog", "show", "id", "0", "--json"],           code: "linux/no-object", status: 3 },
  { rule: "btf: an id",              args: ["btf", "dump", "id", "999999999", "-j"],        code: "object/no-btf", status: 3 },
  { rule: "xdp: no such interface",  args: ["xdp", "show", "dev", "nosuch0", "--json"],     code: "load/no-interface", status: 3 },
  { rule: "cgroup: no such folder",  args: ["cgroup", "show", "/nonexistent", "--json"],    code: "linux/no-cgroup", status: 3 },
  { rule: "load: no object",         args: ["load", notElf, "--json"],                      code: "elf/bad-magic",   status: 3 },
  { rule: "struct_ops: an id",       args: ["struct_ops", "show", "id", "999999999", "-j"], code: "linux/no-object", status: 3 },
  { rule: "gen: no files",           args: ["gen", "object", "--json"],                     code: "usage",           status: 2 },
  { rule: "gen: no object",          args: ["gen", "object", out, notElf, "--json"],        code: "elf/bad-magic",   status: 3 },
  { rule: "types: no such file",     args: ["types", "/nonexistent.o", "--json"],           code: "run/unreadable",  status: 3 },
  { rule: "build: a script that is wrong", args: ["build", badScript, "-o", out, "--json"], code: "name/", status: 1, more: { file: badScript, line: 1, column: 15, diagnostics: [expect.objectContaining({ severity: "error", help: expect.any(String) })] } },
  { rule: "verify: a script that is wrong", args: ["verify", badScript, "--json"],          code: "name/",          status: 1, more: { file: badScript, line: 1, column: 15 } },
  { rule: "verify: assembly",        args: ["verify", badAsm, "--json"],                    code: "",                status: 1, more: { file: badAsm, line: 2 } },
  { rule: "verify: no such file",    args: ["verify", "/nonexistent.o", "--json"],          code: "run/unreadable",  status: 3 },
  { rule: "run: assembly",           args: ["run", badAsm, "--json"],                       code: "",                status: 1, more: { file: badAsm, line: 2 } },
  { rule: "run: a program that fails", args: ["run", crash, "--json"],                      code: "vm/",             status: 1, more: { program: "crash", instruction: 1 } },
  { rule: "run: an option's value",  args: ["run", goodAsm, "--json", "--repeat", "x"],     code: "usage",           status: 2 },
  { rule: "sim: no such scenario",   args: ["sim", "show", "nowhere", "--json"],            code: "sim/no-scenario", status: 2 },
  { rule: "list: an option's value", args: ["list", "--json", "-p", "x"],                   code: "usage",           status: 2 },
  { rule: "a tool: an option's value", args: ["opensnoop", "--json", "--duration", "x"],    code: "usage",           status: 2 },
];

test.each(ERRORS)("an error is one document: $rule", async ({ args, code, status, more }) => {
  const said = await runSkep(...args);
  const document = JSON.parse(said.out) as { code: string };
  expect(document).toMatchObject({
    error: expect.stringMatching(/./),
    remedy: expect.stringMatching(/./),
    ...more,
  });
  expect(document.code).toContain(code);
  expect(said.err).not.toContain("this is a bug");
  expect(said.status).toBe(status);
});

// biome-ignore format: one case per line
test.each<{ rule: string; args: readonly string[]; lines?: true }>([
  { rule: "prog",        args: ["prog", "show", "--json"] },
  { rule: "map",         args: ["map", "show", "--json"] },
  { rule: "link",        args: ["link", "show", "--json"] },
  { rule: "btf",         args: ["btf", "show", "--json"] },
  { rule: "btf dump",    args: ["btf", "dump", "file", object, "--json"] },
  { rule: "perf",        args: ["perf", "list", "--json"] },
  { rule: "net",         args: ["net", "list", "--json"] },
  { rule: "cgroup",      args: ["cgroup", "tree", "--json"] },
  { rule: "feature",     args: ["feature", "probe", "--json"] },
  { rule: "struct_ops",  args: ["struct_ops", "show", "--json"] },
  { rule: "xdp",         args: ["xdp", "list", "--json"] },
  { rule: "tc",          args: ["tc", "list", "--json"] },
  { rule: "doctor",      args: ["doctor", "--json"] },
  { rule: "gen",         args: ["gen", "object", out, object, "--json"] },
  { rule: "gen types",   args: ["gen", "types", object, "--json"] },
  { rule: "types",       args: ["types", object, "--json"] },
  { rule: "types -o",    args: ["types", object, "--json", "-o", out] },
  { rule: "build",       args: ["build", goodScript, "--json", "-o", out] },
  { rule: "run",         args: ["run", goodAsm, "--json"] },
  { rule: "run --trace", args: ["run", goodAsm, "--json", "--trace"], lines: true },
  { rule: "verify",      args: ["verify", goodAsm, "--json"] },
  { rule: "sim list",    args: ["sim", "list", "--json"], lines: true },
  { rule: "sim show",    args: ["sim", "show", "web-server", "--json"] },
  { rule: "list",        args: ["list", "--json", "tracepoint:sched:*"], lines: true },
])("an answer can be parsed: $rule", async ({ args, lines }) => {
  const said = await runSkep(...args);
  expect(said.err).toBe("");
  expect(said.status).toBe(0);
  const documents = lines ? said.out.trimEnd().split("\n") : [said.out];
  expect(documents.length).toBeGreaterThan(0);
  for (const document of documents) JSON.parse(document);
});
