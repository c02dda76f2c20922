import { helperById } from "../../abi/helpers.ts";
import { mayWritePacket } from "../access/packet-rights.ts";
import { type ExceptionCallback, exceptionCallback } from "../call/exception-callback.ts";
import { kfuncOf } from "../call/kfunc.ts";
import type { Environment } from "../environment.ts";
import type { Fault } from "../finding/finding.ts";
import type { Prepared } from "../program/prepared.ts";
import { addPlace, emptyPlaces } from "../state/places.ts";
import type { Checkpoint, LoopVisit, PlaceSet, State } from "../state/state.ts";
import { copyState, FIRST_SLOT_PLACE, mapValues, STACK_UNIT } from "../state/state.ts";
import { constantOf, isPointer, UNKNOWN_VALUE, UNSET, type Value } from "../state/value.ts";
import type { Sanitation } from "../transfer/speculation.ts";
import type { Comparison } from "./compare-states.ts";
import { IdPairs } from "./id-pairs.ts";
import { demandPrecision } from "./precision.ts";
import { StackLiveness } from "./stack-liveness.ts";

/** A fault where it was found, and the way there. */
export type FaultRecord = Readonly<{
  insn: number;
  fault: Fault;
  parent: Checkpoint | undefined;
  steps: readonly number[];
}>;

/** Whether a fault that only a wrong guess leads to is prevented by a barrier: all but those of the walk itself. */
function canBeStopped({ code }: Fault): boolean {
  return code !== "verify/infinite-loop" && code !== "verify/too-complex";
}

export type WalkStats = {
  insnsProcessed: number;
  jumpsProcessed: number;
  states: number;
  peakStates: number;
  /** Visits of each instruction. */
  visits: Uint32Array;
};

/** One run over one program: what is shared by all its paths. Changed in place by the walk. */
export class Analysis {
  readonly env: Environment;
  readonly program: Prepared;
  readonly faults: FaultRecord[] = [];
  readonly stats: WalkStats;
  readonly comparison: Comparison;
  /** Remembered states, by instruction. */
  readonly checkpoints: Checkpoint[][];
  readonly pending: State[] = [];
  /** How instructions are made safe against wrong guesses of the processor. */
  readonly sanitations = new Map<number, Sanitation>();
  /** Instructions before which the processor must not guess; undefined where the kernel cannot do that. */
  readonly barriers: Set<number> | undefined;
  /** Stores after which it must not: what was there before could be read. */
  readonly resultBarriers = new Set<number>();
  readonly visits = new Map<string, LoopVisit>();
  /** Stack bytes that each function used. */
  readonly stackUsed: Int32Array;
  /** Global functions that are called, and are verified on their own. */
  readonly calledGlobals = new Set<number>();
  /** What is called when the program throws. */
  readonly exceptionCallback: ExceptionCallback;
  readonly #reported = new Set<string>();
  #lastId = 0;
  jumpsAtCheckpoint = 0;
  insnsAtCheckpoint = 0;
  /** The path to a fault is gone along once more: nothing is learnt or reported on the way. */
  isReplay = false;
  /** Told of each instruction after it was carried out, with what is known then. */
  observe: ((insn: number, s: State) => void) | undefined;
  /** Told of each instruction that accesses the context. */
  observeContext: ((insn: number) => void) | undefined;
  /** Instructions that are followed at most. */
  budget: number;
  /** Set when nothing more is to be followed. */
  stopped = false;

  constructor(env: Environment, program: Prepared) {
    this.env = env;
    this.program = program;
    this.exceptionCallback = exceptionCallback(env, program.subprograms);
    this.budget = env.profile.limits.processedInsns;
    const count = program.insns.length;
    this.stats = {
      insnsProcessed: 0,
      jumpsProcessed: 0,
      states: 0,
      peakStates: 0,
      visits: new Uint32Array(count),
    };
    this.barriers = env.profile.has("speculationBarriers") ? new Set() : undefined;
    this.checkpoints = Array.from({ length: count }, () => []);
    this.stackUsed = new Int32Array(program.subprograms.length);
    this.comparison = {
      ids: new IdPairs(),
      liveRegs: program.liveRegs,
      liveStack: new StackLiveness(program),
      unwrittenIsMisc: env.readsUnwrittenStack,
      allPrecise: !env.capBpf,
      strict: false,
    };
  }

  newId(): number {
    return ++this.#lastId;
  }

