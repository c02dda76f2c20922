import type { KernelTables } from "./kernel-tables.ts";
import { SUBSYSTEMS } from "./subsystems.ts";
import type { Thread } from "./thread.ts";
import type { Task } from "./world/task.ts";
import { World, type WorldOptions } from "./world/world.ts";

/** A simulated machine with all subsystems, in which init and the kernel's threads run. */
export function createWorld(tables: KernelTables, options: WorldOptions = {}): World {
  const prototype = threadPrototype();
  const makeThread = (task: Task) => Object.create(prototype, { task: { value: task } }) as Thread;
  const world = new World({ tables, subsystems: SUBSYSTEMS, makeThread }, options);
  for (const subsystem of SUBSYSTEMS) subsystem.start?.(world);
  world.processes.boot();
  return world;
}

/** All calls of all subsystems as methods of an object with a `task`. */
function threadPrototype(): object {
  const methods: PropertyDescriptorMap = {};
  const read = (name: "pid" | "tid" | "comm", get: (task: Task) => unknown) => {
    methods[name] = {
      get(this: Thread) {
        return get(this.task);
      },
    };
  };
  read("pid", (task) => task.tgid);
  read("tid", (task) => task.tid);
  read("comm", (task) => task.comm);
  for (const { name: subsystem, calls } of SUBSYSTEMS)
    for (const [name, call] of Object.entries(calls)) {
      if (methods[name]) throw new Error(`bug: ${subsystem} brings a second call ${name}`);
      const run = call as (task: Task, ...args: unknown[]) => unknown;
      methods[name] = {
        value(this: Thread, ...args: unknown[]) {
          return run(this.task, ...args);
        },
      };
    }
  return Object.create(null, methods) as object;
}
