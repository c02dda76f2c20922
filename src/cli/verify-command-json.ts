import type { Finding, FindingPlace, HistoryStep } from "../verify/public.ts";
import { programTypeName } from "./object-command-facts.ts";
import { jsonOf } from "./object-command-select.ts";
import type { Answer, Judged } from "./verify-command-report.ts";

/** The answer as one JSON document; `docs/verify.md` describes it. */
export function reportJson({ given, kernels, judged, notes }: Answer): string {
  const document = {
    file: given.name,
    ok: judged.every(({ verdict }) => verdict.ok),
    kernels: kernels.map(({ profile }) => profile.release),
    programs: judged.map(programJson),
    notes,
  };
  return `${jsonOf(document)}\n`;
}

function programJson({ kernel, program, verdict, unfollowed }: Judged) {
  const { stats } = verdict;
  return {
    program: program.name,
    type: programTypeName(program.type),
    section: program.section === "" ? undefined : program.section,
    kernel: kernel.profile.release,
    ok: verdict.ok,
    paths_followed: unfollowed ? false : undefined,
    instructions: program.insns.length,
    followed: stats.insnsProcessed,
    states: stats.states,
    peak_states: stats.peakStates,
    stack_bytes: stats.stackBytes,
    findings: verdict.findings.map(findingJson),
  };
}

function findingJson(finding: Finding) {
  const { code, message, why, here, fix, also } = finding;
  return {
    code,
    message,
    ...placeJson(finding),
    why: why.map(stepJson),
    here,
    fix,
    also: also.map(placeJson),
  };
}

function stepJson(step: HistoryStep) {
  return { ...placeJson(step), code: step.code, note: step.note, known: step.known };
}

function placeJson({ insnIndex, line }: FindingPlace) {
  return {
    instruction: insnIndex,
    file: line?.file,
    line: line?.line,
    column: line?.column,
    text: line?.text.trim(),
  };
}
