import { StringCache } from "../runtime/string-cache.ts";
import { type AlignedReader, compileAlignedReader, compileReader, type Reader } from "./compile-reader.ts";
import type { Layout } from "./value-layout.ts";
import { valueBytes } from "./write-value.ts";

/** Turns bytes of one type into values and back. The reader is compiled when it is first used. */
export class Codec {
  readonly layout: Layout;
  readonly #strings: StringCache;
  #read: Reader | undefined;

  /** `strings` may be shared by codecs. */
  constructor(layout: Layout, strings = new StringCache()) {
    this.layout = layout;
    this.#strings = strings;
  }

  /** For hot loops: reads in place. The memory must hold all bytes of the type from `at` on. */
  get reader(): Reader {
    this.#read ??= compileReader(this.layout, this.#strings);
    return this.#read;
  }

  /** As `reader`, for streams of structs that begin at multiples of 8; undefined for types that are none. */
  alignedReader(): AlignedReader | undefined {
    return this.layout.kind === "record" ? compileAlignedReader(this.layout, this.#strings) : undefined;
  }

  /** Bytes that are missing at the end count as zero. */
  decode(bytes: Uint8Array): unknown {
    const whole = bytes.length < this.layout.bytes ? padded(bytes, this.layout.bytes) : bytes;
    const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
    return this.reader(view, whole, 0, bytes.length);
  }

  /** Throws SkepError for a value of another shape; `what` names it there. */
  encode(value: unknown, what: string): Uint8Array {
    return valueBytes(this.layout, value, what);
  }

  /** As `encode`; what is left out of a struct is zero. */
  encodePartial(value: unknown, what: string): Uint8Array {
    return valueBytes(this.layout, value, what, true);
  }
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  whole.set(bytes);
  return whole;
}
