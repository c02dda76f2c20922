import { helperByName } from "../../abi/helpers.ts";
import type { MapType } from "../../abi/map-spec.ts";
import type { ObjectSpec } from "../../object/object.ts";
import type { Machine } from "../../vm/machine.ts";
import type { TimedEvent } from "../world/event-queue.ts";
import type { World } from "../world/world.ts";

const STORAGE: ReadonlySet<MapType> = new Set(["taskStorage", "cgrpStorage", "inodeStorage"]);
const OWNERS: ReadonlySet<string> = new Set(["task_struct", "cgroup", "inode"]);
const CALLBACK_NS = 800;
const QUEUE_NS = 2_000; // until a worker has taken what was queued

/** Runs what an object's programs put off, timers and work queues, when virtual time has come to it. */
export class ProgramTimers {
  readonly #world: World;
  readonly #machine: Machine;
  readonly #usesQueues: boolean;
  readonly #isUsed: boolean;
  #planned: TimedEvent | undefined;

  constructor(world: World, machine: Machine, object: ObjectSpec) {
    this.#world = world;
    this.#machine = machine;
    this.#usesQueues = (object.externs ?? []).some(({ name }) => name.startsWith("bpf_wq_"));
    this.#isUsed = this.#usesQueues || usesTimers(object);
  }

  /** To be called when a program has run. */
  plan(): void {
    if (!this.#isUsed) return;
    const due = this.#machine.nextTimerNs;
    if (due === undefined && !this.#usesQueues) return;
    const atNs = due === undefined ? this.#world.nowNs + QUEUE_NS : Number(due);
    if (this.#planned?.run !== undefined && this.#planned.atNs <= atNs) return;
    this.stop();
    const { cpu } = this.#world;
    this.#planned = this.#world.at(atNs, () => {
      this.#planned = undefined;
      this.#world.onCpu(cpu, () =>
        this.#world.interrupts.softirq("HRTIMER", CALLBACK_NS, () => void this.#machine.runTimers()),
      );
      if (this.#machine.nextTimerNs !== undefined) this.plan();
    });
  }

  stop(): void {
    if (this.#planned !== undefined) this.#planned.run = undefined;
    this.#planned = undefined;
  }
}

function usesTimers({ programs }: ObjectSpec): boolean {
  const start = helperByName("bpf_timer_start")?.id;
  return programs.some(({ insns }) =>
    insns.some((insn) => insn.kind === "call" && insn.target.kind === "helper" && insn.target.id === start),
  );
}

/** What maps keep for a task, a cgroup or an inode goes with it. Returns what ends that. */
export function forgetOwners(world: World, machine: Machine, { maps }: ObjectSpec): () => void {
  if (!maps.some(({ type }) => STORAGE.has(type))) return () => undefined;
  return world.memory.onFree(({ layout, address }) => {
    if (OWNERS.has(layout.name)) machine.forgetOwner(address);
  });
}
