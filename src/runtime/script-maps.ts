import type { MapSnapshot } from "../base/output-record.ts";
import type { MapPlan } from "../plan/plan.ts";
import type { Loaded, MapHandle } from "./backend.ts";
import { zeroMap } from "./change-map.ts";
import type { DecodeContext } from "./decode-value.ts";
import type { MapReader, ReadMapOptions } from "./read-map.ts";
import { compileMapReader } from "./read-map.ts";

type Entry = { readonly plan: MapPlan; handle?: MapHandle; reader?: MapReader; zeroed: boolean };

/** A script's maps by the names that it gives them. Throws for names that the plan does not have. */
export class ScriptMaps {
  readonly #loaded: Loaded;
  readonly #context: DecodeContext;
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(plans: readonly MapPlan[], loaded: Loaded, context: DecodeContext) {
    this.#loaded = loaded;
    this.#context = context;
    this.#entries = new Map(plans.map((plan): [string, Entry] => [plan.name, { plan, zeroed: false }]));
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  plan(name: string): MapPlan {
    return this.#entry(name).plan;
  }

  /** What the map holds now; with `key`, under that key alone. */
  read(name: string, options: Omit<ReadMapOptions, "zeroed"> & { key?: Uint8Array } = {}): MapSnapshot {
    const entry = this.#entry(name);
    entry.reader ??= compileMapReader(entry.plan, this.#context);
    const handle = this.#handle(entry);
    const { key, ...rest } = options;
    return entry.reader(key === undefined ? handle : onlyKey(handle, key), { ...rest, zeroed: entry.zeroed });
  }

  /** Deletes all entries. */
  clear(name: string): void {
    const entry = this.#entry(name);
    this.#handle(entry).clear();
    entry.zeroed = false;
  }

  /** Sets all values to zero; a map without a key that never held a value stays empty. */
  zero(name: string): void {
    const wasEmpty = this.read(name).entries.length === 0;
    const entry = this.#entry(name);
    zeroMap(entry.plan, this.#handle(entry));
    entry.zeroed = !wasEmpty;
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new Error(`bug: the plan has no map ${name}`);
    return entry;
  }

  #handle(entry: Entry): MapHandle {
    entry.handle ??= this.#loaded.map(entry.plan.map);
    return entry.handle;
  }
}

/** The map as if it had no entry but the one under `key`. */
function onlyKey(handle: MapHandle, key: Uint8Array): MapHandle {
  return {
    spec: handle.spec,
    lookup: (wanted) => handle.lookup(wanted),
    update: (at, value, flags) => handle.update(at, value, flags),
    delete: (at) => handle.delete(at),
    clear: () => handle.clear(),
    *entries() {
      const value = handle.lookup(key);
      if (value !== undefined) yield [key, value] as const;
    },
  };
}
