import type { KernelObject } from "../memory/kernel-object.ts";
import { addToHashList, removeFromHashList } from "../memory/lists.ts";
import type { World } from "../world/world.ts";
import type { PidNamespace } from "./namespaces.ts";

const UPID_BYTES = 16;

/** A struct pid: the number of one task in its namespace and in those above. */
export class PidEntry {
  readonly struct: KernelObject;
  readonly #numbers: readonly Readonly<{ namespace: PidNamespace; number: number }>[];

  /** `globalPid`: the number in the machine's own namespace. */
  constructor(world: World, namespace: PidNamespace, globalPid: number) {
    const chain: PidNamespace[] = [];
    for (let at: PidNamespace | undefined = namespace; at !== undefined; at = at.parent) chain.unshift(at);
    this.#numbers = chain.map((at) => ({ namespace: at, number: at.level === 0 ? globalPid : at.takePid() }));
    this.struct = world.memory.make(
      "pid",
      { level: namespace.level, "count.refs.counter": 1 },
      chain.length * UPID_BYTES,
    );
    for (const [i, { namespace: at, number }] of this.#numbers.entries()) {
      this.struct.fill({ [`numbers[${i}].nr`]: number, [`numbers[${i}].ns`]: at.struct });
      if (number > 0) at.pids.store(number, this.struct); // the swappers are not among them
    }
  }

  /** The task's number as a namespace sees it; 0 where it cannot be seen. */
  in(namespace: PidNamespace): number {
    return this.#numbers.find((entry) => entry.namespace === namespace)?.number ?? 0;
  }

  /** The number in the task's own namespace. */
  get innermost(): number {
    return this.#numbers.at(-1)?.number ?? 0;
  }

  /** Lets the pid lead to a task: attach_pid(). `type`: enum pid_type. */
  attach(task: KernelObject, type: number): void {
    addToHashList(this.struct, `tasks[${type}]`, task, `pid_links[${type}]`);
  }

  detach(task: KernelObject, type: number): void {
    removeFromHashList(task, `pid_links[${type}]`);
  }

  /** Gives the numbers and the memory back: free_pid(). */
  free(): void {
    for (const { namespace, number } of this.#numbers) namespace.pids.erase(number);
    this.struct.free();
  }
}
