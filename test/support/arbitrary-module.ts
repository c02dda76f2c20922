import fc from "fast-check";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { FuncBuilder } from "../../src/ir/build.ts";
import type { Func, Module } from "../../src/ir/ir.ts";
import { printModule } from "../../src/ir/print.ts";
import type { Inputs } from "./fake-kernel.ts";
import { writeStatements } from "./write-statements.ts";

/** Bytes of the maps that generated programs use. */
export const IN_BYTES = 256;
export const OUT_BYTES = 256;
export const TABLE_ENTRIES = 4;
export const TABLE_BYTES = 64;

export type ModuleOptions = Readonly<{
  /** Rough number of statements; default 24. */
  size?: number;
  /** Subprograms; default up to 2. */
  subprograms?: number;
}>;

/** A source of choices: shrinks with the numbers on it. */
export class Tape {
  private readonly numbers: readonly number[];
  private at = 0;

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  /** 0 <= result < bound; 0 when the tape is at its end. */
  next(bound: number): number {
    const number = this.numbers[this.at++] ?? 0;
    return number % bound;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.next(items.length)] as T;
  }

  get ended(): boolean {
    return this.at >= this.numbers.length;
  }
}

export type Case = Readonly<{ module: Module; inputs: Inputs }>;

/**
 * A raw tracepoint program that reads its context and the map "in", works, and leaves what it computed in the map
 * "out", in the array "table" and in its return value. The kernel's verifier accepts every one of them.
 */
export function arbitraryCase(options: ModuleOptions = {}): fc.Arbitrary<Case> {
  const size = options.size ?? 24;
  return fc
    .record({
      tape: fc.array(fc.nat(1 << 20), { minLength: 1, maxLength: size * 8, size: "max" }),
      initial: fc.uint8Array({ minLength: IN_BYTES, maxLength: IN_BYTES }),
      ctx: fc.array(interestingNumber(), { minLength: 5, maxLength: 5 }),
      subprograms: fc.nat(options.subprograms ?? 2),
    })
    .map(({ tape, initial, ctx, subprograms }) => {
      const module = buildModule(new Tape(tape), initial, size, subprograms);
      const text = () => `ctx ${ctx.join(" ")}\n${printModule(module)}`; // what a failing test prints
      return { module, inputs: { ctx, pidTgid: 0n }, [fc.toStringMethod]: text };
    });
}

/** Numbers near the edges of every width, and any other. */
export function interestingNumber(): fc.Arbitrary<bigint> {
  const edges = [8n, 16n, 31n, 32n, 63n, 64n].flatMap((bit) => [(1n << bit) - 1n, 1n << bit, (1n << bit) + 1n]);
  return fc
    .oneof(
      fc.constantFrom(0n, 1n, 2n, ...edges, ...edges.map((edge) => -edge)),
      fc.bigInt(0n, (1n << 64n) - 1n),
    )
    .map((value) => BigInt.asUintN(64, value));
}

export function mapsFor(initial: Uint8Array): MapSpec[] {
  const array = { type: "array", keySize: 4, flags: 0 } as const;
  return [
    { ...array, name: "in", valueSize: IN_BYTES, maxEntries: 1, initial },
    { ...array, name: "out", valueSize: OUT_BYTES, maxEntries: 1 },
    { ...array, name: "table", valueSize: TABLE_BYTES, maxEntries: TABLE_ENTRIES },
  ];
}

export function rawTracepointBuilder(name: string): FuncBuilder {
  return new FuncBuilder(name, { type: "rawTracepoint", section: "raw_tp/sys_enter" });
}

function buildModule(tape: Tape, initial: Uint8Array, size: number, subprograms: number): Module {
  const funcs: Func[] = [];
  const callees: string[] = [];
  const none = { callees: [], callbacks: [], ctx: false };
  for (let i = 0; i < subprograms; i++) {
    const b = new FuncBuilder(`sub${i}`, undefined, ["i64", "i32"]);
    b.span = { start: 0, end: 1 };
    writeStatements(b, tape, { ...none, size: Math.ceil(size / 4) });
    funcs.push(b.func);
    callees.push(`sub${i}`);
  }
  const callback = new FuncBuilder("each", undefined, ["i64", "ptr"]);
  callback.func.kind = "callback";
  writeStatements(callback, tape, { ...none, size: Math.ceil(size / 8) });
  funcs.push(callback.func);
  const b = rawTracepointBuilder("main");
  b.span = { start: 2, end: 5 };
  writeStatements(b, tape, { size, callees, callbacks: ["each"], ctx: true });
  const source = { name: "arbitrary", text: "a\nbcd\n" };
  return { source, license: "GPL", funcs: [b.func, ...funcs], maps: mapsFor(initial) };
}
