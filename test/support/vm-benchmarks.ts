import { helperByName } from "../../src/abi/helpers.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { assemble } from "../../src/isa/assemble.ts";
import type { Insn } from "../../src/isa/insn.ts";

/** A long-running program, and how many instructions a run executes. Its memory is the value of MEMORY_MAP. */
export type Benchmark = Readonly<{ name: string; insns: readonly Insn[]; executed: number }>;

export const MEMORY_MAP: MapSpec = {
  name: "mem",
  type: "array",
  keySize: 4,
  valueSize: 16_384,
  maxEntries: 1,
  flags: 0,
};

function asm(name: string, text: string): readonly Insn[] {
  const { insns, report } = assemble({ name, text }, { helperId: (helper) => helperByName(helper)?.id });
  if (insns === undefined) throw new Error(report.diagnostics.map((found) => found.message).join("\n"));
  return insns;
}

// Loops stay below the verifier's million steps; they run often instead.
const ALU = `
  r0 = 1
  r2 = 20000
loop:
  r0 *= 31
  r0 += r2
  r3 = r0
  r3 >>= 7
  r0 ^= r3
  r2 -= 1
  if r2 != 0 goto loop
  exit`;

// Marks multiples of 2 … 61 in 16384 bytes of memory.
const SIEVE = `
  r6 = map[mem][0]
  r2 = 2
  r7 = 0
next:
  r3 = r2
  r3 += r2
mark:
  r4 = r6
  r4 += r3
  *(u8 *)(r4 + 0) = 1
  r3 += r2
  if r3 < 16384 goto mark
  r2 += 1
  if r2 < 62 goto next
  r0 = r3
  exit`;

// FNV-1a over 16384 bytes.
const FNV = `
  r0 = 0xcbf29ce484222325 ll
  r5 = 0x100000001b3 ll
  r1 = map[mem][0]
  r2 = 0
loop:
  r4 = r1
  r4 += r2
  r3 = *(u8 *)(r4 + 0)
  r0 ^= r3
  r0 *= r5
  r2 += 1
  if r2 < 16384 goto loop
  exit`;

// Steps of the numbers 1 … 600 to 1, at most 200 each so that the verifier sees an end.
const COLLATZ = `
  r0 = 0
  r2 = 1
number:
  r3 = r2
  r5 = 200
step:
  if r3 == 1 goto done
  r4 = r3
  r4 &= 1
  if r4 == 0 goto even
  r4 = r3
  r3 *= 3
  r3 += 1
  goto count
even:
  r3 >>= 1
count:
  r0 += 1
  r5 -= 1
  if r5 != 0 goto step
done:
  r2 += 1
  if r2 != 400 goto number
  exit`;

/** How many instructions a run executes is asked of `count`. */
export function benchmarks(count: (insns: readonly Insn[]) => number): readonly Benchmark[] {
  const texts: Readonly<Record<string, string>> = {
    "ALU loop": ALU,
    sieve: SIEVE,
    "FNV-1a": FNV,
    collatz: COLLATZ,
  };
  return Object.entries(texts).map(([name, text]) => {
    const insns = asm(name, text);
    return { name, insns, executed: count(insns) };
  });
}
