import type { SeenArea, SeenRegion } from "./backend.ts";

/**
 * Names that the machine knows and a plan does not. `linux/` and `sim/` provide one; tests fake it. Every lookup can
 * fail (undefined): the number is shown then.
 */
export interface Resolver {
  kernelSymbol(address: bigint): ResolvedSymbol | undefined;
  userSymbol(pid: number, address: bigint): ResolvedSymbol | undefined;
  /**
   * As `userSymbol`, with the functions that the compiler put into one another, the innermost first, and their source
   * lines where debug information tells them. `isCaller`: the address is where a call returns to, so the call lies before
   * it. Empty where nothing is known.
   */
  userFrames?(pid: number, address: bigint, isCaller: boolean): readonly ResolvedFrame[];
  /** The byte of a mapped file that lies at an address of a process, with the file's build id in hex if it has one. */
  userPlace?(pid: number, address: bigint): { file: string; offset: bigint; buildId?: string } | undefined;
  /** Notes where a process has what, so that its addresses have names when it has ended; whether it still could be told. */
  rememberProcess?(pid: number): boolean;
  /** Says where a process had code that ended before anybody could note it. */
  adoptProcess?(pid: number, regions: readonly SeenRegion[]): void;
  /** Says what a process had at one place, for one whose maps could not be read in time. */
  adoptArea?(pid: number, area: SeenArea): void;
  /** Files that processes will have mapped which may end before anybody looks. */
  expectFiles?(paths: readonly string[]): void;
  /** Path of a cgroup by its id in hierarchies whose name matches the pattern. */
  cgroupPath(id: bigint, hierarchy: string): string | undefined;
  userName(uid: bigint): string | undefined;
  /** What strerror(3) says, such as "Operation not permitted". */
  errorText(errno: number): string | undefined;
  /** Nanoseconds to add to a clock's reading to get Unix time. */
  clockOffsetNs(clock: "boot" | "realtime" | "monotonic" | "tai"): bigint;
}

/** `offset`: bytes from the symbol's start. `module`: the kernel module or the mapped file. */
export type ResolvedSymbol = Readonly<{ name: string; offset: bigint; module?: string }>;

/** A function of a stack. `file` and `line`: where the source is that runs, or that calls. */
export type ResolvedFrame = ResolvedSymbol & Readonly<{ file?: string; line?: number; isInlined?: true }>;

/** What a script may ask of the machine it is watched from. The command line provides one; a browser may leave parts out. */
export interface Host {
  /** Nanoseconds since 1970. */
  unixTimeNs(): bigint;
  /** The first `limit` bytes of a file. Throws with a message for people when it cannot be read. */
  readFile?(path: string, limit: number): Uint8Array;
  /** Runs a shell command to its end and returns what it wrote to its standard output. Throws when it cannot be started. */
  runCommand?(command: string): Uint8Array;
  /** Writes a file anew, or adds to its end. Throws with a message for people when it cannot. */
  writeFile?(path: string, data: Uint8Array, append: boolean): void;
  /** Lets a process go on that was stopped. */
  resume?(pid: number): void;
}
