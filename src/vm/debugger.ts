import type { InsnBody } from "../isa/insn.ts";
import { type Activation, makeActivation } from "./activation.ts";
import { execute } from "./interpret.ts";
import { functionOf, type Program } from "./program.ts";
import type { RunState } from "./run-state.ts";

/** A function that is active: where it stands, or for callers, where it called from. */
export type ActiveFunction = Readonly<{ program: string; function: string; insnIndex: number; frame: bigint }>;

/**
 * One run, instruction by instruction. Callbacks of helpers run as a part of their helper. The machine must run nothing
 * else until it is done, what helpers begin aside.
 */
export class Debugger {
  /** Instructions of the running program before which `continue` stops. */
  readonly breakpoints = new Set<number>();
  readonly #act: Activation;
  #done = false;

  constructor(state: RunState, program: Program, ctx: number, frame: number) {
    state.space.u8.fill(0, frame - program.stackBytes, frame);
    this.#act = makeActivation(state, program, 0, [BigInt(ctx)], frame);
  }

  get done(): boolean {
    return this.#done;
  }

  /** The instruction that runs next. */
  get insnIndex(): number {
    return this.#act.pc;
  }

  get insn(): InsnBody | undefined {
    return this.#act.program.insns[this.#act.pc];
  }

  /** r0 … r10, unsigned. */
  get registers(): readonly bigint[] {
    return [...this.#act.wide.subarray(0, 11)];
  }

  setRegister(reg: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9, value: bigint): void {
    this.#act.wide[reg] = value;
  }

  /** Innermost first. */
  get functions(): readonly ActiveFunction[] {
    const { program, pc, frame, frames, depth } = this.#act;
    const all = [...frames.slice(0, depth), { program, pc, frame }];
    return all.reverse().map((one) => ({
      program: one.program.name,
      function: functionOf(one.program, one.pc).name,
      insnIndex: one.pc,
      frame: BigInt(one.frame),
    }));
  }

  /** Copies memory that the program could read now, or undefined when it could not. */
  read(address: bigint, size: number): Uint8Array | undefined {
    const { space } = this.#act.state;
    const at = Number(address);
    return space.find(at, size, false) ? space.u8.slice(at, at + size) : undefined;
  }

  /** The packet as it is now; undefined when the run has none. */
  get packet(): Uint8Array | undefined {
    return this.#act.state.packet?.bytes();
  }

  /** Where bpf_redirect and the like sent the packet. */
  get redirectedTo(): number | undefined {
    return this.#act.state.effects?.redirectedTo;
  }

  /** Runs one instruction; whether the program goes on. Throws MachineError. */
  step(): boolean {
    if (this.#done) return false;
    const { runs } = this.#act.state;
    runs.depth++;
    try {
      this.#done = execute(this.#act, true);
    } finally {
      runs.depth--;
    }
    return !this.#done;
  }

  /** Runs to the next breakpoint or to the end; whether the program goes on. Throws MachineError. */
  continue(): boolean {
    while (this.step()) if (this.breakpoints.has(this.#act.pc)) return true;
    return false;
  }
}
