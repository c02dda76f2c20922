// The cases of test/verify-cases before the running kernel's own verifier: it refuses the one program and takes the other.

import { expect, test } from "vitest";
import { ATTACH_TYPES } from "../../src/abi/attach-types.ts";
import type { Insn } from "../../src/isa/insn.ts";
import type { FunctionInfo } from "../../src/object/object.ts";
import { CODES } from "../../src/verify/public.ts";
import { type CaseAnswer, judgeCase, settingsOf, verifyCases } from "../support/verify-case.ts";
import { askKernel, OracleMaps, refusalLines } from "./verify-oracle.ts";
import { testTypes } from "./verify-types.ts";

const TYPES = testTypes();

// About other kernels and users than the one that the test runs as.
const raw = verifyCases(Object.keys(CODES), "asm", "hex").filter((one) => {
  const { privileged, kernels } = settingsOf(one);
  return privileged && kernels.length === 0;
});

test.each(raw)("$name: this kernel refuses it, too", (one) => {
  const { accepted } = ask(judgeCase(one, bytesOf(one.file.sections.get("source"))));
  expect(accepted).toBe(false);
});

test.each(raw)("$name: this kernel accepts the fixed one", (one) => {
  const { accepted, log } = ask(judgeCase(one, bytesOf(one.file.sections.get("fixed"))));
  expect([accepted, ...(accepted ? [] : refusalLines(log))]).toEqual([true]);
});

function ask({ object }: CaseAnswer) {
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

function bytesOf(text = ""): Uint8Array {
  return new TextEncoder().encode(`${text}\n`);
}