  /** Reports a fault once per place. The path goes on, but what follows from the fault is not reported. */
  fault(s: State, fault: Fault, insn = s.insn): void {
    s.tainted = true;
    if (s.speculative && this.barriers && canBeStopped(fault)) {
      this.barriers.add(insn);
      this.sanitations.delete(insn);
      return;
    }
    // A call that was to give something back counts as if it had.
    if (this.givesBack(insn)) s.held = s.held.filter(({ kind }) => kind !== "reference");
    if (this.isReplay) return;
    const key = `${insn} ${fault.code}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.faults.push({ insn, fault, parent: s.parent, steps: s.trail.steps.slice() });
  }

  private givesBack(index: number): boolean {
    const insn = this.program.insns[index];
    if (insn?.kind !== "call" || insn.target.kind === "local") return false;
    if (insn.target.kind === "helper")
      return helperById(insn.target.id)?.args.some((arg) => "release" in arg && arg.release) ?? false;
    return kfuncOf(this.env, insn)?.entry?.releases !== undefined;
  }

  /** A second way from here, to be followed later from instruction `insn`. */
  fork(s: State, insn: number): State {
    const other = copyState(s);
    other.insn = insn;
    if (s.parent && !this.isReplay) s.parent.branches++;
    return this.later(s, other);
  }

  /** The same for what does not belong to this path: nothing on it waits for its end. */
  detach(s: State, insn: number): State {
    const other = copyState(s);
    other.insn = insn;
    if (s.parent) other.parent = { ...s.parent, branches: Number.POSITIVE_INFINITY, visit: undefined };
    return this.later(s, other);
  }

  private later(s: State, other: State): State {
    this.pending.push(other);
    if (this.pending.length > this.env.profile.limits.pendingBranches) {
      const message = `${this.pending.length} branches wait to be followed, one inside the other`;
      this.fault(s, { code: "verify/too-complex", message });
      this.stopped = true;
    }
    return other;
  }

  /** What a processor that guesses wrongly runs next; it is followed later. */
  speculate(s: State, insn: number): State {
    const other = this.fork(s, insn);
    other.speculative = true;
    return other;
  }

  /** Notes that the range of a register of the current frame decides something here. */
  needPrecise(s: State, register: number): void {
    const value = s.frames[s.frames.length - 1]?.regs[register];
    if (value?.kind !== "scalar") return;
    this.demand(s, s.frames.length - 1, register);
  }

  /** The same for a stack slot. */
  needPreciseSlot(s: State, frame: number, slot: number): void {
    this.demand(s, frame, FIRST_SLOT_PLACE + slot);
  }

  private demand(s: State, frame: number, place: number): void {
    if (!this.env.capBpf || this.isReplay) return;
    const wanted: PlaceSet[] = s.frames.map(emptyPlaces);
    const set = wanted[frame];
    if (set) addPlace(set, place);
    this.demandAll(s, wanted, true);
  }

  /**
   * Notes all places of `wanted`, which is used up; whether any was new. `running`: the last instruction of the trail is
   * the one that demands.
   */
  demandAll(s: State, wanted: PlaceSet[], running: boolean): boolean {
    return demandPrecision(this.program.insns, s, wanted, running);
  }

  /** Notes that the current instruction spilled to, or filled from, a slot. */
  noteTransfer(s: State, frame: number, slot: number): void {
    const { steps } = s.trail;
    const last = steps.length - 1;
    steps[last] = (steps[last] ?? 0) + STACK_UNIT * (1 + frame * 64 + slot);
  }

  /** Notes that a slot was read: by the current instruction, or in a caller's frame by the call that led here. */
  noteRead(s: State, frame: number, slot: number): void {
    if (this.isReplay) return;
    const insn = s.frames[frame + 1]?.callsite ?? s.insn;
    this.comparison.liveStack.noteRead(insn, slot);
  }

  /** Whether instructions and slices may write to the packet. */
  get mayWritePackets(): boolean {
    return mayWritePacket(this.env);
  }

  /** Notes that a function uses so many bytes of its stack. */
  useStack(frame: number, s: State, bytes: number): void {
    const own = s.frames[frame]?.subprogram ?? 0;
    this.stackUsed[own] = Math.max(this.stackUsed[own] ?? 0, bytes);
  }

  /** Takes a reference, which `what` gives back; its id. */
  acquire(s: State, what: string): number {
    const id = this.newId();
    s.held = [...s.held, { kind: "reference", id, insn: s.insn, what }];
    return id;
  }

  /** What is left of a pointer to something that is gone: without CAP_PERFMON its number must not be read. */
  get voided(): Value {
    return this.env.privileged ? UNKNOWN_VALUE : UNSET;
  }

  /** Gives a reference back: pointers to what it held are no pointers any more. */
  release(s: State, ref: number): void {
    s.held = s.held.filter((held) => held.kind !== "reference" || held.id !== ref);
    mapValues(s, (value) => (isPointer(value) && value.ref === ref ? this.voided : value));
  }

  /** The one number that a register holds, whose being so decides something here. */
  constantOf(s: State, register: number): bigint | undefined {
    const value = s.frames[s.frames.length - 1]?.regs[register];
    const found = value && constantOf(value);
    if (found !== undefined) this.needPrecise(s, register);
    return found;
  }
}
