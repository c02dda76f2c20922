import type { SyscallInfo } from "../kernel-tables.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import { enterFunction, leaveFunction, type MappedFunction } from "../process/user-code.ts";
import { Finished, restOf } from "../world/finished.ts";
import type { Task } from "../world/task.ts";
import type { Code, Wait } from "../world/wait.ts";
import type { Hooks } from "./hooks.ts";
import type { KernelFunction } from "./kernel-function.ts";
import { type LibcWrapper, libcWrapper } from "./libc-wrapper.ts";
import type { Tracepoint } from "./tracepoint.ts";
import type { Word } from "./word.ts";

/** Nanoseconds that going into the kernel and back takes. */
const ENTRY_NS = 70;
const ENOSYS = -38; // what the entry code leaves as the result of a call that has not run yet

/**
 * One system call: its four tracepoints (raw_syscalls and its own, in and out), its function (`__x64_sys_…`) for kprobes,
 * and the work between them.
 */
export class SyscallEntry {
  readonly name: string;
  readonly number: number;
  readonly function: KernelFunction;
  readonly enter: Tracepoint;
  readonly exit: Tracepoint;
  readonly #rawEnter: Tracepoint;
  readonly #rawExit: Tracepoint;
  readonly #hooks: Hooks;
  readonly #wrapper: LibcWrapper | undefined;

  constructor(name: string, { number }: SyscallInfo, hooks: Hooks) {
    this.name = name;
    this.number = number;
    this.#hooks = hooks;
    this.function = hooks.function(`__x64_sys_${name}`);
    this.enter = hooks.tracepoint(`syscalls:sys_enter_${name}`);
    this.exit = hooks.tracepoint(`syscalls:sys_exit_${name}`);
    this.#rawEnter = hooks.tracepoint("raw_syscalls:sys_enter");
    this.#rawExit = hooks.tracepoint("raw_syscalls:sys_exit");
    this.#wrapper = libcWrapper(name);
  }

  /**
   * Makes the call: fires what fires on its way in, runs `body`, fires what fires on its way out, delivers signals.
   * `args` are the registers' values; `body` gives the result, a negative errno when it failed. Programs with the C
   * library call its function for that.
   */
  run(task: Task, args: readonly Word[], body: () => Code<number>): Code<number> {
    const wrapper = this.#wrapper;
    const fn = wrapper && task.process.findFunction(wrapper.name);
    if (wrapper === undefined || fn === undefined) return this.#enterKernel(task, args, body);
    const depth = task.userStack.length;
    if (fn.site.entry.isEmpty) task.userStack.push(fn.frame);
    else enterFunction(task, fn, args.slice(wrapper.skip));
    const code = this.#enterKernel(task, args, body);
    const first = code.next("done");
    if (first.done !== true) return leaveLater(task, fn, depth, restOf(code, first.value));
    leaveFunction(task, fn, depth, first.value < 0 ? -1 : first.value);
    return code instanceof Finished ? code : new Finished(first.value);
  }

  #enterKernel(task: Task, args: readonly Word[], body: () => Code<number>): Code<number> {
    const wait = task.world.spend(ENTRY_NS);
    return wait === undefined ? this.#inKernel(task, args, body) : this.#inKernelAfter(wait, task, args, body);
  }

  *#inKernelAfter(wait: Wait, task: Task, args: readonly Word[], body: () => Code<number>): Code<number> {
    yield wait;
    return yield* this.#inKernel(task, args, body);
  }

  #inKernel(task: Task, args: readonly Word[], body: () => Code<number>): Code<number> {
    const outer = task.syscall;
    const startNs = task.world.scheduler.runtimeOf(task);
    task.syscall = this;
    if (this.enter.active || this.#rawEnter.active) this.#fireEnter(task, args);
    let code: Code<number>;
    if (this.function.active) code = this.function.call([this.#saveRegisters(task, args, ENOSYS)], body);
    else {
      task.kernelStack.push(this.function);
      code = body();
    }
    const first = code.next("done");
    if (first.done !== true) return this.#leaveLater(task, args, restOf(code, first.value), outer, startNs);
    this.#leaveKernel(task, args, first.value, outer, startNs);
    if (!task.process.signals.isPending) return code instanceof Finished ? code : new Finished(first.value);
    return deliverAndGive(task, first.value);
  }

  *#leaveLater(
    task: Task,
    args: readonly Word[],
    code: Code<number>,
    outer: SyscallEntry | undefined,
    startNs: number,
  ): Code<number> {
    const result = yield* code;
    this.#leaveKernel(task, args, result, outer, startNs);
    if (task.process.signals.isPending) yield* task.process.signals.deliver(task);
    return result;
  }

  #leaveKernel(
    task: Task,
    args: readonly Word[],
    result: number,
    outer: SyscallEntry | undefined,
    startNs: number,
  ): void {
    const { kernelStack } = task;
    while (kernelStack.length > 0) kernelStack.pop(); // setting the length is slower
    this.leave(task, args, result);
    task.syscall = outer;
    task.kernelNs += task.world.scheduler.runtimeOf(task) - startNs;
  }

  /** Fires the tracepoints on the way out. */
  leave(task: Task, args: readonly Word[], result: number): void {
    if (this.#rawExit.active) {
      if (!this.#rawExit.raw.isEmpty) this.#rawExit.fireRaw([this.#saveRegisters(task, args, result), result]);
      if (!this.#rawExit.records.isEmpty) this.#rawExit.fireReturn(this.number, result);
    }
    if (!this.exit.records.isEmpty) this.exit.fireReturn(this.number, result);
  }

  #fireEnter(task: Task, args: readonly Word[]): void {
    if (!this.#rawEnter.raw.isEmpty)
      this.#rawEnter.fireRaw([this.#saveRegisters(task, args, ENOSYS), this.number]);
    if (!this.#rawEnter.records.isEmpty) this.#rawEnter.fireCall(this.number, padded(args));
    if (!this.enter.records.isEmpty) this.enter.fireCall(this.number, args);
  }

  /** Writes the task's pt_regs, at the top of its kernel stack. */
  #saveRegisters(task: Task, args: readonly Word[], result: number): KernelObject {
    const { userIp, userSp } = task;
    const bytes = this.#hooks.registers.atSyscall(this.number, args, userIp, userSp, result);
    const registers = task.registers;
    registers.memory.u8.set(bytes, registers.offset);
    return registers;
  }
}

function* leaveLater(task: Task, fn: MappedFunction, depth: number, code: Code<number>): Code<number> {
  const result = yield* code;
  leaveFunction(task, fn, depth, result < 0 ? -1 : result);
  return result;
}

function* deliverAndGive(task: Task, result: number): Code<number> {
  yield* task.process.signals.deliver(task);
  return result;
}

function padded(args: readonly Word[]): readonly Word[] {
  return args.length >= 6 ? args.slice(0, 6) : [...args, ...new Array<Word>(6 - args.length).fill(0)];
}
