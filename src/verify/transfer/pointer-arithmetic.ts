import type { Insn } from "../../isa/insn.ts";
import type { Scalar } from "../number/scalar.ts";
import { draftOf, forgetLow, S64_MAX, S64_MIN, setBits, U64_MAX } from "../number/scalar.ts";
import { settle } from "../number/settle.ts";
import { tnumAdd, tnumSub } from "../number/tnum.ts";
import { describe } from "../state/describe.ts";
import type { State } from "../state/state.ts";
import {
  ATTR,
  changed,
  hasAttr,
  isPacket,
  POISON,
  type Pointer,
  type ScalarValue,
  UNKNOWN_VALUE,
  type Value,
} from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { isSafeMove } from "./speculation.ts";

type Alu = Extract<Insn, { kind: "alu" }>;

/** Bytes that a pointer may be moved by; BPF_MAX_VAR_OFF in include/linux/bpf_verifier.h, v6.18. */
export const MAX_OFFSET = 1 << 29;

/** `pointer op= number`, or `number op= pointer` where `reversed`: adding and subtracting move it, all else is a fault. */
export function movePointer(
  a: Analysis,
  s: State,
  insn: Alu,
  p: Pointer,
  by: ScalarValue,
  reversed: boolean,
): Value {
  if (insn.bits === 32) return arithmetic32(a, s, insn, p);
  if (!isMovable(a, s, insn, p, by.num)) return POISON;
  if (p.kind === "mem" && hasAttr(p, ATTR.untrusted)) return p;
  if (!isSane(a, s, insn, p, by.num) || !isSaneOffset(a, s, insn, p, p.off, p.vary)) return POISON;
  if (insn.op !== "add" && insn.op !== "sub") return otherOperation(a, s, insn, p);
  const moved = insn.op === "add" ? add(a, p, by.num) : subtract(a, s, insn, p, by.num, reversed);
  if (moved === undefined) return POISON;
  if (!isSafeMove(a, s, insn, p, by.num, moved, reversed)) return POISON;
  return isSaneOffset(a, s, insn, p, moved.off, moved.vary) ? moved : POISON;
}

function arithmetic32(a: Analysis, s: State, insn: Alu, p: Pointer): Value {
  if (insn.op === "sub" && a.env.privileged) return UNKNOWN_VALUE;
  const message = `32-bit arithmetic on ${describe(p)} in r${insn.dst} would cut it in half`;
  a.fault(s, { code: "verify/pointer-32bit", message, subject: { kind: "reg", reg: insn.dst } });
  return POISON;
}

/** Kinds that can be moved at all, and by what. */
function isMovable(a: Analysis, s: State, insn: Alu, p: Pointer, by: Scalar): boolean {
  const subject = { kind: "reg", reg: insn.dst } as const;
  if (p.nullable) {
    const message = `${describe(p)} may be NULL, and cannot be moved before that is tested`;
    a.fault(s, { code: "verify/null-arithmetic", message, subject });
    return false;
  }
  const isKnown = by.mask === 0n;
  const byNothing = isKnown && by.value === 0n && insn.op === "add";
  const fixed =
    p.kind === "packetEnd" ||
    p.kind === "socket" ||
    p.kind === "sockCommon" ||
    p.kind === "tcpSocket" ||
    p.kind === "xdpSocket" ||
    (p.kind === "flowKeys" && !isKnown && !byNothing) ||
    (p.kind === "map" && !byNothing);
  if (fixed) {
    const message = `${describe(p)} cannot be moved`;
    a.fault(s, { code: "verify/fixed-pointer", message, subject });
    return false;
  }
  return true;
}

function otherOperation(a: Analysis, s: State, insn: Alu, p: Pointer): Value {
  const message = `\`${insn.op}\` on ${describe(p)} in r${insn.dst}: only adding and subtracting a number moves a pointer`;
  a.fault(s, { code: "verify/pointer-operation", message, subject: { kind: "reg", reg: insn.dst } });
  return POISON;
}

