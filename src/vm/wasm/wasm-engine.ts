import type { InsnBody } from "../../isa/insn.ts";
import { resultOf } from "../exception.ts";
import type { MachineError } from "../machine-error.ts";
import { CONTROL } from "../memory.ts";
import { functionOf, type Program } from "../program.ts";
import type { Engine, Entry, RunState } from "../run-state.ts";
import { FAIL } from "./compile-function.ts";
import type { Surroundings } from "./known.ts";
import { type Access, accessOf } from "./locals.ts";
import { COMPILE_LIMITS, type CompileLimits } from "./parts.ts";
import { compileModule } from "./wasm-module.ts";

const MEMORY_END = 0x1_0000_0000n;

type Compute = (r1: bigint, r2: bigint, r3: bigint, r4: bigint, r5: bigint, frame: number) => bigint;

/** A compiled program: its functions by the instruction at which they start; undefined: it is too large for Wasm. */
type Compiled = Readonly<{ entry: Entry; functions: ReadonlyMap<number, Compute> }> | undefined;

/** Compiles programs to WebAssembly when they first run. */
export class WasmEngine implements Engine {
  readonly #state: () => RunState;
  readonly #fallback: Engine;
  readonly #limits: CompileLimits;
  readonly #compiled = new WeakMap<Program, { code: Compiled }>();

  constructor(state: () => RunState, fallback: Engine, limits: CompileLimits = COMPILE_LIMITS) {
    this.#state = state;
    this.#fallback = fallback;
    this.#limits = limits;
  }

  entry(program: Program): Entry {
    return this.#compile(program)?.entry ?? this.#fallback.entry(program);
  }

  run(program: Program, insnIndex: number, args: readonly bigint[], frame: number): bigint {
    const compiled = this.#compile(program);
    if (compiled === undefined) return this.#fallback.run(program, insnIndex, args, frame);
    const compute = compiled.functions.get(insnIndex);
    if (compute === undefined) throw new Error(`bug: no function starts at ${insnIndex}`);
    const [r1 = 0n, r2 = 0n, r3 = 0n, r4 = 0n, r5 = 0n] = args;
    if (insnIndex !== 0) return BigInt.asUintN(64, compute(r1, r2, r3, r4, r5, frame));
    try {
      return BigInt.asUintN(64, compute(r1, r2, r3, r4, r5, frame));
    } catch (error) {
      return resultOf(error, program, this, frame);
    }
  }

  #compile(program: Program): Compiled {
    const known = this.#compiled.get(program);
    if (known !== undefined) return known.code;
    const code = this.#instantiate(program);
    this.#compiled.set(program, { code });
    return code;
  }

  #instantiate(program: Program): Compiled {
    const bytes = compileModule(program, this.#limits, surroundings(this.#state()));
    if (bytes === undefined) return undefined;
    const state = this.#state();
    const module = moduleOf(bytes);
    if (module === undefined) return undefined;
    const { exports } = new WebAssembly.Instance(module, { m: imports(state, program) });
    const table = exports["t"] as WebAssembly.Table;
    const functions = new Map(program.functions.map((code, i) => [code.start, table.get(i) as Compute]));
    return { entry: this.#catching(program, exports["e"] as Entry), functions };
  }

  #catching(program: Program, entry: Entry): Entry {
    const { space } = this.#state();
    return (ctx, frame) => {
      try {
        entry(ctx, frame);
      } catch (error) {
        const result = resultOf(error, program, this, frame);
        space.u64[CONTROL.result >> 3] = result;
      }
    };
  }
}

function surroundings({ env, space }: RunState): Surroundings {
  return {
    hasFacts: env.placeFacts !== undefined,
    lasting: (address) => (address < MEMORY_END ? space.lasting(Number(address)) : undefined),
  };
}

/** Undefined where the host takes no module of this size at once: browsers' main threads have a limit (8 MB). */
function moduleOf(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What compiled code asks of the host, by the numbers of IMPORT in compile-function.ts. */
function imports(state: RunState, program: Program): Record<string, WebAssembly.ImportValue> {
  const here = (insnIndex: number) => {
    state.program = program;
    state.insnIndex = insnIndex;
  };
  return {
    memory: state.space.memory as WebAssembly.Memory,
    0: (low: number, high: number, access: number, insnIndex: number) => {
      here(insnIndex);
      return resolve(state, low >>> 0, high, access & 15, (access & 16) !== 0);
    },
    1: (id: number, insnIndex: number) => state.callHelper(program, insnIndex, id),
    2: (insnIndex: number) => (tailCall(state, program, insnIndex) ? 1 : 0),
    3: (why: number, insnIndex: number) => {
      throw failure(state, program, why, insnIndex);
    },
    4: (offset: number, size: number, insnIndex: number) => {
      here(insnIndex);
      const value = state.packetLoad(offset, size as 1 | 2 | 4);
      if (value === undefined) return 0;
      state.space.i32[CONTROL.result >> 2] = value;
      state.space.i32[(CONTROL.result >> 2) + 1] = 0;
      return 1;
    },
    5: (low: number, high: number, insnIndex: number) => {
      here(insnIndex);
      const start = state.functionIndex(program, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
      return program.functions.indexOf(functionOf(program, start));
    },
  };
}

/** Finds the memory that an access goes to, and leaves in the control page what the code may remember of it. */
function resolve(state: RunState, low: number, high: number, size: number, write: boolean): number {
  const { space } = state;
  if (high !== 0 || !space.find(low, size, write)) {
    space.tellWindow(0, 0, false);
    return state.foreignAccessAt(low, high >>> 0, size, write);
  }
  space.tellWindow(space.windowStart, space.windowSize, space.windowWritable);
  return low;
}

function tailCall(state: RunState, program: Program, insnIndex: number): boolean {
  const next = state.tailCallTarget(program, insnIndex);
  if (next === undefined) return false;
  const { space } = state;
  const ctx = space.u64[CONTROL.args >> 3] as bigint;
  const frame = space.i32[CONTROL.frame >> 2] as number;
  const result = state.engine.run(next, 0, [ctx], frame);
  state.space.u64[CONTROL.result >> 3] = result;
  return true;
}

function failure(state: RunState, program: Program, why: number, insnIndex: number): MachineError {
  if (why === FAIL.steps) return state.outOfSteps(program, insnIndex);
  state.program = program;
  state.insnIndex = insnIndex;
  if (why === FAIL.frame) {
    const { off, size, write } = accessOf(program.insns[insnIndex] as InsnBody) as Access;
    return state.outsideFrame(off, size, write);
  }
  return state.tooDeep();
}
