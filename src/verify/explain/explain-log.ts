import type { SourceLine } from "../../base/source-line.ts";
import { CODES, codesOfLog, type FindingCode, fixText } from "../finding/codes.ts";
import type { HistoryStep } from "../finding/finding.ts";
import { arrayNameOf, indexNameOf, nameOf } from "../finding/names.ts";
import { renderSteps } from "../finding/render-finding.ts";
import { registerUse } from "../program/live-registers.ts";
import { type LogStep, pathOf, registerHistory } from "./log-history.ts";
import { type LogLine, logLines } from "./log-lines.ts";
import { glossValue, valueInState } from "./log-values.ts";

/** What a log of a kernel's verifier says, in plain words. */
export type LogExplanation = Readonly<{
  /** Whose log it is, where a loader says so. */
  program?: string;
  /** Undefined: these words of the kernel are not known. */
  code?: FindingCode;
  /** What the kernel says. */
  complaint: string;
  line?: SourceLine;
  /** The instruction that was refused, by its slot. */
  slot?: number;
  /** What became of the value, oldest first; the last is the refused instruction. */
  steps: readonly HistoryStep[];
  fix: string;
  /** What the kernel says about it itself, where it writes reports (since 7.3). */
  reason?: string;
}>;

/**
 * Explains a log of a kernel's verifier of any release: of one program or several, with a loader's words around it. One
 * explanation per program that was refused; none where there is no log in the text. Never throws.
 */
export function explainLog(text: string): readonly LogExplanation[] {
  return parts(logLines(text)).flatMap((part) => {
    const found = explainPart(part);
    return found === undefined ? [] : [found];
  });
}

/** A log per program: each ends with its statistics, or where the next program is named. */
function parts(lines: readonly LogLine[]): readonly (readonly LogLine[])[] {
  const all: LogLine[][] = [[]];
  for (const line of lines) {
    const now = all.at(-1);
    const isNext =
      line.kind === "program" && now?.some(({ kind }) => kind === "complaint" || kind === "verdict");
    if (isNext && !now?.some((l) => l.kind === "program" && line.kind === "program" && l.name === line.name))
      all.push([line]);
    else now?.push(line);
  }
  return all;
}

function explainPart(lines: readonly LogLine[]): LogExplanation | undefined {
  const found = complaintOf(lines);
  if (found === undefined) return undefined;
  const { text } = found;
  const reason = textOf(lines, "reason");
  const named = lines.find((line) => line.kind === "program");
  const path = pathOf(lines.slice(-MOST_FOLLOWED)); // a refusal for complexity comes after millions
  const last = path.at(-1);
  const line = last?.line;
  const register = registerOf(text, last);
  const code = found.code && byThePath(found.code, path, register);
  const before = register === undefined ? [] : registerHistory(path, register);
  const steps = last === undefined ? [] : [...before, endStep(path, last, register)];
  return {
    ...(named?.kind === "program" && { program: named.name }),
    ...(code && { code }),
    complaint: text,
    ...(line && { line }),
    ...(last && { slot: last.slot }),
    steps,
    fix: code ? fixOf(code, text, steps, line, register) : (textOf(lines, "suggestion") ?? UNKNOWN_FIX),
    ...(reason !== undefined && { reason }),
  };
}

/** The sentences of a kind, as one. */
function textOf(lines: readonly LogLine[], kind: "reason" | "suggestion" | "verdict"): string | undefined {
  const said = lines.flatMap((line) => (line.kind === kind ? [line.text] : []));
  return said.length === 0 ? undefined : said.join(" ");
}

/** What the same words mean, by the instructions that led there. */
function byThePath(code: FindingCode, path: readonly LogStep[], register: number | undefined): FindingCode {
  const last = path.at(-1);
  if (code === "verify/call-depth") return callsItself(path) ? "verify/recursion" : code;
  if (code !== "verify/uninit-register" || register === undefined || last === undefined) return code;
  if (register === 0 && last.insn?.kind === "exit") return "verify/no-result";
  const writes = ({ insn }: LogStep) => insn && ((registerUse(insn, () => 5).writes >> register) & 1) === 1;
  const made = path.slice(0, -1).findLast(writes);
  const voids = made?.insn?.kind === "call" && !/^call pc/.test(made.code) && register >= 1 && register <= 5;
  return voids ? "verify/lost-register" : code;
}

/** The same call, again and again, and no way back. */
function callsItself(path: readonly LogStep[]): boolean {
  const calls = path.filter(({ code }) => /^call pc[+-]/.test(code)).map(({ slot }) => slot);
  return new Set(calls).size < calls.length && !path.some(({ insn }) => insn?.kind === "exit");
}

/** A report without the complaint before it. */
function reported(lines: readonly LogLine[]): { text: string; code: FindingCode | undefined } | undefined {
  const verdict = textOf(lines, "verdict");
  const reason = textOf(lines, "reason");
  if (verdict === undefined && reason === undefined) return undefined;
  const code = reason === undefined ? undefined : likeliest(reason);
  return {
    text: verdict ?? reason ?? "",
    code: code ?? (verdict === undefined ? undefined : likeliest(verdict)),
  };
}

const UNKNOWN_FIX = "verify the program itself: `skep verify FILE.o` tells where its values come from";

