import type { OperandSource } from "./operand-source.ts";
import { parseAarch64Source } from "./usdt-operand-aarch64.ts";
import { parseX86Source } from "./usdt-operand-x86.ts";

/** A parsed operand; `size` in bytes. */
export type UsdtOperand = Readonly<{
  size: 1 | 2 | 4 | 8;
  signed: boolean;
  float?: true;
  source: OperandSource;
}>;

export type OperandResult = Readonly<
  { kind: "operand"; operand: UsdtOperand } | { kind: "unknown"; reason: string }
>;

const SIZES: readonly number[] = [1, 2, 4, 8];

/** Parses one operand of a USDT note, such as "-4@%edi" or "8@[sp, 16]". */
export function parseUsdtOperand(text: string, arch: "x86_64" | "aarch64"): OperandResult {
  const [, minus, digits, float, rest = ""] = /^(?:(-?)(\d+)(f?)@)?(.*)$/s.exec(text.trim()) ?? [];
  const parsed = arch === "x86_64" ? parseX86Source(rest.trim()) : parseAarch64Source(rest.trim());
  if ("reason" in parsed) return { kind: "unknown", reason: `\`${text}\`: ${parsed.reason}` };
  // The oldest notes give no size; the register's, or a word.
  const size = digits === undefined ? (parsed.bytes ?? 8) : Number(digits);
  if (!SIZES.includes(size))
    return { kind: "unknown", reason: `\`${text}\`: no value of ${size} bytes can be read` };
  const base = { size: size as 1 | 2 | 4 | 8, signed: minus === "-", source: parsed.source };
  return { kind: "operand", operand: float === "f" ? { ...base, float: true } : base };
}
