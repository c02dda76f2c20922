import type { AddressSpace } from "../memory.ts";

const SHORT_BYTES = 512;

/** Copies within the machine's memory: short stretches word by word, which costs less than a call. */
export function copyBytes({ u8, i32 }: AddressSpace, from: number, to: number, size: number): void {
  if (size > SHORT_BYTES || ((from | to) & 3) !== 0 || (to > from && to < from + size)) {
    u8.copyWithin(to, from, from + size);
    return;
  }
  const words = size >> 2;
  const source = from >> 2;
  const target = to >> 2;
  for (let i = 0; i < words; i++) i32[target + i] = i32[source + i] as number;
  for (let i = words * 4; i < size; i++) u8[to + i] = u8[from + i] as number;
}
