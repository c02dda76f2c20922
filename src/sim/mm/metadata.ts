import { along } from "../block/kernel-path.ts";
import { REQ, REQ_OP } from "../block/request-flags.ts";
import { IoBatch, submitBio } from "../block/submit.ts";
import type { Inode } from "../files/inode.ts";
import type { SuperBlock } from "../files/super-block.ts";
import { TRANSIENT } from "../files/transient.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { fsPaths } from "./fs-paths.ts";
import { PAGE_BYTES } from "./memory.ts";
import type { PageCache } from "./page-cache.ts";

const LOOK_NS = 1_500;
const NETWORK_NS = 700_000;

/** Reads inodes and directories: what was read of a file system's tables stays in memory. */
export class MetadataReader {
  readonly #cache: PageCache;
  readonly #known = new Map<SuperBlock, Set<number>>();

  constructor(cache: PageCache) {
    this.#cache = cache;
  }

  /** Has an inode in memory. */
  *read(task: Task, sb: SuperBlock, inode: Inode): Code {
    const { world } = this.#cache;
    const mapping = this.#cache.of(inode);
    const layout = this.#cache.layoutOf(mapping);
    const { device } = mapping;
    if (layout === undefined || device === undefined) {
      yield { kind: "block", state: "D", timeoutNs: NETWORK_NS };
      return;
    }
    const sector = layout.inodeSector(inode);
    const known = this.#known.get(sb) ?? new Set<number>();
    this.#known.set(sb, known);
    yield* world.compute(LOOK_NS);
    const { readInode } = fsPaths(sb.kind.name);
    yield* along(
      world,
      [[readInode, sb.struct, inode.number]],
      function* (this: MetadataReader): Code {
        if (known.has(sector)) {
          this.#touchBuffer(sb, sector);
          return;
        }
        known.add(sector);
        const batch = new IoBatch(task);
        const flags = REQ_OP.read | REQ.meta | REQ.prio;
        const bio = batch.bio(device, { flags, sector, bytes: PAGE_BYTES });
        yield* along(world, [["submit_bh", flags, null]], () => submitBio(task, bio));
        yield* batch.wait();
        this.#cache.counts.readBytes += PAGE_BYTES;
      }.bind(this),
    );
  }

  /** Forgets what was read: echo 2 > /proc/sys/vm/drop_caches. */
  forget(): void {
    this.#known.clear();
  }

  #touchBuffer(sb: SuperBlock, sector: number): void {
    this.#cache.world.hooks.fire("block:block_touch_buffer", () => ({
      args: [
        this.#cache.world
          .get(TRANSIENT)
          .lazy("buffer_head", () => ({ b_blocknr: sector / 8, b_size: PAGE_BYTES })),
      ],
      fields: { dev: sb.device, sector: sector / 8, size: PAGE_BYTES },
    }));
  }
}
