import type { Runner } from "../../vm/runner.ts";
import type { HookProgram, PacketResult } from "../hooks/hook-program.ts";
import type { ProgramPlace, SimEnvironment } from "./environment.ts";

const NONE = new Uint8Array(0);

/** How often a program ran, and how many instructions that took. */
export type ProgramRuns = { runs: number; steps: number };

type Parts = Readonly<{
  runner: Runner;
  environment: SimEnvironment;
  runs: ProgramRuns;
  cookie: bigint;
  pid: number;
  place: ProgramPlace | undefined;
  /** Called after each run, when rings may hold something new. */
  wrote: () => void;
}>;

/** A program with what is particular to one attachment of it. */
export class AttachedProgram implements HookProgram {
  readonly pid: number;
  readonly #parts: Parts;
  readonly #runner: Runner;
  #lastBytes = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#runner = parts.runner;
    this.pid = parts.pid;
  }

  get contextAddress(): number {
    return this.#parts.runner.address;
  }

  /** What the last run wrote, of iterators. */
  get output(): Uint8Array | undefined {
    return this.#parts.runner.effects.output;
  }

  run(ctx: Uint8Array): number {
    this.#place(ctx);
    return this.#go(undefined);
  }

  runWords(words: Int32Array, count: number): number {
    const into = this.#runner.words;
    const length = Math.min(count, into.length);
    for (let i = 0; i < length; i++) into[i] = words[i] as number;
    const before = this.#lastBytes >> 2;
    this.#lastBytes = length * 4;
    for (let i = length; i < before; i++) into[i] = 0;
    return this.#go(undefined);
  }

  runPacket(packet: Uint8Array | undefined, ctx: Uint8Array = NONE): PacketResult {
    this.#place(ctx);
    const verdict = this.#go(packet);
    const { runner } = this.#parts;
    const { effects, redirectedTo } = runner;
    return {
      verdict,
      packet: (packet === undefined ? undefined : runner.packet) ?? packet ?? NONE,
      ctx: runner.ctx.slice(),
      effects,
      ...(redirectedTo !== undefined && { redirectedTo }),
    };
  }

  #place(ctx: Uint8Array): void {
    const into = this.#parts.runner.ctx;
    const length = Math.min(ctx.length, into.length);
    if (length <= 96) for (let i = 0; i < length; i++) into[i] = ctx[i] as number;
    else into.set(ctx.subarray(0, length));
    if (length < this.#lastBytes) into.fill(0, length, this.#lastBytes);
    this.#lastBytes = length;
  }

  #go(packet: Uint8Array | undefined): number {
    const { runner, environment, runs, cookie, place, wrote } = this.#parts;
    const outer = environment.cookie;
    const outerPlace = environment.place;
    environment.cookie = cookie;
    environment.place = place;
    runs.runs++;
    try {
      return packet === undefined ? runner.run() : runner.run(packet);
    } finally {
      environment.cookie = outer;
      environment.place = outerPlace;
      runs.steps += runner.steps;
      wrote();
    }
  }
}
