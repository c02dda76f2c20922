/**
 * Where a probe's argument is. Registers are named as members of the kernel's `struct pt_regs` (x86_64: "di", "ip";
 * aarch64, `struct user_pt_regs`: "regs[3]", "sp").
 */
export type OperandSource = Readonly<
  | { kind: "imm"; value: bigint }
  /** The value is `reg >> shift`, of which the operand's size is used; 8 for %ah and the like. */
  | { kind: "reg"; reg: string; shift: number }
  /** At `base + disp + index * scale`, what is absent left out; `indexBits`: the index register's width, 64 if absent. */
  | {
      kind: "mem";
      base?: string;
      disp: bigint;
      index?: string;
      scale?: 1 | 2 | 4 | 8;
      indexBits?: 32;
      indexSigned?: true;
    }
>;

/** What a machine's parser finds behind the "@"; `bytes`: the register's width, where the text names one. */
export type SourceResult = Readonly<{ source: OperandSource; bytes?: 1 | 2 | 4 | 8 } | { reason: string }>;

/** A decimal, octal or hexadecimal number as assemblers write it. */
export function parseNumber(text: string): bigint | undefined {
  const [, sign, digits] = /^([+-]?)(0x[0-9a-f]+|\d+)$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const isOctal = /^0\d/.test(digits);
  if (isOctal && !/^[0-7]+$/.test(digits)) return undefined;
  const value = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
  return sign === "-" ? -value : value;
}
