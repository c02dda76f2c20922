import type { AsmCursor } from "./asm-cursor.ts";
import { integerIn, isSign } from "./asm-operand.ts";
import type { InsnBody } from "./insn.ts";

/** A jump's target as written: slots from the next instruction, or a label. */
export type JumpTarget = Readonly<{ off: number } | { label: string; start: number; end: number }>;

/** What a statement means: an instruction, and where it jumps if that is not in it yet. */
export type Statement = Readonly<{ insn: InsnBody; target?: JumpTarget }>;

/** Reads where a jump goes. Throws AsmSyntaxError. */
export function jumpTarget(cursor: AsmCursor): JumpTarget {
  const prefixed = cursor.match(/pc(?=\s*[+-])/y) !== undefined;
  if (prefixed || isSign(cursor.next)) {
    const off = integerIn(cursor, "jump offset", -0x80000000, 0x7fffffff);
    cursor.match(/<[^<>\n]*>/y); // llvm-objdump names the place
    return { off };
  }
  const start = cursor.position;
  const label = cursor.match(/[A-Za-z_.$@][\w.$@-]*/y);
  if (label === undefined)
    cursor.fail(
      `expected a jump target, found ${cursor.found()}`,
      "write a label, or slots from the next instruction: pc+2",
    );
  return { label: label[0], start, end: start + label[0].length };
}
