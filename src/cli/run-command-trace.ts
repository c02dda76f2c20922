import { helperById } from "../abi/helpers.ts";
import { formatInsn } from "../isa/disassemble.ts";
import type { Insn, InsnBody } from "../isa/insn.ts";
import type { ProgramSpec } from "../object/object.ts";
import { jsonString } from "../output/json-value.ts";
import type { TextBuffer } from "../output/sink.ts";
import type { Debugger } from "../vm/debugger.ts";

const TEXT_WIDTH = 40;
const FRAME_BYTES = 512;

/** What one instruction did. */
type Step = Readonly<{
  depth: number;
  insnIndex: number;
  insn: Insn;
  /** Registers by number, with their new values. */
  changed: readonly (readonly [reg: number, value: bigint])[];
  /** What a store left in memory. */
  stored?: Readonly<{ address: bigint; value: bigint }> | undefined;
  frame: bigint;
}>;

/** Where a trace goes, in one form or the other. */
export type TraceWriter = Readonly<{
  /** A function begins: its name, and how deep in calls it is. */
  enter(name: string, depth: number): void;
  step(step: Step): void;
  /** A line that the program printed. */
  print(line: string): void;
}>;

/** Instructions as they were written, which the machine has bound to numbers, by program. */
export type Sources = ReadonlyMap<string, ProgramSpec>;

/** The instruction as text, with names for helpers and maps. */
export function insnText(insn: InsnBody): string {
  return formatInsn(insn, { helperName: (id) => helperById(id)?.name });
}

/** Runs to the end and writes each instruction with what it changed; how many there were. Throws MachineError. */
export function traceRun(run: Debugger, sources: Sources, writer: TraceWriter): number {
  let steps = 0;
  let entered = "";
  for (;;) {
    const { functions, insnIndex, registers } = run;
    const [inner] = functions;
    if (inner === undefined || run.done) return steps;
    const place = `${inner.program} ${inner.function} ${functions.length}`;
    if (place !== entered) writer.enter(inner.function, functions.length - 1);
    entered = place;
    const insn = sources.get(inner.program)?.insns[insnIndex] ?? (run.insn as InsnBody);
    const before: Omit<Step, "changed"> = { depth: functions.length - 1, insnIndex, insn, frame: inner.frame };
    try {
      run.step();
    } catch (error) {
      writer.step({ ...before, changed: [] });
      throw error;
    }
    steps++;
    writer.step({
      ...before,
      changed: changes(insn, registers, run.registers),
      ...storedBy(insn, registers, run),
    });
  }
}

function changes(insn: Insn, before: readonly bigint[], after: readonly bigint[]): Step["changed"] {
  // A call into the program moves r10; what it and its end do to other registers is seen inside.
  const last = insn.kind === "call" || insn.kind === "exit" ? 0 : 9;
  const found: (readonly [number, bigint])[] = [];
  for (let reg = 0; reg <= last; reg++) {
    const value = after[reg] ?? 0n;
    if (value !== before[reg]) found.push([reg, value]);
  }
  return found;
}

function storedBy(insn: Insn, registers: readonly bigint[], run: Debugger): Step["stored"] {
  if (insn.kind !== "store" && insn.kind !== "atomic" && insn.kind !== "storeRelease") return undefined;
  const address = BigInt.asUintN(64, (registers[insn.base] ?? 0n) + BigInt(insn.off));
  const bytes = run.read(address, insn.size);
  if (bytes === undefined) return undefined;
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return { address, value };
}

/** A trace as text: one line per instruction, source lines where they change. */
export function textTrace(out: TextBuffer, showSource: boolean): TraceWriter {
  let source = "";
  return {
    enter: (name, depth) => out.add(`${"  ".repeat(depth)}${name}:\n`),
    print: (line) => out.add(`  printk: ${line}\n`),
    step({ depth, insnIndex, insn, changed, stored, frame }) {
      const indent = "  ".repeat(depth);
      const { line } = insn.meta ?? {};
      const place = line === undefined ? source : `${line.file}:${line.line}`;
      if (showSource && line !== undefined && place !== source)
        out.add(`${indent}; ${line.text.trim()} @ ${place}\n`);
      source = place;
      const effects = changed.map(([reg, value]) => `r${reg}=${valueText(value, frame)}`);
      if (stored) effects.push(`[${valueText(stored.address, frame)}]=${valueText(stored.value, frame)}`);
      const head = `${indent}${String(insnIndex).padStart(5)}: ${insnText(insn)}`;
      out.add(
        effects.length === 0
          ? `${head}\n`
          : `${head.padEnd(TEXT_WIDTH + indent.length)}  ${effects.join(" ")}\n`,
      );
    },
  };
}

/** A trace as JSON lines. Registers hold exact numbers, unsigned. */
export function jsonTrace(out: TextBuffer): TraceWriter {
  let inside = "";
  return {
    enter(name) {
      inside = name;
    },
    print: (line) => out.add(`{"printed": ${jsonString(line)}}\n`),
    step({ depth, insnIndex, insn, changed, stored }) {
      const { line } = insn.meta ?? {};
      const registers = changed.map(([reg, value]) => `"r${reg}": ${value}`).join(", ");
      const members = [
        `"instruction": ${insnIndex}`,
        `"function": ${jsonString(inside)}`,
        `"depth": ${depth}`,
        `"text": ${jsonString(insnText(insn))}`,
        `"registers": {${registers}}`,
        ...(stored ? [`"stored": {"address": ${stored.address}, "value": ${stored.value}}`] : []),
        ...(line ? [`"source": {"file": ${jsonString(line.file)}, "line": ${line.line}}`] : []),
      ];
      out.add(`{${members.join(", ")}}\n`);
    },
  };
}

const SMALL = 4096n;

/** Small numbers in decimal, stack addresses relative to the frame, all else in hex. */
export function valueText(value: bigint, frame: bigint): string {
  if (value < SMALL) return String(value);
  const signed = BigInt.asIntN(64, value);
  if (signed < 0n && signed > -SMALL) return String(signed);
  const below = frame - value;
  if (below >= 0n && below <= FRAME_BYTES) return below === 0n ? "fp" : `fp-${below}`;
  return `0x${value.toString(16)}`;
}
