import { unreachable } from "../base/errors.ts";
import { evalAlu, evalAtomic, evalEndian, evalLoad, evalMovsx, evalNeg, immValue } from "../isa/eval.ts";
import type { InsnBody, MemSize, Operand } from "../isa/insn.ts";
import { type Activation, pushFrame } from "./activation.ts";
import { castPointer } from "./arena.ts";

/**
 * Runs an instruction that the interpreter's loop has no case for; `act.pc` is its index, and one less than the next
 * one's afterwards. Whether the function ends here.
 */
export function runRare(act: Activation, insn: InsnBody): boolean {
  const { wide, state } = act;
  switch (insn.kind) {
    case "alu":
      wide[insn.dst] = evalAlu(insn.op, insn.bits, wide[insn.dst] as bigint, operand(wide, insn.src));
      return false;
    case "neg":
      wide[insn.dst] = evalNeg(insn.bits, wide[insn.dst] as bigint);
      return false;
    case "movsx":
      wide[insn.dst] = evalMovsx(insn.bits, insn.from, wide[insn.src] as bigint);
      return false;
    case "endian":
      wide[insn.dst] = evalEndian(insn.op, insn.width, wide[insn.dst] as bigint);
      return false;
    case "load":
    case "loadAcquire": {
      const at = act.resolve(insn.base * 2, insn.off, insn.size, false, act.pc);
      const signed = insn.kind === "load" && insn.signed;
      wide[insn.dst] = evalLoad(insn.size, signed, loadBytes(act, at, insn.size));
      return false;
    }
    case "store":
    case "storeRelease": {
      const at = act.resolve(insn.base * 2, insn.off, insn.size, true, act.pc);
      const value = insn.kind === "store" ? operand(wide, insn.src) : (wide[insn.src] as bigint);
      storeBytes(act, at, insn.size, value);
      return false;
    }
    case "addrSpaceCast": {
      const { arena } = act.program;
      if (arena === undefined) throw new Error("bug: a cast without an arena");
      wide[insn.dst] = castPointer(arena, insn.toSpace === 1, wide[insn.src] as bigint);
      return false;
    }
    case "atomic":
      runAtomic(act, insn);
      return false;
    case "mayGoto":
      if (act.mayGotos === 0) act.pc = (act.program.targets[act.pc] as number) - 1;
      else act.mayGotos--;
      return false;
    case "loadPacket": {
      state.program = act.program;
      state.insnIndex = act.pc;
      const base = insn.mode === "ind" ? (act.regs[insn.src * 2] as number) : 0;
      const value = state.packetLoad((base + insn.imm) | 0, insn.size);
      wide[0] = BigInt(value ?? 0);
      return value === undefined;
    }
    case "call":
      callRegister(act, insn);
      return false;
    case "loadImm64":
    case "ja":
    case "jump":
    case "exit":
      throw new Error(`bug: ${insn.kind} is not rare`);
    default:
      return unreachable(insn);
  }
}

function operand(wide: BigUint64Array, src: Operand): bigint {
  return src.kind === "imm" ? immValue(src.imm) : (wide[src.reg] as bigint);
}

function runAtomic(act: Activation, insn: InsnBody & { kind: "atomic" }): void {
  const { wide } = act;
  const at = act.resolve(insn.base * 2, insn.off, insn.size, true, act.pc);
  const old = loadBytes(act, at, insn.size);
  const { stored, fetched } = evalAtomic(insn.op, insn.size, old, wide[insn.src] as bigint, wide[0] as bigint);
  storeBytes(act, at, insn.size, stored);
  if (insn.fetch) wide[insn.op === "cmpxchg" ? 0 : insn.src] = fetched;
}

function callRegister(act: Activation, insn: InsnBody & { kind: "call" }): void {
  if (insn.target.kind !== "reg") throw new Error(`bug: call of a ${insn.target.kind} is not rare`);
  const { state } = act;
  state.program = act.program;
  state.insnIndex = act.pc;
  const start = state.functionIndex(act.program, act.wide[insn.target.reg] as bigint);
  pushFrame(act, act.pc);
  act.pc = start - 1;
}

function loadBytes(act: Activation, at: number, size: MemSize): bigint {
  const { view } = act.state.space;
  if (size === 8) return view.getBigUint64(at, true);
  if (size === 4) return BigInt(view.getUint32(at, true));
  return BigInt(size === 2 ? view.getUint16(at, true) : view.getUint8(at));
}

function storeBytes(act: Activation, at: number, size: MemSize, value: bigint): void {
  const { view } = act.state.space;
  if (size === 8) view.setBigUint64(at, value, true);
  else if (size === 4) view.setUint32(at, Number(BigInt.asUintN(32, value)), true);
  else if (size === 2) view.setUint16(at, Number(BigInt.asUintN(16, value)), true);
  else view.setUint8(at, Number(BigInt.asUintN(8, value)));
}
