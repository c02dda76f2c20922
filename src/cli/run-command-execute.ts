import type { ProgramType } from "../abi/attach-spec.ts";
import type { InsnBody } from "../isa/insn.ts";
import type { Machine } from "../vm/machine.ts";

/** What one run, or the last of many, left behind. */
export type Outcome = Readonly<{
  r0: bigint;
  steps: number;
  ctx: Uint8Array;
  packet?: Uint8Array;
  redirectedTo?: number;
  /** Where it ran more than once. */
  time?: RunTime;
  callCost?: number;
}>;

/** Nanoseconds of a run; what a call costs by itself is taken off. */
export type RunTime = Readonly<{
  mean: number;
  /** Mean of the fastest tenth of the runs: engines become faster while they run. */
  fastest: number;
}>;

export type ExecuteOptions = Readonly<{
  name: string;
  type: ProgramType;
  ctx: Uint8Array;
  repeat: number;
  /** What a call costs by itself, in nanoseconds, where it is known from a run before. */
  callCost?: number | undefined;
}>;

/** Runs a loaded program `repeat` times on the same context and packet. Throws MachineError. */
export function execute(machine: Machine, options: ExecuteOptions, packet: Uint8Array | undefined): Outcome {
  const { name, ctx, repeat } = options;
  using runner = machine.runner(name, { ctxBytes: ctx.length });
  const parts = runInParts(runner, ctx, packet, repeat);
  const { r0, steps, redirectedTo } = runner;
  const outcome: Outcome = {
    r0,
    steps,
    ctx: runner.ctx.slice(),
    ...(runner.packet && { packet: runner.packet }),
    ...(redirectedTo !== undefined && { redirectedTo }),
  };
  if (repeat === 1) return outcome;
  const cost = options.callCost ?? callCost(machine, options, packet);
  const total = parts.reduce((sum, { ns }) => sum + ns, 0);
  const fastest = fastestOf(parts);
  return {
    ...outcome,
    callCost: cost,
    time: { mean: Math.max(0, total / repeat - cost), fastest: Math.max(0, fastest - cost) },
  };
}

type Runner = ReturnType<Machine["runner"]>;

const PARTS = 10;

function runInParts(
  runner: Runner,
  ctx: Uint8Array,
  packet: Uint8Array | undefined,
  repeat: number,
): { runs: number; ns: number }[] {
  const parts: { runs: number; ns: number }[] = [];
  for (let done = 0; done < repeat; ) {
    const runs = Math.min(Math.ceil(repeat / PARTS), repeat - done);
    parts.push({ runs, ns: runOften(runner, ctx, packet, runs) });
    done += runs;
  }
  return parts;
}

/** Nanoseconds per run. */
function fastestOf(parts: readonly { runs: number; ns: number }[]): number {
  return Math.min(...parts.map(({ ns, runs }) => ns / runs));
}

/** Nanoseconds in all. */
function runOften(runner: Runner, ctx: Uint8Array, packet: Uint8Array | undefined, repeat: number): number {
  const start = performance.now();
  for (let run = 0; run < repeat; run++) {
    if (ctx.length > 0) runner.ctx.set(ctx);
    runner.run(packet);
  }
  return (performance.now() - start) * 1e6;
}

const EMPTY_NAME = " empty"; // no program of the user's is called so
const EMPTY: readonly InsnBody[] = [
  { kind: "alu", op: "mov", bits: 64, dst: 0, src: { kind: "imm", imm: 0 } },
  { kind: "exit" },
];
const CALIBRATION_RUNS = 200_000; // engines compile calls anew after some thousands

/** Nanoseconds that a run takes without a program: from here to there and back, and copying its data. */
function callCost(machine: Machine, { type, ctx }: ExecuteOptions, packet: Uint8Array | undefined): number {
  machine.load({ name: EMPTY_NAME, type, insns: EMPTY });
  using runner = machine.runner(EMPTY_NAME, { ctxBytes: ctx.length });
  return fastestOf(runInParts(runner, ctx, packet, CALIBRATION_RUNS));
}
