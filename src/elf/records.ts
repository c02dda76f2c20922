/** Bytes of each field of an ELF record, in file order; records have no padding. */
type Widths<K extends string> = Readonly<Record<K, 1 | 2 | 4 | 8>>;

/** An ELF record that can be read in either byte order. */
export type RecordLayout<K extends string> = Readonly<{
  bytes: number;
  offsets: Readonly<Record<K, number>>;
  widths: Widths<K>;
}>;

function record<K extends string>(widths: Widths<K>): RecordLayout<K> {
  const offsets = {} as Record<K, number>;
  let bytes = 0;
  for (const key of Object.keys(widths) as K[]) {
    offsets[key] = bytes;
    bytes += widths[key];
  }
  return { bytes, offsets, widths };
}

// Source of all layouts: System V ABI, "Object Files" (gabi 4.1), and include/uapi/linux/elf.h, v6.12.

const ident = {
  magic: 4,
  class: 1,
  data: 1,
  identVersion: 1,
  osAbi: 1,
  abiVersion: 1,
  pad1: 1,
  pad2: 2,
  pad3: 4,
} as const;
const tail = { flags: 4, headerSize: 2, phSize: 2, phCount: 2, shSize: 2, shCount: 2, shNames: 2 } as const;

type Layouts = Readonly<{
  header: RecordLayout<"class" | "type" | "machine" | "entry" | "phOffset" | "shOffset" | keyof typeof tail>;
  section: RecordLayout<
    "name" | "type" | "flags" | "address" | "offset" | "size" | "link" | "info" | "align" | "entrySize"
  >;
  segment: RecordLayout<"type" | "flags" | "offset" | "address" | "fileSize" | "memorySize" | "align">;
  symbol: RecordLayout<"name" | "info" | "other" | "section" | "value" | "size">;
  rel: RecordLayout<"offset" | "info">;
  rela: RecordLayout<"offset" | "info" | "addend">;
  compression: RecordLayout<"type" | "size">;
}>;

/** The layouts of each file class. */
export const RECORDS: Readonly<Record<32 | 64, Layouts>> = {
  32: {
    header: record({ ...ident, type: 2, machine: 2, version: 4, entry: 4, phOffset: 4, shOffset: 4, ...tail }),
    section: record({
      name: 4,
      type: 4,
      flags: 4,
      address: 4,
      offset: 4,
      size: 4,
      link: 4,
      info: 4,
      align: 4,
      entrySize: 4,
    }),
    segment: record({
      type: 4,
      offset: 4,
      address: 4,
      physical: 4,
      fileSize: 4,
      memorySize: 4,
      flags: 4,
      align: 4,
    }),
    symbol: record({ name: 4, value: 4, size: 4, info: 1, other: 1, section: 2 }),
    rel: record({ offset: 4, info: 4 }),
    rela: record({ offset: 4, info: 4, addend: 4 }),
    compression: record({ type: 4, size: 4, align: 4 }),
  },
  64: {
    header: record({ ...ident, type: 2, machine: 2, version: 4, entry: 8, phOffset: 8, shOffset: 8, ...tail }),
    section: record({
      name: 4,
      type: 4,
      flags: 8,
      address: 8,
      offset: 8,
      size: 8,
      link: 4,
      info: 4,
      align: 8,
      entrySize: 8,
    }),
    segment: record({
      type: 4,
      flags: 4,
      offset: 8,
      address: 8,
      physical: 8,
      fileSize: 8,
      memorySize: 8,
      align: 8,
    }),
    symbol: record({ name: 4, info: 1, other: 1, section: 2, value: 8, size: 8 }),
    rel: record({ offset: 8, info: 8 }),
    rela: record({ offset: 8, info: 8, addend: 8 }),
    compression: record({ type: 4, reserved: 4, size: 8, align: 8 }),
  },
};

/** Reads fields of one record. 8-byte fields come as numbers from `number` (exact below 2^53) and exact from `big`. */
export class RecordView<K extends string> {
  readonly #view: DataView;
  readonly #layout: RecordLayout<K>;
  readonly #little: boolean;

  constructor(bytes: Uint8Array, layout: RecordLayout<K>, little: boolean) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#layout = layout;
    this.#little = little;
  }

  /** The field of the record that starts at byte `at`. */
  number(key: K, at = 0): number {
    const offset = at + this.#layout.offsets[key];
    switch (this.#layout.widths[key]) {
      case 1:
        return this.#view.getUint8(offset);
      case 2:
        return this.#view.getUint16(offset, this.#little);
      case 4:
        return this.#view.getUint32(offset, this.#little);
      case 8:
        return (
          this.#view.getUint32(offset + (this.#little ? 4 : 0), this.#little) * 2 ** 32 + this.#low(offset)
        );
    }
  }

  big(key: K, at = 0): bigint {
    const offset = at + this.#layout.offsets[key];
    if (this.#layout.widths[key] === 8) return this.#view.getBigUint64(offset, this.#little);
    return BigInt(this.number(key, at));
  }

  #low(offset: number): number {
    return this.#view.getUint32(offset + (this.#little ? 0 : 4), this.#little);
  }
}
