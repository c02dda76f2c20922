import type { Addressed } from "../hooks/word.ts";
import type { ObjectImage } from "../memory/kernel-memory.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { Field } from "../memory/layout.ts";
import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { WaitQueue } from "../world/wait-queue.ts";
import type { World } from "../world/world.ts";
import type { Dentry } from "./dentry.ts";
import type { Inode } from "./inode.ts";
import type { Mount, Place } from "./mount.ts";

/** Flags of open(2). Source: include/uapi/asm-generic/fcntl.h, v6.12. */
export const OPEN = {
  readOnly: 0, writeOnly: 1, readWrite: 2, accessMode: 3, create: 0o100, exclusive: 0o200, truncate: 0o1000,
  append: 0o2000, nonBlocking: 0o4000, direct: 0o40000, directory: 0o200000, noFollow: 0o400000, closeOnExec: 0o2000000,
  sync: 0o4010000, path: 0o10000000,
} as const; // biome-ignore format: one list

/** What an open file does that is no file on a disk: a pipe, a socket, a terminal. Results as of system calls. */
export type FileOperations = Readonly<{
  /** Up to `count` bytes to `address` in the task's memory. */
  read?(task: Task, file: OpenFile, address: number, count: number): Code<number>;
  write?(task: Task, file: OpenFile, address: number, count: number): Code<number>;
  ioctl?(task: Task, file: OpenFile, request: number, argument: number): Code<number>;
  /** POLLIN (1), POLLOUT (4), POLLERR (8), POLLHUP (16). */
  poll?(file: OpenFile): number;
  /** Woken when poll() may answer differently. */
  pollQueue?(file: OpenFile): WaitQueue;
  /** The last descriptor was closed. It must not wait. */
  release?(file: OpenFile): void;
}>;

const FMODE_READ = 1;
const FMODE_WRITE = 2;
const FMODE_OPENED = 1 << 19; // include/linux/fs.h, v6.12

/** An open file, and its struct file. Several descriptors, of several processes, can refer to it. */
export class OpenFile implements Addressed {
  readonly mount: Mount;
  readonly dentry: Dentry;
  readonly inode: Inode;
  readonly struct: KernelObject;
  readonly operations: FileOperations | undefined;
  /** What `operations` keep. */
  state: unknown;
  flags: number;
  references = 1;
  #position = 0;

  constructor(task: Task, { mount, dentry }: Place, inode: Inode, flags: number, operations?: FileOperations) {
    this.mount = mount;
    this.dentry = dentry;
    this.inode = inode;
    this.flags = flags;
    this.operations = operations;
    this.struct = makeStruct(task, mount, dentry, inode, flags);
    this.struct.owner = this;
    inode.opens++;
  }

  get address(): bigint {
    return this.struct.address;
  }

  /** Address of its f_pos. */
  get positionPointer(): Addressed {
    const { struct } = this;
    return {
      get address() {
        return struct.addressOf("f_pos");
      },
    };
  }

  get readable(): boolean {
    return (this.flags & OPEN.accessMode) !== OPEN.writeOnly && (this.flags & OPEN.path) === 0;
  }

  get writable(): boolean {
    return (this.flags & OPEN.accessMode) !== OPEN.readOnly && (this.flags & OPEN.path) === 0;
  }

  get nonBlocking(): boolean {
    return (this.flags & OPEN.nonBlocking) !== 0;
  }

  get position(): number {
    return this.#position;
  }

  set position(bytes: number) {
    this.#position = bytes;
    this.struct.set("f_pos", bytes);
  }

  get place(): Place {
    return { mount: this.mount, dentry: this.dentry };
  }

  /** One descriptor more. */
  hold(): this {
    this.references++;
    return this;
  }

  /** One descriptor less; whether it was the last. */
  drop(): boolean {
    if (--this.references > 0) return false;
    this.operations?.release?.(this);
    this.inode.opens--;
    this.struct.free();
    return true;
  }
}

/** Where the members lie that a new struct file has. */
type FileFields = Readonly<Record<(typeof MEMBERS)[number], Field>> &
  Readonly<{ vfsmount: number; mappingOfInode: number }>;

const MEMBERS = [
  "f_count.counter", "f_mode", "f_flags", "f_inode", "f_mapping", "f_path.mnt", "f_path.dentry", "f_cred",
] as const; // biome-ignore format: one list

const FILE_FIELDS: StateKey<World, FileFields> = {
  name: "files.struct",
  make({ memory: { layouts } }) {
    const layout = layouts.named("file");
    return {
      ...(Object.fromEntries(MEMBERS.map((path) => [path, layout.field(path)])) as Record<
        (typeof MEMBERS)[number],
        Field
      >),
      vfsmount: layouts.named("mount").field("mnt").offset,
      mappingOfInode: layouts.named("inode").field("i_data").offset,
    };
  },
};

/** What the last file of a directory entry was opened with, and the struct file that it got. */
export type OpenedWith = Readonly<{
  mount: Mount;
  inode: Inode;
  flags: number;
  cred: number;
  image: ObjectImage;
}>;

function makeStruct(task: Task, mount: Mount, dentry: Dentry, inode: Inode, flags: number): KernelObject {
  const { memory } = task.world;
  const cred = task.process.cred.offset;
  const last = dentry.opened;
  if (last?.mount === mount && last.inode === inode && last.flags === flags && last.cred === cred)
    return memory.makeAs(last.image);
  const struct = filledStruct(task, mount, dentry, inode, flags);
  dentry.opened = { mount, inode, flags, cred, image: memory.imageOf(struct) };
  return struct;
}

function filledStruct(task: Task, mount: Mount, dentry: Dentry, inode: Inode, flags: number): KernelObject {
  const { world } = task;
  const fields = world.get(FILE_FIELDS);
  const access = flags & OPEN.accessMode;
  const mode =
    FMODE_OPENED | (access !== OPEN.writeOnly ? FMODE_READ : 0) | (access !== OPEN.readOnly ? FMODE_WRITE : 0);
  const struct = world.memory.make("file");
  struct.put(fields["f_count.counter"], 1);
  struct.put(fields.f_mode, mode);
  struct.put(fields.f_flags, flags);
  struct.point(fields.f_inode, inode.struct.offset);
  struct.point(fields.f_mapping, inode.struct.offset + fields.mappingOfInode);
  struct.point(fields["f_path.mnt"], mount.struct.offset + fields.vfsmount);
  struct.point(fields["f_path.dentry"], dentry.struct.offset);
  struct.point(fields.f_cred, task.process.cred.offset);
  return struct;
}
