import type { SourceLine } from "../../base/source-line.ts";
import type { FindingCode } from "./codes.ts";

/** One step of what led to a finding: an instruction, and what was known after it of the value that matters. */
export type HistoryStep = Readonly<{
  insnIndex: number;
  line?: SourceLine;
  /** What happened, in words: "r1 = address of map counts". */
  text: string;
  /** What was known then of the register or slot: "0..255". */
  known?: string;
}>;

/** Why a program is refused, at one place. */
export type Finding = Readonly<{
  code: FindingCode;
  /** Index into the program's `insns`. */
  insnIndex: number;
  line?: SourceLine;
  /** What is wrong, for people. */
  message: string;
  /** How it came to it along one path, oldest first. */
  why: readonly HistoryStep[];
  /** What to write instead. */
  fix: string;
}>;

/** What a fault is about; its history is told. */
export type Subject = Readonly<
  | { kind: "reg"; reg: number }
  | { kind: "slot"; frame: number; slot: number }
  | { kind: "held"; insn: number }
  | { kind: "none" }
>;

/** A fault as a check reports it. `values` fill the fix's places, such as {bound}. */
export type Fault = Readonly<{
  code: FindingCode;
  message: string;
  subject?: Subject;
  values?: Readonly<Record<string, string>>;
}>;
