import { Report } from "../base/diagnostic.ts";
import { type BtfBlob, parseBtf } from "../btf/decode.ts";
import { BtfBuilder } from "../btf/encode.ts";
import { CDeclarations } from "../btf/parse-c.ts";
import type { BtfId, BtfType } from "../btf/types.ts";
import type { Insn, Reg } from "../isa/insn.ts";
import type { ObjectSpec } from "./object.ts";
import type { RelocationTarget } from "./relocation-target.ts";

// What tests of this room make objects and kernels from.

/** The blob of C declarations. Throws when they are not C. */
export function blobOf(text: string): Uint8Array {
  const report = new Report();
  const declarations = new CDeclarations();
  declarations.read(text, report);
  if (report.hasErrors) throw new Error(report.diagnostics.map((d) => d.message).join("\n"));
  return declarations.finish();
}

export function btfOf(text: string): BtfBlob {
  return parseBtf(blobOf(text));
}

/** The id of a type by its C spelling, such as "struct s". */
export function idOf(btf: BtfBlob, spelling: string): BtfId {
  const [keyword, name = ""] = spelling.split(" ");
  const kind = keyword === "int" ? "int" : (keyword as BtfType["kind"]);
  const [id] = btf.find(name, kind);
  if (id === undefined) throw new Error(`there is no ${spelling}`);
  return id;
}

export function kernelOf(text: string, more: Partial<RelocationTarget> = {}): RelocationTarget {
  const btf = btfOf(text);
  return {
    kernelVersion: (6 << 16) | (12 << 8),
    kernelBtf: () => btf,
    kernelSymbol: (name) => (name === "vfs_read" ? 0xffff_ffff_8100_0000n : undefined),
    ...more,
  };
}

export const exit: Insn = { kind: "exit" };
export const mov = (dst: Reg, imm: number): Insn => ({
  kind: "alu",
  op: "mov",
  bits: 64,
  dst,
  src: { kind: "imm", imm },
});
export const loadMap = (dst: Reg, map: string): Insn => ({
  kind: "loadImm64",
  dst,
  imm: 0n,
  ref: { kind: "map", map },
});
export const loadValue = (dst: Reg, map: string, off: number): Insn => {
  return { kind: "loadImm64", dst, imm: 0n, ref: { kind: "mapValue", map, off } };
};

