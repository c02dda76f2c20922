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

/** The variable whose address a line passes to a function: `it` of `bpf_iter_num_new(&it, 0, 3)`. */
export function passedIn(line: SourceLine | undefined): string | undefined {
  return line && /\(\s*&(\w+)/.exec(line.text)?.[1];
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
