import { Report } from "../base/diagnostic.ts";
import type { SourceText } from "../base/span.ts";
import { didYouMean } from "../base/suggest.ts";
import { AsmCursor, AsmSyntaxError } from "./asm-cursor.ts";
import type { JumpTarget } from "./asm-jump-target.ts";
import { parseStatement, type ResolveCall } from "./asm-statement.ts";
import type { Insn, InsnBody, InsnMeta } from "./insn.ts";
import { slotsOf } from "./insn.ts";

export type AssembleOptions = Readonly<{
  /** Number of a helper, such as 14 for "bpf_get_current_pid_tgid". */
  helperId?: (name: string) => number | undefined;
  /** Every helper's name, for suggestions. */
  helperNames?: () => Iterable<string>;
  /** Puts each instruction's own line of assembly into `meta.line`. */
  lines?: boolean;
}>;

const MAX_ERRORS = 100;

/**
 * Reads assembly in the kernel's or LLVM's notation, one instruction a line, as `disassemble`, `bpftool prog dump xlated`,
 * the verifier's log and `llvm-objdump -d` print it; slot numbers, raw bytes and opcodes at a line's start are skipped.
 * Or by names, as ubpf and rbpf write it: `ldxdw r0, [r1+8]`.
 * A label may be jumped to; one that is called, or that nobody jumps to, is a function and becomes `meta.symbol`.
 * Comments: `;`, `//`, `#`. Maps by name: `r1 = map[counts]`, their first value
 * `r1 = map[counts][0]+8`. `insns` is missing when the report has errors.
 */
export function assemble(
  source: SourceText,
  options: AssembleOptions = {},
): { insns?: Insn[]; report: Report } {
  const report = new Report();
  const program: Program = { lines: [], labels: new Map(), called: new Set(), jumped: new Set(), dangling: [] };
  readLines(source, program, report, options);
  const insns = resolve(source, program, report, options);
  return report.hasErrors ? { report } : { insns, report };
}

type Line = {
  insn: InsnBody;
  target: JumpTarget | undefined;
  slot: number;
  start: number;
  place: Place;
  labels: string[];
};
/** Line and column, both from 1. */
type Place = Readonly<{ line: number; column: number }>;
type Program = {
  lines: Line[];
  labels: Map<string, number>; // slot
  called: Set<string>;
  jumped: Set<string>;
  dangling: readonly Label[]; // labels after the last instruction
};

const OBJDUMP_HEADER = /^[0-9a-f]{8,16} <([^<>\s]+)>:\s*$/;
const BPFTOOL_HEADER = /^[A-Za-z_][\w\s*]*?\b(\w+)\([^;]*\):\s*$/;
const LABEL = /[ \t]*([A-Za-z_.$@][\w.$@-]*):(?!\S)/y;
const SLOT_NUMBER = /[ \t]*\d+:(?=\s)/y;
const RAW_BYTES = /[ \t]*(?:[0-9a-f]{2} ){7}(?:[0-9a-f]{2} ){0,8}[0-9a-f]{2}(?=\s)/y;
const OPCODE = /[ \t]*\(([0-9a-f]{2})\)(?=\s)/y;

function readLines(source: SourceText, program: Program, report: Report, options: AssembleOptions): void {
  const { text } = source;
  const defined = labelNames(text);
  let slot = 0;
  let labels: Label[] = [];
  let lineNumber = 0;
  for (let start = 0, end = 0; start <= text.length; start = end + 1) {
    if (isFull(report)) return;
    lineNumber++;
    end = text.indexOf("\n", start);
    if (end === -1) end = text.length;
    const stop = codeEnd(text, start, end);
    const head = readHead(text, start, stop);
    for (const label of head.labels) {
      if (program.labels.has(label.name)) duplicateLabel(report, label);
      else labels.push(label);
      if (!program.labels.has(label.name)) program.labels.set(label.name, slot);
    }
    const cursor = new AsmCursor(text, head.at, stop);
    if (cursor.atEnd) continue;
    try {
      const resolveCall = callResolver(program, defined, options);
      const { insn, target } = parseStatement(cursor, { opcode: head.opcode, resolveCall });
      if (target !== undefined && "label" in target) program.jumped.add(target.label);
      if (insn.kind === "loadImm64" && insn.ref?.kind === "func") program.called.add(insn.ref.name);
      const place = { line: lineNumber, column: head.at - start + 1 };
      program.lines.push({
        insn,
        target,
        slot,
        start: head.at,
        place,
        labels: labels.map((label) => label.name),
      });
      labels = [];
      slot += slotsOf(insn);
    } catch (error) {
      if (!(error instanceof AsmSyntaxError)) throw error;
      report.error(error.code, error.span, error.message, error.help);
      slot++;
    }
  }
  program.dangling = labels;
}

