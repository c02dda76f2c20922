import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { World } from "../world/world.ts";
import type { Bio } from "./bio.ts";
import { alongNow } from "./kernel-path.ts";
import type { Request } from "./request.ts";
import { BLOCK_TRACE } from "./trace.ts";

/** What a plug needs of a queue. */
export type PluggedQueue = Readonly<{
  insert(requests: readonly Request[]): void;
  run(): void;
}>;

const MOST_REQUESTS = 32; // BLK_MAX_REQUEST_COUNT, block/blk.h, v6.12

/** Requests that a task collects before it hands them to their disks at once: struct blk_plug. */
export class Plug {
  readonly #world: World;
  #requests: { request: Request; queue: PluggedQueue }[] = [];
  /** How often the task has started it and not finished. */
  depth = 0;

  constructor(world: World) {
    this.#world = world;
  }

  add(request: Request, queue: PluggedQueue): void {
    if (this.#requests.length === 0) this.#world.get(BLOCK_TRACE).plug(request);
    else if (this.#requests.length >= MOST_REQUESTS) this.flush(false);
    this.#requests.push({ request, queue });
  }

  /** The last request, when the bio goes on where it ends. */
  mergeCandidate(bio: Bio): Request | undefined {
    const last = this.#requests.at(-1)?.request;
    return last?.endSector === bio.sector && last.takes(bio) ? last : undefined;
  }

  /** Hands over what was collected. `fromSchedule`: because the task goes to sleep. */
  flush(fromSchedule: boolean): void {
    if (this.#requests.length === 0) return;
    const all = this.#requests;
    this.#requests = [];
    const path = [
      ["__blk_flush_plug", null, fromSchedule],
      ["blk_mq_flush_plug_list", null, fromSchedule],
    ] as const;
    alongNow(this.#world, path, () => {
      const queues = new Set(all.map(({ queue }) => queue));
      for (const queue of queues) {
        const requests = all.filter((one) => one.queue === queue).map(({ request }) => request);
        this.#world.get(BLOCK_TRACE).unplug(requests[0] as Request, requests.length, !fromSchedule);
        queue.insert(requests);
        queue.run();
      }
    });
  }
}

/** The plug of a task. */
export const PLUG: StateKey<Task, Plug> = {
  name: "block.plug",
  make: (task) => new Plug(task.world),
  fork: (_parent, child) => new Plug(child.world),
};

/** Collects requests from now on. */
export function startPlug(task: Task): void {
  task.get(PLUG).depth++;
}

/** Hands the collected requests over, when all who started have finished: blk_finish_plug(). */
export function finishPlug(task: Task): void {
  const plug = task.get(PLUG);
  if (--plug.depth === 0) alongNow(task.world, [["blk_finish_plug", null]], () => plug.flush(false));
}
