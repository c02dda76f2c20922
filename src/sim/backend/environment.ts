import type { MapSpec } from "../../abi/map-spec.ts";
import type { Btf } from "../../btf/types.ts";
import type { Clock, CurrentTask, Environment, StackRequest } from "../../vm/environment.ts";
import type { HookWorld } from "../../vm/hook-world.ts";
import type { KernelObjects } from "../../vm/kernel-objects.ts";
import type { NetworkWorld } from "../../vm/network.ts";
import { FUNCTION_BYTES } from "../hooks/kernel-symbols.ts";
import { DIRECT_MAP_HIGH } from "../memory/address.ts";
import { networkWorld } from "../net/bpf/network-world.ts";
import type { Random } from "../world/random.ts";
import type { World } from "../world/world.ts";
import { kernelObjects } from "./kernel-objects.ts";
import { kernelFrames, userFrames } from "./stacks.ts";

const TICK_NS = 4_000_000; // 250 ticks a second
const WORD = 0x1_0000_0000;
const ESRCH = 3;
const EINVAL = 22;
const MOST_SIGNAL = 64;

/** What a program may ask about the place where it is attached. */
export type ProgramPlace = Readonly<{
  /** How many arguments its function has. */
  params?: number;
  /** Whether its context ends with the function's result. */
  hasResult?: boolean;
  /** Of a probe of both ends: whether this is the return, and where the 8 bytes lie that both runs share. */
  session?: Readonly<{ isReturn: boolean; cookie: bigint }>;
}>;

/** What programs can ask of the simulated machine. One for each loaded object. */
export class SimEnvironment implements Environment {
  readonly cpus: number;
  /** Of the attachment whose program runs. */
  cookie = 0n;
  /** What is particular to it. */
  place: ProgramPlace | undefined;
  readonly network: NetworkWorld;
  readonly objects: KernelObjects;
  readonly hook: HookWorld;
  readonly #world: World;
  readonly #random: Random;
  readonly #task: CurrentTask;
  readonly #trace: (line: string) => void;

  constructor(world: World, trace: (line: string) => void) {
    this.#world = world;
    this.network = networkWorld(world);
    this.objects = kernelObjects(world);
    this.hook = hookWorld(world, () => this.place);
    this.#trace = trace;
    this.cpus = world.cpus.length;
    this.#random = world.random.stream("bpf_get_prandom_u32");
    this.#task = currentTaskOf(world);
  }

  cpu(): number {
    return this.#world.cpu.index;
  }

  now(clock: Clock): bigint {
    const { nowNs, bootTimeNs } = this.#world;
    if (clock === "coarse") return BigInt(nowNs - (nowNs % TICK_NS));
    return clock === "tai" ? BigInt(nowNs) + bootTimeNs : BigInt(nowNs);
  }

  nowNumber(clock: Clock): number | undefined {
    return clock === "monotonic" || clock === "boot" ? this.#world.nowNs : undefined;
  }

  placeFacts(words: Int32Array, at: number): void {
    const world = this.#world;
    const { task, nowNs } = world;
    const { process, struct } = task;
    const { uid, gid } = process.credentials;
    words[at] = task.tid;
    words[at + 1] = process.pid;
    words[at + 2] = uid;
    words[at + 3] = gid;
    words[at + 4] = struct.offset;
    words[at + 5] = DIRECT_MAP_HIGH;
    words[at + 6] = nowNs; // the low 32 bits
    words[at + 7] = Math.floor(nowNs / WORD);
  }

  random(): number {
    return this.#random.u32();
  }

  task(): CurrentTask {
    return this.#task;
  }

  readKernel(address: bigint, into: Uint8Array): boolean {
    return this.#world.memory.read(address, into);
  }

  loadKernel(low: number, high: number, size: number, into: DataView, at: number): boolean {
    return this.#world.memory.load(low, high, size, into, at);
  }

  readUser(address: bigint, into: Uint8Array): boolean {
    return this.#world.task.process.memory?.read(Number(address), into) ?? false;
  }

