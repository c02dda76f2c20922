import type { KernelObject } from "../memory/kernel-object.ts";
import type { Task } from "../world/task.ts";
import type { SuperBlock } from "./super-block.ts";

export type InodeKind = "file" | "directory" | "symlink" | "pipe" | "char" | "block" | "socket" | "anon";

/** Type bits of i_mode. Source: include/uapi/linux/stat.h, v6.12. */
const TYPE_BITS: Readonly<Record<InodeKind, number>> = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  pipe: 0o010000,
  char: 0o020000,
  block: 0o060000,
  socket: 0o140000,
  anon: 0,
};

/** How an inode begins. */
export type InodeSpec = Readonly<{
  kind: InodeKind;
  /** Permission bits; default 0644 for files, 0755 for directories. */
  mode?: number;
  uid?: number;
  gid?: number;
  /** Bytes; more than `content` reads as zeros behind it. */
  size?: number;
  content?: Uint8Array;
  /** What a symbolic link leads to. */
  target?: string;
  /** Makes the content anew each time it is read: files in /proc. */
  generate?: (reader: Task | undefined) => string;
  /** Major << 20 | minor, of devices. */
  device?: number;
}>;

/** A file, directory, link … of one file system, and its struct inode. */
export class Inode {
  readonly sb: SuperBlock;
  readonly number: number;
  readonly kind: InodeKind;
  readonly struct: KernelObject;
  readonly generate: InodeSpec["generate"];
  readonly target: string | undefined;
  /** Of character and block devices. */
  readonly device: number | undefined;
  /** The beginning of what it holds, as far as somebody cared to write it. */
  content: Uint8Array | undefined;
  /** Whether it was read from its disk since it was last forgotten. */
  isCached = false;
  /** Names that lead to it. */
  links: number;
  /** Open files. */
  opens = 0;
  mode: number;
  uid: number;
  gid: number;
  #size: number;

  /** Use SuperBlock.make. */
  constructor(sb: SuperBlock, number: number, spec: InodeSpec) {
    const { kind, content, uid = 0, gid = uid } = spec;
    this.sb = sb;
    this.number = number;
    this.kind = kind;
    this.content = content;
    this.generate = spec.generate;
    this.target = spec.target;
    this.device = spec.device;
    this.links = kind === "directory" ? 2 : 1;
    this.uid = uid;
    this.gid = gid;
    this.mode =
      TYPE_BITS[kind] | (spec.mode ?? (kind === "directory" ? 0o755 : kind === "symlink" ? 0o777 : 0o644));
    this.#size = spec.size ?? content?.length ?? spec.target?.length ?? (kind === "directory" ? 4096 : 0);
    this.struct = sb.world.memory.make("inode", {
      i_mode: this.mode,
      "i_uid.val": uid,
      "i_gid.val": gid,
      i_sb: sb.struct,
      i_ino: number,
      i_nlink: this.links,
      i_rdev: spec.device ?? 0,
      i_size: this.#size,
      i_blkbits: 12,
      i_blocks: Math.ceil(this.#size / 4096) * 8,
      "i_count.counter": 1,
      i_generation: sb.world.random.stream("inode").u32(),
    });
    this.struct.owner = this;
    this.struct.set("i_mapping", this.struct.addressOf("i_data"));
    this.struct.set("i_data.host", this.struct);
    this.touch("i_atime", "i_mtime", "i_ctime");
  }

  get isDirectory(): boolean {
    return this.kind === "directory";
  }

  get size(): number {
    return this.#size;
  }

  set size(bytes: number) {
    this.#size = bytes;
    this.struct.fill({ i_size: bytes, i_blocks: Math.ceil(bytes / 4096) * 8 });
  }

  /** Sets times to now. */
  touch(...times: readonly ("i_atime" | "i_mtime" | "i_ctime")[]): void {
    const { world } = this.sb;
    const now = Number(world.bootTimeNs / 1000n) * 1000 + world.nowNs;
    for (const time of times)
      this.struct.fill({ [`${time}_sec`]: Math.floor(now / 1e9), [`${time}_nsec`]: Math.floor(now % 1e9) });
  }

  setMode(bits: number): void {
    this.mode = (this.mode & ~0o7777) | (bits & 0o7777);
    this.struct.set("i_mode", this.mode);
  }

  setOwner(uid: number, gid: number): void {
    this.uid = uid;
    this.gid = gid;
    this.struct.fill({ "i_uid.val": uid, "i_gid.val": gid });
  }

  addLinks(count: number): void {
    this.links += count;
    this.struct.set("i_nlink", this.links);
  }

  /** Whether a user may read (4), write (2), execute or search (1). */
  permits(uid: number, gid: number, access: number): boolean {
    if (uid === 0) return access !== 1 || this.isDirectory || (this.mode & 0o111) !== 0;
    const shift = uid === this.uid ? 6 : gid === this.gid ? 3 : 0;
    return ((this.mode >> shift) & access) === access;
  }

  /** Bytes as a reader sees them now; zeros where nobody wrote. */
  bytes(reader?: Task): Uint8Array {
    if (this.generate !== undefined) return new TextEncoder().encode(this.generate(reader));
    const all = new Uint8Array(this.#size);
    if (this.content !== undefined) all.set(this.content.subarray(0, this.#size));
    return all;
  }

  /** Copies what lies at `position` into `into`. */
  copyTo(into: Uint8Array, position: number): void {
    into.fill(0);
    if (this.content !== undefined) into.set(this.content.subarray(position, position + into.length));
  }

  /** Keeps written bytes, of the first MiB: what large files hold beyond is nobody's concern. */
  store(bytes: Uint8Array, position: number): void {
    const end = Math.min(position + bytes.length, MOST_CONTENT);
    if (end <= position) return;
    if ((this.content?.length ?? 0) < end) {
      const longer = new Uint8Array(Math.max(end, Math.min(2 * (this.content?.length ?? 0), MOST_CONTENT)));
      if (this.content !== undefined) longer.set(this.content);
      this.content = longer;
    }
    this.content?.set(bytes.subarray(0, end - position), position);
  }
}

const MOST_CONTENT = 1 << 20;
