/** Where a program's arena is: in the machine's memory, and as user space and pointers in memory name it. */
export type Arena = Readonly<{
  /** Address in the machine, and bytes. */
  start: number;
  size: number;
  /** What user space sees as the address of its first byte. */
  user: bigint;
}>;

export const ARENA_PAGE = 4096;
/** Pointers into an arena that lead behind its end become addresses from here on, where no memory is. */
export const BEYOND_ARENA = 0xffff_c000_0000_0000n;
const LOW = 0xffff_ffffn;

/**
 * A pointer that changes its address space: to the form by which memory is accessed (`toArena` false), or to the one
 * that user space understands. Only the low 32 bits of the latter say where in the arena it points; NULL stays NULL.
 * Source: BPF_ADDR_SPACE_CAST in arch/x86/net/bpf_jit_comp.c, v6.18.
 */
export function castPointer(arena: Arena, toArena: boolean, pointer: bigint): bigint {
  const low = pointer & LOW;
  if (toArena) {
    if (pointer === 0n) return 0n;
    if (pointer <= LOW) return BigInt.asUintN(64, arena.user + pointer - BigInt(arena.start));
    if (pointer >> 32n === BEYOND_ARENA >> 32n) return BigInt.asUintN(64, arena.user + low);
    return low === 0n ? 0n : ((arena.user >> 32n) << 32n) | low;
  }
  if (low === 0n) return 0n;
  const offset = (low - arena.user) & LOW;
  return offset < BigInt(arena.size) ? BigInt(arena.start) + offset : BEYOND_ARENA + offset;
}
