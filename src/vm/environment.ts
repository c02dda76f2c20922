import type { MapSpec } from "../abi/map-spec.ts";
import type { Btf } from "../btf/types.ts";
import type { CounterWorld, HookWorld, SystemWorld } from "./hook-world.ts";
import type { KernelObjects } from "./kernel-objects.ts";
import type { NetworkWorld } from "./network.ts";

/** Clocks of the kernel. "boot" also counts while the machine sleeps; "coarse" is "monotonic" at the last tick. */
export type Clock = "monotonic" | "boot" | "coarse" | "tai";

/** The task that runs when a program is called. */
export type CurrentTask = Readonly<{
  /** What the kernel calls pid: the thread. */
  tid: number;
  /** What user space calls pid. */
  tgid: number;
  uid: number;
  gid: number;
  /** At most 15 bytes. */
  comm: string;
  cgroupId: bigint;
  /** Of its struct task_struct. */
  address: bigint;
}>;

/** Why a stack is asked for. */
export type StackRequest = Readonly<{ user: boolean; skip: number; maxFrames: number; ctx: bigint }>;

/**
 * The world around the machine, as far as programs can ask for it. Everything that is not a pure function of a program
 * and its memory goes through here, so that two runs with equal environments are equal.
 */
export interface Environment {
  /** Possible CPUs: how many values per-CPU maps hold. It must not change. */
  readonly cpus: number;
  /** The one that runs the program. */
  cpu(): number;
  now(clock: Clock): bigint;
  /** The same as a number, which costs less, where the time is one below 2⁵³; undefined for others. */
  nowNumber?(clock: Clock): number | undefined;
  /**
   * Writes what does not change while a program runs, so that compiled code need not ask: to `words[at]` on, each in two
   * words, low first, what bpf_get_current_pid_tgid, bpf_get_current_uid_gid, bpf_get_current_task and bpf_ktime_get_ns
   * (and bpf_ktime_get_boot_ns, which is the same then) would give. Called as a run begins or goes on.
   */
  placeFacts?(words: Int32Array, at: number): void;
  /** 32 random bits. */
  random(): number;
  task(): CurrentTask;
  /** Fills `into` from the kernel's memory, or answers false: the address is bad. */
  readKernel(address: bigint, into: Uint8Array): boolean;
  /**
   * As `readKernel` for a load of 1, 2, 4 or 8 bytes to `at` in `into`, from an address in two halves of 32 bits, unsigned.
   * Spares arrays and bigints where it is there.
   */
  loadKernel?(low: number, high: number, size: number, into: DataView, at: number): boolean;
  readUser(address: bigint, into: Uint8Array): boolean;
  /**
   * Copies the text at an address, NUL included, to `into[at]` on, and cuts it to `size` bytes: how many bytes, or -1 for
   * a bad address. Spares much of what reading it by blocks costs where it is there. Addresses above 2⁵³ are rounded.
   */
  readUserText?(address: number, into: Uint8Array, at: number, size: number): number;
  writeUser(address: bigint, bytes: Uint8Array): boolean;
  /** Instruction pointers, innermost first. */
  stack(request: StackRequest): readonly bigint[];
  /** A line that bpf_trace_printk wrote. */
  trace(line: string): void;
  /** bpf_get_attach_cookie of the running program. */
  attachCookie(ctx: bigint): bigint;
  /** bpf_get_func_ip of the running program. */
  functionAddress(ctx: bigint): bigint;
  /** bpf_send_signal; 0 or -errno. */
  signal(signal: number, wholeProcess: boolean): number;
  /** The cgroup at `level` above the current one, 0 for none. */
  ancestorCgroup(level: number): bigint;
  /** Address of a kernel symbol, or undefined. */
  symbol(name: string): bigint | undefined;
  /** The symbol that holds an address of the kernel, and where in it: for %pS and the like. */
  symbolAt?(address: bigint): Readonly<{ name: string; offset: number; size: number }> | undefined;
  /** The path that `struct path` at this address names, or undefined. */
  path(address: bigint): string | undefined;
  /** Address of a CPU's copy of a kernel variable that each has for itself. */
  perCpuAddress?(address: bigint, cpu: number): bigint;
  /** The object that user space means by a descriptor, in maps of storage: the number by which programs name it. */
  storageOwner?(map: MapSpec, fd: number): bigint | undefined;
  /** A kernel interface made of programs comes, or goes; 0, or -errno to refuse it. `value`: as user space wrote it. */
  registerStructOps?(map: MapSpec, value: Uint8Array): number;
  unregisterStructOps?(map: MapSpec): void;
  /** The kernel's own types: for printing objects and finding types. */
  kernelBtf?(): Btf | undefined;
  /** Tasks, cgroups, files: what programs reach by address. */
  readonly objects?: KernelObjects;
  /** Sockets, routes, devices. */
  readonly network?: NetworkWorld;
  /** What is particular to the place where the running program is attached. */
  readonly hook?: HookWorld;
  /** Counters and branches of the processor. */
  readonly counters?: CounterWorld;
  /** A system call of a program of type `syscall`. */
  readonly system?: SystemWorld;
  /** Name of the kernel function with that id in the kernel's BTF (`btfFd` 0) or a module's, or undefined. */
  kernelFunction?(btfId: number, btfFd: number): string | undefined;
  /** Address of the kernel variable with that id in BTF, or undefined. */
  kernelVariable?(btfId: number, btfFd: number): bigint | undefined;
}

export type EnvironmentOptions = Readonly<{
  cpus?: number;
  /** Of the random numbers; equal seeds give equal runs. */
  seed?: number;
  /** Nanoseconds; each call must give at least what the one before gave. Default: 1 µs more with each call. */
  clock?: (clock: Clock) => bigint;
  task?: Partial<CurrentTask>;
  trace?: (line: string) => void;
}>;

const NOBODY: CurrentTask = {
  tid: 1,
  tgid: 1,
  uid: 0,
  gid: 0,
  comm: "skep",
  cgroupId: 1n,
  address: 0xffff_8880_0010_0000n,
};

/** An empty world: one task, no memory beyond the machine's, time that advances by 1 µs each time somebody looks. */
export function plainEnvironment(options: EnvironmentOptions = {}): Environment {
  const task = { ...NOBODY, ...options.task };
  let state = (options.seed ?? 1) >>> 0 || 1;
  let time = 1_000_000_000n;
  return {
    cpus: options.cpus ?? 1,
    cpu: () => 0,
    now: options.clock ?? (() => (time += 1000n)),
    random() {
      state ^= state << 13; // xorshift, Marsaglia 2003
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return state;
    },
    task: () => task,
    readKernel: () => false,
    readUser: () => false,
    writeUser: () => false,
    stack: () => [],
    trace: options.trace ?? (() => undefined),
    attachCookie: () => 0n,
    functionAddress: () => 0n,
    signal: () => 0,
    ancestorCgroup: () => 0n,
    symbol: () => undefined,
    path: () => undefined,
  };
}
