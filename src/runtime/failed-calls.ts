import type { OutputRecord } from "../base/output-record.ts";
import type { FailurePlace, RingPlan } from "../plan/plan.ts";
import type { Loaded, MapHandle } from "./backend.ts";
import type { Resolver } from "./resolver.ts";

/** Calls that failed without the script looking: programs note them in a map, each place is told once. */
export class FailedCalls {
  readonly #map: MapHandle | undefined;
  readonly #places: readonly FailurePlace[];
  readonly #resolver: Resolver;
  readonly #told = new Set<number>();

  constructor({ failures }: RingPlan, loaded: Loaded, resolver: Resolver) {
    this.#map = failures && loaded.map(failures.map);
    this.#places = failures?.places ?? [];
    this.#resolver = resolver;
  }

  /** What failed since the last call, where it had not failed before. */
  takeNew(): readonly OutputRecord[] {
    if (this.#map === undefined || this.#told.size === this.#places.length) return [];
    const value = this.#map.lookup(new Uint8Array(4));
    if (value === undefined) return [];
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
    return this.#places.flatMap(({ call, ...place }, index): readonly OutputRecord[] => {
      const status = view.getInt32(index * 8, true);
      if (status === 0 || this.#told.has(index)) return [];
      this.#told.add(index);
      const reason = this.#resolver.errorText(-status) ?? `Unknown error ${-status}`;
      const text = `Failed to ${call}: ${reason} (${status})`;
      return [{ kind: "message", level: "warn", text, ...place }];
    });
  }
}
