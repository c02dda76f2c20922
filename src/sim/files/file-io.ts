import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { World } from "../world/world.ts";
import type { Inode } from "./inode.ts";
import type { OpenFile } from "./open-file.ts";
import type { SuperBlock } from "./super-block.ts";

/**
 * How data of files on disks gets into memory and back: the page cache brings it. All of it takes the time that it takes.
 */
export interface FileIo {
  /** Has these bytes in memory afterwards. */
  read(task: Task, file: OpenFile, position: number, bytes: number): Code;
  /** These bytes were changed in memory. */
  write(task: Task, file: OpenFile, position: number, bytes: number): Code;
  /** Everything of the file is on the disk afterwards. */
  sync(task: Task, inode: Inode, dataOnly: boolean): Code;
  /** Everything of the file system is on the disk afterwards. */
  syncAll(task: Task, sb: SuperBlock): Code;
  /** Reads an inode or a block of a directory from the disk. */
  readMetadata(task: Task, sb: SuperBlock, inode: Inode): Code;
  /** What lies behind the file's new end is forgotten; 0: all of it. */
  truncate(inode: Inode, bytes: number): void;
}

const COPY_NS_PER_KIB = 60;
const METADATA_NS = 60_000;
const SYNC_NS = 2_000_000;

/** Files in a machine without disks: everything is in memory, and syncing takes a while. */
class PlainIo implements FileIo {
  *read(task: Task, _file: OpenFile, _position: number, bytes: number): Code {
    yield* spend(task, (bytes / 1024) * COPY_NS_PER_KIB);
  }

  *write(task: Task, _file: OpenFile, _position: number, bytes: number): Code {
    yield* spend(task, (bytes / 1024) * COPY_NS_PER_KIB);
  }

  *sync(): Code {
    yield { kind: "block", state: "D", timeoutNs: SYNC_NS };
  }

  *syncAll(): Code {
    yield { kind: "block", state: "D", timeoutNs: SYNC_NS };
  }

  *readMetadata(): Code {
    yield { kind: "block", state: "D", timeoutNs: METADATA_NS };
  }

  truncate(): void {}
}

function* spend(task: Task, ns: number): Code {
  const wait = task.world.spend(Math.round(ns));
  if (wait !== undefined) yield wait;
}

/** The machine's page cache: the subsystem that has one sets `current`. */
export const FILE_IO: StateKey<World, { current: FileIo }> = {
  name: "files.io",
  make: () => ({ current: new PlainIo() }),
};
