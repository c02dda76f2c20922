import { helperByName } from "../../abi/helpers.ts";
import type { SourceLine } from "../../base/source-line.ts";
import { assemble } from "../../isa/assemble.ts";
import type { Insn } from "../../isa/insn.ts";
import type { HistoryStep } from "../finding/finding.ts";
import { registerUse } from "../program/live-registers.ts";
import type { LogLine } from "./log-lines.ts";
import { glossValue, valueInState } from "./log-values.ts";

/** An instruction of the path that was refused, as the log tells it. */
export type LogStep = Readonly<{
  slot: number;
  code: string;
  insn: Insn | undefined;
  /** The registers after it, as far as the log has them. */
  state: string;
  line: SourceLine | undefined;
}>;

/** The path to the end of the log, backwards through the branches that were taken up late. */
export function pathOf(lines: readonly LogLine[]): readonly LogStep[] {
  const all: { step: LogStep; next: number | undefined }[] = [];
  let line: SourceLine | undefined;
  let comesFrom: number | undefined;
  const known = new Map<string, Insn | undefined>();
  const insnOf = (code: string) => {
    if (!known.has(code)) known.set(code, read(code));
    return known.get(code);
  };
  for (const entry of lines) {
    if (entry.kind === "source")
      line = { file: entry.file ?? "", line: entry.line ?? 0, column: 0, text: entry.text };
    else if (entry.kind === "branch") comesFrom = entry.from;
    else if (entry.kind === "state") withState(all, entry);
    else if (entry.kind === "insn") {
      const { slot, code, state } = entry;
      all.push({ step: { slot, code, insn: insnOf(code), state, line }, next: comesFrom });
      comesFrom = undefined;
    }
  }
  return backwards(all);
}

/** Older kernels print the registers before the next instruction, on a line of their own. */
function withState(
  all: { step: LogStep; next: number | undefined }[],
  { state }: Readonly<{ state: string }>,
): void {
  const last = all.at(-1);
  if (last !== undefined && last.step.state === "")
    all[all.length - 1] = { ...last, step: { ...last.step, state } };
}

/** From the last instruction back: where a branch was taken up, on from the jump that it left at. */
function backwards(all: readonly { step: LogStep; next: number | undefined }[]): readonly LogStep[] {
  const path: LogStep[] = [];
  for (let i = all.length - 1; i >= 0; ) {
    const { step, next } = all[i] as (typeof all)[number];
    path.push(step);
    if (next === undefined) i--;
    else {
      let from = i - 1;
      while (from >= 0 && all[from]?.step.slot !== next) from--;
      i = from;
    }
  }
  return path.reverse();
}

function read(code: string): Insn | undefined {
  const text = code.replace(/^(call )(\w+)#\d+$/, "$1$2").replace(/= 0x[0-9a-f]{9,}$/, "$& ll");
  const helperId = (name: string) => helperByName(name)?.id ?? helperByName(`bpf_${name}`)?.id ?? 1;
  return assemble({ name: "log", text: `${text.replace(/goto pc[+-]\d+/, "goto +0")}\nexit\n` }, { helperId })
    .insns?.[0];
}

/** What became of a register, up to the path's last instruction. */
export function registerHistory(path: readonly LogStep[], register: number): readonly HistoryStep[] {
  const steps: HistoryStep[] = [];
  let followed: number | undefined = register;
  for (let i = path.length - 2; i >= 0 && followed !== undefined; i--) {
    const step = path[i];
    if (step?.insn === undefined) continue;
    const { insn } = step;
    if (insn.kind === "jump") {
      if (insn.dst !== followed && !(insn.src.kind === "reg" && insn.src.reg === followed)) continue;
      const taken = path[i + 1]?.slot !== step.slot + 1;
      steps.push(told(step, followed, taken ? "taken" : "not taken"));
      continue;
    }
    if (((registerUse(insn, () => 5).writes >> followed) & 1) === 0) continue;
    steps.push(told(step, followed));
    followed = sourceOf(insn, followed);
  }
  return steps.reverse().slice(-10);
}

function told({ slot, code, state, line }: LogStep, register: number, note?: string): HistoryStep {
  const value = valueInState(state, register);
  return {
    insnIndex: slot,
    ...(line && { line }),
    code,
    ...(note !== undefined && { note: value === undefined ? note : `${note}, so` }),
    ...(value !== undefined && { known: `r${register}: ${glossValue(value)}` }),
  };
}

/** The register whose value an instruction changes or copies; undefined where a new one is made. */
function sourceOf(insn: Insn, register: number): number | undefined {
  if (insn.kind === "alu")
    return insn.op !== "mov" ? register : insn.src.kind === "reg" ? insn.src.reg : undefined;
  if (insn.kind === "neg" || insn.kind === "endian") return register;
  return insn.kind === "movsx" || insn.kind === "addrSpaceCast" ? insn.src : undefined;
}
