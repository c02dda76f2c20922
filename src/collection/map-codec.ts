import { SkepError } from "../base/errors.ts";
import { addressBytes } from "../linux/ip-address.ts";
import type { LinuxMap } from "../linux/maps.ts";
import type { StringCache } from "../runtime/string-cache.ts";
import { Codec } from "./codec.ts";
import { isPerCpu, type MapShape } from "./object-shape.ts";

/** Keys and values of one map, to bytes and back; per-CPU values are arrays with an item for each possible CPU. */
export class MapCodec {
  readonly #map: LinuxMap;
  readonly #key: Codec;
  readonly #value: Codec;
  readonly #cpus: () => number;
  readonly #stride: number; // of a CPU's value; 0 for maps with one value a key

  /** `cpus` counts the possible ones; it is asked when values of all of them are read or written. */
  constructor(map: LinuxMap, shape: MapShape, cpus: () => number, strings: StringCache) {
    this.#map = map;
    this.#key = new Codec(shape.key, strings);
    this.#value = new Codec(shape.value, strings);
    this.#cpus = cpus;
    this.#stride = isPerCpu(map.spec) ? Math.ceil(map.spec.valueSize / 8) * 8 : 0;
  }

  /** Throws SkepError for a key of another shape. */
  key(key: unknown): Uint8Array {
    const { name, type, keySize } = this.#map.spec;
    if (type === "lpmTrie" && typeof key === "string") return prefixKey(name, key, keySize);
    return this.#key.encode(key, `${name}: key`);
  }

  value(value: unknown): Uint8Array {
    const { name } = this.#map.spec;
    if (this.#stride === 0) return this.#value.encode(value, `${name}: value`);
    const cpus = this.#cpus();
    if (!Array.isArray(value) || value.length !== cpus)
      throw new SkepError(`${name}: value: it has one for each of ${cpus} CPUs`, {
        code: "collection/bad-value",
        remedy: `give an array of ${cpus}, or the same value to every CPU with fill(key, value)`,
      });
    const bytes = new Uint8Array(this.#stride * cpus);
    for (const [cpu, one] of value.entries())
      bytes.set(this.#value.encode(one, `${name}: value[${cpu}]`), cpu * this.#stride);
    return bytes;
  }

  /** The same value for each CPU. */
  everyCpu(value: unknown): Uint8Array {
    return this.#stride === 0 ? this.value(value) : this.value(Array<unknown>(this.#cpus()).fill(value));
  }

  decodeKey(bytes: Uint8Array): unknown {
    return this.#key.decode(bytes);
  }

  decodeValue(bytes: Uint8Array): unknown {
    if (this.#map.spec.type === "stackTrace") return framesIn(this.#value.decode(bytes));
    if (this.#stride === 0) return this.#value.decode(bytes);
    const { valueSize } = this.#map.spec;
    return Array.from({ length: this.#cpus() }, (_, cpu) =>
      this.#value.decode(bytes.subarray(cpu * this.#stride, cpu * this.#stride + valueSize)),
    );
  }
}

// The kernel fills what is left with zeros.
function framesIn(value: unknown): unknown {
  const end = Array.isArray(value) ? value.indexOf(0n) : -1;
  return end === -1 ? value : (value as unknown[]).slice(0, end);
}

const PREFIX_BYTES = 4; // `prefixlen` of struct bpf_lpm_trie_key

function prefixKey(name: string, text: string, keySize: number): Uint8Array {
  const [host = "", length] = text.split("/");
  const address = addressBytes(host);
  const bits = length === undefined ? (address?.length ?? 0) * 8 : Number(length);
  const isSound = address?.length === keySize - PREFIX_BYTES && /^\d+$/.test(length ?? "0");
  if (!isSound || bits > address.length * 8)
    throw new SkepError(`${name}: key: \`${text}\` is no prefix of ${(keySize - PREFIX_BYTES) * 8} bits`, {
      code: "collection/bad-value",
      remedy: "write an address and the length of its prefix, such as 10.1.0.0/16, or the key's struct",
    });
  const bytes = new Uint8Array(keySize);
  new DataView(bytes.buffer).setUint32(0, bits, true);
  bytes.set(address, PREFIX_BYTES);
  return bytes;
}
