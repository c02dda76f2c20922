type Read<T> = (bytes: Uint8Array, view: DataView, base: number, at: number, end: number) => T;

/** A reader of little-endian integers: a bigint for 8 bytes, a number for fewer. */
export function readInteger(size: 1 | 2 | 4 | 8, signed: boolean): Read<number | bigint> {
  switch (size) {
    case 1:
      return signed ? (_b, v, _base, at) => v.getInt8(at) : (bytes, _v, _base, at) => bytes[at] as number;
    case 2:
      return signed ? (_b, v, _base, at) => v.getInt16(at, true) : (_b, v, _base, at) => v.getUint16(at, true);
    case 4:
      return signed ? (_b, v, _base, at) => v.getInt32(at, true) : (_b, v, _base, at) => v.getUint32(at, true);
    case 8:
      return signed
        ? (_b, v, _base, at) => v.getBigInt64(at, true)
        : (_b, v, _base, at) => v.getBigUint64(at, true);
  }
}

/** `width` bits, `shift` bits above the least significant bit of the byte at `at`. */
export function readBits(
  bytes: Uint8Array,
  at: number,
  bits: Readonly<{ shift: number; width: number }>,
): bigint {
  let raw = 0n;
  for (let i = Math.ceil((bits.shift + bits.width) / 8) - 1; i >= 0; i--)
    raw = (raw << 8n) | BigInt(bytes[at + i] ?? 0);
  return BigInt.asUintN(bits.width, raw >> BigInt(bits.shift));
}