/** An object with one of everything that a file can hold, as `fromElf` would give it. */
export function sampleObject(): ObjectSpec {
  const b = new BtfBuilder();
  const int = b.addInt(4, true);
  const u64 = b.addInt(8, false);
  const proto = b.add({
    kind: "funcProto",
    returns: int,
    params: [{ name: "ctx", type: b.addPointer(0 as BtfId) }],
    variadic: false,
  });
  const subProto = b.add({
    kind: "funcProto",
    returns: int,
    params: [{ name: "a", type: int }],
    variadic: false,
  });
  const func = (name: string, linkage: "static" | "global" | "extern", of = proto) =>
    b.add({ kind: "func", name, proto: of, linkage });
  const variable = (name: string, type: BtfId, linkage: "static" | "global" | "extern") =>
    b.add({ kind: "var", name, type, linkage });
  const main = func("main_program", "global");
  const other = func("other_program", "global");
  const helper = func("helper", "static", subProto);
  const visible = func("visible", "global", subProto);
  const callback = func("callback", "static", subProto);
  const kfunc = func("bpf_kfunc", "extern", subProto);
  const counter = variable("counter", u64, "global");
  const hidden = variable("hidden", int, "static");
  const limit = variable("limit", int, "global");
  const zero = variable("zero", u64, "global");
  const hz = variable("CONFIG_HZ", u64, "extern");
  const ksym = variable("kernel_var", int, "extern");
  const row = (type: BtfId, offset: number, size: number) => ({ type, offset, size });
  const section = (name: string, bytes: number, ...vars: ReturnType<typeof row>[]) =>
    b.add({ kind: "section", name, bytes, vars });
  const data = section(".data", 12, row(counter, 0, 8), row(hidden, 8, 4));
  const rodata = section(".rodata", 4, row(limit, 0, 4));
  const bss = section(".bss", 8, row(zero, 0, 8));
  const kconfig = section(".kconfig", 0, row(hz, 0, 8));
  section(".ksyms", 0, row(ksym, 0, 4), row(kfunc, 0, 0));
  const task = b.add({
    kind: "struct",
    name: "task",
    bytes: 8,
    members: [{ name: "pid", type: int, bitOffset: 32 }],
  });
  const line = { file: "sample.c", line: 12, column: 3, text: "  return counter;" };
  const at = { line };
  const reloc = { kind: "core", what: "fieldByteOffset", type: task, access: "0:0" } as const;
  return {
    programs: [
      {
        name: "main_program",
        type: "tracepoint",
        section: "tracepoint/sched/sched_switch",
        attachTo: "sched/sched_switch",
        insns: [
          { ...loadMap(1, "table"), meta: { ...at, symbol: "main_program" } },
          { ...loadValue(2, ".data", 8), meta: at },
          { ...loadValue(3, ".data", 0), meta: at },
          { ...loadValue(4, ".rodata", 0), meta: at },
          { ...loadValue(5, ".kconfig", 0), meta: at },
          { kind: "load", size: 4, signed: false, dst: 0, base: 1, off: 4, meta: { ...at, reloc } },
          { kind: "call", target: { kind: "local", off: 9 }, meta: at }, // helper
          { kind: "loadImm64", dst: 2, imm: 0n, ref: { kind: "funcOff", off: 12 }, meta: at }, // callback
          {
            kind: "loadImm64",
            dst: 1,
            imm: 0n,
            ref: { kind: "ksym", name: "kernel_var", weak: true },
            meta: at,
          },
          { kind: "call", target: { kind: "ksym", name: "bpf_kfunc", weak: false }, meta: at },
          { kind: "call", target: { kind: "helper", id: 5 }, meta: at },
          { kind: "jump", op: "eq", bits: 64, dst: 0, src: { kind: "imm", imm: 0 }, off: 1, meta: at },
          { ...mov(0, 1), meta: at },
          { ...exit, meta: at },
          { kind: "call", target: { kind: "local", off: 1 }, meta: { symbol: "helper" } }, // visible
          exit,
          { ...mov(0, 7), meta: { symbol: "visible" } },
          exit,
          { ...mov(0, 0), meta: { symbol: "callback" } },
          exit,
        ],
        functions: [
          { name: "main_program", insnIndex: 0, btfId: main },
          { name: "helper", insnIndex: 14, btfId: helper },
          { name: "visible", insnIndex: 16, btfId: visible, linkage: "global", hidden: true },
          { name: "callback", insnIndex: 18, btfId: callback },
        ],
      },
      {
        name: "other_program",
        type: "lsm",
        section: "lsm.s/file_open",
        attachTo: "file_open",
        attachType: "lsmMac",
        sleepable: true,
        autoload: false,
        insns: [
          { kind: "call", target: { kind: "local", off: 1 }, meta: { symbol: "other_program" } },
          exit,
          { kind: "call", target: { kind: "local", off: 1 }, meta: { symbol: "helper" } },
          exit,
          { ...mov(0, 7), meta: { symbol: "visible" } },
          exit,
        ],
        functions: [
          { name: "other_program", insnIndex: 0, btfId: other },
          { name: "helper", insnIndex: 2, btfId: helper },
          { name: "visible", insnIndex: 4, btfId: visible, linkage: "global", hidden: true },
        ],
      },
    ],
    maps: [
      { name: "table", type: "hash", keySize: 4, valueSize: 8, maxEntries: 64, flags: 1, pinning: "byName" },
      {
        name: "outer",
        type: "hashOfMaps",
        keySize: 4,
        valueSize: 4,
        maxEntries: 2,
        flags: 0,
        inner: { name: "outer.inner", type: "array", keySize: 4, valueSize: 8, maxEntries: 1, flags: 0 },
        slots: [{ index: 1, name: "table" }],
      },
      {
        name: "calls",
        type: "progArray",
        keySize: 4,
        valueSize: 4,
        maxEntries: 3,
        flags: 0,
        slots: [{ index: 2, name: "other_program" }],
      },
      {
        name: "bloom",
        type: "bloomFilter",
        keySize: 0,
        valueSize: 8,
        maxEntries: 9,
        flags: 0,
        mapExtra: 5n,
        numaNode: 1,
      },
      {
        name: ".data",
        type: "array",
        keySize: 4,
        valueSize: 12,
        maxEntries: 1,
        flags: 1 << 10,
        btfValue: data,
        initial: Uint8Array.of(42, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0),
        section: {
          kind: "data",
          variables: [
            { name: "counter", offset: 0, size: 8, type: u64, linkage: "weak" },
            { name: "hidden", offset: 8, size: 4, type: int, linkage: "static" },
          ],
        },
      },
      {
        name: ".rodata",
        type: "array",
        keySize: 4,
        valueSize: 4,
        maxEntries: 1,
        flags: (1 << 7) | (1 << 10),
        btfValue: rodata,
        initial: Uint8Array.of(9, 0, 0, 0),
        readOnly: true,
        section: {
          kind: "rodata",
          variables: [{ name: "limit", offset: 0, size: 4, type: int, linkage: "global" }],
        },
      },
      {
        name: ".bss",
        type: "array",
        keySize: 4,
        valueSize: 8,
        maxEntries: 1,
        flags: 1 << 10,
        btfValue: bss,
        section: {
          kind: "bss",
          variables: [{ name: "zero", offset: 0, size: 8, type: u64, linkage: "global", hidden: true }],
        },
      },
      {
        name: ".kconfig",
        type: "array",
        keySize: 4,
        valueSize: 8,
        maxEntries: 1,
        flags: (1 << 7) | (1 << 10),
        btfValue: kconfig,
        readOnly: true,
        section: {
          kind: "kconfig",
          variables: [{ name: "CONFIG_HZ", offset: 0, size: 8, type: u64, linkage: "weak" }],
        },
      },
    ],
    btf: b.finish(),
    license: "GPL",
    version: 0x60c00,
    externs: [
      { kind: "kconfig", name: "CONFIG_HZ", weak: true, type: u64, offset: 0, size: 8 },
      { kind: "variable", name: "kernel_var", weak: true, type: int },
      { kind: "function", name: "bpf_kfunc", weak: false, type: kfunc },
    ],
  };
}
