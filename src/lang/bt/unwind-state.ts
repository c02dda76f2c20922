import type { FuncBuilder } from "../../ir/build.ts";
import type { Value } from "../../ir/ir.ts";

/**
 * What the parts of the stack walker share, on the program's stack: offsets of u64. `ip`, `sp`, `bp` are the registers of
 * the frame that is looked at, `file` two words that name a mapped file.
 */
export const STATE = {
  ip: 0,
  sp: 8,
  bp: 16,
  count: 24, // frames found
  frames: 32, // pointer to them
  called: 40, // 1: `ip` is where a call returns to, 0: where the code was interrupted
  ended: 48, // not 0: the outermost frame was reached
  low: 56, // the region that holds `ip`: see UNWIND_REGION
  high: 64,
  bias: 72,
  file: 80,
  missing: 96, // an address of which something is not known, and the file in question
  zero: 104, // 0, and the verifier does not know it: it would tell states apart by what they came from
  missingFile: 112,
  table: 128, // pointer to the file's chunks
  target: 136, // offset in the file that is looked for
  first: 144, // chunks that may hold it
  last: 152,
  process: 160,
  key: 168, // of a region, or of a chunk
  word: 184, // what was read from the stack
  bytes: 192,
} as const;

type Word = Exclude<keyof typeof STATE, "bytes">;

/** Reads and writes the state behind a pointer. */
export class WalkState {
  readonly #b: FuncBuilder;
  readonly base: Value;

  constructor(b: FuncBuilder, base: Value) {
    this.#b = b;
    this.base = base;
  }

  get(word: Word, more = 0): Value {
    return this.#b.load("stack", 8, this.base, STATE[word] + more);
  }

  set(word: Word, value: Value, more = 0): void {
    this.#b.store("stack", 8, this.base, STATE[word] + more, value);
  }

  put(word: Word, constant: number): void {
    this.set(word, this.#b.const(constant));
  }

  pointer(word: "frames" | "table"): Value {
    return this.#b.loadPtr("stack", this.base, STATE[word]);
  }

  address(word: Word): Value {
    return this.#b.offsetBy(this.base, STATE[word]);
  }
}
