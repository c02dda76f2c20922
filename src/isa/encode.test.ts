import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryInsn } from "../../test/arbitrary-insn.ts";
import { MISSING_KFUNC } from "./bind-names.ts";
import { decodeProgram } from "./decode.ts";
import { encodeInsn, encodeProgram } from "./encode.ts";
import type { Insn, InsnBody } from "./insn.ts";
import { EncodeError } from "./isa-error.ts";

const hex = (bytes: Uint8Array) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join(" ");
const reg = (r: 0 | 1 | 2 | 3) => ({ kind: "reg", reg: r }) as const;
const imm = (value: number) => ({ kind: "imm", imm: value }) as const;

// The bytes are what llvm-mc 14 (-triple bpfel -mcpu=v3 -mattr=+alu32) or, for v4, RFC 9669's tables say.
// biome-ignore format: one case per line
test.each<{ rule: string; insn: InsnBody; bytes: string }>([
  { rule: "add imm",          insn: { kind: "alu", op: "add", bits: 64, dst: 2, src: imm(-8) },                        bytes: "07 02 00 00 f8 ff ff ff" },
  { rule: "mul reg 32",       insn: { kind: "alu", op: "mul", bits: 32, dst: 0, src: reg(2) },                         bytes: "2c 20 00 00 00 00 00 00" },
  { rule: "arsh reg",         insn: { kind: "alu", op: "arsh", bits: 64, dst: 3, src: reg(1) },                        bytes: "cf 13 00 00 00 00 00 00" },
  { rule: "sdiv reg",         insn: { kind: "alu", op: "sdiv", bits: 64, dst: 1, src: reg(2) },                        bytes: "3f 21 01 00 00 00 00 00" },
  { rule: "smod imm 32",      insn: { kind: "alu", op: "smod", bits: 32, dst: 1, src: imm(7) },                        bytes: "94 01 01 00 07 00 00 00" },
  { rule: "neg",              insn: { kind: "neg", bits: 64, dst: 9 },                                                 bytes: "87 09 00 00 00 00 00 00" },
  { rule: "movsx",            insn: { kind: "movsx", bits: 64, from: 16, dst: 1, src: 2 },                             bytes: "bf 21 10 00 00 00 00 00" },
  { rule: "be16",             insn: { kind: "endian", op: "be", width: 16, dst: 1 },                                   bytes: "dc 01 00 00 10 00 00 00" },
  { rule: "le32",             insn: { kind: "endian", op: "le", width: 32, dst: 1 },                                   bytes: "d4 01 00 00 20 00 00 00" },
  { rule: "bswap64",          insn: { kind: "endian", op: "bswap", width: 64, dst: 1 },                                bytes: "d7 01 00 00 40 00 00 00" },
  { rule: "address space",    insn: { kind: "addrSpaceCast", dst: 1, src: 2, toSpace: 1, fromSpace: 0 },               bytes: "bf 21 01 00 00 00 01 00" },
  { rule: "load",             insn: { kind: "load", size: 4, signed: false, dst: 0, base: 1, off: 16 },                bytes: "61 10 10 00 00 00 00 00" },
  { rule: "signed load",      insn: { kind: "load", size: 1, signed: true, dst: 0, base: 1, off: -1 },                 bytes: "91 10 ff ff 00 00 00 00" },
  { rule: "store reg",        insn: { kind: "store", size: 8, base: 10, off: -8, src: reg(1) },                        bytes: "7b 1a f8 ff 00 00 00 00" },
  { rule: "store imm",        insn: { kind: "store", size: 2, base: 10, off: -8, src: imm(5) },                        bytes: "6a 0a f8 ff 05 00 00 00" },
  { rule: "atomic add",       insn: { kind: "atomic", op: "add", fetch: false, size: 8, base: 6, off: 0, src: 1 },     bytes: "db 16 00 00 00 00 00 00" },
  { rule: "fetch or 32",      insn: { kind: "atomic", op: "or", fetch: true, size: 4, base: 6, off: 8, src: 1 },       bytes: "c3 16 08 00 41 00 00 00" },
  { rule: "cmpxchg",          insn: { kind: "atomic", op: "cmpxchg", fetch: true, size: 8, base: 6, off: 0, src: 8 },  bytes: "db 86 00 00 f1 00 00 00" },
  { rule: "load acquire",     insn: { kind: "loadAcquire", size: 1, dst: 2, base: 1, off: 4 },                         bytes: "d3 12 04 00 00 01 00 00" },
  { rule: "store release",    insn: { kind: "storeRelease", size: 8, base: 1, off: 4, src: 2 },                        bytes: "db 21 04 00 10 01 00 00" },
  { rule: "lddw",             insn: { kind: "loadImm64", dst: 4, imm: 0x0123456789abcdefn },                           bytes: "18 04 00 00 ef cd ab 89 00 00 00 00 67 45 23 01" },
  { rule: "negative lddw",    insn: { kind: "loadImm64", dst: 1, imm: -5n },                                           bytes: "18 01 00 00 fb ff ff ff 00 00 00 00 ff ff ff ff" },
  { rule: "map value by fd",  insn: { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "mapValueFd", fd: 3, off: 8 } },bytes: "18 21 00 00 03 00 00 00 00 00 00 00 08 00 00 00" },
  { rule: "absolute packet",  insn: { kind: "loadPacket", mode: "abs", size: 1, src: 0, imm: 12 },                     bytes: "30 00 00 00 0c 00 00 00" },
  { rule: "indirect packet",  insn: { kind: "loadPacket", mode: "ind", size: 2, src: 3, imm: 0 },                      bytes: "48 30 00 00 00 00 00 00" },
  { rule: "goto",             insn: { kind: "ja", off: -2, wide: false },                                              bytes: "05 00 fe ff 00 00 00 00" },
  { rule: "gotol",            insn: { kind: "ja", off: 70000, wide: true },                                            bytes: "06 00 00 00 70 11 01 00" },
  { rule: "jump imm",         insn: { kind: "jump", op: "sge", bits: 64, dst: 1, src: imm(5), off: 3 },                bytes: "75 01 03 00 05 00 00 00" },
  { rule: "jump reg 32",      insn: { kind: "jump", op: "slt", bits: 32, dst: 0, src: reg(3), off: 1 },                bytes: "ce 30 01 00 00 00 00 00" },
  { rule: "may_goto",         insn: { kind: "mayGoto", off: 3 },                                                       bytes: "e5 00 03 00 00 00 00 00" },
  { rule: "helper",           insn: { kind: "call", target: { kind: "helper", id: 14 } },                              bytes: "85 00 00 00 0e 00 00 00" },
  { rule: "subprogram",       insn: { kind: "call", target: { kind: "local", off: -1 } },                              bytes: "85 10 00 00 ff ff ff ff" },
  { rule: "kernel function",  insn: { kind: "call", target: { kind: "kfunc", btfId: 5, btfFd: 1 } },                   bytes: "85 20 01 00 05 00 00 00" },
  { rule: "callx",            insn: { kind: "call", target: { kind: "reg", reg: 3 } },                                 bytes: "8d 03 00 00 00 00 00 00" },
  { rule: "exit",             insn: { kind: "exit" },                                                                  bytes: "95 00 00 00 00 00 00 00" },
])("encodes and decodes $rule", ({ insn, bytes }) => {
  const encoded = encodeProgram([insn]);
  expect(hex(encoded)).toBe(bytes);
  const canonical = insn.kind === "loadImm64" ? { ...insn, imm: BigInt.asUintN(64, insn.imm) } : insn;
  expect(decodeProgram(encoded)).toEqual([canonical]);
});

