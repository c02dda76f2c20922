import type { BtfId } from "../../btf/types.ts";
import type { Insn } from "../../isa/insn.ts";
import { slotsOf } from "../../isa/insn.ts";
import type { FunctionInfo, ProgramSpec } from "../../object/object.ts";
import type { Fault } from "../finding/finding.ts";
import type { Subprogram } from "./prepared.ts";

export type FaultAt = Readonly<{ insn: number; fault: Fault }>;

export type Shape = Readonly<{
  slotOf: Int32Array;
  /** Instruction that starts at a slot; -1 for the second slot of a 64-bit load. */
  insnAt: Int32Array;
  targetOf: Int32Array;
  subprograms: readonly Subprogram[];
  subprogramOf: Int32Array;
  faults: readonly FaultAt[];
}>;

/** Where instructions and functions are, and where jumps lead. Looks at nothing else. */
export function findSubprograms(spec: ProgramSpec): Shape {
  const { insns } = spec;
  const slotOf = new Int32Array(insns.length + 1);
  for (const [i, insn] of insns.entries()) slotOf[i + 1] = (slotOf[i] ?? 0) + slotsOf(insn);
  const insnAt = new Int32Array(slotOf[insns.length] ?? 0).fill(-1);
  for (let i = 0; i < insns.length; i++) insnAt[slotOf[i] ?? 0] = i;
  const faults: FaultAt[] = [];
  const targetOf = new Int32Array(insns.length).fill(-1);
  const starts = new Set([0]);
  const slotOfName = new Map(spec.functions.map((info) => [info.name, slotOf[info.insnIndex] ?? -1]));
  for (const [i, insn] of insns.entries()) {
    const to = functionTarget(slotOfName, insn, slotOf[i] ?? 0);
    if (to === undefined) continue;
    const target = insnAt[to] ?? -1;
    if (target === -1)
      faults.push({ insn: i, fault: badTarget(`the function that is called here is not at slot ${to}`) });
    else starts.add(target);
    targetOf[i] = target;
  }
  for (const { insnIndex } of spec.functions) if (insnIndex < insns.length) starts.add(insnIndex);
  const subprograms = layOut(
    spec,
    [...starts].sort((a, b) => a - b),
  );
  const subprogramOf = new Int32Array(insns.length);
  for (const { index, start, end } of subprograms) subprogramOf.fill(index, start, end);
  const shape = { slotOf, insnAt, targetOf, subprograms, subprogramOf, faults };
  for (const [i, insn] of insns.entries()) checkJump(shape, faults, i, insn);
  checkEnds(insns, subprograms, faults);
  return shape;
}

/** The slot that a local call, or the load of a function's address, names. */
function functionTarget(named: ReadonlyMap<string, number>, insn: Insn, slot: number): number | undefined {
  if (insn.kind === "call" && insn.target.kind === "local") return slot + 1 + insn.target.off;
  if (insn.kind === "call" && insn.target.kind === "func") return named.get(insn.target.name) ?? -1;
  if (insn.kind === "loadImm64" && insn.ref?.kind === "funcOff") return slot + 1 + insn.ref.off;
  if (insn.kind === "loadImm64" && insn.ref?.kind === "func") return named.get(insn.ref.name) ?? -1;
  return undefined;
}

function badTarget(message: string): Fault {
  return { code: "verify/jump-range", message };
}

function layOut(spec: ProgramSpec, starts: readonly number[]): Subprogram[] {
  const infos = new Map(spec.functions.map((info) => [info.insnIndex, info]));
  return starts.map((start, index) => {
    const info = infos.get(start);
    return {
      index,
      name:
        info?.name ?? (index === 0 ? spec.name : (spec.insns[start]?.meta?.symbol ?? `function at ${start}`)),
      start,
      end: starts[index + 1] ?? spec.insns.length,
      linkage: linkageOf(index, info),
      btfId: (info?.btfId ?? 0) as BtfId,
    };
  });
}

function linkageOf(index: number, info: FunctionInfo | undefined): Subprogram["linkage"] {
  if (index === 0) return "main";
  const isGlobal = (info?.linkage === "global" || info?.linkage === "weak") && !info.hidden; // hidden ones load as static
  return isGlobal && info.btfId !== 0 ? "global" : "static";
}

function jumpOffset(insn: Insn): number | undefined {
  return insn.kind === "ja" || insn.kind === "jump" || insn.kind === "mayGoto" ? insn.off : undefined;
}

function checkJump(shape: Omit<Shape, "faults">, faults: FaultAt[], i: number, insn: Insn): void {
  const off = jumpOffset(insn);
  if (off === undefined) return;
  const to = (shape.slotOf[i] ?? 0) + 1 + off;
  const target = shape.insnAt[to];
  const own = shape.subprogramOf[i];
  if (target === undefined || (target !== -1 && shape.subprogramOf[target] !== own))
    faults.push({ insn: i, fault: badTarget(`the jump leads to slot ${to}, outside of its function`) });
  else if (target === -1)
    faults.push({
      insn: i,
      fault: badTarget(`the jump leads to slot ${to}, the second half of a 64-bit load`),
    });
  else shape.targetOf[i] = target;
}

function checkEnds(insns: readonly Insn[], subprograms: readonly Subprogram[], faults: FaultAt[]): void {
  for (const { name, end } of subprograms) {
    const last = insns[end - 1];
    if (last === undefined || last.kind === "exit" || last.kind === "ja") continue;
    const message = `${name} runs past its last instruction`;
    faults.push({ insn: end - 1, fault: { code: "verify/fall-through", message } });
  }
}
