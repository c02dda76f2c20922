import type { ProgramType } from "../abi/attach-spec.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { parseBtf } from "../btf/decode.ts";
import type { Btf } from "../btf/types.ts";
import { bindNames } from "../isa/bind-names.ts";
import { decodeProgram } from "../isa/decode.ts";
import type { ImmRef, Insn } from "../isa/insn.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import type { Arena } from "./arena.ts";
import { Debugger } from "./debugger.ts";
import { type Environment, plainEnvironment } from "./environment.ts";
import { ERRNO } from "./errno.ts";
import { exceptionCallbackOf } from "./exception.ts";
import type { HelperRecord, KfuncRecord } from "./helpers/helper.ts";
import { helpersById } from "./helpers/table.ts";
import { Interpreter } from "./interpret.ts";
import { KfuncTable } from "./kfuncs/table.ts";
import { MachineError } from "./machine-error.ts";
import { ArenaMap } from "./maps/arena-map.ts";
import { ArrayMap, indexKey, indexOf } from "./maps/array-map.ts";
import { createMap } from "./maps/create-map.ts";
import { HostMap } from "./maps/host-map.ts";
import { MapTable } from "./maps/map-table.ts";
import { StorageMap } from "./maps/storage-map.ts";
import { AddressSpace, CONTROL, type Region } from "./memory.ts";
import { makeContext, Packet } from "./packet.ts";
import { MAX_SLOTS, prepare } from "./prepare.ts";
import type { Program } from "./program.ts";
import type { RunEffects } from "./run-effects.ts";
import { type Engine, type Entry, RunState } from "./run-state.ts";
import { addContext, Runner, type RunnerOptions } from "./runner.ts";
import type { Timer } from "./timers.ts";
import type { CompileLimits } from "./wasm/parts.ts";
import { WasmEngine } from "./wasm/wasm-engine.ts";

export type MachineOptions = Readonly<{
  /** "jit" falls back to the interpreter for programs that WebAssembly cannot hold. Default: "jit". */
  engine?: "jit" | "interpreter";
  environment?: Environment;
  /** Most memory for maps, contexts and packets; default 256 MiB. */
  memoryBytes?: number;
  /** Instructions per run, callbacks included; default 1,000,000, at most 2,147,483,647. */
  maxSteps?: number;
  /**
   * Loads of addresses that are not the machine's: an error (the default), or "probe": of the environment's kernel
   * memory, and 0 where it has none, as loads through BTF-typed pointers do.
   */
  foreignLoads?: "error" | "probe";
  /** When the JIT compiles functions in parts; for tests. */
  compileLimits?: CompileLimits;
  /** Helpers that are added, or replace those of the machine. */
  helpers?: readonly HelperRecord[];
  /** Kernel functions that are added, or replace those of the machine. */
  kfuncs?: readonly KfuncRecord[];
}>;

/** A program without an object. `insns`: instructions, or their bytes. */
export type BareProgram = Readonly<{
  name: string;
  type?: ProgramType;
  insns: readonly Insn[] | Uint8Array;
  /** Instruction at which the function starts that an exception calls. */
  exceptionCallback?: number;
}>;

export type RunInput = Readonly<{
  /** Bytes of the context: r1 points to a copy. Made up for packet programs when left out; else r1 is 0. */
  ctx?: Uint8Array;
  packet?: Uint8Array;
  maxSteps?: number;
}>;

export type RunResult = Readonly<{
  /** Unsigned. */
  r0: bigint;
  /** Instructions that ran, counted by basic blocks, and one for every 64 bytes that helpers touched. */
  steps: number;
  /** The context afterwards. */
  ctx: Uint8Array;
  /** The packet afterwards. */
  packet?: Uint8Array;
}> &
  Readonly<RunEffects>;

/** Memory that the host gave to programs. */
export type HostRegion = Readonly<{
  address: bigint;
  /** A copy. */
  bytes(): Uint8Array;
  /** Puts bytes at its start. */
  write(bytes: Uint8Array): void;
  close(): void;
}>;

const MOST_QUEUED = 16_384; // packets of a CPU map's queue
const DEFAULT_STEPS = 1_000_000;
const MOST_STEPS = 0x7fff_ffff;
/**
 * A BPF machine: maps, programs and memory of their own. Nothing that a program does reaches beyond them and the
 * environment; what it does wrong is a MachineError.
 */
