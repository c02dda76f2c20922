import { decodeInsn } from "../../isa/decode.ts";
import { type InsnBody, slotsOf } from "../../isa/insn.ts";
import { DecodeError } from "../../isa/isa-error.ts";
import { ALU_CODE, CLASS, FROM_REG, JUMP_CALL } from "../../isa/opcodes.ts";

/** A slot of what the kernel holds. `to`: the slot that it jumps to, calls, or takes the address of. */
export type HeldInsn = Readonly<{ slot: number; to?: number }> &
  Readonly<{ kind: "insn"; body: InsnBody } | { kind: "perCpu" } | { kind: "barrier" } | { kind: "unknown" }>;

const CALL = CLASS.jmp | JUMP_CALL;
const MOV = CLASS.alu64 | ALU_CODE.mov | FROM_REG;
const NOSPEC = 0xc2; // speculation barrier, ST | NOSPEC in include/linux/filter.h, v6.18
const PER_CPU = -1; // offset of a move that makes a per-CPU address; include/linux/filter.h, v6.10

/** The instructions of a loaded program: those that a program may have, and those that only the kernel writes. */
export function readSlots(bytes: Uint8Array): readonly HeldInsn[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out: HeldInsn[] = [];
  for (let slot = 0; slot < Math.floor(bytes.length / 8); ) {
    const held = readSlot(view, slot);
    out.push(held);
    slot += held.kind === "insn" ? slotsOf(held.body) : 1;
  }
  return out;
}

function readSlot(view: DataView, slot: number): HeldInsn {
  const at = slot * 8;
  const code = view.getUint8(at);
  const off = view.getInt16(at + 2, true);
  // The immediate holds an address by now; the offset still says where the function starts.
  if (code === CALL && view.getUint8(at + 1) >> 4 === 1)
    return { kind: "insn", slot, to: slot + 1 + off, body: { kind: "call", target: { kind: "local", off } } };
  if (code === MOV && off === PER_CPU) return { kind: "perCpu", slot };
  if (code === NOSPEC) return { kind: "barrier", slot };
  try {
    const body = decodeInsn(view, slot);
    const to = targetOf(body, slot);
    return { kind: "insn", slot, body, ...(to !== undefined && { to }) };
  } catch (error) {
    if (error instanceof DecodeError) return { kind: "unknown", slot };
    throw error;
  }
}

function targetOf(body: InsnBody, slot: number): number | undefined {
  switch (body.kind) {
    case "ja":
    case "jump":
    case "mayGoto":
      return slot + 1 + body.off;
    case "loadImm64":
      return body.ref?.kind === "funcOff" ? slot + 1 + body.ref.off : undefined;
    default:
      return undefined;
  }
}
