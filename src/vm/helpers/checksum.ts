/** Folded one's complement sum of 16-bit words, little-endian, onto `seed`; an odd last byte is the low half of a word. */
export function checksum(bytes: Uint8Array, seed = 0): number {
  let sum = seed;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += (bytes[i] as number) | ((bytes[i + 1] ?? 0) << 8);
    if (sum > 0xffff_ffff) sum -= 0xffff_ffff;
  }
  return sum >>> 0;
}

/** 32 bits to 16. */
export function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return folded;
}

/** One's complement sum of 32 bits. */
export function add32(a: number, b: number): number {
  const sum = a + b;
  return sum > 0xffff_ffff ? sum - 0xffff_ffff : sum;
}
