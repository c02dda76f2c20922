import type { InsnBody, MemSize } from "../../isa/insn.ts";
import { isInFrame } from "../lower.ts";
import { CONTROL, FRAME_BYTES } from "../memory.ts";
import { type CodeWriter, TYPE, W } from "./code-writer.ts";
import { atomicOperation, popRegister, pushOperand } from "./emit-alu.ts";
import { type Access, accessOf, LOCAL, limitIndex, registerLocal, type Windows } from "./locals.ts";

/** What accesses need of the function around them. */
export type MemoryParts = Readonly<{
  out: CodeWriter;
  windows: Windows;
  /** Begins an `if` that is rarely entered. */
  rarely(type: number): void;
  /** Ends the run: the access leaves the frame. */
  failFrame(insnIndex: number): void;
  /** Calls the host to find the memory; the address is in LOCAL.target. Leaves the address to use. */
  resolve(access: Access, insnIndex: number): void;
}>;

export type MemoryInsn = InsnBody & { kind: "load" | "loadAcquire" | "store" | "storeRelease" | "atomic" };

/** A load, a store, or an atomic operation. Not `checked`: something else made sure that the memory is the program's. */
export function emitMemory(parts: MemoryParts, insn: MemoryInsn, at: number, checked: boolean): void {
  const { out } = parts;
  const offset = pushAddress(parts, accessOf(insn) as Access, at, checked);
  switch (insn.kind) {
    case "load":
    case "loadAcquire":
      out.memory(loadOf(insn.size, insn.kind === "load" && insn.signed), offset);
      popRegister(out, insn.dst, 64);
      return;
    case "store":
      pushOperand(out, insn.src, 64);
      return out.memory(storeOf(insn.size), offset);
    case "storeRelease":
      out.get(registerLocal(insn.src));
      return out.memory(storeOf(insn.size), offset);
    default:
      return emitAtomic(out, insn, offset);
  }
}

/** Pushes the address that an access goes to; what to add to it. */
function pushAddress(parts: MemoryParts, access: Access, at: number, checked: boolean): number {
  const { out } = parts;
  const { base, off, size, write } = access;
  if (base === 10) {
    if (!isInFrame(off, size)) parts.failFrame(at);
    out.get(LOCAL.frameStart);
    return FRAME_BYTES + Math.max(off, -FRAME_BYTES);
  }
  out.get(registerLocal(base));
  if (off !== 0) {
    out.i64(off);
    out.byte(W.i64Add);
  }
  if (!checked) {
    out.byte(W.i32WrapI64);
    return 0;
  }
  const windows = parts.windows.of(base);
  out.tee(LOCAL.target);
  out.get(windows.get(0) ?? 0);
  out.byte(W.i64Sub);
  out.get(windows.get(limitIndex(size, write)) ?? 0);
  out.byte(W.i64GeU);
  parts.rarely(TYPE.i32);
  parts.resolve(access, at);
  for (const [index, local] of windows) {
    out.i32(0);
    out.memory(W.i64Load, CONTROL.window + index * 8);
    out.set(local);
  }
  out.byte(W.else);
  out.get(LOCAL.target);
  out.byte(W.i32WrapI64);
  out.byte(W.end);
  return 0;
}

/** The address is on the stack. */
function emitAtomic(out: CodeWriter, insn: InsnBody & { kind: "atomic" }, offset: number): void {
  const { op, size, src } = insn;
  out.tee(LOCAL.at);
  out.get(LOCAL.at);
  out.memory(loadOf(size, false), offset);
  out.set(LOCAL.value);
  switch (op) {
    case "xchg":
      out.get(registerLocal(src));
      break;
    case "cmpxchg":
      out.get(registerLocal(src));
      out.get(LOCAL.value);
      out.get(LOCAL.value);
      out.get(registerLocal(0));
      if (size === 4) {
        out.i64Big(0xffff_ffffn);
        out.byte(W.i64And);
      }
      out.byte(W.i64Eq);
      out.byte(W.select);
      break;
    default:
      out.get(LOCAL.value);
      out.get(registerLocal(src));
      out.byte(atomicOperation(op));
  }
  out.memory(storeOf(size), offset);
  if (!insn.fetch) return;
  out.get(LOCAL.value);
  out.set(registerLocal(op === "cmpxchg" ? 0 : src));
}

function loadOf(size: MemSize, signed: boolean): number {
  if (size === 8) return W.i64Load;
  if (size === 4) return signed ? W.i64Load32S : W.i64Load32U;
  if (size === 2) return signed ? W.i64Load16S : W.i64Load16U;
  return signed ? W.i64Load8S : W.i64Load8U;
}

function storeOf(size: MemSize): number {
  if (size === 8) return W.i64Store;
  if (size === 4) return W.i64Store32;
  return size === 2 ? W.i64Store16 : W.i64Store8;
}
