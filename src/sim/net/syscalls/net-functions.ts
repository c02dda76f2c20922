import type { SyscallEntry } from "../../hooks/syscall-entry.ts";
import type { StateKey } from "../../world/state-key.ts";
import type { World } from "../../world/world.ts";

/** The network's system calls by the names in their tracepoints, looked up when first made. */
export class NetCalls {
  readonly #world: World;
  readonly #known = new Map<string, SyscallEntry>();

  constructor(world: World) {
    this.#world = world;
  }

  get(name: string): SyscallEntry {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const entry = this.#world.hooks.syscall(name);
    this.#known.set(name, entry);
    return entry;
  }
}

export const NET_CALLS: StateKey<World, NetCalls> = { name: "net.calls", make: (world) => new NetCalls(world) };
