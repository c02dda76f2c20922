import type { KernelMemory } from "../memory/kernel-memory.ts";
import type { Random } from "../world/random.ts";
import type { Trace } from "./trace.ts";

/** Something planned that can be called off. */
export type Planned = Readonly<{ cancel(): void }>;

/** What a host's network code needs of the machine that it runs on. */
export type NetSystem = Readonly<{
  trace: Trace;
  /** The kernel's memory of the simulated machine; undefined for other hosts, whose objects have no address. */
  memory: KernelMemory | undefined;
  random: Random;
  now(): number;
  /** Which CPU this happens on. */
  cpu(): number;
  /** Uses its CPU for some time, when the task there has time to spend. */
  spend(ns: number): void;
  /** Runs `run` as an interrupt of a device on that CPU; softirqs run at its end. */
  interrupt(device: string, cpu: number, run: () => void): void;
  /** Runs `run` later, as something that a device does by itself. */
  later(ns: number, run: () => void): Planned;
  /** Runs `run` later, as a timer of the kernel: in an interrupt, through the function `name` with one argument. */
  timer(ns: number, name: string, run: () => void): Planned;
}>;
