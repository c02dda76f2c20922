import type { Insn, MemSize, Reg } from "../../src/isa/insn.ts";
import { slotsOf } from "../../src/isa/insn.ts";
import type { Dice } from "./verify-dice.ts";

/** A program with one thing changed: most often something that makes it wrong. */
export function mutate(insns: readonly Insn[], dice: Dice): { insns: Insn[]; what: string } {
  const at = dice.below(insns.length);
  const insn = insns[at];
  if (insn === undefined) return { insns: [...insns], what: "nothing" };
  const copy = [...insns];
  switch (dice.below(7)) {
    case 0:
      if (slotsOf(insn) === 1 && insn.kind !== "exit")
        copy[at] = { kind: "alu", op: "mov", bits: 64, dst: 5, src: { kind: "imm", imm: 0 } };
      return { insns: copy, what: `instruction ${at} removed` };
    case 1:
      copy[at] = otherRegister(insn, dice);
      return { insns: copy, what: `another register at ${at}` };
    case 2:
    case 3:
      copy[at] = otherNumber(insn, dice);
      return { insns: copy, what: `another number at ${at}` };
    case 4:
      copy[at] = otherSize(insn, dice);
      return { insns: copy, what: `another size at ${at}` };
    case 5:
      copy[at] = otherJump(insn, dice);
      return { insns: copy, what: `another jump at ${at}` };
    default: {
      const to = Math.min(insns.length - 2, at + 1);
      const next = insns[to];
      if (next && slotsOf(next) === 1 && slotsOf(insn) === 1 && !isFlow(next) && !isFlow(insn)) {
        copy[at] = next;
        copy[to] = insn;
      }
      return { insns: copy, what: `instructions ${at} and ${to} exchanged` };
    }
  }
}

function isFlow(insn: Insn): boolean {
  return insn.kind === "jump" || insn.kind === "ja" || insn.kind === "exit" || insn.kind === "call";
}

function otherRegister(insn: Insn, dice: Dice): Insn {
  const r = dice.below(11) as Reg;
  switch (insn.kind) {
    case "alu":
      if (insn.src.kind === "reg" && dice.once(2)) return { ...insn, src: { kind: "reg", reg: r } };
      return { ...insn, dst: r };
    case "load":
      return dice.once(2) ? { ...insn, base: r } : { ...insn, dst: r };
    case "store":
      if (insn.src.kind === "reg" && dice.once(2)) return { ...insn, src: { kind: "reg", reg: r } };
      return { ...insn, base: r };
    case "atomic":
      return dice.once(2) ? { ...insn, base: r } : { ...insn, src: r };
    case "jump":
      return { ...insn, dst: r };
    case "loadImm64":
      return { ...insn, dst: r };
    default:
      return insn;
  }
}

function otherNumber(insn: Insn, dice: Dice): Insn {
  const by = dice.pick([-64, -8, -4, -1, 1, 4, 8, 16, 64, 512]);
  const value = dice.pick([0, 1, -1, 8, 64, 511, 4096, 0x7fffffff, -512]);
  switch (insn.kind) {
    case "alu":
    case "jump":
      return insn.src.kind === "imm" ? { ...insn, src: { kind: "imm", imm: value } } : insn;
    case "load":
    case "store":
    case "atomic":
      return { ...insn, off: insn.off + by };
    case "call":
      return insn.target.kind === "helper" && dice.once(3)
        ? { kind: "call", target: { kind: "helper", id: 1 + dice.below(211) } }
        : insn;
    default:
      return insn;
  }
}

function otherSize(insn: Insn, dice: Dice): Insn {
  const size = dice.pick([1, 2, 4, 8] as const);
  if (insn.kind === "load") return { ...insn, size: size as MemSize, signed: false };
  if (insn.kind === "store") return { ...insn, size: size as MemSize };
  if (insn.kind === "atomic") return { ...insn, size: dice.pick([4, 8] as const) };
  if (insn.kind === "alu" || insn.kind === "jump") {
    const imm = insn.src.kind === "imm" ? insn.src.imm : 0;
    const shifts = insn.kind === "alu" && ["lsh", "rsh", "arsh"].includes(insn.op);
    return shifts && imm > 31 ? insn : { ...insn, bits: insn.bits === 64 ? 32 : 64 };
  }
  return insn;
}

function otherJump(insn: Insn, dice: Dice): Insn {
  if (insn.kind === "jump") {
    if (dice.once(2))
      return { ...insn, op: dice.pick(["eq", "ne", "gt", "ge", "lt", "le", "sgt", "slt", "set"] as const) };
    return { ...insn, off: insn.off + dice.pick([-3, -1, 1, 2]) };
  }
  if (insn.kind === "alu" && insn.op !== "mov")
    return { ...insn, op: dice.pick(["add", "sub", "and", "or", "mul"] as const) };
  return insn;
}
