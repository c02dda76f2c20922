import { simKernelTables } from "./btf/types.ts";
import { createWorld } from "./create-world.ts";
import type { World, WorldOptions } from "./world/world.ts";

/** A machine for tests. */
export function createTestWorld(options: WorldOptions = {}): World {
  return createWorld(simKernelTables(), options);
}

/** The names of these tracepoints as they fire, in order. */
export function traced(world: World, names: readonly string[]): string[] {
  const seen: string[] = [];
  for (const full of names) {
    const tracepoint = world.hooks.tracepoint(full);
    const run = () => {
      seen.push(tracepoint.name);
      return 0;
    };
    const runPacket = () => ({ verdict: run(), packet: new Uint8Array(0), ctx: new Uint8Array(0) });
    tracepoint.records.add({ run, runPacket, pid: 0 });
  }
  return seen;
}