/** Where the code of a line ends: before a comment and the line's end. */
function codeEnd(text: string, start: number, end: number): number {
  const line = text.slice(start, end);
  if (/^\s*#/.test(line)) return start;
  const comment = /;|\/\//.exec(line);
  const stop = comment === null ? line : line.slice(0, comment.index);
  return start + stop.trimEnd().length;
}

type Label = Readonly<{ name: string; start: number; end: number }>;

/** Labels, slot number, raw bytes and opcode at the start of a line. */
function readHead(text: string, start: number, stop: number): { labels: Label[]; at: number; opcode?: number } {
  const line = text.slice(start, stop);
  const header =
    line.endsWith(":") && line.length < 1000 ? (OBJDUMP_HEADER.exec(line) ?? BPFTOOL_HEADER.exec(line)) : null;
  if (header?.[1] !== undefined) return { labels: [{ name: header[1], start, end: stop }], at: stop };
  const labels: Label[] = [];
  let at = 0;
  const skip = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(line) ?? undefined;
    if (found !== undefined) at += found[0].length;
    return found;
  };
  for (let label = skip(LABEL); label?.[1] !== undefined; label = skip(LABEL))
    labels.push({ name: label[1], start: start + at - label[1].length - 1, end: start + at - 1 });
  if (skip(SLOT_NUMBER)) skip(RAW_BYTES);
  const opcode = skip(OPCODE)?.[1];
  return { labels, at: start + at, ...(opcode !== undefined && { opcode: Number.parseInt(opcode, 16) }) };
}

function labelNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const line of text.split("\n")) {
    if (!line.includes(":")) continue;
    for (const label of readHead(line, 0, codeEnd(line, 0, line.length)).labels) names.add(label.name);
  }
  return names;
}

function duplicateLabel(report: Report, label: Label): void {
  const message = `label \`${label.name}\` is defined twice`;
  report.error("asm/duplicate-label", label, message, "give each label a name of its own");
}

/** Bare names after `call`: a label of this program wins over a helper; a helper's name over the number after it. */
function callResolver(program: Program, defined: ReadonlySet<string>, options: AssembleOptions): ResolveCall {
  return (name, number, start, end) => {
    if (number === undefined && defined.has(name)) {
      program.called.add(name);
      return { kind: "func", name };
    }
    const id = options.helperId?.(name) ?? number; // after loading, bpftool prints an address for the number
    if (id !== undefined) return { kind: "helper", id };
    const hint = didYouMean(name, [...defined, ...(options.helperNames?.() ?? [])]);
    throw new AsmSyntaxError(
      "asm/unknown-call",
      { start, end },
      `\`${name}\` is neither a label here nor a known helper`,
      hint ??
        "define the label, write subprog[name] for a function of another object, or ksym[name] for a kernel function",
    );
  };
}

function resolve(source: SourceText, program: Program, report: Report, options: AssembleOptions): Insn[] {
  const used = new Set([...program.called, ...program.jumped]);
  for (const label of program.dangling) {
    if (!used.has(label.name) || isFull(report)) continue;
    const message = `no instruction follows label \`${label.name}\``;
    report.error("asm/empty-label", label, message, "put an instruction after it, such as `exit`");
  }
  return program.lines.map((line) => {
    if (isFull(report)) return line.insn;
    const off = line.target === undefined ? undefined : offsetOf(line, line.target, program, report);
    const insn = off === undefined ? line.insn : withOffset(line.insn, off);
    const meta = metaOf(source, line, program, options);
    return meta === undefined ? insn : { ...insn, meta };
  });
}

function offsetOf(line: Line, target: JumpTarget, program: Program, report: Report): number {
  const span = "label" in target ? target : { start: line.start, end: line.start + 1 };
  const off = "off" in target ? target.off : labelOffset(line, target.label, program, report, span);
  const wide = line.insn.kind === "ja" && line.insn.wide;
  if (!wide && (off < -0x8000 || off > 0x7fff)) {
    const help = "jump there with `gotol`, which reaches 2^31 slots (Linux 6.6)";
    report.error("asm/range", span, `the jump is ${off} slots long; at most 32767 are possible`, help);
  }
  return off;
}

/** After so many errors the rest of them says nothing new. */
function isFull(report: Report): boolean {
  return report.diagnostics.length >= MAX_ERRORS;
}

function labelOffset(
  line: Line,
  label: string,
  program: Program,
  report: Report,
  span: { start: number; end: number },
): number {
  const slot = program.labels.get(label);
  if (slot !== undefined) return slot - line.slot - slotsOf(line.insn);
  const hint =
    didYouMean(label, program.labels.keys()) ?? `put \`${label}:\` before the instruction to jump to`;
  report.error("asm/unknown-label", span, `label \`${label}\` is not defined`, hint);
  return 0;
}

function withOffset(insn: InsnBody, off: number): InsnBody {
  if (insn.kind === "ja" || insn.kind === "jump" || insn.kind === "mayGoto") return { ...insn, off };
  throw new Error(`bug: ${insn.kind} has no jump target`);
}

function metaOf(
  source: SourceText,
  line: Line,
  program: Program,
  options: AssembleOptions,
): InsnMeta | undefined {
  const symbol = line.labels.find((label) => program.called.has(label) || !program.jumped.has(label));
  if (symbol === undefined && !options.lines) return undefined;
  if (!options.lines) return symbol === undefined ? undefined : { symbol };
  const end = source.text.indexOf("\n", line.start);
  const text = source.text.slice(line.start, end === -1 ? undefined : end).trim();
  const place = { file: source.name, ...line.place, text };
  return symbol === undefined ? { line: place } : { symbol, line: place };
}
