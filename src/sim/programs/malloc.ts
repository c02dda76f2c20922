import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { GROWTH, HEAP, type Heap, MMAP_THRESHOLD } from "./heap.ts";
import { within } from "./library-call.ts";

const MALLOC_NS = 45;
const FREE_NS = 25;
const HEADER_BYTES = 16;

/** malloc(3): the address, 0 when there is no memory. */
export function malloc(task: Task, bytes: number): Code<number> {
  return within(task, "malloc", [bytes], () => allocate(task, bytes));
}

/** calloc(3). */
export function calloc(task: Task, count: number, bytes: number): Code<number> {
  return within(task, "calloc", [count, bytes], () => allocate(task, count * bytes));
}

/** realloc(3): the new address, 0 when there is no memory. */
export function realloc(task: Task, address: number, bytes: number): Code<number> {
  return within(task, "realloc", [address, bytes], function* () {
    const made = yield* allocate(task, bytes);
    if (made !== 0) yield* give(task, address);
    return made;
  });
}

/** free(3). NULL and addresses that malloc did not give are left alone. */
export function free(task: Task, address: number): Code<number> {
  return within(task, "free", [address], () => give(task, address));
}

function* allocate(task: Task, bytes: number): Code<number> {
  const spent = task.world.spend(MALLOC_NS);
  if (spent !== undefined) yield spent;
  const heap = task.process.get(HEAP);
  if (bytes >= MMAP_THRESHOLD) {
    const start = yield* task.thread.mmap(bytes + HEADER_BYTES);
    return start < 0 ? 0 : heap.takeMapped(start, bytes);
  }
  let address = heap.take(bytes);
  if (address === undefined && (yield* grow(task, heap))) address = heap.take(bytes);
  const fresh = heap.takeUntouched();
  if (fresh > 0) yield* task.thread.touch(heap.top - fresh, fresh);
  return address ?? 0;
}

function* grow(task: Task, heap: Heap): Code<boolean> {
  const start = yield* task.thread.sbrk(GROWTH);
  if (start < 0) {
    if (hasProbes(task)) task.thread.usdt("libc", "memory_malloc_retry", () => [GROWTH]);
    return false;
  }
  heap.grow(start, start + GROWTH);
  if (hasProbes(task)) task.thread.usdt("libc", "memory_sbrk_more", () => [start, GROWTH]);
  return true;
}

function* give(task: Task, address: number): Code<number> {
  const spent = task.world.spend(FREE_NS);
  if (spent !== undefined) yield spent;
  const pages = task.process.get(HEAP).release(address);
  if (pages !== undefined) yield* task.thread.munmap(pages.start, pages.bytes);
  return 0;
}

/** Programs that were linked without the C library have none of its probes. */
function hasProbes(task: Task): boolean {
  return task.process.hasFunction("malloc");
}
