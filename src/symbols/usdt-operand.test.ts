import fc from "fast-check";
import { expect, test } from "vitest";
import type { OperandSource } from "./operand-source.ts";
import { parseUsdtOperand } from "./usdt-operand.ts";

type Case = { text: string; gives: [size: number, signed: boolean, source: OperandSource] | string };

const reg = (name: string, shift = 0): OperandSource => ({ kind: "reg", reg: name, shift });
const imm = (value: bigint): OperandSource => ({ kind: "imm", value });
const mem = (parts: object): OperandSource => ({ kind: "mem", disp: 0n, ...parts }) as OperandSource;
const FLOAT = "floating-point registers are not saved where probes can read them";

// biome-ignore format: one case per line
const X86: Case[] = [
  { text: "-4@%edi", gives: [4, true, reg("di")] },
  { text: "8@%rax", gives: [8, false, reg("ax")] },
  { text: "1@%al", gives: [1, false, reg("ax")] },
  { text: "1@%ah", gives: [1, false, reg("ax", 8)] },
  { text: "-1@%dh", gives: [1, true, reg("dx", 8)] },
  { text: "2@%bp", gives: [2, false, reg("bp")] },
  { text: "1@%sil", gives: [1, false, reg("si")] },
  { text: "4@%r10d", gives: [4, false, reg("r10")] },
  { text: "2@%r15w", gives: [2, false, reg("r15")] },
  { text: "1@%r8b", gives: [1, false, reg("r8")] },
  { text: "8@%rip", gives: [8, false, reg("ip")] },
  { text: "%ecx", gives: [4, false, reg("cx")] },
  { text: "4@$5", gives: [4, false, imm(5n)] },
  { text: "-4@$-1", gives: [4, true, imm(-1n)] },
  { text: "8@$0xdeadbeefcafe", gives: [8, false, imm(0xdeadbeefcafen)] },
  { text: "8@-16(%rbp)", gives: [8, false, mem({ base: "bp", disp: -16n })] },
  { text: "-4@(%rsp)", gives: [4, true, mem({ base: "sp" })] },
  { text: "4@0x10(%r12)", gives: [4, false, mem({ base: "r12", disp: 16n })] },
  { text: "8@8+4(%rdi)", gives: [8, false, mem({ base: "di", disp: 12n })] },
  { text: "1@(%rax,%rbx,2)", gives: [1, false, mem({ base: "ax", index: "bx", scale: 2 })] },
  { text: "1@-8(%rax, %rbx)", gives: [1, false, mem({ base: "ax", index: "bx", scale: 1, disp: -8n })] },
  { text: "8@64(,%rcx,8)", gives: [8, false, mem({ index: "cx", scale: 8, disp: 64n })] },
  { text: "8@11873(%rip)", gives: [8, false, mem({ base: "ip", disp: 11873n })] },
  { text: "4@4210752", gives: [4, false, mem({ disp: 4210752n })] },
  { text: "8@sym(%rip)", gives: "the symbol is not in the file's symbol table" },
  { text: "4@sym+4(%rip)", gives: "the symbol is not in the file's symbol table" },
  { text: "4@global_counter", gives: "the symbol is not in the file's symbol table" },
  { text: "8@$sym", gives: "the address of a symbol is not known here" },
  { text: "8f@%xmm0", gives: FLOAT },
  { text: "8@%st(1)", gives: FLOAT },
  { text: "8@%fs:-8", gives: "memory relative to a segment register cannot be read" },
  { text: "8@%rzz", gives: "%rzz is no register that is known" },
  { text: "4@(%eax)", gives: "memory must be addressed by 64-bit registers" },
  { text: "8@()", gives: "memory must be addressed by 64-bit registers" },
  { text: "8@(%rax,%rbx,3)", gives: "this form of operand is not known" },
  { text: "16@%rax", gives: "no value of 16 bytes can be read" },
  { text: "", gives: "this form of operand is not known" },
  { text: "8@", gives: "this form of operand is not known" },
];

