import type { World } from "../world/world.ts";
import { CACHED_IO } from "./cached-io.ts";
import { LRU } from "./frames.ts";
import { MEMORY } from "./memory.ts";
import { SWAP } from "./swap.ts";

const KIB = 4; // of a page

/** What /proc/meminfo shows. Source: fs/proc/meminfo.c, v6.12. */
export function meminfo(world: World): string {
  const { frames } = world.get(MEMORY);
  const { writeBack, cache } = world.get(CACHED_IO);
  const swap = world.get(SWAP);
  let cached = 0;
  for (const { pages } of cache.mappings.values()) cached += pages.size;
  const inactive = (lru: number) => frames.count(lru);
  const fields: Readonly<Record<string, number>> = {
    MemTotal: frames.totalPages,
    MemFree: frames.freePages,
    MemAvailable: frames.freePages + Math.floor(cached * 0.9),
    Buffers: 0,
    Cached: cached,
    Active: inactive(LRU.activeAnon) + inactive(LRU.activeFile),
    Inactive: inactive(LRU.inactiveAnon) + inactive(LRU.inactiveFile),
    SwapTotal: swap.freePages + swap.usedPages,
    SwapFree: swap.freePages,
    Dirty: writeBack.dirtyPages,
    Writeback: writeBack.writebackPages,
    AnonPages: inactive(LRU.activeAnon) + inactive(LRU.inactiveAnon),
  };
  return Object.entries(fields)
    .map(([name, pages]) => `${`${name}:`.padEnd(16)}${String(pages * KIB).padStart(8)} kB\n`)
    .join("");
}
