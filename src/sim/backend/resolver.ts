import { globMatcher } from "../../base/glob.ts";
import type { ResolvedSymbol, Resolver } from "../../runtime/resolver.ts";
import type { World } from "../world/world.ts";
import { errorTexts } from "./error-texts.ts";

/** Names of the simulated machine for what programs report. */
export class SimResolver implements Resolver {
  readonly #world: World;
  #errorTexts: ReadonlyMap<number, string> | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  kernelSymbol(address: bigint): ResolvedSymbol | undefined {
    return this.#world.hooks.symbols.find(address);
  }

  userSymbol(pid: number, address: bigint): ResolvedSymbol | undefined {
    return this.#world.processes.userSymbol(pid, Number(address));
  }

  /** There is one hierarchy, of version 2: `hierarchy` is a pattern for "unified:PATH". */
  cgroupPath(id: bigint, hierarchy: string): string | undefined {
    const cgroup = this.#world.cgroups.byId(id);
    if (cgroup === undefined) return undefined;
    const named = `unified:${cgroup.path}`;
    return hierarchy === "*" || hierarchy === "" || globMatcher(hierarchy)(named) ? named : undefined;
  }

  userName(uid: bigint): string | undefined {
    return this.#world.users.nameOf(Number(uid));
  }

  errorText(errno: number): string | undefined {
    this.#errorTexts ??= errorTexts();
    return this.#errorTexts.get(Math.abs(errno));
  }

  clockOffsetNs(clock: "boot" | "realtime" | "monotonic" | "tai"): bigint {
    return clock === "realtime" || clock === "tai" ? 0n : this.#world.bootTimeNs;
  }
}
