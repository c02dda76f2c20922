import { helperById } from "../abi/helpers.ts";
import { unreachable } from "../base/errors.ts";
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
  /** Registers that it wrote, by number, with their values. */
  written: readonly (readonly [reg: number, value: bigint])[];
  /** What a store left in memory. */
  stored?: Readonly<{ address: bigint; value: bigint }> | undefined;
  frame: bigint;
}>;

/** Where a trace goes, in one form or the other. */
export type TraceWriter = Readonly<{
  /** A function begins: its name, and how deep in calls it is. */
  enter(name: string, depth: number): void;
  step(step: Step): void;
  /** A line that the program prints, in the step that is written next. */
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
    const before: Omit<Step, "written"> = { depth: functions.length - 1, insnIndex, insn, frame: inner.frame };
    try {
      run.step();
    } catch (error) {
      writer.step({ ...before, written: [] });
      throw error;
    }
    steps++;
    writer.step({
      ...before,
      written: writtenBy(insn, run.registers),
      stored: storedBy(insn, registers, run),
    });
  }
}

function writtenBy(insn: Insn, registers: readonly bigint[]): Step["written"] {
  const reg = target(insn);
  return reg === undefined ? [] : [[reg, registers[reg] ?? 0n]];
}

/** The register that the instruction writes. What calls and ends of functions do to others is seen inside. */
function target(insn: Insn): number | undefined {
  switch (insn.kind) {
    case "alu":
    case "neg":
    case "movsx":
    case "endian":
    case "addrSpaceCast":
    case "load":
    case "loadAcquire":
    case "loadImm64":
      return insn.dst;
    case "atomic":
      return insn.op === "cmpxchg" ? 0 : insn.fetch ? insn.src : undefined;
    case "loadPacket":
      return 0;
    case "call":
      return insn.target.kind === "local" || insn.target.kind === "func" ? undefined : 0;
    case "store":
    case "storeRelease":
    case "ja":
    case "jump":
    case "mayGoto":
    case "exit":
      return undefined;
    default:
      return unreachable(insn);
  }
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
  let printed = "";
  return {
    enter: (name, depth) => out.add(`${"  ".repeat(depth)}${name}:\n`),
    print: (line) => {
      printed += `  printk: ${line}\n`;
    },
    step({ depth, insnIndex, insn, written, stored, frame }) {
      const indent = "  ".repeat(depth);
      const { line } = insn.meta ?? {};
      const isKnown = line !== undefined && line.text.trim() !== "";
      const place = isKnown ? `${line.file}:${line.line}` : source;
      if (showSource && isKnown && place !== source) out.add(`${indent}; ${line.text.trim()} @ ${place}\n`);
      source = place;
      const effects = written.map(([reg, value]) => `r${reg}=${valueText(value, frame)}`);
      if (stored) effects.push(`[${valueText(stored.address, frame)}]=${valueText(stored.value, frame)}`);
      const head = `${indent}${String(insnIndex).padStart(5)}: ${insnText(insn)}`;
      out.add(effects.length === 0 ? `${head}\n` : `${head.padEnd(TEXT_WIDTH)}  ${effects.join(" ")}\n`);
      out.add(printed);
      printed = "";
    },
  };
}

/** A trace as JSON lines. Registers hold exact numbers, unsigned. */
export function jsonTrace(out: TextBuffer): TraceWriter {
  let inside = "";
  let printed = "";
  return {
    enter(name) {
      inside = name;
    },
    print: (line) => {
      printed += `{"printed": ${jsonString(line)}}\n`;
    },
    step({ depth, insnIndex, insn, written, stored }) {
      const { line } = insn.meta ?? {};
      const registers = written.map(([reg, value]) => `"r${reg}": ${value}`).join(", ");
      const members = [
        `"instruction": ${insnIndex}`,
        `"function": ${jsonString(inside)}`,
        `"depth": ${depth}`,
        `"text": ${jsonString(insnText(insn))}`,
        `"registers": {${registers}}`,
        ...(stored ? [`"stored": {"address": ${stored.address}, "value": ${stored.value}}`] : []),
        ...(line ? [`"source": {"file": ${jsonString(line.file)}, "line": ${line.line}}`] : []),
      ];
      out.add(`{${members.join(", ")}}\n${printed}`);
      printed = "";
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
