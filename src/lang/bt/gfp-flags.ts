import type { Env } from "./env.ts";

/** A set of bits and its name; a set of several bits comes before those that it is made of. */
export type FlagName = readonly [name: string, bits: bigint];

/** Bits before the kernel numbered them by an enumeration (6.10). Source: include/linux/gfp_types.h, v6.1. */
const OLD_BITS: readonly string[] = [
  ..."DMA HIGHMEM DMA32 MOVABLE RECLAIMABLE HIGH IO FS ZERO ATOMIC DIRECT_RECLAIM KSWAPD_RECLAIM WRITE NOWARN".split(
    " ",
  ),
  ..."RETRY_MAYFAIL NOFAIL NORETRY MEMALLOC COMP NOMEMALLOC HARDWALL THISNODE ACCOUNT ZEROTAGS".split(" "),
];

/** Sets with names of their own, the largest first. Source: include/linux/gfp_types.h, v6.12. */
const RECLAIM = ["DIRECT_RECLAIM", "KSWAPD_RECLAIM"];
const KERNEL = [...RECLAIM, "IO", "FS"];
const USER = [...KERNEL, "HARDWALL"];
const LIGHT = ["HIGHMEM", "MOVABLE", "HARDWALL", "IO", "FS", "COMP", "NOMEMALLOC", "NOWARN"];
const SETS: readonly (readonly [string, readonly string[]])[] = [
  ["GFP_TRANSHUGE", [...LIGHT, "DIRECT_RECLAIM"]],
  ["GFP_TRANSHUGE_LIGHT", LIGHT],
  ["GFP_HIGHUSER_MOVABLE", [...USER, "HIGHMEM", "MOVABLE"]],
  ["GFP_HIGHUSER", [...USER, "HIGHMEM"]],
  ["GFP_USER", USER],
  ["GFP_KERNEL_ACCOUNT", [...KERNEL, "ACCOUNT"]],
  ["GFP_KERNEL", KERNEL],
  ["GFP_NOFS", [...RECLAIM, "IO"]],
  ["GFP_ATOMIC", ["HIGH", "KSWAPD_RECLAIM"]],
  ["GFP_NOIO", RECLAIM],
  ["GFP_NOWAIT", ["KSWAPD_RECLAIM"]],
  ["GFP_DMA", ["DMA"]],
  ["GFP_DMA32", ["DMA32"]],
];

/** The names of the flags of memory allocations on the kernel at hand: what `%gr` prints. */
export function gfpFlagNames(env: Env): readonly FlagName[] {
  const bits = new Map(
    OLD_BITS.flatMap((name, old) => {
      const here = env.btf?.enumerator(`___GFP_${name}_BIT`)?.value;
      const numbered = env.btf?.enumerator("___GFP_IO_BIT") !== undefined;
      return numbered && here === undefined ? [] : [[name, 1n << (here ?? BigInt(old))] as const];
    }),
  );
  const sets = SETS.flatMap(([name, parts]): FlagName[] => {
    const found = parts.map((part) => bits.get(part) ?? 0n);
    return found.includes(0n) ? [] : [[name, found.reduce((sum, bit) => sum | bit, 0n)]];
  });
  return [...sets, ...[...bits].map(([name, bit]): FlagName => [`__GFP_${name}`, bit])];
}
