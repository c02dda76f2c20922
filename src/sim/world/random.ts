/**
 * A stream of random numbers (sfc32). Equal seeds give equal streams; `stream` gives others that do not depend on how
 * much was taken from this one, so that one more consumer changes nothing for the rest.
 */
export class Random {
  readonly #seed: number;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** `seed`: 32 bits. */
  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#a = mix(this.#seed);
    this.#b = mix(this.#a ^ 0x9e37_79b9);
    this.#c = mix(this.#b ^ 0x7f4a_7c15);
    for (let i = 0; i < 12; i++) this.u32();
  }

  /** 32 random bits, unsigned. */
  u32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** In [0, 1). */
  float(): number {
    return this.u32() / 0x1_0000_0000;
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.float() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.float() < probability;
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)] as T;
  }

  /** Exponential: the time between events that come `1 / mean` times per unit, independently. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.float());
  }

  /** Lognormal with that median: what latencies look like. `spread`: sigma; 0.5 is moderate, 1 has a long tail. */
  latency(median: number, spread = 0.5): number {
    return median * Math.exp(spread * this.#normal());
  }

  /** A stream of its own, by name. */
  stream(name: string): Random {
    let hash = this.#seed ^ 0x811c_9dc5;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x0100_0193);
    return new Random(mix(hash));
  }

  #normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.float()));
    return radius * Math.cos(2 * Math.PI * this.float());
  }
}

function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85eb_ca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
