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
        ? (_b, v, _base, at) => smallAt(v, at) ?? v.getBigInt64(at, true)
        : (_b, v, _base, at) => smallAt(v, at) ?? v.getBigUint64(at, true);
  }
}

const SMALL: readonly bigint[] = Array.from({ length: 256 }, (_, i) => BigInt(i));

/** The integer at byte `at` when it is below 256, as most results, descriptors and counts are: no bigint is made. */
function smallAt(view: DataView, at: number): bigint | undefined {
  if (view.getInt32(at + 4, true) !== 0) return undefined;
  const low = view.getUint32(at, true);
  return low < SMALL.length ? SMALL[low] : undefined;
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