/** The kernel's complaint: of its last words those that tell most. */
function complaintOf(lines: readonly LogLine[]): { text: string; code: FindingCode | undefined } | undefined {
  const said = lines.flatMap((line) => (line.kind === "complaint" ? [line.text] : []));
  if (said.length === 0) return reported(lines);
  const recent = said.slice(-MOST_COMPLAINTS);
  const joined = recent.map((text, i) => `${text} ${recent[i + 1] ?? ""}`.trim()); // wrapped by a terminal
  let best: { text: string; code: FindingCode; rank: number } | undefined;
  for (const [i, text] of recent.entries()) {
    const codes = codesOfLog(text);
    const code = likeliest(text) ?? likeliest(joined[i] ?? "");
    if (code === undefined) continue;
    if (code === "verify/callee-argument" && best !== undefined && !SAID_OF_NUMBERS.test(best.text)) continue;
    const rank = codes.length === 0 ? 99 : codes.length;
    const isSame = best !== undefined && i > 0 && recent[i - 1] === best.text && best.rank <= rank;
    if (!isSame) best = { text: codes.length > 0 ? text : (joined[i] ?? text), code, rank };
  }
  if (best) return best;
  const hasLog = lines.some(({ kind }) => kind === "insn" || kind === "statistics");
  const last = said.at(-1);
  return hasLog && last !== undefined ? { text: last, code: undefined } : undefined;
}

// What a function is passed is checked like any access: the line before says what is wrong, but for numbers.
const SAID_OF_NUMBERS = /\bR\d+ is not a scalar/;

const MOST_COMPLAINTS = 40;
const MOST_FOLLOWED = 20_000;

/** Where the same words stand for several codes, these are meant. */
const PREFERRED: readonly FindingCode[] = [
  "verify/null-argument",
  "verify/null-dereference",
  "verify/null-arithmetic",
  "verify/too-complex",
  "verify/lock-unavailable",
  "verify/reference-leak",
  "verify/kfunc-argument",
  "verify/helper-not-allowed",
];

/** The code that most of a complaint's words belong to. */
function likeliest(text: string): FindingCode | undefined {
  if (/func unknown#195896080/.test(text)) return "verify/missing-field"; // libbpf writes such a call there
  if (/func unknown#\d+/.test(text)) return "verify/unknown-helper";
  if (/expected=func\b/.test(text)) return "verify/callback-argument";
  if (/reference type\('(?!UNKNOWN).* size cannot be determined/.test(text)) return "verify/global-function";
  const codes = codesOfLog(text);
  const preferred = PREFERRED.find((code) => codes.includes(code));
  if (preferred !== undefined) return preferred;
  const matched = (code: FindingCode) =>
    Math.max(...CODES[code].kernel.map((known) => known.exec(text)?.[0].length ?? 0));
  return codes.toSorted((a, b) => matched(b) - matched(a))[0];
}

/** The register that a complaint names, or through which the refused instruction accesses memory. */
function registerOf(text: string, last: LogStep | undefined): number | undefined {
  const named = /\bR(\d{1,2})\b/.exec(text)?.[1];
  if (named !== undefined && Number(named) <= 10) return Number(named);
  const insn = last?.insn;
  return insn && "base" in insn ? insn.base : undefined;
}

function endStep(path: readonly LogStep[], last: LogStep, register: number | undefined): HistoryStep {
  let known: string | undefined;
  for (let i = path.length - 2; i >= 0 && known === undefined && register !== undefined; i--)
    known = valueInState(path[i]?.state ?? "", register);
  return {
    insnIndex: last.slot,
    ...(last.line && { line: last.line }),
    code: last.code,
    note: "<- here",
    ...(known !== undefined && { known: `r${register}: ${glossValue(known)}` }),
  };
}

function fixOf(
  code: FindingCode,
  text: string,
  steps: readonly HistoryStep[],
  line: SourceLine | undefined,
  register: number | undefined,
): string {
  const number = (name: string) => new RegExp(`\\b${name}=(-?\\d+)`).exec(text)?.[1];
  const [off, size] = [number("off"), number("size")];
  const helper = /program of this type cannot use helper (\w+)|unknown func (\w+)/.exec(text);
  const bound =
    number("value_size") ??
    number("mem_size") ??
    (off !== undefined && size !== undefined ? String(Number(off) + Number(size)) : undefined);
  const name = line ? nameOf(steps, line) : register === undefined ? undefined : `r${register}`;
  const values: Record<string, string> = {
    ...(bound !== undefined && { bound, count: bound, last: String(Math.max(0, Number(bound) - 1)) }),
    ...(size !== undefined && { size }),
    ...(register !== undefined && { register: `r${register}` }),
    ...(name !== undefined && { name }),
    ...(helper && { helper: helper[1] ?? helper[2] ?? "" }),
    index: (line && indexNameOf(line)) ?? name ?? "i",
    array: arrayNameOf(line) ?? "array",
  };
  return fixText(
    code,
    values,
    line ? "c" : "asm",
    /max value|unbounded|min value/.test(text) || bound === undefined,
  );
}

/** An explanation as text, like that of a finding. */
export function renderLogExplanation({
  program,
  code,
  complaint,
  line,
  slot,
  steps,
  fix,
  reason,
}: LogExplanation): string {
  const place =
    line && line.line > 0
      ? `${line.file}:${line.line}`
      : slot === undefined
        ? "the log"
        : `instruction ${slot}`;
  const meaning = code ? CODES[code].meaning : "these words of the kernel are not known here";
  const head = `${program === undefined ? "" : `program ${program}: `}${place}: error[${code ?? "verify/unknown-complaint"}]: ${meaning}`;
  const why = reason === undefined || reason === complaint ? [] : [`        ${reason}`];
  return [head, `kernel: ${complaint}`, ...why, ...renderSteps(steps), `help: ${fix}`].join("\n");
}