// biome-ignore format: one case per line
const AARCH64: Case[] = [
  { text: "8@x0", gives: [8, false, reg("regs[0]")] },
  { text: "-4@w19", gives: [4, true, reg("regs[19]")] },
  { text: "8@x30", gives: [8, false, reg("regs[30]")] },
  { text: "8@sp", gives: [8, false, reg("sp")] },
  { text: "w3", gives: [4, false, reg("regs[3]")] },
  { text: "4@wzr", gives: [4, false, imm(0n)] },
  { text: "4@5", gives: [4, false, imm(5n)] },
  { text: "-4@-1", gives: [4, true, imm(-1n)] },
  { text: "8@#0x10", gives: [8, false, imm(16n)] },
  { text: "-4@[sp, 12]", gives: [4, true, mem({ base: "sp", disp: 12n })] },
  { text: "8@[x0]", gives: [8, false, mem({ base: "regs[0]" })] },
  { text: "8@[x0, -8]", gives: [8, false, mem({ base: "regs[0]", disp: -8n })] },
  { text: "8@[x0,#24]", gives: [8, false, mem({ base: "regs[0]", disp: 24n })] },
  { text: "8@[x0, x1]", gives: [8, false, mem({ base: "regs[0]", index: "regs[1]", scale: 1 })] },
  { text: "8@[x0, x1, lsl 3]", gives: [8, false, mem({ base: "regs[0]", index: "regs[1]", scale: 8 })] },
  { text: "4@[x0, w1, sxtw 2]", gives: [4, false, mem({ base: "regs[0]", index: "regs[1]", scale: 4, indexBits: 32, indexSigned: true })] },
  { text: "4@[x0, w1, uxtw]", gives: [4, false, mem({ base: "regs[0]", index: "regs[1]", scale: 1, indexBits: 32 })] },
  { text: "8@d0", gives: FLOAT },
  { text: "8@x31", gives: "this form of operand is not known" },
  { text: "8@[w0]", gives: "w0 cannot hold an address" },
  { text: "8@[]", gives: "nothing cannot hold an address" },
  { text: "8@[x0, 8]!", gives: "this form of operand is not known" },
  { text: "8@[x0, x1, sxtw 2]", gives: "the extension sxtw 2 does not fit the register" },
  { text: "8@[x0, x1, ror 2]", gives: "the extension ror 2 is not known" },
  { text: "8@[x0, :lo12:sym]", gives: ":lo12:sym cannot be an offset" },
];

const check =
  (arch: "x86_64" | "aarch64") =>
  ({ text, gives }: Case) => {
    const result = parseUsdtOperand(text, arch);
    if (typeof gives === "string") expect(result).toEqual({ kind: "unknown", reason: `\`${text}\`: ${gives}` });
    else
      expect(result).toEqual({
        kind: "operand",
        operand: { size: gives[0], signed: gives[1], source: gives[2] },
      });
  };

test.each(X86)("x86_64: $text", check("x86_64"));
test.each(AARCH64)("aarch64: $text", check("aarch64"));

test("a float in memory is marked", () => {
  expect(parseUsdtOperand("8f@-24(%rbp)", "x86_64")).toMatchObject({
    operand: { size: 8, float: true, source: { base: "bp" } },
  });
});

test("any text gives an operand or a reason, in linear time", () => {
  const text = fc.string({ unit: fc.constantFrom(..."-+0x18@%$()[],. raxsip\n"), maxLength: 40 });
  fc.assert(
    fc.property(text, fc.constantFrom("x86_64", "aarch64"), (operand, arch) => {
      const result = parseUsdtOperand(operand, arch);
      expect(result.kind === "operand" || result.reason !== "").toBe(true);
    }),
    { numRuns: 2000 },
  );
  for (const long of [
    `8@${"(".repeat(1e5)}`,
    `8@${"+1".repeat(1e5)}`,
    `8@$${"9".repeat(1e4)}`,
    "-".repeat(1e5),
  ])
    expect(["operand", "unknown"]).toContain(parseUsdtOperand(long, "x86_64").kind);
});
