import type { ProgramSpec } from "../../object/object.ts";
import { historyOf } from "../explain/history.ts";
import type { Analysis } from "../walk/analysis.ts";
import { fixText } from "./codes.ts";
import type { Fault, Finding, HistoryStep } from "./finding.ts";
import { lineAt } from "./line-at.ts";
import { namedIn } from "./named-in.ts";

/** A fault as a finding. */
export function toFinding(
  program: ProgramSpec,
  insnIndex: number,
  fault: Fault,
  why: readonly HistoryStep[] = [],
): Finding {
  const line = lineAt(program, insnIndex);
  const name = namedIn(why);
  const values = name === undefined ? fault.values : { ...fault.values, name };
  return {
    code: fault.code,
    insnIndex,
    ...(line && { line }),
    message: fault.message,
    why,
    fix: fixText(fault.code, values, language(line?.file)),
  };
}

/** All faults of a walk, in the order in which they were found. */
export function toFindings(program: ProgramSpec, analysis: Analysis): readonly Finding[] {
  return analysis.faults.map((record) =>
    toFinding(program, record.insn, record.fault, historyOf(analysis, program, record)),
  );
}

/** What a program without source lines is written in is assembly, as far as its author sees. */
function language(file: string | undefined): "c" | "asm" {
  return file === undefined || /\.(?:s|S|asm)$/.test(file) ? "asm" : "c";
}
