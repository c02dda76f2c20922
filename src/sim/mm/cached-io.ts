import type { FileIo } from "../files/file-io.ts";
import type { Inode } from "../files/inode.ts";
import type { OpenFile } from "../files/open-file.ts";
import type { SuperBlock } from "../files/super-block.ts";
import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { World } from "../world/world.ts";
import { PAGE_BYTES } from "./memory.ts";
import { MetadataReader } from "./metadata.ts";
import { PAGE_CACHE, type PageCache } from "./page-cache.ts";
import { FileReader } from "./reading.ts";
import { Syncer } from "./sync.ts";
import { WriteBack } from "./write-back.ts";
import { FileWriter } from "./writing.ts";

/** Files on disks through the page cache. */
export class CachedIo implements FileIo {
  readonly cache: PageCache;
  readonly reader: FileReader;
  readonly writer: FileWriter;
  readonly writeBack: WriteBack;
  readonly syncer: Syncer;
  readonly metadata: MetadataReader;

  constructor(world: World) {
    this.cache = world.get(PAGE_CACHE);
    this.writeBack = new WriteBack(this.cache);
    this.reader = new FileReader(this.cache);
    this.writer = new FileWriter(this.cache, this.reader, this.writeBack);
    this.syncer = new Syncer(this.cache, this.writeBack);
    this.metadata = new MetadataReader(this.cache);
  }

  read(task: Task, file: OpenFile, position: number, bytes: number): Code {
    return this.reader.read(task, file, position, bytes);
  }

  *write(task: Task, file: OpenFile, position: number, bytes: number): Code {
    const mapping = this.cache.of(file.inode);
    const wasDirty = mapping.inodeDirty;
    yield* this.writer.write(task, file, position, bytes);
    mapping.inodeDirty = true;
    const journal = wasDirty ? undefined : this.syncer.journalOf(mapping);
    if (journal !== undefined) yield* journal.change(task, 2);
  }

  sync(task: Task, inode: Inode, dataOnly: boolean): Code {
    return this.syncer.sync(task, inode, dataOnly);
  }

  syncAll(task: Task, sb: SuperBlock): Code {
    return this.syncer.syncAll(task, sb);
  }

  readMetadata(task: Task, sb: SuperBlock, inode: Inode): Code {
    return this.metadata.read(task, sb, inode);
  }

  truncate(inode: Inode, bytes: number): void {
    const mapping = this.cache.mappings.get(inode);
    if (mapping === undefined) return;
    const before = mapping.dirty.size;
    if (bytes === 0 && inode.links <= 0) this.cache.forget(mapping);
    else this.cache.drop(mapping, Math.ceil(bytes / PAGE_BYTES));
    const dropped = before - mapping.dirty.size;
    if (dropped > 0) this.writeBack.undirtied(mapping, dropped);
  }
}

/** The machine's files on disks. */
export const CACHED_IO: StateKey<World, CachedIo> = {
  name: "mm.cached-io",
  make: (world) => new CachedIo(world),
};
