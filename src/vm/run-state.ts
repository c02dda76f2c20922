import { ActiveRuns } from "./active-runs.ts";
import { BEYOND_ARENA } from "./arena.ts";
import { Collections } from "./collections.ts";
import type { Environment } from "./environment.ts";
import { HelperCall } from "./helpers/helper-call.ts";
import type { Lowered } from "./lower.ts";
import { MachineError, type MachineErrorCode } from "./machine-error.ts";
import type { MapTable } from "./maps/map-table.ts";
import type { ReferenceMap } from "./maps/reference-maps.ts";
import { type AddressSpace, CONTROL, FRAME_BYTES, hex, isLastFrame, MAX_FRAMES } from "./memory.ts";
import { Handles, ObjectPool } from "./objects.ts";
import type { Packet } from "./packet.ts";
import { functionAt, type Program } from "./program.ts";
import type { RunEffects } from "./run-effects.ts";
import { Sockets } from "./sockets.ts";
import { Timers } from "./timers.ts";

const MAX_TAIL_CALLS = 33; // MAX_TAIL_CALL_CNT in include/linux/bpf.h, v6.18
const BPF_TAIL_CALL = 12;
const HIGH = 0x1_0000_0000;
const LOW = 0xffff_ffffn;

/** Runs a program with the context at that address, 0 for none; `frame` is its r10. Leaves r0 in the control page. */
export type Entry = (ctx: number, frame: number) => void;

/** Runs one of a program's functions; both engines are one of these. */
export type Engine = Readonly<{
  /** Runs the program from its beginning, its stack cleared. */
  entry(program: Program): Entry;
  /** Runs from the function that starts at `insnIndex`; `frame` is its r10. Returns r0. */
  run(program: Program, insnIndex: number, args: readonly bigint[], frame: number): bigint;
}>;

/** What both engines share while a program runs: memory, helpers, errors, and how deep it is in calls. */
export class RunState {
  readonly space: AddressSpace;
  readonly env: Environment;
  readonly maps: MapTable;
  /** What loads of addresses outside of the machine give: "error", or as BTF-typed pointers do, 0 for bad ones. */
  readonly foreignLoads: "error" | "probe";
  engine: Engine;
  programs: (Program | undefined)[] = [];
  /** Where the program stands, for messages; kept up to date at helper calls. */
  program: Program | undefined;
  insnIndex = 0;
  packet: Packet | undefined;
  /** What this run did to the world, as far as it did; see `effect`. */
  effects: RunEffects | undefined;
  readonly timers = new Timers();
  readonly runs = new ActiveRuns();
  readonly objects: ObjectPool;
  readonly collections: Collections;
  readonly sockets: Sockets;
  /** Walks of iterators that are not destroyed. */
  readonly walks = new Handles<{ readonly items: readonly bigint[]; at: number }>();
  tailCalls = 0;
  maxSteps = 0;
  /** Programs as the interpreter reads them, by id. */
  readonly lowered = new Map<number, { program: Program; lowered: Lowered }>();
  readonly #call: HelperCall;
  readonly #copies = new Map<number, number>();

  constructor(parts: {
    space: AddressSpace;
    env: Environment;
    maps: MapTable;
    engine: Engine;
    foreignLoads: "error" | "probe";
  }) {
    this.space = parts.space;
    this.env = parts.env;
    this.maps = parts.maps;
    this.engine = parts.engine;
    this.foreignLoads = parts.foreignLoads;
    this.objects = new ObjectPool(this.space);
    this.collections = new Collections(this.space);
    this.sockets = new Sockets(this.space, this.objects, this.env);
    this.#call = new HelperCall(this);
  }

  /** What this run does to the world, to be written. */
  effect(): RunEffects {
    this.effects ??= {};
    return this.effects;
  }

  /** Room for `size` bytes that programs may read while `use` runs. */
  withScratch<T>(size: number, use: (address: number) => T): T {
    const { space } = this;
    const start = space.allocate(size);
    const region = space.add({ name: "argument of a callback", start, size, writable: true });
    try {
      return use(start);
    } finally {
      space.remove(region);
      space.release(start, size);
    }
  }

  /** Address of a copy of what a reference map's entry holds. One such copy per map is alive at a time. */
  scratch(map: ReferenceMap, key: Uint8Array): number {
    const value = map.valueAt(key);
    if (value === undefined) return 0;
    let address = this.#copies.get(map.id);
    if (address === undefined) {
      address = this.space.allocate(map.spec.valueSize);
      this.#copies.set(map.id, address);
      const name = `entry of map ${map.spec.name}`;
      this.space.add({ name, start: address, size: map.spec.valueSize, writable: false });
    }
    this.space.u8.set(value, address);
    return address;
  }

