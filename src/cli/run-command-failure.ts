import { slotsOf } from "../isa/insn.ts";
import type { ProgramSpec } from "../object/object.ts";
import type { Debugger } from "../vm/debugger.ts";
import { MachineError, type MachineErrorCode } from "../vm/machine-error.ts";
import { insnText, type Sources, valueText } from "./run-command-trace.ts";

const AROUND = 3; // instructions before and behind
const MOST_REPLAYED = 20_000_000; // instructions

/** The place of a MachineError in the program, in words: its source line, and the instructions around it. */
export function failurePlace(error: MachineError, sources: Sources): string {
  const { place } = error;
  const program = place && sources.get(place.program);
  if (place === undefined || program === undefined) return "";
  return `${sourceLine(program, place.insnIndex)}${listing(program, place.insnIndex)}`;
}

/** The same as data: the program, its instruction, and the line of its source. */
export function placeJson(
  { place, address }: MachineError,
  sources: Sources,
): Readonly<Record<string, string | number | bigint | undefined>> {
  const insns = place === undefined ? undefined : sources.get(place.program)?.insns;
  const line = place && insns?.slice(0, place.insnIndex + 1).findLast((insn) => insn.meta?.line)?.meta?.line;
  return {
    program: place?.program,
    instruction: place?.insnIndex,
    file: line?.file,
    line: line?.line,
    column: line?.column,
    address,
  };
}

function sourceLine({ insns }: ProgramSpec, at: number): string {
  for (let i = at; i >= 0; i--) {
    const line = insns[i]?.meta?.line;
    if (line) return `  ${line.file}:${line.line} | ${line.text.trim()}\n`;
  }
  return "";
}

function listing({ insns }: ProgramSpec, at: number): string {
  const slots = insns.slice(0, at).reduce((sum, insn) => sum + slotsOf(insn), 0);
  let text = "";
  for (let i = Math.max(0, at - AROUND); i <= Math.min(insns.length - 1, at + AROUND); i++) {
    const insn = insns[i];
    const note = i === at && slots !== at ? `   (slot ${slots} of a listing)` : "";
    if (insn) text += `${i === at ? " >" : "  "}${String(i).padStart(5)}: ${insnText(insn)}${note}\n`;
  }
  return text;
}

/** What helps on the command line, where the library's advice names its own options. */
const REMEDIES: Readonly<Partial<Record<MachineErrorCode, string>>> = {
  "vm/step-limit": "give the loop a bound that it reaches, or allow more with --max-steps",
  "vm/no-helper": "use a helper that this machine has; `skep run` has no kernel to ask",
  "vm/no-memory": "make the maps smaller",
  "vm/no-such-map":
    "make it with --map NAME:TYPE:KEY:VALUE:ENTRIES, such as --map counts:hash:4:8:64, or run the object file",
};

/** `withoutInput`: the program was given neither a context nor a packet. */
export function failureRemedy(error: MachineError, withoutInput: boolean): string {
  const isNull = error.address !== undefined && error.address < LOWEST;
  const remedy = REMEDIES[error.code as MachineErrorCode] ?? error.remedy;
  return isNull && withoutInput ? `give it a context with --ctx, or ${remedy}` : remedy;
}

const LOWEST = 0x1000n; // an address below it is NULL plus an offset

/**
 * Registers at the place where a run failed, found by running it again, as `open` starts it; empty when it would take
 * too long or goes another way.
 */
export function registersAt(error: MachineError, open: () => Debugger): string {
  if (error.place === undefined || error.code === "vm/step-limit") return "";
  const run = open();
  try {
    for (let step = 0; step < MOST_REPLAYED; step++) if (!run.step()) return "";
  } catch (again) {
    if (!(again instanceof MachineError) || again.code !== error.code) return "";
    const frame = run.functions[0]?.frame ?? 0n;
    const all = run.registers.map((value, reg) => `r${reg}=${reg === 10 ? "fp" : valueText(value, frame)}`);
    return `  ${all.slice(0, 6).join(" ")}\n  ${all.slice(6).join(" ")}\n`;
  }
  return "";
}
