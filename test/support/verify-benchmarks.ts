import type { MapSpec } from "../../src/abi/map-spec.ts";
import { assemble } from "../../src/isa/assemble.ts";
import type { ProgramSpec } from "../../src/object/object.ts";

/** Programs whose verification is timed. */
export type VerifyBenchmark = Readonly<{ name: string; program: ProgramSpec }>;

export const BENCHMARK_MAP: MapSpec = {
  name: "table",
  type: "hash",
  keySize: 8,
  valueSize: 64,
  maxEntries: 64,
  flags: 0,
};

function program(type: ProgramSpec["type"], text: string): ProgramSpec {
  const { insns, report } = assemble({ name: "bench", text });
  if (insns === undefined) throw new Error(report.diagnostics.map((found) => found.message).join("\n"));
  return { name: "bench", type, section: "", insns, functions: [] };
}

/** A loop of `rounds` rounds, each followed. */
export function countedLoop(rounds: number): ProgramSpec {
  return program(
    "socketFilter",
    `r0 = 0
     r1 = 0
  again:
     r1 += 1
     r2 = r1
     r2 &= 7
     r0 += r2
     if r1 < ${rounds} goto again
     r0 = 0
     exit`,
  );
}

/** Conditions one after the other, none of which matters later: all but the first ways end early. */
export function independentBranches(count: number): ProgramSpec {
  const lines = ["call 7", "r6 = r0", "r7 = 0"];
  for (let i = 0; i < count; i++) lines.push(`if r6 > ${i} goto l${i}`, "r7 += 1", `l${i}:`, "r8 = r7");
  return program("socketFilter", [...lines, "r0 = 0", "exit"].join("\n"));
}

/** Conditions that all matter at the end, so that every way is followed: 2 to the power of `count`. */
export function dependentBranches(count: number): ProgramSpec {
  const lines = ["r7 = 0", "r9 = 0", "call 7", "r6 = r0"];
  for (let i = 0; i < count; i++)
    lines.push("r8 = r6", `r8 >>= ${i}`, "r8 &= 1", `if r8 == 0 goto l${i}`, `r7 |= ${2 ** i}`, `l${i}:`);
  lines.push("r7 &= 511", "r7 += -512", "r1 = r10", "r1 += r7", "*(u8 *)(r1 +0) = 0");
  return program("socketFilter", [...lines, "r0 = 0", "exit"].join("\n"));
}

/** Spills, fills and lookups, as tracing programs make them: about 200 instructions. */
export function tracingProgram(): ProgramSpec {
  const lines = ["r6 = r1"];
  for (let i = 0; i < 10; i++)
    lines.push(
      ...[
        "call 14",
        "r7 = r0",
        "r7 >>= 32",
        "*(u64 *)(r10 -8) = r7",
        "r1 = map[table]",
        "r2 = r10",
        "r2 += -8",
      ],
      ...["call 1", `if r0 == 0 goto miss${i}`, "r8 = *(u64 *)(r0 +8)", "r8 += 1", "*(u64 *)(r0 +8) = r8"],
      ...["call 5", `if r0 > r8 goto miss${i}`, "*(u64 *)(r10 -16) = r0", `miss${i}:`, "r9 = r7", "r9 &= 63"],
    );
  return program("tracepoint", [...lines, "r0 = 0", "exit"].join("\n"));
}

/** Bytes of a packet, each behind its comparison. */
export function packetParser(checks: number): ProgramSpec {
  const lines = ["r2 = *(u32 *)(r1 +0)", "r3 = *(u32 *)(r1 +4)", "r0 = 2"];
  for (let i = 1; i <= checks; i++)
    lines.push(
      "r4 = r2",
      `r4 += ${4 * i}`,
      "if r4 > r3 goto out",
      `r5 = *(u8 *)(r2 +${4 * i - 1})`,
      `if r5 == ${i} goto out`,
    );
  return program("xdp", [...lines, "out:", "r0 = 2", "exit"].join("\n"));
}

/** A loop with state on the stack, bounded by a number that is not known. */
export function stackLoop(rounds: number): ProgramSpec {
  return program(
    "socketFilter",
    `call 7
     r6 = r0
     r7 = 0
     *(u64 *)(r10 -8) = 0
  again:
     r1 = *(u64 *)(r10 -8)
     r1 += 3
     r1 &= 255
     *(u64 *)(r10 -8) = r1
     if r7 >= r6 goto out
     r7 += 1
     if r7 < ${rounds} goto again
  out:
     r0 = 0
     exit`,
  );
}

// biome-ignore format: one program per line
export const VERIFY_BENCHMARKS: readonly VerifyBenchmark[] = [
  { name: "tracing, 200 instructions", program: tracingProgram() },
  { name: "packet, 40 checks",         program: packetParser(40) },
  { name: "1,000 branches",            program: independentBranches(1000) },
  { name: "13 branches that matter",   program: dependentBranches(13) },
  { name: "loop of 20,000",            program: countedLoop(20_000) },
  { name: "loop with a stack of 10,000", program: stackLoop(10_000) },
  { name: "loop of 190,000",           program: countedLoop(190_000) },
  { name: "loop without end in reach", program: countedLoop(1_000_000) },
];
