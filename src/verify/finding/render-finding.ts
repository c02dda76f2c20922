import { helperById } from "../../abi/helpers.ts";
import type { SourceLine } from "../../base/source-line.ts";
import { formatInsn } from "../../isa/disassemble.ts";
import type { ProgramSpec } from "../../object/object.ts";
import type { Finding, HistoryStep } from "./finding.ts";

/**
 * A finding as text: place, code and message; the history as a list of instructions under the source lines that they are
 * of; the instruction where it is found; the fix. No colour.
 */
export function renderFinding(program: ProgramSpec, finding: Finding): string {
  const { code, insnIndex, line, message, why, fix } = finding;
  const out = [`${placeText(line, insnIndex)}: error[${code}]: ${message}`];
  let shown: SourceLine | undefined;
  const showLine = (next: SourceLine | undefined) => {
    if (next === undefined || (next.line === shown?.line && next.file === shown?.file)) return;
    out.push(`${String(next.line).padStart(5)} | ${next.text.trim()}`);
    shown = next;
  };
  for (const step of why) {
    showLine(step.line);
    out.push(stepText(step));
  }
  showLine(line);
  out.push(`${margin(insnIndex)}${insnText(program, insnIndex)}   <- here`);
  out.push(`help: ${fix}`);
  return out.join("\n");
}

function placeText(line: SourceLine | undefined, insnIndex: number): string {
  return line ? `${line.file}:${line.line}:${line.column}` : `instruction ${insnIndex}`;
}

function stepText({ insnIndex, text, known }: HistoryStep): string {
  return `${margin(insnIndex)}${text}${known === undefined ? "" : `   [${known}]`}`;
}

function margin(insnIndex: number): string {
  return `${String(insnIndex).padStart(9)}: `;
}

function insnText(program: ProgramSpec, insnIndex: number): string {
  const insn = program.insns[insnIndex];
  return insn ? formatInsn(insn, { helperName: (id) => helperById(id)?.name }) : "the end";
}
