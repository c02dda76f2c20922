/** Where physical memory is mapped without address randomization: page_offset_base, x86_64, v6.12. */
export const DIRECT_MAP = 0xffff_8880_0000_0000n;

/** The upper half of DIRECT_MAP. */
export const DIRECT_MAP_HIGH = 0xffff_8880;

/** Most memory that the simulated kernel may hold. */
export const MOST_MEMORY_BYTES = 1 << 30;

/** The address that an offset into the kernel's memory stands for. */
export function addressOf(offset: number): bigint {
  return DIRECT_MAP + BigInt(offset);
}

/** The offset that an address stands for; undefined when it lies outside of the kernel's memory. */
export function offsetOf(address: bigint): number | undefined {
  const offset = address - DIRECT_MAP;
  return offset >= 0n && offset < BigInt(MOST_MEMORY_BYTES) ? Number(offset) : undefined;
}
