import { along, type Step } from "../block/kernel-path.ts";
import { finishPlug, startPlug } from "../block/plug.ts";
import { REQ, REQ_OP } from "../block/request-flags.ts";
import { IoBatch, submitBio } from "../block/submit.ts";
import type { OpenFile } from "../files/open-file.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { PAGE_BYTES } from "./memory.ts";
import type { PageCache } from "./page-cache.ts";

const MOST_BIO_PAGES = 256;

/** Reads or writes past the page cache: O_DIRECT. What the cache holds of the range is dropped. */
export function* directIo(
  cache: PageCache,
  task: Task,
  file: OpenFile,
  position: number,
  bytes: number,
  isWrite: boolean,
): Code {
  const { world } = cache;
  const mapping = cache.of(file.inode);
  const layout = cache.layoutOf(mapping);
  const { device } = mapping;
  if (layout === undefined || device === undefined) return yield* world.compute(500_000);
  const flags = isWrite ? REQ_OP.write | REQ.sync | REQ.idle : REQ_OP.read;
  const path: Step[] = [["iomap_dio_rw"]];
  yield* along(world, path, function* (): Code {
    const batch = new IoBatch(task);
    const end = Math.ceil((position + bytes) / PAGE_BYTES);
    startPlug(task);
    for (let at = Math.floor(position / PAGE_BYTES); at < end; ) {
      const extent = layout.extentOf(file.inode, at);
      const pages = Math.min(end - at, extent.index + extent.pages - at, MOST_BIO_PAGES);
      const io = { flags, sector: layout.sectorOf(file.inode, at), bytes: pages * PAGE_BYTES };
      yield* submitBio(task, batch.bio(device, io));
      at += pages;
    }
    finishPlug(task);
    yield* batch.wait();
    const moved = (end - Math.floor(position / PAGE_BYTES)) * PAGE_BYTES;
    if (isWrite) cache.counts.writtenBytes += moved;
    else cache.counts.readBytes += moved;
  });
}
