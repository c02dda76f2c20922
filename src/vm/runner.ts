import type { ProgramType } from "../abi/attach-spec.ts";
import { MachineError } from "./machine-error.ts";
import { CONTROL, type Region } from "./memory.ts";
import { Packet } from "./packet.ts";
import type { Program } from "./program.ts";
import type { RunEffects } from "./run-effects.ts";
import type { Entry, RunState } from "./run-state.ts";

export type RunnerOptions = Readonly<{
  /** Size of the context; 0, the default, for none: r1 is 0 then. */
  ctxBytes?: number;
  /** Instructions per run, as in MachineOptions; the machine's own limit when left out. */
  maxSteps?: number;
}>;

/**
 * One program, to be run again and again at little cost: its context stays where it is, and nothing is allocated.
 * A helper of a program that runs may run others, and itself. Follows `machine.load` when that replaces the program.
 */
export class Runner implements Disposable {
  readonly name: string;
  /** Address of the context as the program sees it; 0 when there is none. */
  readonly address: number;
  readonly #state: RunState;
  readonly #id: number;
  readonly #maxSteps: number;
  readonly #region: Region | undefined;
  #program: Program;
  #entry: Entry;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #words: Int32Array<ArrayBuffer>;
  /** The machine's memory of which these are parts. */
  #memory: Uint8Array<ArrayBuffer> | undefined;
  #hasSocket: boolean;
  #packet: Uint8Array | undefined;
  #effects: RunEffects = NOTHING;
  #steps = 0;
  #isOpen = true;

  constructor(state: RunState, program: Program, ctxBytes: number, maxSteps: number) {
    this.#state = state;
    this.#id = program.id;
    this.name = program.name;
    this.#maxSteps = maxSteps;
    this.#program = program;
    this.#entry = state.engine.entry(program);
    if (ctxBytes > 0) this.#region = addContext(state, ctxBytes);
    this.address = this.#region?.start ?? 0;
    this.#bytes = new Uint8Array(0);
    this.#view = new DataView(this.#bytes.buffer);
    this.#words = new Int32Array(this.#bytes.buffer);
    this.#hasSocket = state.sockets.isIn(program.type, ctxBytes);
  }

  get type(): ProgramType {
    return this.#program.type;
  }

  /** The context, to be written before and read after a run. Ask for it each time: it is void once memory grew. */
  get ctx(): Uint8Array<ArrayBuffer> {
    this.#refresh();
    return this.#bytes;
  }

  /** The same, by 32 bits; what is left behind them is not in it. */
  get words(): Int32Array<ArrayBuffer> {
    this.#refresh();
    return this.#words;
  }

  /** The same bytes. */
  get view(): DataView<ArrayBuffer> {
    this.#refresh();
    return this.#view;
  }

  /** Runs the program; r0's low 32 bits, signed. `packet` for programs that look at one. Throws MachineError. */
  run(packet?: Uint8Array): number {
    const state = this.#state;
    if (state.programs[this.#id] !== this.#program) this.#reload();
    const frame = state.runs.begin(state, this.#program, this.#maxSteps);
    try {
      if (packet !== undefined)
        state.packet = new Packet(state.space, packet, this.#region ?? NO_CONTEXT, this.#program.type);
      if (this.#hasSocket && this.#region !== undefined) state.sockets.place(this.#region, this.#program.type);
      state.space.placeContext(this.address, this.#region === undefined ? 0 : this.#region.size);
      this.#entry(this.address, frame);
      this.#steps = this.#maxSteps - (state.space.i32[CONTROL.fuel >> 2] as number);
      this.#effects = state.effects ?? NOTHING;
      if (packet !== undefined) this.#packet = state.packet?.bytes();
      return state.space.i32[CONTROL.result >> 2] as number;
    } finally {
      state.runs.end(state);
    }
  }

  /** All of r0 of the run that ended last, whichever program's it was, unsigned. */
  get r0(): bigint {
    return this.#state.space.u64[CONTROL.result >> 3] as bigint;
  }

  /** Instructions of the last run, counted as in RunResult. */
  get steps(): number {
    return this.#steps;
  }

  /** The packet as the last run left it. */
  get packet(): Uint8Array | undefined {
    return this.#packet;
  }

  /** Where the last run redirected its packet to. */
  get redirectedTo(): number | undefined {
    return this.#effects.redirectedTo;
  }

  /** What else the last run did to the world. */
  get effects(): Readonly<RunEffects> {
    return this.#effects;
  }

  /** Gives the context's memory back. */
  [Symbol.dispose](): void {
    if (!this.#isOpen || this.#region === undefined) return;
    this.#isOpen = false;
    this.#state.space.remove(this.#region);
    this.#state.space.release(this.#region.start, this.#region.size);
  }

  #refresh(): void {
    const { u8 } = this.#state.space;
    if (u8 === this.#memory) return;
    const size = this.#region?.size ?? 0;
    this.#memory = u8;
    this.#bytes = new Uint8Array(u8.buffer, this.address, size);
    this.#view = new DataView(u8.buffer, this.address, size);
    this.#words = new Int32Array(u8.buffer, this.address, size >> 2);
  }

  #reload(): void {
    const program = this.#state.programs[this.#id];
    if (program === undefined) throw new MachineError("vm/no-such-program", `there is no program ${this.name}`);
    this.#program = program;
    this.#hasSocket = this.#state.sockets.isIn(program.type, this.#region?.size ?? 0);
    this.#entry = this.#state.engine.entry(program);
  }
}

const NOTHING: RunEffects = {};
const NO_CONTEXT = { start: 0, size: 0 };

/** Memory for a context. */
export function addContext({ space }: RunState, size: number): Region {
  return space.add({ name: "context", start: space.allocate(size), size, writable: true });
}
