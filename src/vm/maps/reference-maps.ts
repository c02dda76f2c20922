import type { MapSpec, MapType } from "../../abi/map-spec.ts";
import { ERRNO } from "../errno.ts";
import { indexKey, indexOf } from "./array-map.ts";
import type { Status, VmMap } from "./vm-map.ts";

/** What a reference map asks about the numbers that user space puts into it. */
export type Referents = Readonly<{
  /** 0 when this number may be put into the map at this key, else -errno. */
  check(spec: MapSpec, id: number, key: Uint8Array): Status;
}>;

/** How a type of map differs in what user space does; -errno throughout. Source: kernel/bpf/, net/, v6.18. */
type Rules = Readonly<{
  /** Keyed by bytes, not by an index. */
  isHash?: true;
  /** "any": flags must be 0. "free": EXIST asks for nothing, NOEXIST is refused. "kept": both are honored. */
  flags: "any" | "free" | "kept";
  /** Looking up by user space. */
  lookup?: Status;
  /** A value of 0 takes the entry out. */
  zeroDeletes?: true;
  /** Deleting behind the end, and what is not there. */
  beyond: Status;
  absent: Status;
}>;

const { E2BIG, EINVAL, ENOENT, ENOTSUPP, EOPNOTSUPP } = ERRNO;

// biome-ignore format: one type per line
const RULES: Readonly<Partial<Record<MapType, Rules>>> = {
  progArray:          { flags: "any",  beyond: -E2BIG, absent: -ENOENT },
  arrayOfMaps:        { flags: "any",  beyond: -E2BIG, absent: -ENOENT },
  cgroupArray:        { flags: "any",  beyond: -E2BIG, absent: -ENOENT, lookup: -ENOTSUPP },
  hashOfMaps:         { flags: "kept", beyond: -E2BIG, absent: -ENOENT, isHash: true },
  devmap:             { flags: "free", beyond: -EINVAL, absent: 0, zeroDeletes: true },
  devmapHash:         { flags: "kept", beyond: -EINVAL, absent: -ENOENT, isHash: true },
  cpumap:             { flags: "free", beyond: -EINVAL, absent: 0, zeroDeletes: true },
  xskmap:             { flags: "kept", beyond: -EINVAL, absent: 0, lookup: -EOPNOTSUPP },
  sockmap:            { flags: "kept", beyond: -EINVAL, absent: -EINVAL },
  sockhash:           { flags: "kept", beyond: -EINVAL, absent: -ENOENT, isHash: true },
  reuseportSockarray: { flags: "kept", beyond: -E2BIG, absent: -ENOENT },
};
const DEFAULT_RULES: Rules = { flags: "kept", beyond: -EINVAL, absent: -ENOENT };
const SOCKETS: ReadonlySet<MapType> = new Set(["sockmap", "sockhash", "reuseportSockarray"]);

/**
 * Maps whose entries refer to something by a number, which user space writes and reads: programs, maps, network
 * devices, CPUs, sockets (by their cookies), cgroups (by their ids). Indexed, or keyed by bytes.
 */
export class ReferenceMap implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.ENOTSUPP;
  readonly userValueSize: number;
  readonly #entries = new Map<string, { key: Uint8Array; value: Uint8Array }>();
  readonly #rules: Rules;
  readonly #referents: Referents;

  constructor(spec: MapSpec, id: number, referents: Referents) {
    this.spec = spec;
    this.id = id;
    this.userValueSize = spec.valueSize;
    this.#rules = RULES[spec.type] ?? DEFAULT_RULES;
    this.#referents = referents;
  }

  referred(index: number): number | undefined {
    return this.referredByKey(indexKey(index));
  }

  /** What the entry refers to, or undefined. */
  referredByKey(key: Uint8Array): number | undefined {
    const found = this.#entries.get(nameOf(key));
    return found && indexOf(found.value);
  }

  update(key: Uint8Array, value: Uint8Array, flags: number): Status {
    return this.userUpdate(key, value, flags);
  }

  delete(key: Uint8Array): Status {
    return this.userDelete(key);
  }

  userLookup(key: Uint8Array): Uint8Array | Status {
    if (this.#rules.lookup !== undefined) return this.#rules.lookup;
    if (SOCKETS.has(this.spec.type) && this.spec.valueSize !== 8) return -ERRNO.ENOSPC;
    return this.valueAt(key) ?? -ERRNO.ENOENT;
  }

  /** A copy of the entry's value, or undefined. */
  valueAt(key: Uint8Array): Uint8Array | undefined {
    return this.#entries.get(nameOf(key))?.value.slice();
  }

  userUpdate(key: Uint8Array, value: Uint8Array, flags: number): Status {
    const name = nameOf(key);
    const exists = this.#entries.has(name);
    const wrong = this.#checkUpdate(key, value, flags, exists);
    if (wrong !== 0) return wrong;
    if (this.#rules.zeroDeletes && indexOf(value) === 0) {
      this.#entries.delete(name);
      return 0;
    }
    if (!exists && this.#entries.size >= this.spec.maxEntries) return -ERRNO.E2BIG;
    this.#entries.set(name, { key: key.slice(), value: value.slice() });
    return 0;
  }

  #checkUpdate(key: Uint8Array, value: Uint8Array, flags: number, exists: boolean): Status {
    const { flags: kind, isHash } = this.#rules;
    if (kind === "any" ? flags !== 0 : flags > 2) return -ERRNO.EINVAL;
    if (!isHash && indexOf(key) >= this.spec.maxEntries) return -ERRNO.E2BIG;
    if (kind === "free" && flags === 1) return -ERRNO.EEXIST;
    // What a descriptor stands for is looked at first where the map takes any.
    const wrong = this.#referents.check(this.spec, indexOf(value), key);
    if (wrong !== 0 && !SOCKETS.has(this.spec.type)) return wrong;
    if (kind === "kept" && flags === 1 && exists) return -ERRNO.EEXIST;
    const asksForOld = kind === "kept" && flags === 2 && this.spec.type !== "devmapHash";
    if (asksForOld && !exists) return -ERRNO.ENOENT;
    return wrong;
  }

  userDelete(key: Uint8Array): Status {
    if (!this.#rules.isHash && indexOf(key) >= this.spec.maxEntries) return this.#rules.beyond;
    return this.#entries.delete(nameOf(key)) ? 0 : this.#rules.absent;
  }

  userNextKey(key: Uint8Array | undefined): Uint8Array | Status {
    if (!this.#rules.isHash) {
      const index = key === undefined ? -1 : indexOf(key);
      if (index === this.spec.maxEntries - 1) return -ERRNO.ENOENT;
      return indexKey(index >= this.spec.maxEntries ? 0 : index + 1);
    }
    const names = [...this.#entries.keys()];
    const at = key === undefined ? -1 : names.indexOf(nameOf(key));
    return this.#entries.get(names[at + 1] ?? "")?.key.slice() ?? -ERRNO.ENOENT;
  }
}

function nameOf(key: Uint8Array): string {
  return key.join();
}
