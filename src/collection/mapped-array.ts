import { SkepError } from "../base/errors.ts";
import { INSPECT, inspected } from "../base/inspected.ts";
import type { MappedMemory } from "../linux/memory.ts";
import type { Codec } from "./codec.ts";
import { layoutText } from "./layout-text.ts";

/** Values that lie one after the other in memory shared with the kernel. Owns the memory. */
export class MappedValues implements Disposable {
  readonly length: number;
  readonly #name: string;
  readonly #codec: Codec;
  readonly #stride: number;
  readonly #memory: MappedMemory;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #closed = false;

  constructor(parts: { name: string; codec: Codec; stride: number; length: number; memory: MappedMemory }) {
    this.#name = parts.name;
    this.#codec = parts.codec;
    this.#stride = parts.stride;
    this.length = parts.length;
    this.#memory = parts.memory;
    this.#bytes = new Uint8Array(parts.memory.buffer);
    this.#view = new DataView(parts.memory.buffer);
  }

  get(index: number): unknown {
    const at = this.#place(index);
    return this.#codec.reader(this.#view, this.#bytes, at, at + this.#codec.layout.bytes);
  }

  set(index: number, value: unknown): void {
    const at = this.#place(index);
    putWhole(this.#view, this.#bytes, at, this.#codec.encode(value, `${this.#name}[${index}]`));
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#memory.close();
  }

  toString(): string {
    const state = this.#closed ? { closed: "" } : { length: this.length };
    return inspected("MappedArray", this.#name, { "of:": layoutText(this.#codec.layout), ...state });
  }

  [INSPECT](): string {
    return this.toString();
  }

  #place(index: number): number {
    if (!this.#closed && Number.isInteger(index) && index >= 0 && index < this.length)
      return index * this.#stride;
    throw new SkepError(
      this.#closed ? `the memory of ${this.#name} is closed` : `${this.#name} has no value ${String(index)}`,
      {
        code: this.#closed ? "collection/closed" : "collection/bad-value",
        remedy: this.#closed ? "map it again" : `give an index from 0 to ${this.length - 1}`,
      },
    );
  }
}

/** Writes bytes to memory that programs read meanwhile: 4 or 8 of them in one step. */
export function putWhole(view: DataView, into: Uint8Array, at: number, bytes: Uint8Array): void {
  const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 8 && at % 8 === 0) view.setBigUint64(at, from.getBigUint64(0, true), true);
  else if (bytes.length === 4 && at % 4 === 0) view.setUint32(at, from.getUint32(0, true), true);
  else into.set(bytes, at);
}
