import { ATTACH_TYPES } from "../../src/abi/attach-types.ts";
import type { Insn } from "../../src/isa/insn.ts";
import type { FunctionInfo } from "../../src/object/object.ts";
import type { CaseAnswer } from "../support/verify-case.ts";
import { askKernel, type KernelVerdict, OracleMaps } from "./verify-oracle.ts";
import { testTypes } from "./verify-types.ts";

const TYPES = testTypes();

/** What the running kernel says of the program of a case in assembly; `logLevel`: how much of the way it tells. */
export function askCase({ object }: CaseAnswer, logLevel?: number): KernelVerdict {
  const [program] = object.programs;
  if (program === undefined) throw new Error("no program");
  const functions = functionsOf(program.insns);
  using maps = new OracleMaps(object.maps, functions.length > 1 ? TYPES.btf : undefined);
  const expectedAttachType = program.attachType && ATTACH_TYPES[program.attachType].number;
  return askKernel(
    {
      type: program.type,
      insns: program.insns,
      functions,
      ...(expectedAttachType !== undefined && { expectedAttachType }),
    },
    maps,
    logLevel,
  );
}

/** Functions of assembly, with types: the kernel takes callbacks and tail calls in functions only with those. */
function functionsOf(insns: readonly Insn[]): FunctionInfo[] {
  const starts = insns.flatMap(({ meta }, i) => (i > 0 && meta?.symbol !== undefined ? [i] : []));
  return [0, ...starts].map((insnIndex) => ({
    name: `f${insnIndex}`,
    insnIndex,
    btfId: insnIndex === 0 ? TYPES.entry : TYPES.local,
  }));
}
