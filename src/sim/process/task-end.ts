import type { Behaviour } from "../thread.ts";
import type { ExitStatus } from "./process.ts";

/** Thrown through a task's code when it ends by itself or by a signal: exit(2), a fatal signal. */
export class TaskEnd extends Error {
  readonly status: ExitStatus;
  /** All threads of the process end: exit_group(2). */
  readonly wholeProcess: boolean;

  constructor(status: ExitStatus, wholeProcess: boolean) {
    super("a task of the simulation ends");
    this.name = "TaskEnd";
    this.status = status;
    this.wholeProcess = wholeProcess;
  }
}

/** Thrown through a task's code when another program has taken its place: execve(2). */
export class ProgramReplaced extends Error {
  readonly body: Behaviour;

  constructor(body: Behaviour) {
    super("a task of the simulation runs another program");
    this.name = "ProgramReplaced";
    this.body = body;
  }
}