test("decode(encode(program)) is the program, in both byte orders", () => {
  fc.assert(
    fc.property(fc.array(arbitraryInsn, { maxLength: 20 }), fc.boolean(), (insns, big) => {
      const order = big ? "big" : "little";
      expect(decodeProgram(encodeProgram(insns, { order }), order)).toEqual(insns);
    }),
    { numRuns: 1000 },
  );
});

// biome-ignore format: one case per line
test.each<{ rule: string; insn: InsnBody; code: string }>([
  { rule: "offset too large",           insn: { kind: "load", size: 4, signed: false, dst: 0, base: 1, off: 32768 },            code: "isa/field-range" },
  { rule: "offset not an integer",      insn: { kind: "ja", off: 0.5, wide: false },                                            code: "isa/field-range" },
  { rule: "immediate of 33 bits",       insn: { kind: "alu", op: "mov", bits: 32, dst: 0, src: imm(0xffffffff) },               code: "isa/field-range" },
  { rule: "immediate NaN",              insn: { kind: "alu", op: "mov", bits: 32, dst: 0, src: imm(Number.NaN) },               code: "isa/field-range" },
  { rule: "register 11",                insn: { kind: "neg", bits: 64, dst: 11 as 10 },                                         code: "isa/field-range" },
  { rule: "kfunc descriptor too large", insn: { kind: "call", target: { kind: "kfunc", btfId: 1, btfFd: 40000 } },              code: "isa/field-range" },
  { rule: "65 bits",                    insn: { kind: "loadImm64", dst: 0, imm: 1n << 64n },                                    code: "isa/field-range" },
  { rule: "signed load of 8",           insn: { kind: "load", size: 8, signed: true, dst: 0, base: 1, off: 0 },                 code: "isa/no-encoding" },
  { rule: "movsx 32 to 32",             insn: { kind: "movsx", bits: 32, from: 32, dst: 0, src: 1 },                            code: "isa/no-encoding" },
  { rule: "xchg without fetch",         insn: { kind: "atomic", op: "xchg", fetch: false, size: 8, base: 1, off: 0, src: 2 },   code: "isa/no-encoding" },
  { rule: "register in absolute load",  insn: { kind: "loadPacket", mode: "abs", size: 1, src: 1, imm: 0 },                     code: "isa/no-encoding" },
  { rule: "immediate and reference",    insn: { kind: "loadImm64", dst: 0, imm: 1n, ref: { kind: "mapFd", fd: 1 } },            code: "isa/no-encoding" },
  { rule: "map by name",                insn: { kind: "loadImm64", dst: 0, imm: 0n, ref: { kind: "map", map: "m" } },           code: "isa/unbound-name" },
  { rule: "unknown function",           insn: { kind: "call", target: { kind: "func", name: "f" } },                            code: "isa/unbound-name" },
  { rule: "strong kernel symbol",       insn: { kind: "loadImm64", dst: 0, imm: 0n, ref: { kind: "ksym", name: "k", weak: false } }, code: "isa/unbound-name" },
])("refuses $rule", ({ insn, code }) => {
  const attempt = () => encodeProgram([{ kind: "exit" }, insn]);
  expect(attempt).toThrow(EncodeError);
  expect(attempt).toThrow(expect.objectContaining({ code, insnIndex: 1 }));
});

