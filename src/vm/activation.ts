import type { Thrown } from "./exception.ts";
import { isInFrame, type Lowered, lower, REGISTER_WORDS } from "./lower.ts";
import { type AddressSpace, CONTROL, MAX_FRAMES } from "./memory.ts";
import type { Program } from "./program.ts";
import type { RunState } from "./run-state.ts";

/** How often may_goto goes on within one frame: BPF_MAX_LOOPS in include/linux/bpf_verifier.h, v6.18. */
export const MAX_MAY_GOTOS = 8 * 1024 * 1024;

type Frame = { program: Program; base: number; pc: number; mayGotos: number; frame: number; saved: Int32Array };

/** One run of the interpreter: the program's own, or that of a callback. Holds registers and active calls. */
export class Activation {
  readonly state: RunState;
  program: Program;
  lowered: Lowered;
  pc: number;
  /** Words of registers, then of the program's constants; `wide` is the same memory as 64-bit numbers. */
  regs: Int32Array;
  wide: BigUint64Array;
  /** r10. */
  frame: number;
  mayGotos = MAX_MAY_GOTOS;
  depth = 0;
  /** The depth at which the running program began: 0, or where a tail call went to it; -1 in a callback of a helper. */
  base = 0;
  readonly frames: Frame[] = [];
  /** Per register word: a stretch of memory that accesses through this register met; bytes that may be read, written. */
  readonly starts = new Int32Array(REGISTER_WORDS);
  readonly sizes = new Int32Array(REGISTER_WORDS);
  readonly writeSizes = new Int32Array(REGISTER_WORDS);

  constructor(state: RunState, program: Program, pc: number, frame: number) {
    this.state = state;
    this.program = program;
    this.pc = pc;
    this.frame = frame;
    this.lowered = loweredOf(state, program);
    this.regs = new Int32Array(0);
    this.wide = new BigUint64Array(0);
    this.load(program);
  }

  /** Makes room for the program's registers and constants; all registers are 0 but r10. */
  load(program: Program): void {
    this.program = program;
    this.lowered = loweredOf(this.state, program);
    const { constants } = this.lowered;
    this.wide = new BigUint64Array(REGISTER_WORDS / 2 + constants.length);
    for (let i = 0; i < constants.length; i++) this.wide[REGISTER_WORDS / 2 + i] = constants[i] as bigint;
    this.regs = new Int32Array(this.wide.buffer);
    this.setFrame(this.frame);
  }

  setFrame(frame: number): void {
    this.frame = frame;
    this.regs[20] = frame;
    this.regs[21] = 0;
    this.state.space.i32[CONTROL.frame >> 2] = frame;
  }

  /** Forgets which memory is known to be accessible. */
  forget(): void {
    this.sizes.fill(0);
    this.writeSizes.fill(0);
  }

  /** Looks an address up that the registers' memory of stretches does not know. Throws MachineError. */
  resolve(base: number, off: number, size: number, write: boolean, pc: number): number {
    const { state } = this;
    const { space } = state;
    const address = BigInt.asUintN(64, (this.wide[base >> 1] as bigint) + BigInt(off));
    state.program = this.program;
    state.insnIndex = pc;
    if (base === 20 && !isInFrame(off, size)) throw state.outsideFrame(off, size, write);
    const at = Number(address);
    if (!space.find(at, size, write)) return state.foreignAccess(address, size, write);
    this.starts[base] = space.windowStart;
    this.sizes[base] = Math.min(space.windowSize, 0x7fff_ffff);
    this.writeSizes[base] = space.windowWritable ? (this.sizes[base] as number) : 0;
    return at;
  }
}

export function makeActivation(
  state: RunState,
  program: Program,
  insnIndex: number,
  args: readonly bigint[],
  frame: number,
): Activation {
  const activation = new Activation(state, program, insnIndex, frame);
  for (let i = 0; i < args.length; i++) activation.wide[i + 1] = args[i] as bigint;
  return activation;
}

export function epochOf(space: AddressSpace): number {
  return space.i32[CONTROL.epoch >> 2] as number;
}

/** Enters a function: it gets r1 … r5, a frame of its own, and zeros elsewhere. The caller's registers are kept. */
export function pushFrame(act: Activation, pc: number): void {
  const { state } = act;
  state.program = act.program;
  state.insnIndex = pc;
  const next = state.nextFrame();
  let kept = act.frames[act.depth];
  if (kept === undefined) {
    if (act.depth >= MAX_FRAMES) throw new Error("bug: more frames than the stack has");
    kept = { program: act.program, base: 0, pc, mayGotos: 0, frame: 0, saved: new Int32Array(20) };
    act.frames.push(kept);
  }
  kept.program = act.program;
  kept.base = act.base;
  kept.pc = pc;
  kept.mayGotos = act.mayGotos;
  kept.frame = act.frame;
  for (let i = 0; i < 20; i++) kept.saved[i] = act.regs[i] as number;
  act.regs[0] = 0;
  act.regs[1] = 0;
  act.regs.fill(0, 12, 20);
  act.mayGotos = MAX_MAY_GOTOS;
  act.depth++;
  act.setFrame(next);
}

/** Leaves a function: r0 is its result, the other registers are the caller's again; `pc` is that of the call. */
export function popFrame(act: Activation): void {
  const kept = act.frames[act.depth - 1];
  if (kept === undefined) throw new Error("bug: return without a call");
  const low = act.regs[0] as number;
  const high = act.regs[1] as number;
  act.depth--;
  if (kept.program !== act.program) act.load(kept.program);
  act.base = kept.base;
  act.regs.set(kept.saved);
  act.regs[0] = low;
  act.regs[1] = high;
  act.pc = kept.pc;
  act.mayGotos = kept.mayGotos;
  act.setFrame(kept.frame);
  act.forget();
}

/** Replaces the running function by another program, which gets the context and keeps the frame. */
export function startTailCall(act: Activation, next: Program): void {
  const ctx = act.wide[1] as bigint;
  act.load(next);
  act.base = act.depth;
  act.wide[1] = ctx;
  act.mayGotos = MAX_MAY_GOTOS;
  act.pc = -1; // the loop adds 1
  act.forget();
}

/**
 * Leaves all functions of the running program for its exception callback, or, when it has none, for the caller with the
 * exception's number as r0. Whether that ends the activation.
 */
export function unwind(act: Activation, { cookie }: Thrown): boolean {
  const { exceptionCallback } = act.program;
  if (act.depth > act.base) {
    act.setFrame((act.frames[act.base] as Frame).frame);
    act.depth = act.base;
  }
  if (exceptionCallback !== -1) {
    act.regs.fill(0, 0, 20);
    act.wide[1] = cookie;
    act.mayGotos = MAX_MAY_GOTOS;
    act.pc = exceptionCallback;
    act.forget();
    return false;
  }
  act.wide[0] = cookie;
  if (act.depth === 0) return true;
  popFrame(act);
  act.pc++;
  return false;
}

function loweredOf(state: RunState, program: Program): Lowered {
  const known = state.lowered.get(program.id);
  if (known?.program === program) return known.lowered;
  const lowered = lower(program);
  state.lowered.set(program.id, { program, lowered });
  return lowered;
}