  /** An error of the running instruction. */
  fail(code: MachineErrorCode, message: string, address?: bigint): MachineError {
    const place = { program: this.program?.name ?? "program", insnIndex: this.insnIndex };
    return new MachineError(code, message, address === undefined ? { place } : { place, address });
  }

  /** The error for an access that `space.find` refused. */
  badAccess(address: bigint, size: number, write: boolean): MachineError {
    const code = write && this.space.isReadOnly(address, size) ? "vm/read-only" : "vm/bad-access";
    return this.fail(code, this.space.explain(address, size, write), address);
  }

  /** Memory that a helper touches. It costs steps, so that a loop of helper calls ends in time, too. */
  bytesAt(address: bigint, size: number, write: boolean): Uint8Array {
    if (size === 0) return new Uint8Array(0);
    this.charge(size >>> 6);
    const at = Number(address);
    if (!this.space.find(at, size, write)) throw this.badAccess(address, size, write);
    return this.space.u8.subarray(at, at + size);
  }

  /** Takes steps for work that a helper does. Running out of them shows when the next block begins. */
  charge(steps: number): void {
    const { i32 } = this.space;
    const left = (i32[CONTROL.fuel >> 2] as number) - steps;
    i32[CONTROL.fuel >> 2] = Math.max(left, -1);
  }

  /** Copies from the machine's memory or from the environment's; false for a bad address. */
  readAnywhere(address: bigint, into: Uint8Array, from: "kernel" | "user"): boolean {
    if (into.length === 0) return true;
    const at = Number(address);
    if (this.space.find(at, into.length, false)) {
      into.set(this.space.u8.subarray(at, at + into.length));
      return true;
    }
    return from === "kernel" ? this.env.readKernel(address, into) : this.env.readUser(address, into);
  }

  /**
   * An access that `space.find` refused: where it goes instead. Loads of addresses that are not the machine's give what
   * the environment's memory holds, as loads through BTF-typed pointers do; pages of an arena that nobody took read as
   * zeros, and writes to them are lost. Throws MachineError for all others.
   */
  foreignAccess(address: bigint, size: number, write: boolean): number {
    const { space } = this;
    const isHole = this.#isArenaHole(address);
    if (!isHole && (write || this.foreignLoads === "error" || address < 0x1_0000n))
      throw this.badAccess(address, size, write);
    space.i32[CONTROL.loaded >> 2] = 0;
    space.i32[(CONTROL.loaded >> 2) + 1] = 0;
    if (isHole) return CONTROL.loaded;
    const { env } = this;
    if (env.loadKernel)
      env.loadKernel(Number(address & LOW), Number(address >> 32n), size, space.view, CONTROL.loaded);
    else {
      const bytes = new Uint8Array(size);
      env.readKernel(address, bytes);
      space.u8.set(bytes, CONTROL.loaded);
    }
    return CONTROL.loaded;
  }

  /** `foreignAccess` for an address in two halves, unsigned. */
  foreignAccessAt(low: number, high: number, size: number, write: boolean): number {
    const { env, space } = this;
    const isPlain = high !== 0 && !write && this.foreignLoads === "probe" && this.program?.arena === undefined;
    if (!isPlain || env.loadKernel === undefined)
      return this.foreignAccess((BigInt(high) << 32n) | BigInt(low), size, write);
    space.i32[CONTROL.loaded >> 2] = 0;
    space.i32[(CONTROL.loaded >> 2) + 1] = 0;
    env.loadKernel(low, high, size, space.view, CONTROL.loaded);
    return CONTROL.loaded;
  }

