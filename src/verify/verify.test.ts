import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryInsn, arbitrarySymbolicInsn } from "../../test/arbitrary-insn.ts";
import {
  BENCHMARK_MAP,
  countedLoop,
  dependentBranches,
  tracingProgram,
} from "../../test/support/verify-benchmarks.ts";
import type { ProgramType } from "../abi/attach-spec.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import { decodeProgram } from "../isa/decode.ts";
import { encodeProgram } from "../isa/encode.ts";
import type { Insn } from "../isa/insn.ts";
import type { ProgramSpec } from "../object/object.ts";
import { kernelProfile, NEWEST_RELEASE } from "./profile/profile.ts";
import { verifyProgram } from "./verify.ts";

const surroundings = { maps: [BENCHMARK_MAP], license: "GPL" };
const TYPES = Object.keys(PROGRAM_TYPES) as ProgramType[];
/** The newest kernel, but one that gives up ten times sooner: limits are the same rule and less work. */
const LIMIT = 100_000;
const newest = kernelProfile(NEWEST_RELEASE);
const profile = { ...newest, limits: { ...newest.limits, programInsns: LIMIT, processedInsns: LIMIT } };

function programOf(insns: readonly Insn[], type: ProgramType = "socketFilter"): ProgramSpec {
  return { name: "any", type, section: "", insns, functions: [] };
}

/** The verdict; a refusal says where and what. */
function verdict(spec: ProgramSpec, btf?: Uint8Array) {
  const result = verifyProgram(spec, btf ? { ...surroundings, btf } : surroundings, { profile });
  expect(result.ok).toBe(result.findings.length === 0);
  expect(result.stats.insnsProcessed).toBeLessThanOrEqual(LIMIT + 1);
  for (const { insnIndex, message, fix } of result.findings) {
    expect(insnIndex).toBeGreaterThanOrEqual(0);
    expect(message.length).toBeGreaterThan(0);
    expect(fix.length).toBeGreaterThan(0);
  }
  return result;
}

const exit: Insn = { kind: "exit" };
const insn = fc.oneof(arbitraryInsn, arbitrarySymbolicInsn);
const type = fc.constantFrom(...TYPES);

describe("any input gets a verdict", () => {
  test("any instructions", () => {
    const property = fc.property(fc.array(insn, { maxLength: 30 }), type, (insns, of) => {
      verdict(programOf([...insns, exit], of));
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test("any bytes that decode", () => {
    const slot = fc.uint8Array({ minLength: 8, maxLength: 8 });
    const property = fc.property(fc.array(slot, { minLength: 1, maxLength: 24 }), type, (slots, of) => {
      const bytes = Uint8Array.from(slots.flatMap((one) => [...one]));
      let insns: Insn[];
      try {
        insns = decodeProgram(bytes);
      } catch {
        return; // no program at all: the decoder says why
      }
      verdict(programOf(insns, of));
    });
    fc.assert(property, { numRuns: 1500 });
  });

  test("a good program with some bytes changed", () => {
    const good = encodeProgram(tracingProgram().insns, { names: { map: () => ({ fd: 3 }) } });
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    const property = fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const bytes = good.slice();
      for (const [at, value] of changes) bytes[at] = value;
      try {
        decodeProgram(bytes);
      } catch {
        return;
      }
      verdict(programOf(decodeProgram(bytes), "tracepoint"));
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("any bytes as the program's types", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 200 }), (btf) => {
      verdict(tracingProgram(), btf);
    });
    fc.assert(property, { numRuns: 300 });
  });
});

const mov: Insn = { kind: "alu", op: "mov", bits: 64, dst: 0, src: { kind: "imm", imm: 0 } };
const many = (count: number, one: Insn) => Array.from({ length: count }, () => one);

// biome-ignore format: one case per line
test.each<{ rule: string; program: () => ProgramSpec; code: string | undefined }>([
  { rule: "straight code up to the limit",            program: () => programOf([...many(LIMIT - 2, mov), mov, exit]),      code: undefined },
  { rule: "more instructions than a program may have", program: () => programOf([...many(LIMIT, mov), exit]),               code: "verify/too-long" },
  { rule: "a loop with more rounds than are followed", program: () => countedLoop(LIMIT),                                   code: "verify/too-complex" },
  { rule: "every way through conditions that matter",  program: () => dependentBranches(22),                                code: "verify/too-complex" },
  { rule: "jumps to the next instruction only",        program: () => programOf([...many(50_000, { kind: "ja", off: 0, wide: false }), mov, exit]), code: undefined },
  { rule: "calls of itself",                           program: () => programOf([{ kind: "call", target: { kind: "local", off: -1 } }, exit]), code: "verify/call-depth" },
])("$rule", ({ program, code }) => {
  expect(verdict(program()).findings[0]?.code).toBe(code);
});

test("what is followed grows with the rounds of a loop, and no faster", () => {
  const [short, long] = [2_000, 20_000].map((rounds) => verdict(countedLoop(rounds)).stats);
  expect(long?.insnsProcessed).toBeLessThan((short?.insnsProcessed ?? 0) * 10.1);
  expect(long?.peakStates).toBeLessThanOrEqual((short?.peakStates ?? 0) + 4);
});
