import type { Calls } from "../thread.ts";
import { dropCaches } from "./drop-caches.ts";
import { allocate, madvise, mmap, mprotect, munmap, release, sbrk, touch } from "./map-calls.ts";

/** What programs can do with memory. */
export const memoryCalls = {
  mmap,
  munmap,
  sbrk,
  madvise,
  mprotect,
  touch,
  allocate,
  release,
  dropCaches,
} satisfies Calls;
