import type { Feature } from "../plan/target.ts";
import type { Backend } from "../runtime/backend.ts";
import type { Host, Resolver } from "../runtime/resolver.ts";
import type { Stop } from "./stop.ts";

/** A machine that a command traces: this one, or a simulated one. */
export interface WatchedMachine extends Disposable {
  readonly backend: Backend;
  readonly resolver: Resolver;
  readonly host: Host;
  /** Throws SkepError when there is no such process. */
  checkProcess(pid: number): void;
  /** Files that a process has mapped, for looking up user probes. */
  mappedFiles(pid: number): readonly string[];
  /** Starts a command that waits before its first instruction. Throws SkepError when there is no such command. */
  startCommand(command: string): Promise<WatchedCommand>;
  /** Gives up the capabilities that a trace does not need once it is attached, and names them. */
  dropCapabilities(): readonly string[];
  /** Calls `run` every `ms` of the machine's time, until it is disposed of. */
  every(ms: number, run: () => void): Disposable;
  /** Lets time pass until the trace is stopped or has reached a limit. */
  watch(stop: Stop, limits: WatchLimits): Promise<void>;
}

export type WatchedCommand = Readonly<{
  pid: number;
  /** Path of the program that it becomes. */
  program?: string;
  release(): void;
  /** Resolves when it has ended. */
  exited: Promise<unknown>;
  kill(): void;
}>;

export type WatchLimits = Readonly<{
  durationMs?: number;
  /** Ends with this process. */
  pid?: number;
  /** Ends with this command, which has been released. */
  command?: WatchedCommand;
}>;

/** Which machine a command line asks for. */
export type MachineChoice = Readonly<{
  /** Name or file of a scenario; empty: the default one. */
  sim?: string;
  /** Features of this kernel that are not to be used. */
  without?: readonly Feature[];
  /** Refuse rather than show a simulated machine. */
  noSim: boolean;
  /** Of the simulation; equal seeds give equal runs. */
  seed?: number;
  /** Simulated seconds per second; "max": as fast as possible. */
  speed?: number | "max";
}>;
