import type { Word } from "../hooks/word.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { Behaviour } from "../thread.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { PROCESS_FUNCTIONS } from "./functions.ts";
import { loadProgram, pointerArray } from "./mm.ts";
import { ProgramReplaced } from "./task-end.ts";
import { TASK_FLAG } from "./task-struct.ts";

const ENOENT = 2;
const EACCES = 13;
const EXEC_NS = 250_000;
const FAIL_NS = 4_000;
const MOST_ARGS = 4096;

export type ExecOptions = Readonly<{
  /** Default: that of the process. */
  env?: Readonly<Record<string, string>>;
  /** What the program does. Default: what the program at that path does (World.programs). */
  body?: Behaviour;
}>;

/**
 * execve(2): the process runs another program, and the call does not return. A path that no program has, and without
 * `body`: -ENOENT.
 */
export function exec(
  task: Task,
  path: string,
  argv: readonly string[] = [path],
  options: ExecOptions = {},
): Code<number> {
  const { process, world } = task;
  const args = argv.slice(0, MOST_ARGS);
  const env = options.env ?? process.env;
  const { memory } = process;
  if (memory === undefined) throw new Error("bug: kernel threads do not exec");
  const texts = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const filename = memory.text(path);
  const words = [filename, pointerArray(memory, args), pointerArray(memory, texts)];
  const { execve, execveCommon } = world.get(PROCESS_FUNCTIONS);
  const request = { path, argv: args, env, words, body: options.body };
  return execve.run(task, words, () => execveCommon.call([-100, null, 0], () => replaceProgram(task, request)));
}

type ExecRequest = Readonly<{
  path: string;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** The system call's arguments. */
  words: readonly Word[];
  body: Behaviour | undefined;
}>;

function* replaceProgram(task: Task, request: ExecRequest): Code<number> {
  const { process, world } = task;
  const { path, argv } = request;
  const body = request.body ?? world.programs.find(path, argv);
  if (body === undefined) {
    yield* world.compute(FAIL_NS);
    return world.files?.exists(path) ? -EACCES : -ENOENT;
  }
  yield* world.compute(EXEC_NS);
  const { memory } = world;
  const name = memory.text(path);
  const bprm = memory.make("linux_binprm", {
    filename: name,
    interp: name,
    argc: argv.length,
    cred: process.cred,
  });
  bprm.set("envc", Object.keys(request.env).length);
  try {
    const refused = world.hooks.lsm("bprm_check_security", [bprm]);
    if (refused !== 0) return refused;
    const { bprmExecve } = world.get(PROCESS_FUNCTIONS);
    bprmExecve.callNow([bprm], () => {
      become(task, request, bprm);
      return 0;
    });
  } finally {
    bprm.free();
    memory.freeText(name, path);
  }
  world.get(PROCESS_FUNCTIONS).execve.leave(task, request.words, 0); // the new program is what returns from the call
  throw new ProgramReplaced(body);
}

function become(task: Task, { path, argv, env }: ExecRequest, bprm: KernelObject): void {
  const { process, world } = task;
  const { beginNewExec, events } = world.get(PROCESS_FUNCTIONS);
  const oldTid = task.tid;
  world.processes.becomeOnlyThread(task);
  beginNewExec.callNow([bprm], () => {
    process.executable = path;
    process.binary = world.hooks.binary(path);
    process.argv = argv;
    process.env = env;
    loadInto(task);
    return 0;
  });
  rename(task, path.split("/").at(-1) ?? path);
  process.vforkDone?.wake();
  process.vforkDone = undefined;
  events.exec.fire(() => ({
    args: [task.struct, oldTid, bprm],
    fields: { filename: path, pid: task.tid, old_pid: oldTid },
  }));
}

function loadInto(task: Task): void {
  const { process, world } = task;
  loadProgram(process);
  task.struct.fill({ mm: process.mm ?? null, active_mm: process.mm ?? null });
  const flags = task.struct.num("flags") & ~TASK_FLAG.forkedNoExec;
  task.struct.set("flags", flags);
  process.signals.resetHandlers();
  for (const { newProgram } of world.subsystems) newProgram?.(process);
}

/** Changes a task's name, as exec and prctl(PR_SET_NAME) do. */
export function rename(task: Task, comm: string): void {
  const { events } = task.world.get(PROCESS_FUNCTIONS);
  const old = task.comm;
  task.comm = comm;
  events.rename.fire(() => ({
    args: [task.struct, task.struct.addressOf("comm")],
    fields: { pid: task.tid, oldcomm: old, newcomm: task.comm, oom_score_adj: 0 },
  }));
}
