import { type BinaryFunction, type BinaryUsdt, usdtRegisters } from "../hooks/binary.ts";
import type { HookList } from "../hooks/hook-program.ts";
import type { UserFrame } from "../hooks/user-frame.ts";
import { bigOf, type Result, type Word } from "../hooks/word.ts";
import { Finished, restOf } from "../world/finished.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { Process } from "./process.ts";

const CALL_OFFSET = 0x20; // bytes into a function at which its callee returns to it

/**
 * Runs `body` as a function of the program or one of its libraries: uprobes see it and it stands in user stacks. Names
 * are looked up in the program first.
 */
export function enter<T extends Result>(
  task: Task,
  name: string,
  args: readonly Word[],
  body: () => Code<T>,
): Code<T> {
  const depth = task.userStack.length;
  const fn = task.process.functionNamed(name);
  enterFunction(task, fn, args);
  const code = body();
  const first = code.next("done");
  if (first.done !== true) return leaveLater(task, fn, depth, restOf(code, first.value));
  leaveFunction(task, fn, depth, first.value);
  return new Finished(first.value);
}

function* leaveLater<T extends Result>(task: Task, fn: MappedFunction, depth: number, code: Code<T>): Code<T> {
  const result = yield* code;
  leaveFunction(task, fn, depth, result);
  return result;
}

/** As `enter`, for bodies that never wait. */
export function enterNow<T extends Result>(task: Task, name: string, args: readonly Word[], body: () => T): T {
  const depth = task.userStack.length;
  const fn = task.process.functionNamed(name);
  enterFunction(task, fn, args);
  const result = body();
  leaveFunction(task, fn, depth, result);
  return result;
}

/** Passes a USDT probe of the program or of a library. `makeArgs` runs only when somebody looks. */
export function usdt(task: Task, provider: string, name: string, makeArgs: () => readonly Word[]): void {
  const probe = task.process.usdtNamed(provider, name);
  if (probe.site.entry.isEmpty) return;
  const ip = probe.base + probe.site.offset;
  const { registers } = task.world.hooks;
  const ctx = registers.with({ ip, sp: task.userSp, ...usdtRegisters(makeArgs()) }, "user");
  runFor(task, probe.site.entry, ctx);
}

/** A function of a process, and where its binary is mapped. */
export type MappedFunction = Readonly<{ site: BinaryFunction; base: number; frame: UserFrame }>;
export type MappedUsdt = Readonly<{ site: BinaryUsdt; base: number }>;

/** Goes into a function: it stands in user stacks from now on, and uprobes on it run. */
export function enterFunction(task: Task, { site, frame }: MappedFunction, args: readonly Word[]): void {
  task.userStack.push(frame);
  if (site.entry.isEmpty) return;
  const { ip } = frame;
  const { hooks } = task.world;
  hooks.functionAddress = BigInt(ip);
  runFor(task, site.entry, hooks.registers.atEntry(ip, task.userSp, args, "user"));
}

/** Comes back from a function that was entered when the stack was `depth` deep. */
export function leaveFunction(task: Task, { site, base }: MappedFunction, depth: number, result: Result): void {
  if (!site.exit.isEmpty) {
    const caller = task.userStack[depth - 1];
    const ip = caller === undefined ? task.process.entryPoint : caller.ip + CALL_OFFSET;
    const { hooks } = task.world;
    hooks.functionAddress = BigInt(base + site.offset);
    runFor(task, site.exit, hooks.registers.atReturn(ip, task.userSp, bigOf(result), "user"));
  }
  const { userStack } = task;
  while (userStack.length > depth) userStack.pop(); // setting the length is slower
}

function runFor(task: Task, list: HookList, ctx: Uint8Array): void {
  const { pid } = task.process;
  for (const program of list.programs) if (program.pid === 0 || program.pid === pid) program.run(ctx);
}

/** Finds functions and probes of a process by name; each name is looked up once for each program that it runs. */
export class UserNames {
  readonly #process: Process;
  readonly #functions = new Map<string, MappedFunction | undefined>();
  readonly #probes = new Map<string, MappedUsdt>();

  constructor(process: Process) {
    this.#process = process;
  }

  function(name: string): MappedFunction {
    const found = this.find(name);
    if (found !== undefined) return found;
    throw new Error(
      `bug: ${this.#process.executable || "the program"} and its libraries have no function ${name}`,
    );
  }

  /** Undefined when neither the program nor a library has a function of that name. */
  find(name: string): MappedFunction | undefined {
    const known = this.#functions.get(name);
    if (known !== undefined || this.#functions.has(name)) return known;
    let found: MappedFunction | undefined;
    for (const [binary, base] of this.#process.mappings) {
      const site = binary.functions.get(name);
      if (site === undefined) continue;
      found = { site, base, frame: { function: site, ip: base + site.offset } };
      break;
    }
    this.#functions.set(name, found);
    return found;
  }

  usdt(provider: string, name: string): MappedUsdt {
    const key = `${provider}:${name}`;
    const known = this.#probes.get(key);
    if (known !== undefined) return known;
    for (const [binary, base] of this.#process.mappings) {
      const site = binary.probe(provider, name);
      if (site === undefined) continue;
      const found = { site, base };
      this.#probes.set(key, found);
      return found;
    }
    throw new Error(`bug: ${this.#process.executable || "the program"} and its libraries have no probe ${key}`);
  }

  /** Another program runs now. */
  clear(): void {
    this.#functions.clear();
    this.#probes.clear();
  }
}