export class Machine {
  readonly environment: Environment;
  readonly #space: AddressSpace;
  readonly #maps = new MapTable();
  readonly #state: RunState;
  readonly #helpers: ReadonlyMap<number, HelperRecord>;
  readonly #kfuncs: KfuncTable;
  readonly #interpreter: Interpreter;
  readonly #engine: Engine;
  readonly #maxSteps: number;
  /** Contexts of `run`, by how many runs are active below. */
  readonly #contexts: (Region | undefined)[] = [];

  constructor(options: MachineOptions = {}) {
    this.environment = options.environment ?? plainEnvironment();
    this.#space = new AddressSpace(options.memoryBytes);
    this.#helpers = helpersById(options.helpers);
    this.#kfuncs = new KfuncTable(this.environment, options.kfuncs);
    this.#maxSteps = Math.min(options.maxSteps ?? DEFAULT_STEPS, MOST_STEPS);
    this.#interpreter = new Interpreter(() => this.#state);
    const jit = options.engine !== "interpreter";
    this.#engine = jit
      ? new WasmEngine(() => this.#state, this.#interpreter, options.compileLimits)
      : this.#interpreter;
    this.#state = new RunState({
      space: this.#space,
      env: this.environment,
      maps: this.#maps,
      engine: this.#engine,
      foreignLoads: options.foreignLoads ?? "error",
    });
  }

  /** Throws MachineError for a map that the kernel would refuse. */
  createMap(spec: MapSpec): HostMap {
    const parts = {
      space: this.#space,
      env: this.environment,
      onRelease: (start: number, size: number) => this.#state.timers.drop(start, size),
      ownerOf: (map: MapSpec, fd: number) =>
        this.environment.storageOwner ? this.environment.storageOwner(map, fd) : BigInt(fd),
      runs: () => this.#state.runs.count,
      referents: { check: (map: MapSpec, id: number, key: Uint8Array) => this.#checkReferent(map, id, key) },
      structOps: {
        register: (map: MapSpec, value: Uint8Array) => this.environment.registerStructOps?.(map, value) ?? 0,
        unregister: (map: MapSpec) => this.environment.unregisterStructOps?.(map),
      },
    };
    return new HostMap(this.#maps.add((id) => createMap(spec, id, parts)));
  }

  /** The map of that name, or with that id. Throws MachineError when there is none. */
  map(name: string | number): HostMap {
    const map = typeof name === "number" ? this.#maps.byId(name) : this.#maps.byName(name);
    if (map === undefined) throw new MachineError("vm/no-such-map", `there is no map ${name}`);
    return new HostMap(map);
  }

  /** Names of all maps, in the order of their making. */
  mapNames(): string[] {
    return [...this.#maps].map((map) => map.spec.name);
  }

  /** Creates the object's maps, those aside that are there by name, and loads its programs. Throws MachineError. */
  loadObject(object: ObjectSpec): void {
    for (const spec of object.maps) if (this.#maps.byName(spec.name) === undefined) this.createMap(spec);
    const btf = object.btf && parseBtf(object.btf);
    for (const program of object.programs) this.load(program, btf);
    for (const spec of object.maps) this.#fillSlots(spec);
  }

  /**
   * Checks a program and makes it runnable under its name; the id that program arrays refer to it by. One of that name
   * that was there is replaced and keeps its id. `btf`: that of its object, which kernel functions that make objects
   * look at. Throws MachineError, DecodeError or EncodeError.
   */
  load(program: ProgramSpec | BareProgram, btf?: Btf): number {
    const { programs } = this.#state;
    const known = programs.findIndex((other) => other?.name === program.name);
    const id = known === -1 ? programs.length : known;
    const insns = this.#bind(
      program.insns instanceof Uint8Array ? decode(program.name, program.insns) : program.insns,
    );
    const functions = "functions" in program ? program.functions : [];
    const functionStarts = new Map(functions.map((info) => [info.insnIndex, info.name]));
    const exceptionCallback =
      "exceptionCallback" in program ? program.exceptionCallback : exceptionCallbackOf(btf, functions);
    const { name, type = "syscall" } = program;
    programs[id] = prepare(
      { id, name, type, insns, functionStarts, btf, exceptionCallback },
      {
        map: (ref, insnIndex) => this.#maps.address(this.#mapOf(ref, program.name, insnIndex)),
        mapValue: (ref, insnIndex) => this.#valueAddress(ref, program.name, insnIndex),
        helper: (helperId) => this.#helpers.get(helperId),
        kfunc: (target) => this.#kfuncs.resolve(target),
        variable: ({ btfId, btfFd }) => this.environment.kernelVariable?.(btfId, btfFd),
        arena: () => this.#arenaOf(name, insns),
      },
    );
    return id;
  }

  /** Runs a program to its end. Throws MachineError for whatever it does wrong. */
  run(name: string, input: RunInput = {}): RunResult {
    const program = this.#program(name);
    return this.#perform(program, input, this.#engine.entry(program));
  }

  /** A program that is to run often. Throws MachineError when there is none of that name. */
  runner(name: string, options: RunnerOptions = {}): Runner {
    const { ctxBytes = 0, maxSteps = this.#maxSteps } = options;
    return new Runner(this.#state, this.#program(name), ctxBytes, Math.min(maxSteps, MOST_STEPS));
  }

  /** As `run`, in the interpreter, and stopped before the first instruction. */
  debug(name: string, input: RunInput = {}): Debugger {
    const program = this.#program(name);
    let made: Debugger | undefined;
    this.#perform(program, input, (ctx, frame) => {
      made = new Debugger(this.#state, program, ctx, frame);
    });
    if (made === undefined) throw new Error("bug: no debugger");
    return made;
  }

  /** Runs the functions of timers that are due by now and of work queues, in order; how many. Throws MachineError. */
  runTimers(): number {
    let count = 0;
    for (;;) {
      const due = this.#state.timers.takeDue(this.environment.now("monotonic"));
      if (due === undefined) return count;
      this.#fire(due.address, due.timer);
      count++;
    }
  }

  /** When the next timer is due, in nanoseconds of the clock "monotonic"; undefined when none runs. */
  get nextTimerNs(): bigint | undefined {
    return this.#state.timers.nextNs;
  }

  /** Gives programs `bytes` to use; they find them at `address`, in a map's value or the context. */
  addRegion(name: string, bytes: Uint8Array, access: "read" | "write" = "write"): HostRegion {
    const size = bytes.length;
    const start = this.#space.allocate(size);
    this.#space.u8.set(bytes, start);
    const region = this.#space.add({ name, start, size, writable: access === "write" });
    return {
      address: BigInt(start),
      bytes: () => this.#space.u8.slice(start, start + size),
      write: (from) => this.#space.u8.set(from.subarray(0, size), start),
      close: () => {
        this.#space.remove(region);
        this.#space.release(start, size);
      },
    };
  }

  /** Puts the maps and programs into a map that stand in it from the start. */
  #fillSlots(spec: MapSpec): void {
    for (const { index, name } of spec.slots ?? []) {
      const program = this.#state.programs.find((known) => known?.name === name);
      const value = new Uint8Array(this.map(spec.name).raw.userValueSize);
      new DataView(value.buffer).setUint32(
        0,
        spec.type === "progArray" && program ? program.id : this.map(name).id,
        true,
      );
      this.map(spec.name).update(indexKey(index), value);
    }
  }

  #perform(program: Program, input: RunInput, entry: Entry): RunResult {
    const state = this.#state;
    const maxSteps = Math.min(input.maxSteps ?? this.#maxSteps, MOST_STEPS);
    const ctx = this.#placeContext(input.ctx ?? makeContext(program.type, input.packet));
    const frame = state.runs.begin(state, program, maxSteps);
    try {
      const packet = input.packet && new Packet(this.#space, input.packet, ctx, program.type);
      state.packet = packet;
      state.sockets.place(ctx, program.type);
      entry(ctx.size === 0 ? 0 : ctx.start, frame);
      return {
        r0: this.#space.u64[CONTROL.result >> 3] as bigint,
        steps: maxSteps - (this.#space.i32[CONTROL.fuel >> 2] as number),
        ctx: this.#space.u8.slice(ctx.start, ctx.start + ctx.size),
        ...(packet && { packet: packet.bytes() }),
        ...state.effects,
      };
    } finally {
      state.runs.end(state);
    }
  }

  #placeContext(bytes: Uint8Array): Region {
    const { depth } = this.#state.runs;
    let region = this.#contexts[depth];
    if (region?.size !== bytes.length) {
      if (region) {
        this.#space.remove(region);
        this.#space.release(region.start, region.size);
      }
      region = addContext(this.#state, bytes.length);
      this.#contexts[depth] = region;
    }
    this.#space.u8.set(bytes, region.start);
    return region;
  }

  #fire(address: number, { callback, map }: Timer): void {
    const entry = map.entryAt?.(address);
    if (callback === undefined || entry === undefined) return;
    const state = this.#state;
    const start = state.functionIndex(callback.program, callback.address);
    state.withScratch(entry.key.length, (key) => {
      this.#space.u8.set(entry.key, key);
      const args = [this.#maps.address(map.id), BigInt(key), BigInt(entry.value)];
      this.#perform(callback.program, {}, (_, frame) => {
        this.#engine.run(callback.program, start, args, frame);
      });
    });
  }

  #program(name: string): Program {
    const program = this.#state.programs.find((known) => known?.name === name);
    if (program === undefined) throw new MachineError("vm/no-such-program", `there is no program ${name}`);
    return program;
  }

  #bind(insns: readonly Insn[]): readonly Insn[] {
    return bindNames(insns, {
      map: (name) => ({ index: this.map(name).id }),
      ksym: (name) => {
        const address = this.#kfuncs.address(name) ?? this.environment.symbol(name);
        return address === undefined ? undefined : { address };
      },
      kfunc: (name) => this.#kfuncs.bind(name),
    });
  }

  /** Instructions refer to maps by index or, in bytes that were loaded before, by descriptor: both are ids here. */
  #mapOf(
    ref: ImmRef & { kind: "mapIdx" | "mapFd" | "mapValueIdx" | "mapValueFd" },
    program: string,
    insnIndex: number,
  ): number {
    const id = "index" in ref ? ref.index : ref.fd;
    if (this.#maps.byId(id) !== undefined) return id;
    throw new MachineError("vm/no-such-map", `there is no map with id ${id}`, {
      place: { program, insnIndex },
    });
  }

  #valueAddress(
    ref: ImmRef & { kind: "mapValueIdx" | "mapValueFd" },
    program: string,
    insnIndex: number,
  ): bigint {
    const map = this.#maps.byId(this.#mapOf(ref, program, insnIndex));
    if (map instanceof ArenaMap) return map.place.user + BigInt(ref.off);
    if (map instanceof ArrayMap && map.spec.type === "array") return BigInt(map.start + ref.off);
    const what = `${map?.spec.name} is no array; only values of arrays have addresses at load`;
    throw new MachineError("vm/bad-map", what, { place: { program, insnIndex } });
  }

  /** The arena that the instructions refer to. */
  #arenaOf(program: string, insns: readonly Insn[]): Arena | undefined {
    const found = new Set<ArenaMap>();
    for (const insn of insns) {
      const ref = insn.kind === "loadImm64" ? insn.ref : undefined;
      if (ref === undefined || !("index" in ref || "fd" in ref)) continue;
      const map = this.#maps.byId("index" in ref ? ref.index : ref.fd);
      if (map instanceof ArenaMap) found.add(map);
    }
    if (found.size > 1) throw new MachineError("vm/bad-program", `${program} uses more than one arena`);
    return [...found][0]?.place;
  }

  /** 0 when a number may be put into a map that refers to things by numbers, else -errno. */
  #checkReferent(map: MapSpec, id: number, key: Uint8Array): number {
    const { network, cpus } = this.environment;
    switch (map.type) {
      case "progArray":
        return this.#state.programs[id] ? 0 : -ERRNO.EBADF;
      case "arrayOfMaps":
      case "hashOfMaps": {
        const inner = this.#maps.byId(id)?.spec;
        if (inner === undefined) return -ERRNO.EBADF;
        return map.inner === undefined || isLike(inner, map.inner) ? 0 : -ERRNO.EINVAL;
      }
      case "devmap":
      case "devmapHash":
        if (id === 0) return map.type === "devmap" ? 0 : -ERRNO.EINVAL;
        return network?.device && network.device(id) === undefined ? -ERRNO.EINVAL : 0;
      case "cpumap":
        if (id > MOST_QUEUED) return -ERRNO.EOVERFLOW;
        return indexOf(key) < cpus ? 0 : -ERRNO.ENODEV;
      default:
        return 0;
    }
  }

  /** An object is no more: what maps keep for it goes. `owner`: the number by which programs name it. */
  forgetOwner(owner: bigint): void {
    for (const map of this.#maps) if (map instanceof StorageMap) map.forget(owner);
  }
}

/** Whether a map may stand where one like `pattern` is expected: bpf_map_meta_equal in kernel/bpf/map_in_map.c, v6.18. */
function isLike(spec: MapSpec, pattern: MapSpec): boolean {
  if (spec.type !== pattern.type || spec.keySize !== pattern.keySize || spec.valueSize !== pattern.valueSize)
    return false;
  return spec.flags === pattern.flags && (spec.type !== "array" || spec.maxEntries === pattern.maxEntries);
}

function decode(name: string, bytes: Uint8Array): readonly Insn[] {
  if (bytes.length > MAX_SLOTS * 8) throw new MachineError("vm/too-long", `${name} has ${bytes.length} bytes`);
  return decodeProgram(bytes);
}