  readUserText(address: number, into: Uint8Array, at: number, size: number): number {
    return this.#world.task.process.memory?.copyText(address, into, at, size) ?? -1;
  }

  writeUser(address: bigint, bytes: Uint8Array): boolean {
    return this.#world.task.process.memory?.write(Number(address), bytes) ?? false;
  }

  stack(request: StackRequest): readonly bigint[] {
    const { user, skip, maxFrames } = request;
    const task = this.#world.task;
    const frames = user ? userFrames(task) : kernelFrames(this.#world);
    return frames.slice(skip, skip + maxFrames);
  }

  trace(line: string): void {
    this.#trace(line);
  }

  attachCookie(): bigint {
    return this.cookie;
  }

  functionAddress(): bigint {
    return this.#world.hooks.functionAddress;
  }

  signal(signal: number, wholeProcess: boolean): number {
    const { task } = this.#world;
    if (signal < 1 || signal > MOST_SIGNAL) return -EINVAL;
    if (task.isIdle || task.process.isKernelThread) return -ESRCH;
    task.process.signals.sendLater(signal, wholeProcess ? undefined : task);
    return 0;
  }

  ancestorCgroup(level: number): bigint {
    return this.#world.task.process.cgroup.ancestor(level)?.id ?? 0n;
  }

  symbol(name: string): bigint | undefined {
    return this.#world.hooks.symbols.address(name);
  }

  path(address: bigint): string | undefined {
    return this.#world.pathOf(address);
  }

  symbolAt(address: bigint): Readonly<{ name: string; offset: number; size: number }> | undefined {
    const found = this.#world.hooks.symbols.find(address);
    return found === undefined
      ? undefined
      : { name: found.name, offset: Number(found.offset), size: FUNCTION_BYTES };
  }

  /** The kernel has one variable for each CPU that programs look at: its run queue. */
  perCpuAddress(address: bigint, cpu: number): bigint {
    const { cpus, hooks } = this.#world;
    return address === hooks.symbols.address("runqueues") ? (cpus[cpu]?.rq.address ?? 0n) : address;
  }

  /** User space names tasks by their ids and cgroups by theirs: it has no descriptors on the simulated machine. */
  storageOwner(map: MapSpec, fd: number): bigint | undefined {
    const { processes, cgroups } = this.#world;
    if (map.type === "taskStorage") return processes.task(fd)?.struct.address;
    return map.type === "cgrpStorage" ? cgroups.byId(BigInt(fd))?.struct.address : undefined;
  }

  kernelBtf(): Btf {
    return this.#world.tables.btf;
  }

  kernelFunction(btfId: number): string | undefined {
    const { btf } = this.#world.tables;
    return btfId < btf.count ? btf.nameOf(btfId as Parameters<typeof btf.nameOf>[0]) : undefined;
  }

  kernelVariable(btfId: number): bigint | undefined {
    const name = this.kernelFunction(btfId);
    return name === undefined ? undefined : this.#world.hooks.symbols.address(name);
  }
}

/** One object whose members are those of whichever task is the current one. */
function currentTaskOf(world: World): CurrentTask {
  return {
    get tid() {
      return world.task.tid;
    },
    get tgid() {
      return world.task.tgid;
    },
    get uid() {
      return world.task.process.credentials.uid;
    },
    get gid() {
      return world.task.process.credentials.gid;
    },
    get comm() {
      return world.task.comm;
    },
    get cgroupId() {
      return world.task.process.cgroup.id;
    },
    get address() {
      return world.task.struct.address;
    },
  };
}

function hookWorld(world: World, place: () => ProgramPlace | undefined): HookWorld {
  return {
    argumentCount: () => place()?.params ?? 0,
    hasReturnValue: () => place()?.hasResult ?? false,
    overrideReturn(_ctx, value) {
      world.hooks.override(value);
      return 0;
    },
    session: () => place()?.session,
  };
}
