import type { Host } from "../../runtime/resolver.ts";
import type { World } from "../world/world.ts";

/** What scripts may ask of the simulated machine: its time, its files. */
export class SimHost implements Host {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  unixTimeNs(): bigint {
    return this.#world.bootTimeNs + BigInt(Math.round(this.#world.nowNs));
  }

  readFile(path: string, limit: number): Uint8Array {
    const bytes = this.#world.readFile(path);
    if (bytes === undefined) throw new Error(`${path}: No such file or directory`);
    return bytes.subarray(0, limit);
  }
}
