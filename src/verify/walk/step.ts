import { unreachable } from "../../base/errors.ts";
import { transferCall } from "../call/call.ts";
import type { State } from "../state/state.ts";
import { transferAlu, transferCast, transferMovsx, transferUnary } from "../transfer/alu.ts";
import { transferExit } from "../transfer/exit.ts";
import { transferJump } from "../transfer/jump.ts";
import { transferLoadImm64 } from "../transfer/load-imm64.ts";
import { transferMayGoto } from "../transfer/may-goto.ts";
import { transferAtomic, transferLoad, transferLoadPacket, transferStore } from "../transfer/memory.ts";
import type { Analysis } from "./analysis.ts";

/** Carries out one instruction on what is known; the next one, or -1 where the path ends. */
export function step(a: Analysis, s: State): number {
  const insn = a.program.insns[s.insn];
  if (insn === undefined) throw new Error(`bug: no instruction ${s.insn}`);
  switch (insn.kind) {
    case "alu":
      transferAlu(a, s, insn);
      break;
    case "neg":
    case "endian":
      transferUnary(a, s, insn);
      break;
    case "movsx":
      transferMovsx(a, s, insn);
      break;
    case "addrSpaceCast":
      transferCast(a, s, insn);
      break;
    case "load":
    case "loadAcquire":
      transferLoad(a, s, insn);
      break;
    case "store":
    case "storeRelease":
      transferStore(a, s, insn);
      break;
    case "atomic":
      transferAtomic(a, s, insn);
      break;
    case "loadImm64":
      transferLoadImm64(a, s, insn);
      break;
    case "loadPacket":
      transferLoadPacket(a, s, insn);
      break;
    case "ja":
      return a.program.targetOf[s.insn] ?? -1;
    case "jump":
      return transferJump(a, s, insn);
    case "mayGoto":
      return transferMayGoto(a, s);
    case "call":
      return transferCall(a, s, insn);
    case "exit":
      return transferExit(a, s);
    default:
      return unreachable(insn);
  }
  return s.insn + 1;
}
