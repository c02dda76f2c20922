import { helperById } from "../abi/helpers.ts";
import { formatInsn } from "../isa/disassemble.ts";
import type { ProgramSpec } from "../object/object.ts";
import { formatTable } from "../output/table.ts";
import { type InsnStates, programStates, renderFinding, type StatesReport } from "../verify/public.ts";
import { jsonOf } from "./object-command-select.ts";
import type { VerifySettings } from "./verify-command-options.ts";
import type { Answer, Judged } from "./verify-command-report.ts";
import { fileName } from "./verify-command-text.ts";

/** `skep verify --states`: what is known after each instruction, and what the walk costs. */
export function statesReport(answer: Answer, settings: VerifySettings): string {
  const reports = answer.judged.map((one) => ({ one, report: statesOf(one, settings) }));
  if (settings.output === "json")
    return `${jsonOf(reports.map(({ one, report }) => statesJson(one, report)))}\n`;
  const notes = (answer.notes ?? []).map((note) => `${note}\n`);
  return [...reports.map(({ one, report }) => statesText(one, report)), ...notes].join("\n");
}

function statesOf({ program, object, kernel }: Judged, { privileged }: VerifySettings): StatesReport {
  const { profile, types } = kernel;
  return programStates(program, object, { profile, privileged, ...(types && { kernelBtf: types }) });
}

function statesText({ program, kernel }: Judged, { verdict, insns, branches }: StatesReport): string {
  const { insnsProcessed, peakStates, stackBytes } = verdict.stats;
  const limit = kernel.profile.limits.processedInsns;
  const share = ((insnsProcessed / limit) * 100).toPrecision(2);
  const head = [
    `program ${program.name}, for Linux ${kernel.label}: ${verdict.ok ? "accepted" : "REFUSED"}`,
    `${insnsProcessed} instructions followed, ${share} % of the ${limit} that are allowed; ${program.insns.length} in the program`,
    `at most ${peakStates} states kept at once; stack by function: ${stackBytes.join(", ") || "0"} bytes`,
  ];
  const costly =
    branches.length === 0 ? "" : `\nbranches that are followed most:\n${branchTable(program, branches)}`;
  const why = verdict.findings
    .map((finding) => `\n${renderFinding(program, finding, { fileName })}\n`)
    .join("");
  return `${head.join("\n")}\n${why}${costly}\nafter each instruction, the first few states that differ:\n${listing(program, insns)}`;
}

function branchTable(program: ProgramSpec, branches: readonly InsnStates[]): string {
  const rows = branches.map(({ insnIndex, visits }) => {
    const line = program.insns[insnIndex]?.meta?.line;
    return [visits, insnIndex, codeOf(program, insnIndex), line ? `${line.line}: ${line.text.trim()}` : ""];
  });
  const columns = [
    { name: "TIMES", align: "right" },
    { name: "INSTRUCTION", align: "right" },
    { name: "CODE" },
    { name: "LINE" },
  ] as const;
  return formatTable({ columns }, rows);
}

function listing(program: ProgramSpec, insns: readonly InsnStates[]): string {
  let text = "";
  let shown = "";
  for (const { insnIndex, visits, states } of insns) {
    const line = program.insns[insnIndex]?.meta?.line;
    const source = line === undefined || line.line === 0 ? shown : `${line.line} | ${line.text.trim()}`;
    if (source !== shown) text += `${source.padStart(5)}\n`;
    shown = source;
    const times = visits === 1 ? "" : visits === 0 ? "   never followed" : `   ${visits} times`;
    text += `${String(insnIndex).padStart(7)}: ${codeOf(program, insnIndex)}${times}\n`;
    for (const state of states) if (state !== "") text += `           ${state}\n`;
  }
  return text;
}

function codeOf(program: ProgramSpec, insnIndex: number): string {
  const insn = program.insns[insnIndex];
  return insn === undefined ? "" : formatInsn(insn, { helperName: (id) => helperById(id)?.name });
}

function statesJson({ program, kernel }: Judged, { verdict, insns, branches }: StatesReport) {
  const plain = ({ insnIndex, visits, states }: InsnStates) => ({
    instruction: insnIndex,
    code: codeOf(program, insnIndex),
    line: program.insns[insnIndex]?.meta?.line?.line,
    times: visits,
    states,
  });
  return {
    program: program.name,
    kernel: kernel.profile.release,
    ok: verdict.ok,
    followed: verdict.stats.insnsProcessed,
    limit: kernel.profile.limits.processedInsns,
    peak_states: verdict.stats.peakStates,
    branches: branches.map(plain),
    instructions: insns.map(plain),
  };
}
