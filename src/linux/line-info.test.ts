import { expect, test } from "vitest";
import { funcInfo, lineInfo } from "../abi/attr-prog.ts";
import { parseBtf } from "../btf/decode.ts";
import { BtfBuilder } from "../btf/encode.ts";
import type { Insn } from "../isa/insn.ts";
import type { ProgramSpec } from "../object/object.ts";
import { addLineStrings, encodeFuncInfo, encodeLineInfo } from "./line-info.ts";

const at = (line: number, text = `line ${line}`, file = "a.bt") => ({
  meta: { line: { file, line, column: 5, text } },
});
const mov: Insn = { kind: "alu", op: "mov", bits: 64, dst: 0, src: { kind: "imm", imm: 0 } };
const wide: Insn = { kind: "loadImm64", dst: 1, imm: 0n };
const exit: Insn = { kind: "exit" };

function program(insns: readonly Insn[], functions: ProgramSpec["functions"] = []): ProgramSpec {
  return { name: "p", type: "kprobe", section: "kprobe", insns, functions };
}

function records(bytes: Uint8Array | undefined) {
  if (bytes === undefined) return undefined;
  return Array.from({ length: bytes.length / lineInfo.bytes }, (_, i) =>
    lineInfo.decode(bytes, i * lineInfo.bytes),
  );
}

const OFFSETS = new Map([
  ["a.bt", 100],
  ["line 1", 200],
  ["line 2", 300],
  ["line 3", 400],
]);

test("one record per change of line; slots count twice for wide loads", () => {
  const insns = [{ ...wide, ...at(1) }, { ...mov, ...at(1) }, { ...mov, ...at(2) }, mov, { ...exit, ...at(2) }];
  expect(records(encodeLineInfo(program(insns), OFFSETS))).toEqual([
    { insnOff: 0, fileNameOff: 100, lineOff: 200, lineCol: (1 << 10) | 5 },
    { insnOff: 3, fileNameOff: 100, lineOff: 300, lineCol: (2 << 10) | 5 },
  ]);
});

test("a function begins with a record, even on the same line", () => {
  const insns = [{ ...mov, ...at(1) }, exit, { ...mov, ...at(1) }, exit];
  const functions = [
    { name: "p", insnIndex: 0, btfId: 3 },
    { name: "q", insnIndex: 2, btfId: 4 },
  ];
  expect(records(encodeLineInfo(program(insns, functions), OFFSETS))?.map((r) => r.insnOff)).toEqual([0, 2]);
});

test("without a line at the start of a function there are no records: the kernel would refuse them", () => {
  expect(encodeLineInfo(program([mov, { ...exit, ...at(1) }]), OFFSETS)).toBeUndefined();
});

test("a column that does not fit is cut", () => {
  const insns = [{ ...mov, meta: { line: { file: "a.bt", line: 7, column: 5000, text: "" } } }, exit];
  expect(records(encodeLineInfo(program(insns), OFFSETS))?.[0]?.lineCol).toBe((7 << 10) | 1023);
});

test("functions are given by slot; without a type there is no record", () => {
  const typed = [
    { name: "p", insnIndex: 0, btfId: 3 },
    { name: "q", insnIndex: 2, btfId: 4 },
  ];
  const bytes = encodeFuncInfo(program([wide, exit, mov, exit], typed)) ?? new Uint8Array(16);
  expect([funcInfo.decode(bytes), funcInfo.decode(bytes, 8)]).toEqual([
    { insnOff: 0, typeId: 3 },
    { insnOff: 3, typeId: 4 },
  ]);
  expect(encodeFuncInfo(program([exit], [{ name: "p", insnIndex: 0, btfId: 0 }]))).toBeUndefined();
  expect(encodeFuncInfo(program([exit]))).toBeUndefined();
});

test("lines are added to the strings of the BTF, each once; types stay", () => {
  const builder = new BtfBuilder();
  const int = {
    kind: "int",
    name: "int",
    bytes: 4,
    signed: true,
    char: false,
    bool: false,
    bits: 32,
    bitOffset: 0,
  } as const;
  const id = builder.add(int);
  const insns = [
    { ...mov, ...at(1, "x = 1; // é") },
    { ...mov, ...at(2, "nul\0inside") },
    { ...exit, ...at(3, "x = 1; // é") },
  ];
  const { btf, offsetOf } = addLineStrings(builder.finish(), [program(insns), program(insns)]);
  const parsed = parseBtf(btf);
  expect(parsed.type(id)).toEqual(int);
  expect(parsed.string(offsetOf.get("a.bt") ?? 0)).toBe("a.bt");
  expect(parsed.string(offsetOf.get("x = 1; // é") ?? 0)).toBe("x = 1; // é");
  expect(parsed.string(offsetOf.get("nul\0inside") ?? 0)).toBe("nul inside");
  expect(offsetOf.size).toBe(4);
});
