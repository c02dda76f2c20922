import type { InsnBody } from "../../isa/insn.ts";
import type { HeldInsn } from "./read-slots.ts";

/** A helper's id where the kernel wrote its work instead of its call, and the instructions that this takes. */
export type Inlined = Readonly<{ helper: number; length: number }>;

const LOOKUP = 1;
const PROCESSOR_ID = 8;
const CURRENT_TASK = 158; // as a pointer, which also is a number
const MOST_AFTER_LOOKUP = 8;

/**
 * The call that the kernel replaced by the instructions at `i`; undefined where there is none that is known.
 * Source: `*_map_gen_lookup` in kernel/bpf/{arraymap,hashtab}.c and bpf_do_misc_fixups, v6.18.
 */
export function inlinedAt(
  code: readonly HeldInsn[],
  i: number,
  nameOf: (call: number) => string | undefined,
): Inlined | undefined {
  return arrayLookup(code, i) ?? hashLookup(code, i, nameOf) ?? perCpuRead(code, i);
}

function bodyAt(code: readonly HeldInsn[], i: number): InsnBody | undefined {
  const held = code[i];
  return held?.kind === "insn" ? held.body : undefined;
}

/** r1 += values; r0 = *(u32 *)(r2 +0); if r0 >= entries goto null; …; goto end; null: r0 = 0; end: */
function arrayLookup(code: readonly HeldInsn[], i: number): Inlined | undefined {
  const [add, index, test] = [bodyAt(code, i), bodyAt(code, i + 1), bodyAt(code, i + 2)];
  const isStart = add?.kind === "alu" && add.op === "add" && add.dst === 1 && add.src.kind === "imm";
  const readsIndex = index?.kind === "load" && index.dst === 0 && index.base === 2 && index.size === 4;
  if (!isStart || !readsIndex || index.off !== 0) return undefined;
  if (test?.kind !== "jump" || test.op !== "ge" || test.dst !== 0 || test.src.kind !== "imm") return undefined;
  const last = code.findIndex(({ slot }) => slot === code[i + 2]?.to);
  const zero = bodyAt(code, last);
  const isEnd = zero?.kind === "alu" && zero.op === "mov" && zero.dst === 0 && isZero(zero);
  if (!isEnd || last - i > MOST_AFTER_LOOKUP + 4 || bodyAt(code, last - 1)?.kind !== "ja") return undefined;
  return { helper: LOOKUP, length: last - i + 1 };
}

function isZero(body: Extract<InsnBody, { kind: "alu" }>): boolean {
  return body.src.kind === "imm" && body.src.imm === 0;
}

/** call __htab_map_lookup_elem; if r0 == 0 goto end; …; end: */
function hashLookup(
  code: readonly HeldInsn[],
  i: number,
  nameOf: (call: number) => string | undefined,
): Inlined | undefined {
  const [call, test] = [bodyAt(code, i), bodyAt(code, i + 1)];
  if (call?.kind !== "call" || call.target.kind !== "helper") return undefined;
  if (nameOf(call.target.id) !== "__htab_map_lookup_elem") return undefined;
  if (test?.kind !== "jump" || test.op !== "eq" || test.dst !== 0 || test.src.kind !== "imm") return undefined;
  const end = code.findIndex(({ slot }) => slot === code[i + 1]?.to);
  if (end <= i || end - i > MOST_AFTER_LOOKUP) return undefined;
  return { helper: LOOKUP, length: end - i };
}

/** r0 = the variable's address; r0 = that of this CPU's; r0 = *r0 */
function perCpuRead(code: readonly HeldInsn[], i: number): Inlined | undefined {
  const [address, read] = [bodyAt(code, i), bodyAt(code, i + 2)];
  const isAddress =
    address?.kind === "alu" && address.op === "mov" && address.dst === 0 && address.src.kind === "imm";
  if (!isAddress || code[i + 1]?.kind !== "perCpu" || read?.kind !== "load" || read.dst !== 0) return undefined;
  return { helper: read.size === 8 ? CURRENT_TASK : PROCESSOR_ID, length: 3 };
}
