import { along, type Step } from "../block/kernel-path.ts";
import { REQ, REQ_OP } from "../block/request-flags.ts";
import { flushDevice, submitAndWait } from "../block/submit.ts";
import type { Inode } from "../files/inode.ts";
import type { SuperBlock } from "../files/super-block.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { FileMapping } from "./file-mapping.ts";
import { fsPaths } from "./fs-paths.ts";
import { Journal } from "./journal.ts";
import { PAGE_BYTES } from "./memory.ts";
import type { PageCache } from "./page-cache.ts";
import { WB_REASON, type WriteBack } from "./write-back.ts";

const LOG_SECTOR = 0x1_0000; // where xfs and btrfs keep their logs here
const LOG_SECTORS = 0x1_0000;
const LAST_BYTE = 0x7fff_ffff_ffff_ffffn;
const LOG_NS = 12_000;
const XFS_LOG_SYNC = 1;

/** fsync(2), sync(2): data, then the journal, then the disk's cache. */
export class Syncer {
  readonly #cache: PageCache;
  readonly #writeBack: WriteBack;
  readonly #journals = new Map<SuperBlock, Journal>();
  readonly #logHeads = new Map<SuperBlock, number>();

  constructor(cache: PageCache, writeBack: WriteBack) {
    this.#cache = cache;
    this.#writeBack = writeBack;
  }

  /** The journal of an ext4 file system on a disk. */
  journalOf(mapping: FileMapping): Journal | undefined {
    const { sb } = mapping.inode;
    const { device } = mapping;
    if (device === undefined || fsPaths(sb.kind.name).journal !== "jbd2") return undefined;
    const known = this.#journals.get(sb);
    if (known !== undefined) return known;
    const made = new Journal(this.#cache.world, sb, device);
    this.#journals.set(sb, made);
    return made;
  }

  /** Everything of the file is on its disk afterwards. */
  *sync(task: Task, inode: Inode, dataOnly: boolean): Code {
    const { hooks } = this.#cache.world;
    const mapping = this.#cache.of(inode);
    const isExt4 = inode.sb.kind.name === "ext4";
    const dev = inode.sb.device;
    if (isExt4)
      hooks.fire("ext4:ext4_sync_file_enter", () => ({
        args: [null, dataOnly],
        fields: { dev, ino: inode.number, parent: 0, datasync: dataOnly },
      }));
    else if (inode.sb.kind.name === "xfs")
      hooks.fire("xfs:xfs_file_fsync", () => ({
        args: [inode.struct],
        fields: { dev, ino: inode.number, iflags: 0 },
      }));
    yield* this.#writeData(task, mapping);
    if (mapping.inodeDirty) yield* this.#writeLog(task, mapping);
    else if (mapping.device !== undefined) yield* flushDevice(task, mapping.device);
    if (isExt4)
      hooks.fire("ext4:ext4_sync_file_exit", () => ({
        args: [inode.struct, 0],
        fields: { dev, ino: inode.number, ret: 0 },
      }));
  }

  *#writeData(task: Task, mapping: FileMapping): Code {
    const path: Step[] = [
      ["file_write_and_wait_range", null, 0, LAST_BYTE],
      ["filemap_fdatawrite_wbc", mapping.mappingAddress],
    ];
    yield* along(
      this.#cache.world,
      path,
      function* (this: Syncer): Code {
        while (mapping.dirty.size > 0)
          yield* this.#writeBack.writePages(task, mapping, { sync: true, reason: WB_REASON.sync });
        yield* this.#writeBack.wait(task, mapping);
      }.bind(this),
    );
  }

  *#writeLog(task: Task, mapping: FileMapping): Code {
    mapping.inodeDirty = false;
    const { sb } = mapping.inode;
    const { device } = mapping;
    if (device === undefined) return yield* this.#cache.world.compute(LOG_NS);
    const journal = this.journalOf(mapping);
    if (journal !== undefined) {
      const done = yield* journal.commit(task);
      if (!done) yield* flushDevice(task, device);
      return;
    }
    const kind = fsPaths(sb.kind.name).journal;
    const head = this.#logHeads.get(sb) ?? 0;
    this.#logHeads.set(sb, (head + 16) % LOG_SECTORS);
    const flags = REQ_OP.write | REQ.meta | REQ.idle | REQ.preflush | REQ.fua;
    const io = { flags, sector: LOG_SECTOR + head, bytes: 2 * PAGE_BYTES };
    if (kind === "none") yield* flushDevice(task, device);
    else {
      const path: Step[] = kind === "xfs" ? [["xfs_log_force", null, XFS_LOG_SYNC]] : [];
      yield* along(this.#cache.world, path, () => submitAndWait(task, device, io));
    }
  }

  /** Everything of the file system is on its disk afterwards. */
  *syncAll(task: Task, sb: SuperBlock): Code {
    const { world } = this.#cache;
    const files = this.#writeBack.unwrittenOf(sb.struct);
    for (const mapping of files)
      if (mapping.dirty.size > 0)
        yield* along(world, [["sync_inodes_sb", sb.struct]], () =>
          this.#writeBack.writeInode(task, mapping, { sync: true, reason: WB_REASON.sync }),
        );
    for (const mapping of files) yield* this.#writeBack.wait(task, mapping);
    const [first] = files;
    if (first === undefined) return;
    if (sb.kind.name === "ext4")
      world.hooks.fire("ext4:ext4_sync_fs", () => ({
        args: [sb.struct, 1],
        fields: { dev: sb.device, wait: 1 },
      }));
    for (const mapping of files) mapping.inodeDirty = false;
    yield* this.#writeLog(task, first);
  }
}
