import { RangeMap } from "./range-map.ts";

/** A function that a just-in-time compiler wrote down; `offset` counts from its start. */
export type JitLocation = Readonly<{ name: string; offset: bigint }>;

const LINE = /^(?:0x)?([0-9a-f]{1,16}) (?:0x)?([0-9a-f]{1,16}) (.+)$/i;

/**
 * The text of a perf map, /tmp/perf-PID.map: a line "START SIZE name" per function, numbers in hex. The compiler only
 * appends, so where functions overlap the later one is there now.
 */
export class PerfMap {
  readonly #starts: Float64Array;
  readonly #names: readonly string[];
  readonly #ranges: RangeMap;

  constructor(text: string) {
    const starts: number[] = [];
    const ends: number[] = [];
    const names: string[] = [];
    for (const line of text.split("\n")) {
      const [, start = "", size = "", name] = LINE.exec(line) ?? [];
      if (name === undefined) continue;
      starts.push(Number(`0x${start}`)); // user addresses are below 2^53
      ends.push(Number(`0x${start}`) + Number(`0x${size}`));
      names.push(name);
    }
    this.#starts = Float64Array.from(starts);
    this.#names = names;
    this.#ranges = new RangeMap(this.#starts, Float64Array.from(ends), (a, b) => a > b);
  }

  find(address: bigint): JitLocation | undefined {
    const entry = this.#ranges.find(Number(address));
    if (entry === undefined) return undefined;
    return { name: this.#names[entry] ?? "", offset: address - BigInt(this.#starts[entry] ?? 0) };
  }
}
