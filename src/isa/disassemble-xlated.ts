import { decodeInsn } from "./decode.ts";
import { disassemble, type TextOptions } from "./disassemble.ts";
import type { InsnBody } from "./insn.ts";
import { slotsOf } from "./insn.ts";
import { DecodeError } from "./isa-error.ts";
import { ALU_CODE, CLASS, FROM_REG, JUMP_CALL } from "./opcodes.ts";

const CALL = CLASS.jmp | JUMP_CALL;
const MOV = CLASS.alu64 | ALU_CODE.mov | FROM_REG;
const NOSPEC = 0xc2; // speculation barrier, ST | NOSPEC in include/linux/filter.h, v6.18
const PERCPU = -1; // offset of a move that makes a per-CPU address; include/linux/filter.h, v6.10

/**
 * What BPF_OBJ_GET_INFO_BY_FD returns as `xlated_prog_insns`, as bpftool prints it: with slot numbers and opcodes. The
 * kernel has rewritten such programs, so they hold forms that it would not load; a slot that is no known instruction is
 * printed as its bytes. `bytes` are in the byte order of this machine, little-endian.
 */
export function disassembleXlated(bytes: Uint8Array, options: TextOptions = {}): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const slots = Math.floor(bytes.length / 8);
  let text = "";
  for (let slot = 0; slot < slots; ) {
    const number = String(slot).padStart(4);
    const found = decodeSlot(view, slot);
    if (typeof found === "string") {
      text += `${number}: (${opcodeText(view, slot)}) ${found}\n`;
      slot++;
      continue;
    }
    text += `${number}: ${disassemble([found], { ...options, opcodes: true })}`;
    slot += slotsOf(found);
  }
  return text;
}

function opcodeText(view: DataView, slot: number): string {
  return view
    .getUint8(slot * 8)
    .toString(16)
    .padStart(2, "0");
}

/** An instruction, or the text of a slot that is none. */
function decodeSlot(view: DataView, slot: number): InsnBody | string {
  const at = slot * 8;
  const code = view.getUint8(at);
  const dst = view.getUint8(at + 1) & 15;
  const src = view.getUint8(at + 1) >> 4;
  const off = view.getInt16(at + 2, true);
  // The immediate holds an address by now; the offset still says where the subprogram starts.
  if (code === CALL && src === 1) return { kind: "call", target: { kind: "local", off } };
  if (code === MOV && off === PERCPU && view.getInt32(at + 4, true) === 0)
    return `r${dst} = &(void __percpu *)(r${src})`;
  if (code === NOSPEC) return "nospec";
  try {
    return decodeInsn(view, slot);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const bytes = Array.from({ length: 8 }, (_, i) =>
      view
        .getUint8(at + i)
        .toString(16)
        .padStart(2, "0"),
    );
    return `unknown ${bytes.join(" ")}`;
  }
}
