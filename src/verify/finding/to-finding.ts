import type { ProgramSpec } from "../../object/object.ts";
import type { Analysis } from "../walk/analysis.ts";
import { fixText } from "./codes.ts";
import type { Fault, Finding, HistoryStep } from "./finding.ts";

/** A fault as a finding. */
export function toFinding(
  program: ProgramSpec,
  insnIndex: number,
  fault: Fault,
  why: readonly HistoryStep[],
): Finding {
  const line = lineAt(program, insnIndex);
  return {
    code: fault.code,
    insnIndex,
    ...(line && { line }),
    message: fault.message,
    why,
    fix: fixText(fault.code, fault.values),
  };
}

/** All faults of a walk, in the order in which they were found. */
export function toFindings(program: ProgramSpec, analysis: Analysis): readonly Finding[] {
  return analysis.faults.map((record) => toFinding(program, record.insn, record.fault, []));
}

/** The source line of an instruction: its own, or that of the nearest one before it. */
export function lineAt(program: ProgramSpec, insnIndex: number): Finding["line"] {
  for (let i = insnIndex; i >= 0; i--) {
    const line = program.insns[i]?.meta?.line;
    if (line) return line;
  }
  return undefined;
}
