/** The sysctl that a program of type `cgroupSysctl` decides about. */
export type SysctlAccess = Readonly<{
  /** Such as "net/ipv4/tcp_mem". */
  name: string;
  current: string;
  /** What is being written; absent: it is read. */
  next?: string;
  /** Replaces what is being written; 0 or -errno. */
  replace?(value: string): number;
}>;

/** What is particular to the place where a program is attached. All of it is optional. `ctx`: the program's context. */
export type HookWorld = Readonly<{
  /** How many arguments the function has that a tracing program is attached to: 64-bit words of its context. */
  argumentCount?(ctx: bigint): number;
  /** Whether the context ends with the function's return value. */
  hasReturnValue?(ctx: bigint): boolean;
  /** Makes the probed function return this at once; 0 or -errno. */
  overrideReturn?(ctx: bigint, value: bigint): number;
  /** What the system call returns as of now. */
  returnValue?(): number;
  /** 0 or -errno. */
  setReturnValue?(value: number): number;
  sysctl?(ctx: bigint): SysctlAccess | undefined;
  /** Options of a program that is about to be executed; 0 or -errno. */
  setExecOptions?(binprm: bigint, flags: bigint): number;
  /** Whether this run is the return of a probe of both ends, and what its two runs share: 8 bytes, at an address. */
  session?(): Readonly<{ isReturn: boolean; cookie: bigint }> | undefined;
}>;

/** A counter as bpf_perf_event_read_value gives it, 64 bits each. */
export type CounterValue = Readonly<{ counter: bigint; enabledNs: bigint; runningNs: bigint }>;

export type CounterWorld = Readonly<{
  /** The event at an index of a perf event array; -errno where it cannot be read. */
  read?(map: string, index: number): CounterValue | number;
  /** The event that runs the program. */
  own?(ctx: bigint): CounterValue | number;
  /** Branches that were taken last, latest first: `struct perf_branch_entry`, 24 bytes each. -errno where there are none. */
  branches?(ctx: bigint | undefined): Uint8Array | number;
}>;

export type SystemWorld = Readonly<{
  /** bpf(command, attr, size): the result, or -errno. `attr` may be written. */
  bpf?(command: number, attr: Uint8Array): number;
  /** 0 or -errno. */
  close?(fd: number): number;
}>;
