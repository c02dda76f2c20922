import type { SourceLine } from "../../base/source-line.ts";
import type { ProgramSpec } from "../../object/object.ts";
import { codeOf } from "../explain/code-text.ts";
import type { Finding, FindingPlace, HistoryStep } from "./finding.ts";
import { languageOf } from "./names.ts";

const WIDEST_CODE = 40; // characters; what is known stands behind it
const GUTTER = 5;

export type RenderOptions = Readonly<{
  /** How a file is called in messages; its name as the program has it when left out. */
  fileName?: (file: string) => string;
}>;

/**
 * A finding as text: place, code and message; how it came to it, as instructions under the source lines that they are of,
 * with what was known after each; the instruction where it is found; the fix. No colour.
 */
export function renderFinding(program: ProgramSpec, finding: Finding, options: RenderOptions = {}): string {
  const { code, insnIndex, line, message, why, here, fix, also } = finding;
  const fileName = options.fileName ?? ((file: string) => file);
  const head = `${placeText({ insnIndex, ...(line && { line }) }, fileName)}: error[${code}]: ${message}`;
  const end: HistoryStep = {
    insnIndex,
    ...(line && { line }),
    code: codeOf(program.insns[insnIndex]),
    note: "<- here",
    ...(here !== undefined && { known: here }),
  };
  const steps = [...why, end];
  const body = languageOf(line?.file) === "asm" && line !== undefined ? asmSteps(steps) : renderSteps(steps);
  const more = also.length === 0 ? [] : [`also: ${alsoText(also, line, fileName)}`];
  return [head, ...body, ...more, ...fixLines(fix)].join("\n");
}

/** Assembly is its own source: one line per instruction. */
function asmSteps(steps: readonly HistoryStep[]): string[] {
  const width = Math.min(
    WIDEST_CODE,
    Math.max(...steps.map(({ line, code }) => (line?.text.trim() ?? code).length)),
  );
  return steps.map((step) => {
    const text = (step.line?.text.trim() ?? step.code).padEnd(width);
    return `${gutter(step.line?.line)} | ${text}   ${toldText(step)}`.trimEnd();
  });
}

/** Instructions under the lines that they were made from; the last is where the fault is. */
export function renderSteps(steps: readonly HistoryStep[]): string[] {
  const width = Math.min(WIDEST_CODE, Math.max(...steps.map(({ code }) => code.length)));
  const out: string[] = [];
  const last = steps.at(-1)?.line;
  let shown: SourceLine | undefined;
  for (const step of steps) {
    const { line } = step;
    if (
      line !== undefined &&
      (line.line !== shown?.line || line.file !== shown.file || line.text !== shown.text)
    ) {
      out.push(`${gutter(line.line > 0 ? line.line : undefined)} | ${line.text.trim()}`);
      if (line.line === last?.line && line.file === last.file) out.push(...caretLine(last));
      shown = line;
    }
    const number = String(step.insnIndex).padStart(7);
    out.push(`${gutter()} | ${number}: ${step.code.padEnd(width)}   ${toldText(step)}`.trimEnd());
  }
  return out;
}

function caretLine({ text, column }: SourceLine): string[] {
  const at = column - 1 - (text.length - text.trimStart().length);
  return at < 0 || at >= text.trim().length ? [] : [`${gutter()} | ${" ".repeat(at)}^`];
}

function gutter(line?: number): string {
  return (line === undefined ? "" : String(line)).padStart(GUTTER);
}

function toldText({ note, known }: HistoryStep): string {
  if (note === undefined) return known ?? "";
  if (known === undefined) return note;
  return /(?:so|here)$/.test(note) ? `${note} ${known}` : `${known} (${note})`;
}

function placeText({ line, insnIndex }: FindingPlace, fileName: (file: string) => string): string {
  if (line === undefined) return `instruction ${insnIndex}`;
  const column = line.column > 0 ? `:${line.column}` : ""; // compilers write 0 where they know none
  return `${fileName(line.file)}:${line.line}${column}`;
}

function alsoText(
  also: readonly FindingPlace[],
  own: SourceLine | undefined,
  fileName: (file: string) => string,
): string {
  const texts = also.map(({ line, insnIndex }) => {
    if (line === undefined || line.line === own?.line) return `instruction ${insnIndex}`;
    return line.file === own?.file ? `line ${line.line}` : `${fileName(line.file)}:${line.line}`;
  });
  return [...new Set(texts)].join(", ");
}

function fixLines(fix: string): string[] {
  const [first = "", ...rest] = fix.split("\n");
  return [`help: ${first}`, ...rest.map((line) => `      ${line}`)];
}