  #isArenaHole(address: bigint): boolean {
    const arena = this.program?.arena;
    if (arena === undefined) return false;
    const offset = Number(address) - arena.start;
    return (
      (offset >= 0 && offset < arena.size) ||
      (address >= BEYOND_ARENA && address >> 32n === BEYOND_ARENA >> 32n)
    );
  }

  /** Runs a helper on the arguments in the control page; its result is there afterwards. */
  callHelper(program: Program, insnIndex: number, id: number): void {
    this.program = program;
    this.insnIndex = insnIndex;
    const helper = id < program.helpers.length ? program.helpers[id] : program.callees.get(id);
    if (helper === undefined) throw this.fail("vm/no-helper", "the kernel function is missing");
    const result = helper.run(this.#call);
    const { i32, u64 } = this.space;
    if (typeof result === "bigint") u64[CONTROL.result >> 3] = result;
    else {
      i32[CONTROL.result >> 2] = result;
      i32[(CONTROL.result >> 2) + 1] = result < 0 ? -1 : result < HIGH ? 0 : Math.floor(result / HIGH);
    }
  }

  /** Whether helper `id` is the one that replaces the running program. */
  isTailCall(id: number): boolean {
    return id === BPF_TAIL_CALL;
  }

  /** The program that a tail call with the arguments in the control page goes to; undefined: it fails. */
  tailCallTarget(program: Program, insnIndex: number): Program | undefined {
    this.program = program;
    this.insnIndex = insnIndex;
    const map = this.#call.map(2);
    if (map.spec.type !== "progArray")
      throw this.fail("vm/bad-map", `r2 is ${map.spec.name}, no program array`);
    if (this.tailCalls >= MAX_TAIL_CALLS) return undefined;
    const id = map.referred?.(this.#call.u32(3));
    const next = id === undefined ? undefined : this.programs[id];
    if (next === undefined) return undefined;
    this.tailCalls++;
    if (next.usesFacts) this.env.placeFacts?.(this.space.i32, CONTROL.facts >> 2);
    return next;
  }

  /** r10 of a function called from the running one. Throws MachineError at the ninth frame. */
  nextFrame(): number {
    const next = (this.space.i32[CONTROL.frame >> 2] as number) - FRAME_BYTES;
    if (isLastFrame(next)) throw this.tooDeep();
    return next;
  }

  tooDeep(): MachineError {
    return this.fail("vm/call-depth", `more than ${MAX_FRAMES} functions are active`);
  }

  /** Calls a function of the running program from a helper. */
  callback(address: bigint, args: readonly bigint[]): bigint {
    const { program, insnIndex } = this;
    if (program === undefined) throw new Error("bug: callback without a program");
    const start = this.functionIndex(program, address);
    const frame = this.nextFrame();
    const result = this.engine.run(program, start, args, frame);
    this.space.i32[CONTROL.frame >> 2] = frame + FRAME_BYTES;
    this.program = program;
    this.insnIndex = insnIndex;
    return result;
  }

  /** Instruction at which the function with that address starts. Throws MachineError. */
  functionIndex(program: Program, address: bigint): number {
    const start = functionStart(program, address);
    if (start === undefined)
      throw this.fail("vm/bad-call", `no function has the address ${hex(address)}`, address);
    return start;
  }

  /** A legacy packet load: bytes in network order as a number, or undefined, which ends the program with 0. */
  packetLoad(offset: number, size: 1 | 2 | 4): number | undefined {
    const { packet, space } = this;
    if (packet === undefined) throw this.fail("vm/unsupported", "packet loads need a packet");
    const at = packet.start + packetOffset(offset);
    if (at < packet.start || at + size > packet.end) return undefined;
    if (size === 1) return space.view.getUint8(at);
    return size === 2 ? space.view.getUint16(at) : space.view.getUint32(at);
  }

  /** An access through r10 that leaves the function's own frame. */
  outsideFrame(off: number, size: number, write: boolean): MachineError {
    const what = `${write ? "write" : "read"} of ${size} ${size === 1 ? "byte" : "bytes"} at r10${off < 0 ? "" : "+"}${off}`;
    const over = off < -FRAME_BYTES ? `${-FRAME_BYTES - off} below` : `${off + size} above`;
    const address = BigInt((this.space.i32[CONTROL.frame >> 2] as number) + off);
    return this.fail("vm/bad-access", `${what}: ${over} the stack frame of ${FRAME_BYTES} bytes`, address);
  }

  outOfSteps(program: Program, insnIndex: number): MachineError {
    this.program = program;
    this.insnIndex = insnIndex;
    return this.fail("vm/step-limit", `the program ran ${this.maxSteps} instructions and did not end`);
  }
}

const SKF_LL_OFF = -0x200000; // include/uapi/linux/filter.h, v6.18: relative to the link layer's header

/** Offsets from the first byte of the packet; those of the network header are not known and lie outside. */
function packetOffset(offset: number): number {
  if (offset >= 0) return offset;
  return offset >= SKF_LL_OFF && offset < SKF_LL_OFF / 2 ? offset - SKF_LL_OFF : -1;
}

function functionStart(program: Program, address: bigint): number | undefined {
  return functionAt(program, address)?.start;
}
