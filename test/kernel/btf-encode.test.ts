import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseBtf } from "../../src/btf/decode.ts";
import { BtfBuilder } from "../../src/btf/encode.ts";
import { findEnumerator, findStruct, followPath, idsOfKind, nameOf } from "../../src/btf/lookup.ts";
import { printStruct } from "../../src/btf/print-c.ts";
import { findSection } from "../../src/elf/elf.ts";
import { parseElf } from "../../src/elf/read.ts";
import { sectionData } from "../../src/elf/section-data.ts";
import { loadBtf } from "../../src/linux/bpf-prog.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { BPF_OBJECT, compiledOnce } from "./compiled-once.ts";

/** Every kind that a program's own BTF can have. */
function everything(): Uint8Array {
  const b = new BtfBuilder();
  const int = b.addInt(4, true);
  const u64 = b.addInt(8, false);
  const node = b.reserve();
  const union = b.add({
    kind: "union",
    name: "",
    bytes: 8,
    members: [{ name: "raw", type: u64, bitOffset: 0 }],
  });
  b.define(node, {
    kind: "struct",
    name: "node",
    bytes: 40,
    members: [
      { name: "flags", type: int, bitOffset: 0, bitWidth: 3 },
      { name: "next", type: b.addPointer(node), bitOffset: 64 },
      { name: "", type: union, bitOffset: 128 },
      { name: "comm", type: b.addArray(b.addChar(), 16), bitOffset: 192 },
    ],
  });
  b.add({ kind: "enum", name: "small", bytes: 4, signed: true, members: [{ name: "MINUS", value: -1n }] });
  b.add({
    kind: "enum",
    name: "large",
    bytes: 8,
    signed: false,
    members: [{ name: "HUGE", value: 1n << 63n }],
  });
  b.add({ kind: "forward", name: "elsewhere", of: "union" });
  b.add({ kind: "float", name: "double", bytes: 8 });
  // The kernel wants tags before qualifiers.
  const tagged = b.add({ kind: "typeTag", name: "user", to: b.add({ kind: "const", to: node }) });
  const quick = b.add({ kind: "restrict", to: b.addPointer(tagged) });
  const alias = b.add({ kind: "typedef", name: "node_ref", to: quick });
  const params = [
    { name: "ctx", type: b.addPointer(0 as never) },
    { name: "ref", type: alias },
  ];
  const proto = b.add({ kind: "funcProto", returns: int, params, variadic: false });
  const func = b.add({ kind: "func", name: "walk", proto, linkage: "global" });
  b.add({ kind: "declTag", name: "checked", target: func, componentIndex: 1 });
  const counter = b.add({
    kind: "var",
    name: "counter",
    type: b.add({ kind: "volatile", to: u64 }),
    linkage: "global",
  });
  b.add({ kind: "section", name: ".bss", bytes: 8, vars: [{ type: counter, offset: 0, size: 8 }] });
  b.addString("\treturn walk(ctx, head); // a source line");
  return b.finish();
}

test("the kernel takes what BtfBuilder writes", () => {
  using fd = loadBtf(openKernel(), everything());
  expect(fd.number).toBeGreaterThan(2);
});

test("the BTF that clang writes is read from its object file", () => {
  const source = `
    struct big { int low:3; long wide:40; union { char c[3]; short s; }; struct big *next; enum { A = -1, B = 1 } e; };
    static volatile int hits; const char text[] = "x"; float ratio;
    __attribute__((section("socket"), btf_decl_tag("entry"))) int entry(struct big *b) { hits++; return b->low + b->s; }
    char _license[] __attribute__((section("license"))) = "GPL";`;
  const object = compiledOnce({ ...BPF_OBJECT, source: { name: "a.c", text: source } });
  if (object === undefined) throw new Error("needs clang");
  const elf = parseElf(new Uint8Array(readFileSync(object)));
  const section = findSection(elf, ".BTF");
  if (section === undefined) throw new Error("bug: clang wrote no BTF");
  const btf = parseBtf(sectionData(elf, section));
  const dump = execFileSync("bpftool", ["btf", "dump", "file", object], { encoding: "utf8" });
  expect(btf.count - 1).toBe([...dump.matchAll(/^\[\d+\]/gm)].length);
  const big = findStruct(btf, "big");
  expect(big && printStruct(btf, big)).toContain("int low: 3;");
  expect(big && followPath(btf, big, "wide")).toMatchObject({ target: { bitWidth: 40 } });
  expect(findEnumerator(btf, "B")?.value).toBe(1n); // clang 14 does not tell whether A is negative
  expect(
    idsOfKind(btf, "section")
      .map((id) => nameOf(btf, id))
      .sort(),
  ).toEqual([".bss", ".rodata", "license"]);
  expect(idsOfKind(btf, "declTag").map((id) => btf.type(id))).toMatchObject([
    { name: "entry", componentIndex: -1 },
  ]);
});

test("bpftool reads what BtfBuilder writes", () => {
  const dir = mkdtempSync(join(tmpdir(), "skep-btf-"));
  try {
    writeFileSync(join(dir, "all.btf"), everything());
    const text = execFileSync("bpftool", ["btf", "dump", "file", join(dir, "all.btf")], { encoding: "utf8" });
    expect(text).toMatch(
      /STRUCT 'node' size=40 vlen=4\n\t'flags' type_id=1 bits_offset=0 bitfield_size=3\n\t'next'/,
    );
    expect(text).toMatch(/ENUM 'small' encoding=SIGNED size=4 vlen=1\n\t'MINUS' val=-1\n/);
    expect(text).toMatch(
      /ENUM64 'large' encoding=UNSIGNED size=8 vlen=1\n\t'HUGE' val=9223372036854775808ULL?\n/,
    );
    expect(text).toMatch(/FUNC 'walk' type_id=\d+ linkage=global\n/);
    expect(text).toMatch(/DECL_TAG 'checked' type_id=\d+ component_idx=1\n/);
    expect(text).toMatch(/DATASEC '\.bss' size=8 vlen=1\n/);
    expect(text).toMatch(/FWD 'elsewhere' fwd_kind=union\n/);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
