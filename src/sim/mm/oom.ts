import { along } from "../block/kernel-path.ts";
import { TRANSIENT } from "../files/transient.ts";
import type { Process } from "../process/process.ts";
import { SIGNALS } from "../process/signal-numbers.ts";
import { SIGNAL_CODE } from "../process/signals.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { World } from "../world/world.ts";
import { GFP, MEMORY, type MemoryGroup } from "./memory.ts";
import { memoryOf } from "./process-memory.ts";

const SCORE_UNIT = 1000; // OOM_SCORE_ADJ_MAX
const UNKILLABLE = -1000; // OOM_SCORE_ADJ_MIN
const KIB_PER_PAGE = 4;
const JUDGE_NS = 900;
const REAP_NS_PER_PAGE = 40;
const REAP_DELAY_NS = 2_000_000;
const CONSTRAINT_MEMCG = 3;
const WAIT_NS = 10_000_000;
const MOST_WAITS = 50;

/** Kills a process when memory is short and nothing can be freed: mm/oom_kill.c. */
export class OomKiller {
  readonly #world: World;
  readonly #wanted = new WaitQueue("oom_reaper");
  readonly #toReap: Process[] = [];
  readonly #victims = new Set<Process>();
  #hasReaper = false;

  constructor(world: World) {
    this.#world = world;
  }

  isVictim(process: Process): boolean {
    return this.#victims.has(process);
  }

  /** Kills the process that is largest, of a cgroup when it came to its limit, and waits for its memory. */
  *kill(task: Task, group: MemoryGroup | undefined): Code<boolean> {
    const world = this.#world;
    const total = group === undefined ? world.get(MEMORY).totalPages : group.limitPages;
    const chosen = yield* this.#choose(total, group);
    if (chosen === undefined) return false;
    const { process, points } = chosen;
    const control = world.get(TRANSIENT).lazy("oom_control", () => ({
      gfp_mask: GFP.userHighMovable,
      order: 0,
      totalpages: total,
      chosen: process.leader.struct,
      chosen_points: points,
      memcg: group?.struct ?? null,
      constraint: group === undefined ? 0 : CONSTRAINT_MEMCG,
    }));
    const message = world
      .get(TRANSIENT)
      .text(group === undefined ? "Out of memory" : "Memory cgroup out of memory");
    const outer = group === undefined ? [["out_of_memory", control] as const]
      : [["mem_cgroup_out_of_memory", group.struct, GFP.userHighMovable, 0] as const, ["out_of_memory", control] as const]; // biome-ignore format: two stacks
    yield* along(
      world,
      outer,
      function* (this: OomKiller): Code<number> {
        world.hooks
          .function("oom_kill_process")
          .callNow([control, message], () => this.#killProcess(process, message));
        yield* this.#wait(task, process);
        return 1;
      }.bind(this),
    );
    return true;
  }

  *#choose(
    total: number,
    group: MemoryGroup | undefined,
  ): Code<{ process: Process; points: number } | undefined> {
    const world = this.#world;
    let best: { process: Process; points: number } | undefined;
    for (const process of world.processes.all) {
      const { leader } = process;
      if (process.isKernelThread || process.pid <= 1 || process.threads.every((task) => task.isExiting))
        continue;
      if (group !== undefined && process.cgroup.ancestor(group.cgroup.level) !== group.cgroup) continue;
      const adjust = process.signalStruct.num("oom_score_adj");
      if (adjust === UNKILLABLE) continue;
      if (this.#victims.has(process)) return { process, points: 0 }; // it is dying already
      yield* world.compute(JUDGE_NS);
      const points = memoryOf(process).badness + Math.floor((adjust * total) / SCORE_UNIT);
      world.hooks.function("oom_badness").callNow([leader.struct, total], () => points);
      if (points > 0 && (best === undefined || points > best.points)) best = { process, points };
    }
    return best;
  }

  #killProcess(process: Process, message: bigint): null {
    if (this.#victims.has(process)) return null;
    this.#victims.add(process);
    const world = this.#world;
    const { leader } = process;
    const memory = memoryOf(process);
    world.hooks.function("__oom_kill_process").callNow([leader.struct, message], () => {
      world.hooks.fire("oom:mark_victim", () => ({
        args: [leader.struct, process.credentials.uid],
        fields: {
          pid: leader.tid, comm: leader.comm, total_vm: (process.mm?.num("total_vm") ?? 0) * KIB_PER_PAGE,
          anon_rss: (memory.pages.size + memory.shared.size) * KIB_PER_PAGE, file_rss: memory.filePages.size * KIB_PER_PAGE,
          shmem_rss: 0, uid: process.credentials.uid, pgtables: Math.ceil(memory.residentPages / 512) * 4096,
          oom_score_adj: process.signalStruct.num("oom_score_adj"),
        }, // biome-ignore format: one record
      }));
      process.signals.send(SIGNALS.SIGKILL, { code: SIGNAL_CODE.kernel });
      return null;
    });
    world.after(REAP_DELAY_NS, () => world.interrupts.softirq("TIMER", 500, () => this.#wakeReaper(process)));
    return null;
  }

  /** The task that wanted memory waits until the victim has given some back; when it is the victim itself, it goes on to die. */
  *#wait(task: Task, victim: Process): Code {
    if (task.process === victim) return;
    const memory = memoryOf(victim);
    for (let i = 0; i < MOST_WAITS && (i === 0 || memory.pages.size > 0); i++)
      yield { kind: "block", state: "K", timeoutNs: WAIT_NS };
  }

  #wakeReaper(process: Process): void {
    if (memoryOf(process).pages.size === 0) {
      this.#victims.delete(process);
      return;
    }
    const { hooks, processes } = this.#world;
    hooks.fire("oom:wake_reaper", () => ({ args: [process.pid], fields: { pid: process.pid } }));
    this.#toReap.push(process);
    if (!this.#hasReaper) processes.spawnKernelThread("oom_reaper", () => this.#reap());
    this.#hasReaper = true;
    this.#wanted.wake();
  }

  /** What the kernel thread oom_reaper does: takes a victim's memory before it has ended. */
  *#reap(): Code {
    const { hooks } = this.#world;
    for (;;) {
      const process = this.#toReap.shift();
      if (process === undefined) {
        yield* this.#wanted.wait("S");
        continue;
      }
      const { pid } = process;
      hooks.fire("oom:start_task_reaping", () => ({ args: [pid], fields: { pid } }));
      const memory = memoryOf(process);
      yield* this.#world.compute(memory.pages.size * REAP_NS_PER_PAGE);
      memory.drop(0, Number.POSITIVE_INFINITY);
      hooks.fire("oom:finish_task_reaping", () => ({ args: [pid], fields: { pid } }));
      this.#victims.delete(process);
    }
  }
}