test("encodeInsn alone refuses a name that only the whole program can bind", () => {
  const view = new DataView(new ArrayBuffer(16));
  const insn: InsnBody = { kind: "call", target: { kind: "func", name: "f" } };
  expect(() => encodeInsn(insn, view, 0, 7)).toThrow(
    expect.objectContaining({ code: "isa/unbound-name", insnIndex: 7 }),
  );
});

test("names become numbers, and functions slot offsets across 64-bit loads", () => {
  const insns: Insn[] = [
    { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "map", map: "a" }, meta: { symbol: "entry" } },
    { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "mapValue", map: "b", off: 4 } },
    { kind: "loadImm64", dst: 2, imm: 0n, ref: { kind: "func", name: "sub" } },
    { kind: "call", target: { kind: "func", name: "sub" } },
    { kind: "loadImm64", dst: 3, imm: 0n, ref: { kind: "ksym", name: "typed", weak: false } },
    { kind: "loadImm64", dst: 3, imm: 0n, ref: { kind: "ksym", name: "plain", weak: false } },
    { kind: "loadImm64", dst: 3, imm: 0n, ref: { kind: "ksym", name: "none", weak: true } },
    { kind: "call", target: { kind: "ksym", name: "kf", weak: false } },
    { kind: "call", target: { kind: "ksym", name: "none", weak: true } },
    { kind: "call", target: { kind: "func", name: "entry" } },
    { kind: "exit" },
    { kind: "exit", meta: { symbol: "sub" } },
  ];
  const bytes = encodeProgram(insns, {
    names: {
      map: (name) => ({ a: { fd: 3 }, b: { index: 1 } })[name],
      ksym: (name) =>
        name === "typed"
          ? { btfId: 9, btfFd: 0 }
          : name === "plain"
            ? { address: 0xffffffff81000000n }
            : undefined,
      kfunc: (name) => (name === "kf" ? { btfId: 77, btfFd: 2 } : undefined),
    },
  });
  expect(decodeProgram(bytes)).toEqual([
    { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "mapFd", fd: 3 } },
    { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "mapValueIdx", index: 1, off: 4 } },
    { kind: "loadImm64", dst: 2, imm: 0n, ref: { kind: "funcOff", off: 12 } }, // slot 4 + 1 + 12 = 17
    { kind: "call", target: { kind: "local", off: 10 } }, // slot 6 + 1 + 10 = 17
    { kind: "loadImm64", dst: 3, imm: 0n, ref: { kind: "btfVar", btfId: 9, btfFd: 0 } },
    { kind: "loadImm64", dst: 3, imm: 0xffffffff81000000n },
    { kind: "loadImm64", dst: 3, imm: 0n },
    { kind: "call", target: { kind: "kfunc", btfId: 77, btfFd: 2 } },
    { kind: "call", target: { kind: "helper", id: MISSING_KFUNC } },
    { kind: "call", target: { kind: "local", off: -16 } },
    { kind: "exit" },
    { kind: "exit" },
  ]);
});
