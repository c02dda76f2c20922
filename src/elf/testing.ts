/** What `makeElf` puts into a file. Numbers of types and flags are the format's own. */
export type SampleSection = Readonly<{
  name: string;
  type: number;
  data: Uint8Array;
  flags?: number;
  address?: number;
  link?: number;
  info?: number;
  align?: number;
  entrySize?: number;
  /** Overrides the size that the header tells. */
  size?: number;
}>;

export type SampleElf = Readonly<{
  bits?: 32 | 64;
  littleEndian?: boolean;
  type?: number;
  machine?: number;
  sections?: readonly SampleSection[];
  segments?: readonly Readonly<{
    type: number;
    offset: number;
    address: number;
    size: number;
    flags?: number;
  }>[];
  /** Puts the section count where counts above 65,279 go. */
  extendedCount?: boolean;
}>;

/** A small ELF file for tests: the sections in the order given (numbered from 1), then the names, then the tables. */
export function makeElf(sample: SampleElf): Uint8Array {
  const { bits = 64, littleEndian = true, segments = [] } = sample;
  const out = new ByteWriter(bits, littleEndian);
  const headerBytes = bits === 64 ? 64 : 52;
  const sections: SampleSection[] = [
    { name: "", type: 0, data: new Uint8Array(0) },
    ...(sample.sections ?? []),
  ];
  const names = new Map<string, number>();
  let nameText = "";
  for (const name of [...sections.map((s) => s.name), ".shstrtab"])
    if (!names.has(name)) {
      names.set(name, nameText.length);
      nameText += `${name}\0`;
    }
  sections.push({ name: ".shstrtab", type: 3, data: new TextEncoder().encode(nameText) });
  const places: number[] = [];
  let at = headerBytes + segments.length * (bits === 64 ? 56 : 32);
  for (const section of sections) {
    at = Math.ceil(at / 16) * 16;
    places.push(at);
    at += section.data.length;
  }
  const tableAt = Math.ceil(at / 16) * 16;
  out.bytes([0x7f, 0x45, 0x4c, 0x46, bits === 64 ? 2 : 1, littleEndian ? 1 : 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  out
    .u16(sample.type ?? 3)
    .u16(sample.machine ?? 62)
    .u32(1)
    .word(0x1234)
    .word(segments.length > 0 ? headerBytes : 0);
  out
    .word(tableAt)
    .u32(0)
    .u16(headerBytes)
    .u16(bits === 64 ? 56 : 32)
    .u16(segments.length);
  out
    .u16(bits === 64 ? 64 : 40)
    .u16(sample.extendedCount ? 0 : sections.length)
    .u16(sections.length - 1);
  for (const s of segments) {
    out.u32(s.type);
    if (bits === 64) out.u32(s.flags ?? 5);
    out.word(s.offset).word(s.address).word(s.address).word(s.size).word(s.size);
    if (bits === 32) out.u32(s.flags ?? 5);
    out.word(4096);
  }
  for (const [index, section] of sections.entries()) out.seek(places[index] ?? 0).bytes(section.data);
  out.seek(tableAt);
  for (const [index, s] of sections.entries()) {
    const size = index === 0 && sample.extendedCount ? sections.length : (s.size ?? s.data.length);
    out
      .u32(names.get(s.name) ?? 0)
      .u32(s.type)
      .word(s.flags ?? 0)
      .word(s.address ?? 0)
      .word(places[index] ?? 0);
    out
      .word(size)
      .u32(s.link ?? 0)
      .u32(s.info ?? 0)
      .word(s.align ?? 1)
      .word(s.entrySize ?? 0);
  }
  return out.finish();
}

export type SampleSymbol = Readonly<{
  name: string;
  value: number;
  size?: number;
  /** Binding << 4 | type; 0x12 is a global function. */
  info?: number;
  section?: number;
}>;

/** Data of a symbol table and of its string table; the empty first symbol is added. */
export function makeSymbols(
  symbols: readonly SampleSymbol[],
  bits: 32 | 64 = 64,
  littleEndian = true,
): { symbols: Uint8Array; strings: Uint8Array } {
  const out = new ByteWriter(bits, littleEndian);
  let text = "\0";
  for (const s of [{ name: "", value: 0, info: 0, section: 0 }, ...symbols]) {
    const nameAt = s.name === "" ? 0 : text.length;
    if (s.name !== "") text += `${s.name}\0`;
    const { info = 0x12, section = 1, size = 0 } = s as SampleSymbol;
    out.u32(nameAt);
    if (bits === 64) out.bytes([info, 0]).u16(section).word(s.value).word(size);
    else out.word(s.value).word(size).bytes([info, 0]).u16(section);
  }
  return { symbols: out.finish(), strings: new TextEncoder().encode(text) };
}

/** One note as it stands in a note section: header, name, description, padded to 4 bytes. */
export function makeNote(name: string, type: number, desc: Uint8Array): Uint8Array {
  const out = new ByteWriter(64, true);
  out
    .u32(name.length + 1)
    .u32(desc.length)
    .u32(type)
    .bytes(new TextEncoder().encode(`${name}\0`))
    .pad(4);
  return out.bytes(desc).pad(4).finish();
}

/** Bytes one after the other, in either byte order; `word` is as wide as an address. */
export class ByteWriter {
  readonly #bits: 32 | 64;
  readonly #little: boolean;
  #view = new DataView(new ArrayBuffer(1024));
  #at = 0;
  #end = 0;

  constructor(bits: 32 | 64, littleEndian: boolean) {
    this.#bits = bits;
    this.#little = littleEndian;
  }

  u16(value: number): this {
    this.#reserve(2).setUint16(this.#at - 2, value, this.#little);
    return this;
  }

  u32(value: number): this {
    this.#reserve(4).setUint32(this.#at - 4, value, this.#little);
    return this;
  }

  word(value: number | bigint): this {
    if (this.#bits === 32) return this.u32(Number(value));
    this.#reserve(8).setBigUint64(this.#at - 8, BigInt(value), this.#little);
    return this;
  }

  bytes(values: ArrayLike<number>): this {
    this.#reserve(values.length);
    new Uint8Array(this.#view.buffer).set(values, this.#at - values.length);
    return this;
  }

  pad(unit: number): this {
    return this.bytes(new Uint8Array(-this.#at & (unit - 1)));
  }

  seek(at: number): this {
    this.#at = at;
    return this;
  }

  finish(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.#end).slice();
  }

  #reserve(bytes: number): DataView {
    this.#at += bytes;
    this.#end = Math.max(this.#end, this.#at);
    if (this.#at > this.#view.byteLength) {
      const grown = new Uint8Array(this.#at * 2);
      grown.set(new Uint8Array(this.#view.buffer));
      this.#view = new DataView(grown.buffer);
    }
    return this.#view;
  }
}
