import { checkInput, type InputRule, listOf, OBJECT } from "../base/check-input.ts";
import type { RelocationTarget } from "./relocation-target.ts";

/** What is an object as `fromElf` gives it; its programs and maps are believed. */
export const OBJECT_SPEC: InputRule = {
  expected: "an object as fromElf() and compilers give it",
  accepts: (value) => OBJECT.accepts(value) && hasParts(value as Readonly<Record<string, unknown>>),
};

export const OBJECT_SPECS = listOf(OBJECT_SPEC, "objects as fromElf() and compilers give them");

const RECORDS = listOf(OBJECT, "objects");

function hasParts({ programs, maps, license }: Readonly<Record<string, unknown>>): boolean {
  return RECORDS.accepts(programs) && RECORDS.accepts(maps) && typeof license === "string";
}

const TARGET: InputRule = {
  expected: "a kernel: openLinux().target, or an object with kernelVersion, kernelBtf() and kernelSymbol()",
  accepts: (value) => OBJECT.accepts(value) && isTarget(value as Readonly<Record<string, unknown>>),
};

function isTarget(target: Readonly<Record<string, unknown>>): boolean {
  const asks = ["kernelBtf", "kernelSymbol"].every((name) => typeof target[name] === "function");
  return asks && Number.isInteger(target["kernelVersion"]);
}

/** Throws SkepError unless it can be asked about a kernel. */
export function checkTarget(target: RelocationTarget): RelocationTarget {
  return checkInput("relocate: the kernel", target, TARGET);
}
