import type { Word } from "../hooks/word.ts";
import type { Behaviour } from "../thread.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { pointerArray } from "./mm.ts";
import { enter } from "./user-code.ts";

const C_PROGRAM = ["_start", "__libc_start_main", "main"] as const;
const C_THREAD = ["__clone3", "start_thread"] as const;
const GO_PROGRAM = ["runtime.goexit", "runtime.main", "main.main"] as const;
const GO_THREAD = ["runtime.goexit"] as const;

/** Runs what a task does below the functions in which programs begin: `_start`, `main` and the like, if it has them. */
export function fromStart(task: Task, body: Behaviour): Code<number | undefined> {
  const run = function* (): Code<number | undefined> {
    return (yield* body(task.thread)) ?? undefined;
  };
  const { process } = task;
  if (process.isKernelThread || process.binary === undefined || task.userStack.length > 0) return run();
  const isGo = process.binary.spec.language === "go";
  const isFirst = process.leader === task;
  const program = isGo ? GO_PROGRAM : C_PROGRAM;
  const names = (isFirst ? program : isGo ? GO_THREAD : C_THREAD).filter((name) => process.hasFunction(name));
  return below(task, names, 0, run);
}

function below(
  task: Task,
  names: readonly string[],
  at: number,
  run: () => Code<number | undefined>,
): Code<number | undefined> {
  const name = names[at];
  if (name === undefined) return run();
  const args = name === "main" ? mainArguments(task) : [];
  return enter(task, name, args, () => below(task, names, at + 1, run));
}

/** argc and argv; the array is made for those who look. */
function mainArguments(task: Task): readonly Word[] {
  const { process } = task;
  const { argv, memory } = process;
  const isSeen = !process.functionNamed("main").site.entry.isEmpty;
  return [argv.length, isSeen && memory !== undefined ? pointerArray(memory, argv) : 0];
}
