import type { KernelObject } from "../memory/kernel-object.ts";
import type { World } from "../world/world.ts";
import { Dentry } from "./dentry.ts";
import type { FileSystemKind } from "./file-systems.ts";
import { Inode, type InodeSpec } from "./inode.ts";

export type SuperBlockOptions = Readonly<{
  kind: FileSystemKind;
  /** Major << 20 | minor of the device; file systems without one get a number of their own. */
  device: number;
  /** Name of the device: "sda1", "tmpfs". */
  id: string;
  /** struct block_device of the device. */
  blockDevice?: KernelObject;
  /** Bytes that its files may have together; default: no limit. */
  sizeBytes?: number;
}>;

const FIRST_INODE: Readonly<Record<string, number>> = { ext4: 12, xfs: 131, btrfs: 257 };
const ROOT_INODE: Readonly<Record<string, number>> = { ext4: 2, xfs: 128, btrfs: 256 };

/** A file system that is in use, and its struct super_block. */
export class SuperBlock {
  readonly world: World;
  readonly kind: FileSystemKind;
  readonly device: number;
  readonly id: string;
  readonly struct: KernelObject;
  readonly root: Dentry;
  readonly sizeBytes: number;
  readonly #type: KernelObject;
  #nextInode: number;

  constructor(world: World, options: SuperBlockOptions) {
    const { kind, device, id } = options;
    this.world = world;
    this.kind = kind;
    this.device = device;
    this.id = id;
    this.sizeBytes = options.sizeBytes ?? Number.POSITIVE_INFINITY;
    this.#type = world.memory.make("file_system_type", { name: world.memory.text(kind.name) });
    this.struct = world.memory.make("super_block", {
      s_dev: device,
      s_blocksize: 4096,
      s_blocksize_bits: 12,
      s_magic: kind.magic,
      s_type: this.#type,
      s_id: id,
      "s_active.counter": 1,
      s_count: 1,
      s_bdev: options.blockDevice ?? null,
    });
    this.struct.owner = this;
    this.#nextInode = ROOT_INODE[kind.name] ?? 1;
    this.root = new Dentry(this, "", undefined, this.make({ kind: "directory" }));
    this.#nextInode = FIRST_INODE[kind.name] ?? 2;
    this.struct.set("s_root", this.root.struct);
  }

  make(spec: InodeSpec): Inode {
    const inode = new Inode(this, this.#nextInode++, spec);
    if (!this.kind.onDisk) inode.isCached = true;
    return inode;
  }

  /** Whether so many bytes more have room; asked only where there is a limit. */
  hasRoom(bytes: number): boolean {
    return this.sizeBytes === Number.POSITIVE_INFINITY || usedBelow(this.root) + bytes <= this.sizeBytes;
  }
}

const PAGE = 4096;

/** Bytes of the files below a directory, in whole pages. */
function usedBelow(dentry: Dentry): number {
  let used = 0;
  for (const child of dentry.children.values())
    used += Math.ceil((child.inode?.size ?? 0) / PAGE) * PAGE + usedBelow(child);
  return used;
}
