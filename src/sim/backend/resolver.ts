import { errnoByNumber } from "../../abi/errno.ts";
import type { ResolvedSymbol, Resolver } from "../../runtime/resolver.ts";
import type { World } from "../world/world.ts";

/** Names of the simulated machine for what programs report. */
export class SimResolver implements Resolver {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  kernelSymbol(address: bigint): ResolvedSymbol | undefined {
    return this.#world.hooks.symbols.find(address);
  }

  userSymbol(pid: number, address: bigint): ResolvedSymbol | undefined {
    return this.#world.processes.userSymbol(pid, Number(address));
  }

  cgroupPath(id: bigint, _hierarchy: string): string | undefined {
    const cgroup = this.#world.cgroups.byId(id);
    return cgroup === undefined ? undefined : `unified:${cgroup.path}`;
  }

  userName(uid: bigint): string | undefined {
    return this.#world.users.nameOf(Number(uid));
  }

  errorText(errno: number): string | undefined {
    return errnoByNumber(-Math.abs(errno))?.meaning;
  }

  clockOffsetNs(clock: "boot" | "realtime" | "monotonic" | "tai"): bigint {
    return clock === "realtime" || clock === "tai" ? 0n : this.#world.bootTimeNs;
  }
}
