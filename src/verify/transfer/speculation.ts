import type { Insn } from "../../isa/insn.ts";
import type { Scalar } from "../number/scalar.ts";
import { touchedField } from "../program/fields.ts";
import { describe } from "../state/describe.ts";
import { type State, setReg } from "../state/state.ts";
import { isFixed, type Pointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";

// A processor that guesses wrongly runs code whose numbers are not those that the verifier knows. Pointers of programs
// without CAP_PERFMON are therefore cut back to their object by instructions that the kernel adds, which works only where
// the limit is known and the same on all paths. Source: sanitize_ptr_alu, sanitize_check_bounds, kernel/bpf/verifier.c,
// v6.18.

type Alu = Extract<Insn, { kind: "alu" }>;

/** How an instruction is cut back: the same on each path that leads to it. */
export type Sanitation = Readonly<{ how: string; limit: bigint }>;

const STACK_BYTES = 512n;

/** Arithmetic on numbers: no path may do it with a pointer. */
export function noteNumbers(a: Analysis, s: State, insn: Alu): boolean {
  if (isSafe(a, s, insn)) return true;
  return isSameOnAllPaths(a, s, insn, { how: "number", limit: 0n });
}

function isSafe(a: Analysis, s: State, { op, src }: Alu): boolean {
  if (a.env.privileged || src.kind === "imm" || (op !== "add" && op !== "sub")) return true;
  return a.barriers?.has(s.insn) === true;
}

/** Whether `p` may be moved by `by` to become `moved`. `reversed`: the number is in the destination. */
export function isSafeMove(
  a: Analysis,
  s: State,
  insn: Alu,
  p: Pointer,
  by: Scalar,
  moved: Pointer,
  reversed: boolean,
): boolean {
  if (a.env.privileged) return true;
  if (isSafe(a, s, insn)) return isInObject(a, s, insn, moved);
  const isKnown = by.mask === 0n;
  const negative = by.smin < 0n;
  if (s.speculative) {
    if (!isKnown) guessUnmoved(a, s, insn, p);
    return isInObject(a, s, insn, moved);
  }
  if (!isKnown && negative !== by.smax < 0n)
    return refuse(a, s, insn, "a number that may be negative or not is added to a pointer");
  const left = insn.op === "add" ? negative : !negative;
  const before = limitOf(a, s, insn, p, left);
  if (before === undefined) return false;
  if (!isKnown) {
    a.comparison.strict = true;
    guessUnmoved(a, s, insn, p);
  }
  if (!isInObject(a, s, insn, moved)) return false;
  const after = limitOf(a, s, insn, moved, left);
  if (after === undefined) return false;
  const limit = before > after ? before - after : after - before;
  const how = `${negative ? "negative" : "positive"} ${isKnown ? "constant" : "number"} ${reversed ? "to a number" : "to a pointer"}`;
  return isSameOnAllPaths(a, s, insn, { how, limit });
}

/** The number is cut to 0 where the processor guessed that it is too large. */
function guessUnmoved(a: Analysis, s: State, { dst }: Alu, p: Pointer): void {
  setReg(a.speculate(s, s.insn + 1), dst, p);
}

/** Bytes that the pointer can be moved to the left, or was moved to the right. */
function limitOf(a: Analysis, s: State, insn: Alu, p: Pointer, left: boolean): bigint | undefined {
  const ends = endOf(p, left);
  if (ends === undefined) {
    refuse(a, s, insn, `${describe(p)} is moved by a register`);
    return undefined;
  }
  const limit = BigInt.asUintN(32, ends.limit);
  if (limit < ends.most) return limit;
  refuse(a, s, insn, `${describe(p)} is moved out of its bounds`);
  return undefined;
}

function endOf(p: Pointer, left: boolean): Readonly<{ limit: bigint; most: bigint }> | undefined {
  const off = BigInt(p.off);
  switch (p.kind) {
    case "stack":
      return { limit: -(p.vary.value + off), most: STACK_BYTES + (left ? 1n : 0n) };
    case "mapValue":
      return { limit: (left ? p.vary.smin : p.vary.umax) + off, most: BigInt(p.map?.valueSize ?? 0) };
    default:
      return undefined;
  }
}

/** Whatever moved a pointer, it points into its object afterwards. */
function isInObject(a: Analysis, s: State, insn: Alu, p: Pointer): boolean {
  switch (p.kind) {
    case "stack": {
      if (!isFixed(p)) return refuse(a, s, insn, "the stack is accessed at an offset that varies");
      const off = BigInt(p.off) + BigInt.asIntN(64, p.vary.value);
      if (off < 0n && off >= -STACK_BYTES) return true;
      return refuse(a, s, insn, `the stack pointer is moved to ${off}, out of its 512 bytes`);
    }
    case "mapValue": {
      const first = p.vary.smin + BigInt(p.off);
      const last = p.vary.umax + BigInt(p.off);
      const fields = p.map?.fields ?? [];
      if (touchedField(fields, first, last + 1n))
        return refuse(a, s, insn, `${describe(p)} is moved to a field that only the kernel uses`);
      if (first >= 0n && last < BigInt(p.map?.valueSize ?? 0) && p.vary.umax < 1n << 29n) return true;
      return refuse(a, s, insn, `${describe(p)} is moved out of its value`);
    }
    default:
      return true;
  }
}

function isSameOnAllPaths(a: Analysis, s: State, insn: Alu, now: Sanitation): boolean {
  const known = a.sanitations.get(s.insn);
  if (known === undefined) {
    a.sanitations.set(s.insn, now);
    return true;
  }
  if (known.how === now.how && known.limit === now.limit) return true;
  return refuse(a, s, insn, "another path comes here with a pointer to something else, or with other bounds");
}

function refuse(a: Analysis, s: State, { dst, src }: Alu, what: string): false {
  const reg = src.kind === "reg" ? src.reg : dst;
  const message = `${what}, which only privileged programs may do`;
  a.fault(s, { code: "verify/privilege", message, subject: { kind: "reg", reg } });
  return false;
}
