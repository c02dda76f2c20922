import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BtfBuilder } from "../../src/btf/encode.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { fromElf } from "../../src/object/from-elf.ts";
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

test("raw and JSON of an object's types are bpftool's, to the byte", async () => {
  for (const name of ["values", "events"]) {
    const object = lab.compile(name);
    const raw = await runSkep("btf", "dump", "file", object);
    expect(raw.err).toBe("");
    expect(raw.out).toBe(bpftool("btf", "dump", "file", object));
    const json = await runSkep("btf", "dump", "file", object, "--json");
    expect(JSON.parse(json.out)).toEqual(JSON.parse(bpftool("-j", "btf", "dump", "file", object)));
    const pretty = await runSkep("btf", "dump", "file", object, "--pretty");
    expect(JSON.parse(pretty.out)).toEqual(JSON.parse(json.out));
  }
});

test("raw of this kernel's types is bpftool's, to the byte", async () => {
  const { out, status } = await runSkep("btf", "dump");
  expect(status).toBe(0);
  expect(out === bpftool("btf", "dump", "file", "/sys/kernel/btf/vmlinux")).toBe(true);
});

test("JSON of this kernel's types is bpftool's, but for its unsigned enumerators", async () => {
  const { out, status } = await runSkep("btf", "dump", "--json");
  expect(status).toBe(0);
  // bpftool 7.1 writes those of 32 bits, where the highest is set, as if they had a sign and 64 bits.
  const same = (text: string) =>
    text.replace(/"val":1844674407\d{10}/g, '"val":0').replace(/"val":[23]\d{9}\b|"val":4\d{9}\b/g, '"val":0');
  expect(same(out) === same(bpftool("-j", "btf", "dump", "file", "/sys/kernel/btf/vmlinux"))).toBe(true);
});

test("enumerators of 64 bits are listed as bpftool lists them", async () => {
  const b = new BtfBuilder();
  for (const signed of [true, false])
    b.add({
      kind: "enum",
      name: "wide",
      bytes: 8,
      signed,
      members: [{ name: `A${signed}`, value: 2n ** 40n }],
    });
  b.add({ kind: "enum", name: "below", bytes: 8, signed: true, members: [{ name: "B", value: -(2n ** 63n) }] });
  const file = lab.path("wide.btf");
  writeFileSync(file, b.finish());
  expect((await runSkep("btf", "dump", "file", file)).out).toBe(bpftool("btf", "dump", "file", file));
});

test("C of an object's and this kernel's types compiles", async () => {
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

test("TypeScript of this kernel's types compiles, with 64 bits as bigint", async () => {
  const { out, status } = await runSkep("btf", "dump", "--format", "ts");
  expect(status).toBe(0);
  writeFileSync(lab.path("kernel.ts"), out);
  writeFileSync(
    lab.path("use.ts"),
    `import { BPF_MAP_TYPE_HASH, type task_struct } from "./kernel.ts";
export const name = (t: task_struct): string => t.comm;
export const started = (t: task_struct): bigint => t.start_time;
export const pid = (t: task_struct): number => t.pid;
export const kind: 1 = BPF_MAP_TYPE_HASH;
`,
  );
  const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
  const options = [
    "--noEmit",
    "--strict",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--types",
    "",
    "--ignoreConfig",
  ];
  const args = [tsc, ...options, "--allowImportingTsExtensions", lab.path("use.ts")];
  const done = spawnSync(process.execPath, args, { cwd: lab.dir, encoding: "utf8" });
  expect(done.stdout).toBe("");
  expect(done.status).toBe(0);
});

test("types of a program, a map and its parts, and the list of types, are bpftool's", async () => {
  const backend = openLinux();
  using loaded = backend.load(fromElf(readFileSync(lab.compile("values")), { name: "values" }));
  const map = String(loaded.map("skt_hash").id);
  const program = String(loaded.program("skt_filter").id);
  const places = [
    ["prog", "id", program],
    ["map", "id", map],
    ["map", "id", map, "key"],
    ["map", "id", map, "value"],
    ["map", "id", map, "all"],
  ];
  for (const place of places) {
    const json = await runSkep("btf", "dump", ...place, "-j");
    expect(JSON.parse(json.out)).toEqual(JSON.parse(bpftool("-j", "btf", "dump", ...place)));
  }
  const value = await runSkep("btf", "dump", "map", map, "value", "format", "c");
  expect(value.out).toContain("struct val {");
  expect(value.out).not.toContain("skt_plain");
  const own = (rows: unknown) =>
    (rows as { id: number; pids?: unknown }[]).map(({ pids: _, ...row }) => row).filter(({ id }) => id === 1);
  const list = JSON.parse((await runSkep("btf", "list", "-j")).out) as { id: number; map_ids: number[] }[];
  expect(own(list)).toEqual(own(JSON.parse(bpftool("-j", "btf", "list"))));
  expect(list.some(({ map_ids }) => map_ids.includes(Number(map)))).toBe(true);
  backend[Symbol.dispose]();
});

// biome-ignore format: one case per line
test.each([
  { rule: "a file without types", args: ["btf", "dump", "file", "/bin/true"],        says: "error[object/no-btf]", status: 3 },
  { rule: "no such id",           args: ["btf", "dump", "id", "4294967290"],         says: "error[object/no-btf]", status: 3 },
  { rule: "no such format",       args: ["btf", "dump", "--format", "xml"],          says: "there is no format",   status: 2 },
  { rule: "no types at all",      args: ["btf", "dump", "file", "/etc/hostname"],    says: "error[btf/",           status: 3 },
])("$rule is refused", async ({ args, says, status }) => {
  const said = await runSkep(...args);
  expect(said.err).toContain(says);
  expect(said.status).toBe(status);
});
