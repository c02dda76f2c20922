import type { Insn, JumpOp, Reg } from "../../isa/insn.ts";
import type { Outcome } from "../number/compare.ts";
import type { State } from "../state/state.ts";
import { mapValues, reg, setReg } from "../state/state.ts";
import {
  changed,
  fixedOffset,
  isFixed,
  isPacket,
  isPointer,
  type Pointer,
  type Value,
} from "../state/value.ts";

type Jump = Extract<Insn, { kind: "jump" }>;

/** Packets are at most this long; MAX_PACKET_OFF in kernel/bpf/verifier.c. */
const MAX_PACKET = 0xffff;

/** In place of a range: the pointer is at the packet's end or behind it; at least one byte behind it. */
export const AT_END = -1;
export const BEYOND_END = -2;

export function isPacketOrEnd(v: Value): v is Pointer {
  return isPacket(v) || v.kind === "packetEnd";
}

// Every comparison is read as `pointer op end`.
// biome-ignore format: a table
const MIRROR: Readonly<Partial<Record<JumpOp, JumpOp>>> = { gt: "lt", lt: "gt", ge: "le", le: "ge" };

/** A pointer that was compared with the packet's end before may decide a second comparison. */
export function decidePacketEnd(op: JumpOp, left: Pointer, right: Pointer): Outcome {
  const [p, is] =
    right.kind === "packetEnd" ? [left, op] : left.kind === "packetEnd" ? [right, MIRROR[op]] : [];
  if (p === undefined || p.size >= 0) return "depends";
  if (is === "gt" || is === "le") return p.size === BEYOND_END ? (is === "gt" ? "always" : "never") : "depends";
  if (is === "ge" || is === "lt") return is === "ge" ? "always" : "never";
  return "depends";
}

/** Learns from `packet pointer op packet end` (or metadata and the packet's start) how many bytes may be read. */
export function comparePacketEnd(s: State, taken: State, insn: Jump, left: Pointer, right: Pointer): boolean {
  if (insn.src.kind !== "reg") return false;
  const forward = isCheck(left, right);
  if (!forward && !isCheck(right, left)) return false;
  const op = forward ? insn.op : MIRROR[insn.op];
  const [p, r] = forward ? [left, insn.dst] : [right, insn.src.reg];
  switch (op) {
    case "gt":
      allow(s, p, false);
      markEnd(taken, r, BEYOND_END);
      return true;
    case "lt":
      allow(taken, p, true);
      markEnd(s, r, AT_END);
      return true;
    case "ge":
      allow(s, p, true);
      markEnd(taken, r, AT_END);
      return true;
    case "le":
      allow(taken, p, false);
      markEnd(s, r, BEYOND_END);
      return true;
    default:
      return false;
  }
}

/** Whether the comparison says how many bytes of the packet are there. */
export function isPacketCheck(insn: Jump, left: Pointer, right: Pointer): boolean {
  return MIRROR[insn.op] !== undefined && (isCheck(left, right) || isCheck(right, left));
}

function isCheck(p: Pointer, end: Pointer): boolean {
  if (p.kind === "packet") return end.kind === "packetEnd";
  return p.kind === "packetMeta" && end.kind === "packet" && isFixed(end) && fixedOffset(end) === 0;
}

/** The bytes up to `p` exist, and the one at it where `open`. All pointers from the same start share it. */
function allow(s: State, p: Pointer, open: boolean): void {
  if (p.off < 0 || (p.off === 0 && open)) return;
  if (p.vary.umax > BigInt(MAX_PACKET) || p.vary.umax + BigInt(p.off) > BigInt(MAX_PACKET)) return;
  const size = p.off + (open ? 1 : 0);
  mapValues(s, (value) => {
    if (!isPointer(value) || value.kind !== p.kind || value.id !== p.id || value.size >= size) return value;
    return changed(value, { size });
  });
}

function markEnd(s: State, r: Reg, size: number): void {
  const p = reg(s, r);
  if (p.kind === "packet") setReg(s, r, changed(p, { size }));
}
