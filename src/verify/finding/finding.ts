import type { SourceLine } from "../../base/source-line.ts";
import type { FindingCode } from "./codes.ts";

/** One step of what led to a finding: an instruction, and what was known after it of the value that matters. */
export type HistoryStep = Readonly<{
  insnIndex: number;
  line?: SourceLine;
  /** The instruction: "r1 = *(u64 *)(r0 +0)". */
  code: string;
  /** What that means, in words: "not taken", "from data of struct xdp_md". */
  note?: string;
  /** What was known then, and of which register or stack slot: "r2: 0..255". */
  known?: string;
}>;

/** A place in a program. */
export type FindingPlace = Readonly<{ insnIndex: number; line?: SourceLine }>;

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
  /** What is known at the place itself, and what never happened on the way: "r0: a value of map `counts` or NULL". */
  here?: string;
  /** What to write instead, in the program's language. */
  fix: string;
  /** Where else the same mistake shows; one change mends them all. */
  also: readonly FindingPlace[];
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
