import type { SourceLine } from "../../base/source-line.ts";
import type { ProgramSpec } from "../../object/object.ts";
import type { HistoryStep } from "./finding.ts";

/** What a program is written in, as far as its author sees. */
export type Language = "c" | "bt" | "asm";

/** What a program without source lines is written in is assembly. */
export function languageOf(file: string | undefined): Language {
  if (file === undefined || /\.(?:s|S|asm)$/.test(file)) return "asm";
  return /\.(?:bt|skep)$/.test(file) || !/\.\w+$/.test(file) ? "bt" : "c";
}

const VARIABLE = /[A-Za-z_$@]\w*/g;
const ASSIGNED = /(?:^|[\s*(;{])([$@]?[A-Za-z_]\w*)\s*=(?!=)/;

/**
 * The name that the author gave the value that a fault is about: a variable that a line of its history assigns to and
 * that the fault's own line uses, else the one that is used there as a pointer or index, else the one that it was first
 * assigned to. Undefined where the source does not tell.
 */
export function nameOf(why: readonly HistoryStep[], line: SourceLine | undefined): string | undefined {
  const used = new Set(line?.text.match(VARIABLE) ?? []);
  const assigned = why.map((step) => assignedIn(step.line));
  const known = assigned.findLast((name) => name !== undefined && used.has(name));
  return known ?? (line && usedAt(line)) ?? assigned.find((name) => name !== undefined);
}

/** The name of the index that a line uses between brackets. */
export function indexNameOf(line: SourceLine | undefined): string | undefined {
  return line && /\[\s*([$]?[A-Za-z_]\w*)\s*\]/.exec(line.text)?.[1];
}

function assignedIn(line: SourceLine | undefined): string | undefined {
  return line && ASSIGNED.exec(line.text)?.[1];
}

/** The array that a line indexes. */
export function arrayNameOf(line: SourceLine | undefined): string | undefined {
  return line && /([A-Za-z_][\w.>-]*)\s*\[/.exec(line.text)?.[1];
}

/** What the call at the line's column is given as argument `number`, from 1, where that is a variable. */
export function argumentIn(line: SourceLine | undefined, number: number): string | undefined {
  const call = line && /^\w+\s*\((.*)$/.exec(line.text.slice(Math.max(0, line.column - 1)))?.[1];
  if (!call) return undefined;
  let depth = 0;
  let start = 0;
  let count = 1;
  for (let i = 0; i < call.length; i++) {
    const char = call[i];
    if (char === "(" || char === "[") depth++;
    const ends = depth === 0 && (char === "," || char === ")");
    if (ends && count === number) return /^\s*([A-Za-z_]\w*)\s*$/.exec(call.slice(start, i))?.[1];
    if (ends && char === ")") return undefined;
    if (ends) [start, count] = [i + 1, count + 1];
    if (char === ")" || char === "]") depth--;
  }
  return undefined;
}

/** The index between brackets where it is more than a name, in brackets of its own: `(n & 7)` of `x[n & 7]`. */
export function indexTextOf(line: SourceLine | undefined): string | undefined {
  const text = line && /\[([^[\]]+)\]/.exec(line.text)?.[1]?.trim();
  return text && /[^\w$]/.test(text) ? `(${text})` : undefined;
}

/**
 * The variable whose address a line passes to a function: `it` of `bpf_iter_num_new(&it, 0, 3)`, and the last one where
 * that is what the function fills: `d` of `bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &d)`.
 */
export function passedIn(line: SourceLine | undefined): string | undefined {
  if (line === undefined) return undefined;
  const all = [...line.text.matchAll(/[(,]\s*&(\w+)\s*(?=[,)])/g)];
  return (/_dynptr\s*\(/.test(line.text) ? all.at(-1) : all[0])?.[1];
}

/** The variable that stands at the line's column, where it is used as a pointer. */
function usedAt({ text, column }: SourceLine): string | undefined {
  const before = /([A-Za-z_]\w*)\s*->\s*$/.exec(text.slice(0, Math.max(0, column - 1)))?.[1];
  if (before !== undefined) return before;
  const rest = text.slice(Math.max(0, column - 1));
  return /^\*?\(*([A-Za-z_]\w*)\s*(?:\[|->)/.exec(rest)?.[1] ?? /^\*\s*([A-Za-z_]\w*)/.exec(rest)?.[1];
}

const PACKET_POINTER = /(\w+)\s*=[^,;=]*?->(data(?:_end)?)\b/g; // one declaration may hold both

/** The names of the packet's start and end in a C program: what it assigns `data` and `data_end` of the context to. */
export function packetNames(program: ProgramSpec): Readonly<{ data: string; end: string }> {
  let [data, end] = ["data", "data_end"];
  for (const { meta } of program.insns) {
    const text = meta?.line?.text;
    if (text === undefined || !text.includes("->data")) continue;
    for (const [, name = "", member] of text.matchAll(PACKET_POINTER))
      if (member === "data_end") end = name;
      else data = name;
  }
  return { data, end };
}
