import { DwarfError } from "./error.ts";

/** Reads numbers one after the other. Every read is checked: beyond the end it throws DwarfError. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly littleEndian: boolean;
  /** Name of the section, for messages. */
  readonly section: string;
  at: number;

  constructor(bytes: Uint8Array, section: string, littleEndian: boolean, at = 0) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.section = section;
    this.littleEndian = littleEndian;
    this.at = at;
  }

  /** The place of the next `size` bytes, which are passed over. */
  skip(size: number): number {
    const { at } = this;
    if (!(size >= 0 && at >= 0 && at + size <= this.bytes.length))
      throw new DwarfError(`${size} bytes at ${at} reach beyond the end`, this.section, at);
    this.at = at + size;
    return at;
  }

  u8(): number {
    return this.view.getUint8(this.skip(1));
  }

  i8(): number {
    return this.view.getInt8(this.skip(1));
  }

  u16(): number {
    return this.view.getUint16(this.skip(2), this.littleEndian);
  }

  u24(): number {
    const low = this.u8();
    const middle = this.u8();
    const high = this.u8();
    return this.littleEndian ? low | (middle << 8) | (high << 16) : high | (middle << 8) | (low << 16);
  }

  u32(): number {
    return this.view.getUint32(this.skip(4), this.littleEndian);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.skip(8), this.littleEndian);
  }

  /** An address or an offset of 1, 2, 4 or 8 bytes; exact up to 2^53. */
  sized(size: number): number {
    switch (size) {
      case 1:
        return this.u8();
      case 2:
        return this.u16();
      case 4:
        return this.u32();
      case 8:
        return Number(this.u64());
      default:
        throw new DwarfError(`numbers of ${size} bytes are unknown`, this.section, this.at);
    }
  }

  /** An unsigned LEB128 number; exact up to 2^53. */
  uleb(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; ; count++) {
      const byte = this.u8();
      if (count < 10) value += (byte & 0x7f) * scale;
      if ((byte & 0x80) === 0) return value;
      scale *= 128;
    }
  }

  /** An unsigned LEB128 number of at most 64 bits. */
  bigUleb(): bigint {
    let value = 0n;
    let shift = 0n;
    for (;;) {
      const byte = this.u8();
      if (shift < 70n) value |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return BigInt.asUintN(64, value);
      shift += 7n;
    }
  }

  /** A signed LEB128 number of at most 64 bits. */
  bigSleb(): bigint {
    let value = 0n;
    let shift = 0n;
    for (;;) {
      const byte = this.u8();
      if (shift < 70n) value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
      if ((byte & 0x80) !== 0) continue;
      if ((byte & 0x40) !== 0 && shift < 70n) value -= 1n << shift;
      return BigInt.asIntN(64, value);
    }
  }

  sleb(): number {
    return Number(this.bigSleb());
  }

  block(size: number): Uint8Array {
    const at = this.skip(size);
    return this.bytes.subarray(at, at + size);
  }

  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end === -1) throw new DwarfError("a text has no end", this.section, this.at);
    const bytes = this.bytes.subarray(this.at, end);
    this.at = end + 1;
    return new TextDecoder().decode(bytes);
  }

  /** A length in front of a unit: of 4 bytes, or of 8 behind 0xffffffff. DWARF 5, 7.4. */
  unitLength(): { length: number; offsetSize: 4 | 8 } {
    const first = this.u32();
    if (first < 0xffff_fff0) return { length: first, offsetSize: 4 };
    if (first !== 0xffff_ffff)
      throw new DwarfError(`a unit of length 0x${first.toString(16)}`, this.section, this.at - 4);
    return { length: Number(this.u64()), offsetSize: 8 };
  }
}
