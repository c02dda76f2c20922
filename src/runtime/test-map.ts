import type { MapSpec } from "../abi/map-spec.ts";
import { SkepError } from "../base/errors.ts";
import type { MapHandle } from "./backend.ts";

const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

/** A map in memory, for tests. Arrays have all their keys from the start, filled with zeros. */
export class FakeMap implements MapHandle {
  readonly spec: MapSpec;
  readonly cpus: number;
  readonly #entries = new Map<string, readonly [Uint8Array, Uint8Array]>();

  constructor(spec: Partial<MapSpec> & Pick<MapSpec, "type" | "valueSize">, cpus = 1) {
    this.spec = { name: "m", keySize: 4, maxEntries: 1, flags: 0, ...spec };
    this.cpus = cpus;
    this.clear();
  }

  /** Bytes of a value over all CPUs. */
  get valueBytes(): number {
    return this.#perCpu ? Math.ceil(this.spec.valueSize / 8) * 8 * this.cpus : this.spec.valueSize;
  }

  get #perCpu(): boolean {
    return this.spec.type.startsWith("percpu");
  }

  get #isArray(): boolean {
    return this.spec.type === "array" || this.spec.type === "percpuArray";
  }

  lookup(key: Uint8Array): Uint8Array | undefined {
    return this.#entries.get(hex(key))?.[1].slice();
  }

  update(key: Uint8Array, value: Uint8Array, flags = "any"): void {
    if (value.length !== this.valueBytes)
      throw new Error(`value of ${value.length} bytes, not ${this.valueBytes}`);
    if (flags === "exist" && !this.#entries.has(hex(key)))
      throw new SkepError("no such key", { code: "system/ENOENT", remedy: "none" });
    this.#entries.set(hex(key), [key.slice(), value.slice()]);
  }

  delete(key: Uint8Array): boolean {
    return this.#entries.delete(hex(key));
  }

  entries(): Iterable<readonly [Uint8Array, Uint8Array]> {
    return [...this.#entries.values()];
  }

  clear(): void {
    this.#entries.clear();
    if (!this.#isArray) return;
    for (let i = 0; i < this.spec.maxEntries; i++)
      this.#entries.set(hex(words(4, BigInt(i))), [words(4, BigInt(i)), new Uint8Array(this.valueBytes)]);
  }
}

/** Little-endian integers of `size` bytes, one after the other. */
export function words(size: 1 | 2 | 4 | 8, ...values: readonly bigint[]): Uint8Array {
  const out = new Uint8Array(size * values.length);
  for (const [i, value] of values.entries())
    for (let b = 0; b < size; b++) out[i * size + b] = Number((value >> BigInt(8 * b)) & 0xffn);
  return out;
}

/** ASCII, filled with NULs to `size` bytes. */
export function padded(text: string, size: number): Uint8Array {
  const out = new Uint8Array(size);
  out.set(new TextEncoder().encode(text));
  return out;
}
