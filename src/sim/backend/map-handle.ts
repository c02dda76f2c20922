import type { MapSpec } from "../../abi/map-spec.ts";
import type { MapHandle } from "../../runtime/backend.ts";
import { closedHandle } from "../../runtime/closed.ts";
import { ArrayMap } from "../../vm/maps/array-map.ts";
import type { HostMap } from "../../vm/maps/host-map.ts";

/** A map of the simulated kernel as user space sees it. */
export class SimMap implements MapHandle {
  readonly #map: HostMap;
  readonly #isClosed: () => boolean;

  /** `isClosed`: whether the object that it belongs to is. */
  constructor(map: HostMap, isClosed: () => boolean = () => false) {
    this.#map = map;
    this.#isClosed = isClosed;
  }

  /** The machine's own map. Throws SkepError once it is closed. */
  get map(): HostMap {
    if (this.#isClosed()) throw closedHandle();
    return this.#map;
  }

  get spec(): MapSpec {
    return this.#map.spec;
  }

  lookup(key: Uint8Array): Uint8Array | undefined {
    return this.map.lookup(key);
  }

  update(key: Uint8Array, value: Uint8Array, flags: "any" | "noexist" | "exist" = "any"): void {
    this.map.update(key, value, flags);
  }

  delete(key: Uint8Array): boolean {
    return this.map.delete(key);
  }

  entries(): Iterable<readonly [key: Uint8Array, value: Uint8Array]> {
    return this.map.entries();
  }

  clear(): void {
    const isArray = this.map.raw instanceof ArrayMap;
    for (const [key, value] of [...this.map.entries()])
      if (isArray) this.map.update(key, value.fill(0));
      else this.map.delete(key);
  }
}