function isSane(a: Analysis, s: State, insn: Alu, p: Pointer, by: Scalar): boolean {
  return isSaneOffset(a, s, insn, p, 0, by);
}

/** Whether an offset is within the 512 MiB that pointers may be moved by. */
function isSaneOffset(a: Analysis, s: State, insn: Alu, p: Pointer, off: number, vary: Scalar): boolean {
  const limit = BigInt(MAX_OFFSET);
  const isKnown = vary.mask === 0n;
  const value = BigInt.asIntN(64, vary.value);
  const reg = insn.src.kind === "reg" ? insn.src.reg : insn.dst;
  const report = (message: string): false => {
    a.fault(s, {
      code: "verify/unbounded-offset",
      message,
      subject: { kind: "reg", reg },
      values: { name: `r${reg}` },
    });
    return false;
  };
  if (isKnown && (value >= limit || value <= -limit))
    return report(`${describe(p)} cannot be moved by ${value} bytes`);
  if (off >= MAX_OFFSET || off <= -MAX_OFFSET) return report(`${describe(p)} is moved ${off} bytes away`);
  if (vary.smin === S64_MIN)
    return report(
      `r${reg}, which is added to ${describe(p)}, has no lower bound: it may be any negative number`,
    );
  if (vary.smin >= limit || vary.smin <= -limit)
    return report(`r${reg} may move ${describe(p)} by ${vary.smin} bytes`);
  return true;
}

function isInt32(x: bigint): boolean {
  return x === BigInt.asIntN(32, x);
}

function add(a: Analysis, p: Pointer, by: Scalar): Pointer {
  const off = BigInt(p.off) + by.smin;
  if (by.mask === 0n && isInt32(off)) return changed(p, { off: Number(off) });
  const d = draftOf(p.vary);
  const smin = d.smin + by.smin;
  const smax = d.smax + by.smax;
  const fits = smin >= S64_MIN && smax <= S64_MAX;
  d.smin = fits ? smin : S64_MIN;
  d.smax = fits ? smax : S64_MAX;
  const umax = d.umax + by.umax;
  d.umin = umax > U64_MAX ? 0n : d.umin + by.umin;
  d.umax = umax > U64_MAX ? U64_MAX : umax;
  forgetLow(d);
  setBits(d, tnumAdd(d, by));
  const vary = settle(d);
  return isPacket(p) ? changed(p, { vary, id: a.newId(), size: 0 }) : changed(p, { vary });
}

function subtract(
  a: Analysis,
  s: State,
  insn: Alu,
  p: Pointer,
  by: Scalar,
  reversed: boolean,
): Pointer | undefined {
  if (reversed || p.kind === "stack") {
    const what = reversed
      ? `a pointer is subtracted from the number in r${insn.dst}`
      : "a number is subtracted from a stack pointer";
    const message = `${what}${reversed ? "" : "; add a negative one instead"}`;
    a.fault(s, { code: "verify/pointer-subtraction", message, subject: { kind: "reg", reg: insn.dst } });
    return undefined;
  }
  const off = BigInt(p.off) - by.smin;
  if (by.mask === 0n && isInt32(off)) return changed(p, { off: Number(off) });
  const d = draftOf(p.vary);
  const smin = d.smin - by.smax;
  const smax = d.smax - by.smin;
  const fits = smin >= S64_MIN && smax <= S64_MAX;
  d.smin = fits ? smin : S64_MIN;
  d.smax = fits ? smax : S64_MAX;
  const wraps = d.umin < by.umax;
  d.umin = wraps ? 0n : d.umin - by.umax;
  d.umax = wraps ? U64_MAX : d.umax - by.umin;
  forgetLow(d);
  setBits(d, tnumSub(d, by));
  const vary = settle(d);
  if (!isPacket(p)) return changed(p, { vary });
  return changed(p, { vary, id: a.newId(), ...(by.smin < 0n && { size: 0 }) });
}
