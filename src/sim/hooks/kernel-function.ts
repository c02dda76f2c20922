import { Finished, restOf } from "../world/finished.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { HookList } from "./hook-program.ts";
import { PT_REGS_BYTES, type Registers } from "./registers.ts";
import { bigOf, putWord, type Result, type Word } from "./word.ts";

const MOST_ARGS = 12;
const RETURN_OFFSET = 0x2a; // bytes into a function at which its callee returns to it

/** What function hooks need of the rest. */
export type FunctionHost = Readonly<{
  registers: Registers;
  currentTask(): Task;
  /** A value that a program asked the function to return instead of running; taken once. */
  takeOverride(): bigint | undefined;
  /** Told while programs of a function run, so that bpf_get_func_ip can answer. */
  entered(address: bigint): void;
  /** Told when the first program is attached to a function (1), and when the last one is gone (-1). */
  activated(by: 1 | -1): void;
}>;

/**
 * A function of the simulated kernel that programs can attach to. Run its body through `call` (or `callNow` when it never
 * waits): it stands in kernel stacks then, and kprobes, fentry and their returns see it. Arguments are as many as its
 * prototype has.
 */
export class KernelFunction {
  readonly name: string;
  readonly address: bigint;
  /** Where a callee of it returns to: what stacks show. */
  readonly returnAddress: bigint;
  /** How many parameters its prototype has; undefined when BTF does not have it. */
  readonly params: number | undefined;
  readonly kprobe = this.#list();
  readonly kretprobe = this.#list();
  readonly fentry = this.#list();
  readonly fexit = this.#list();
  readonly modifyReturn = this.#list();
  /** Whether any program is attached. */
  active = false;
  readonly #host: FunctionHost;
  readonly #args = new DataView(new ArrayBuffer((MOST_ARGS + 1) * 8));

  constructor(name: string, address: bigint, params: number | undefined, host: FunctionHost) {
    this.name = name;
    this.params = params;
    this.address = address;
    this.returnAddress = address + BigInt(RETURN_OFFSET);
    this.#host = host;
  }

  /** Runs `body` as this function. The result is what programs made of it, when they override it. */
  call<T extends Result>(args: readonly Word[], body: () => Code<T>): Code<T> {
    const { kernelStack } = this.#host.currentTask();
    const depth = kernelStack.length;
    kernelStack.push(this);
    const instead = this.active ? this.#entered(args) : undefined;
    let result: T;
    if (instead !== undefined) result = instead as T;
    else {
      const code = body();
      const first = code.next("done"); // most functions do not have to wait
      if (first.done !== true) return this.#later(args, restOf(code, first.value), kernelStack, depth);
      result = first.value;
    }
    if (this.active) this.#leave(args, result);
    while (kernelStack.length > depth) kernelStack.pop(); // setting the length is slower
    return new Finished(result);
  }

  *#later<T extends Result>(
    args: readonly Word[],
    code: Code<T>,
    kernelStack: KernelFunction[],
    depth: number,
  ): Code<T> {
    const result = yield* code;
    if (this.active) this.#leave(args, result);
    while (kernelStack.length > depth) kernelStack.pop(); // setting the length is slower
    return result;
  }

  /** As `call`, for bodies that never wait. */
  callNow<T extends Result>(args: readonly Word[], body: () => T): T {
    const { kernelStack } = this.#host.currentTask();
    const depth = kernelStack.length;
    kernelStack.push(this);
    const instead = this.active ? this.#entered(args) : undefined;
    const result = instead !== undefined ? (instead as T) : body();
    if (this.active) this.#leave(args, result);
    while (kernelStack.length > depth) kernelStack.pop(); // setting the length is slower
    return result;
  }

  #entered(args: readonly Word[]): number | undefined {
    this.#host.entered(this.address);
    const instead = this.#enter(args);
    this.#host.entered(0n);
    return instead;
  }

  /** What to return instead of running, when a program says so. */
  #enter(args: readonly Word[]): number | undefined {
    if (this.params !== undefined && this.params !== args.length)
      throw new Error(`bug: ${this.name} has ${this.params} parameters and was called with ${args.length}`);
    if (!this.kprobe.isEmpty) {
      const { registers } = this.#host;
      this.kprobe.runAll(registers.atEntry(this.address, this.#stackPointer(), args, "kernel"));
      const instead = this.#host.takeOverride();
      if (instead !== undefined) return Number(BigInt.asIntN(64, instead));
    }
    if (!this.fentry.isEmpty) this.fentry.runAll(this.#words(args, 0, false));
    for (const program of this.modifyReturn.programs) {
      const verdict = program.run(this.#words(args, 0, true));
      if (verdict !== 0) return verdict;
    }
    return undefined;
  }

  #leave(args: readonly Word[], result: Result): void {
    this.#host.entered(this.address);
    if (!this.fexit.isEmpty) this.fexit.runAll(this.#words(args, result, true));
    if (!this.kretprobe.isEmpty) this.#returned(result);
    this.#host.entered(0n);
  }

  #returned(result: Result): void {
    const { registers } = this.#host;
    const stack = this.#host.currentTask().kernelStack;
    const caller = stack[stack.lastIndexOf(this) - 1];
    const ip = caller?.returnAddress ?? this.returnAddress;
    this.kretprobe.runAll(registers.atReturn(ip, this.#stackPointer(), bigOf(result), "kernel"));
  }

  #words(args: readonly Word[], result: Result, withResult: boolean): Uint8Array {
    const count = args.length + (withResult ? 1 : 0);
    for (let i = 0; i < args.length; i++) putWord(this.#args, i * 8, args[i]);
    if (withResult) putWord(this.#args, args.length * 8, result);
    return new Uint8Array(this.#args.buffer, 0, count * 8);
  }

  /** Deeper calls have lower stack pointers. */
  #stackPointer(): bigint {
    const task = this.#host.currentTask();
    return task.stackTop - BigInt(PT_REGS_BYTES + 64 * task.kernelStack.length);
  }

  #list(): HookList {
    return new HookList(() => {
      const lists = [this.kprobe, this.kretprobe, this.fentry, this.fexit, this.modifyReturn];
      const before = this.active;
      this.active = lists.some((list) => !list.isEmpty);
      if (before !== this.active) this.#host.activated(before ? -1 : 1);
    });
  }
}
