// Linking against bpftool's linker, and object files that are read and written but not loaded here.
import { afterAll, expect, test } from "vitest";
import { parseBtf } from "../../src/btf/decode.ts";
import type { BtfId } from "../../src/btf/types.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { linkFiles } from "../../src/object/link.ts";
import type { ObjectSpec } from "../../src/object/object.ts";
import { toElf } from "../../src/object/to-elf.ts";
import { dumpByLibbpf, ObjectLab, read, run } from "./clang-object.ts";
import { needs } from "./needs.ts";

const backend = openLinux();
const lab = new ObjectLab();

afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
});

const files = () => ["link-one.c", "link-two.c"].map((name) => lab.compile(name));
const linkByUs = (paths: readonly string[]) => linkFiles(paths.map((name) => ({ name, bytes: read(name) })));

function linkByBpftool(paths: readonly string[]): string {
  const out = lab.path("bpftool.o");
  run("bpftool", ["gen", "object", out, ...paths]);
  return out;
}

/** How many types there are of each kind. */
function kinds(object: ObjectSpec): Record<string, number> {
  const btf = parseBtf(object.btf ?? new Uint8Array());
  const counts: Record<string, number> = {};
  for (let id = 1; id < btf.count; id++) {
    const kind = btf.kindOf(id as BtfId);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

test("the linked file is to libbpf what bpftool's is", (t) => {
  needs(t, "btf", "raw-tp");
  const paths = files();
  const ours = lab.write("ours.o", linkByUs(paths));
  const theirs = linkByBpftool(paths);
  expect(dumpByLibbpf(ours)).toEqual(dumpByLibbpf(theirs));
  const [a, b] = [fromElf(read(ours)), fromElf(read(theirs))];
  const plain = ({ programs, maps }: ObjectSpec) => ({
    programs: programs.map((p) => ({
      name: p.name,
      functions: p.functions.map((f) => `${f.name} ${f.linkage}`),
    })),
    maps: maps.map(({ btfKey: _, btfValue: __, section, ...map }) => {
      return { ...map, variables: section?.variables.map(({ type: ___, ...v }) => v) };
    }),
  });
  const byName = (x: { name: string }, y: { name: string }) => (x.name < y.name ? -1 : 1);
  expect(plain(a).programs).toEqual(plain(b).programs);
  expect(plain(a).maps.sort(byName)).toEqual(plain(b).maps.sort(byName));
  expect(a.externs?.map((e) => e.name)).toEqual(b.externs?.map((e) => e.name));
  expect(kinds(a)).toEqual(kinds(b));
});

test("linked files are loaded by us, linked again and written again", (t) => {
  needs(t, "btf", "raw-tp");
  const bytes = linkByUs(files());
  const object = fromElf(bytes);
  using loaded = backend.load(object);
  expect(loaded.map(".data").lookup(new Uint8Array(4))).toHaveLength(16);
  expect(fromElf(toElf(object))).toEqual(object);
  const withoutTypes = ({ btf: _, ...rest }: ObjectSpec) => rest;
  expect(withoutTypes(fromElf(linkFiles([{ name: "again.o", bytes }])))).toEqual(withoutTypes(object));
});

test("files that miss each other say what is missing", () => {
  const [one = "", two = ""] = files();
  expect(() => fromElf(read(one))).toThrow(expect.objectContaining({ code: "object/undefined-symbol" }));
  expect(() => fromElf(read(two))).toThrow(expect.objectContaining({ code: "object/undefined-symbol" }));
  expect(() => linkByUs([one, one])).toThrow(expect.objectContaining({ code: "object/duplicate-symbol" }));
});

test("structs of functions", () => {
  const object = fromElf(read(lab.compile("struct-ops.c")));
  const [plain, linked] = object.maps;
  const programs = ["ssthresh", "undo", "avoid"];
  expect(plain).toMatchObject({
    name: "plain",
    type: "structOps",
    structOps: { typeName: "tcp_congestion_ops", link: false },
  });
  expect(linked).toMatchObject({ name: "linked", structOps: { link: true } });
  expect(plain?.structOps?.programs.map((p) => p.program).sort()).toEqual([...programs].sort());
  expect(new TextDecoder().decode(plain?.initial)).toContain("skep_plain");
  expect(object.programs.map((p) => `${p.name} ${p.type} ${p.attachTo}`)).toEqual([
    "ssthresh structOps ssthresh",
    "undo structOps undo",
    "avoid structOps avoid",
  ]);
  const bytes = toElf(object);
  expect(fromElf(bytes)).toEqual(object);
  const written = run("bpftool", ["gen", "skeleton", lab.write("ops.o", bytes), "name", "ops"]);
  for (const name of [...programs, "plain"]) expect(written).toContain(name);
});

test("objects of before 2020, with maps of the old kind, are read and loaded", (t) => {
  needs(t, "raw-tp");
  const text = `
    #include "vmlinux.h"
    #include <bpf/bpf_helpers.h>
    struct old_map { unsigned int type, key_size, value_size, max_entries, map_flags; };
    struct old_map SEC("maps") counts = { 1, 4, 8, 16, 0 };
    struct old_map SEC("maps") totals = { 2, 4, 8, 1, 0 };
    char LICENSE[] SEC("license") = "GPL";
    unsigned int old_version SEC("version") = 0x41300;
    SEC("raw_tracepoint/sys_enter") int old(void *ctx) {
      u32 key = 0;
      u64 *n = bpf_map_lookup_elem(&totals, &key), one = 1;
      if (n) *n += 1;
      return bpf_map_update_elem(&counts, &key, &one, 0);
    }`;
  const object = fromElf(read(lab.compile("old.c", { text })));
  expect(object.maps.map((m) => `${m.name} ${m.type} ${m.maxEntries}`)).toEqual([
    "counts hash 16",
    "totals array 1",
  ]);
  expect(object.version).toBe(0x41300);
  using loaded = backend.load(object);
  expect(loaded.map("totals").lookup(new Uint8Array(4))).toEqual(new Uint8Array(8));
});

test("an object without debug information is read as far as it goes", () => {
  const text = `
    #define SEC(name) __attribute__((section(name), used))
    static long (*now)(void) = (void *)5;
    int counter = 3;
    static int hidden;
    char LICENSE[] SEC("license") = "GPL";
    __attribute__((noinline)) static int sub(int a) { return a + now() + hidden++; }
    SEC("raw_tp/sys_enter") int p(void *ctx) { return sub(counter++); }`;
  const object = fromElf(read(lab.compile("plain.c", { text, flags: ["-g0"] })));
  expect(object.btf).toBeUndefined();
  expect(object.maps).toMatchObject([
    { name: ".data", valueSize: 4, flags: 0, section: { variables: [{ name: "counter", linkage: "global" }] } },
    { name: ".bss", valueSize: 4, flags: 0, section: { variables: [{ name: "hidden", linkage: "static" }] } },
  ]);
  expect(object.programs[0]?.functions).toMatchObject([
    { name: "p", btfId: 0 },
    { name: "sub", btfId: 0 },
  ]);
  using loaded = backend.load(object);
  expect(loaded.map(".data").lookup(new Uint8Array(4))).toEqual(Uint8Array.of(3, 0, 0, 0));
});
