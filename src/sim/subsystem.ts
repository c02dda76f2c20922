import type { Process } from "./process/process.ts";
import type { Behaviour, Calls } from "./thread.ts";
import type { Task } from "./world/task.ts";
import type { World } from "./world/world.ts";

/** A part of the simulated kernel: what it adds to a world, and what programs can ask of it. */
export type Subsystem = Readonly<{
  name: string;
  /** Methods of programs; also named in thread.ts. */
  calls: Calls;
  /** Once for each world, before the first process. */
  start?(world: World): void;
  /** What kernel threads do that every machine has: by their names. */
  kernelThreads?: Readonly<Record<string, Behaviour>>;
  /** A process was made, by spawn (no parent) or fork; it has not run yet. Its memory and its first thread are there. */
  newProcess?(process: Process, parent: Process | undefined): void;
  /** A process runs another program now: exec. Its memory is new. */
  newProgram?(process: Process): void;
  /** A thread was made, the first of its process or another; it has not run yet. */
  newTask?(task: Task): void;
}>;
