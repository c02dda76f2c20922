import type { KernelObject } from "../memory/kernel-object.ts";
import type { Inode } from "./inode.ts";
import type { Mount, Place } from "./mount.ts";
import type { OpenedWith } from "./open-file.ts";
import type { SuperBlock } from "./super-block.ts";

const INLINE_NAME_BYTES = 40; // d_iname: longer names lie apart
const encoder = new TextEncoder();

/** A name in a directory, and its struct dentry. Without an inode it says that there is no such file. */
export class Dentry {
  readonly sb: SuperBlock;
  readonly struct: KernelObject;
  /** What `below` says of it, kept from one walk to the next. */
  place: Place | undefined;
  /** How its file was opened last. */
  opened: OpenedWith | undefined;
  readonly children = new Map<string, Dentry>();
  /** What is mounted here. */
  mounted: Mount | undefined;
  /** Whether the directory cache has it: a name on a disk must be read once. */
  isCached: boolean;
  #name: string;
  #parent: Dentry | undefined;
  #inode: Inode | undefined;

  /** Without a parent: a root. */
  constructor(
    sb: SuperBlock,
    name: string,
    parent: Dentry | undefined,
    inode: Inode | undefined,
    isCached = true,
  ) {
    this.sb = sb;
    this.#name = name;
    this.#parent = parent;
    this.isCached = isCached;
    this.struct = sb.world.memory.make("dentry", { d_sb: sb.struct, "d_lockref.count": 1 });
    this.struct.owner = this;
    this.struct.set("d_parent", parent?.struct ?? this.struct);
    this.#writeName();
    this.inode = inode;
    parent?.children.set(name, this);
  }

  get name(): string {
    return this.#name;
  }

  get parent(): Dentry | undefined {
    return this.#parent;
  }

  get inode(): Inode | undefined {
    return this.#inode;
  }

  set inode(inode: Inode | undefined) {
    this.#inode = inode;
    this.struct.set("d_inode", inode?.struct ?? null);
  }

  /** Gives it another place: rename(2). */
  moveTo(parent: Dentry, name: string): void {
    this.#parent?.children.delete(this.#name);
    this.#name = name;
    this.#parent = parent;
    this.struct.set("d_parent", parent.struct);
    this.#writeName();
    parent.children.set(name, this);
  }

  /** Takes the name away; files that are open keep it. */
  drop(): void {
    if (this.#parent?.children.get(this.#name) === this) this.#parent.children.delete(this.#name);
  }

  /** Path within its file system, from its root. */
  get pathInFileSystem(): string {
    if (this.#parent === undefined) return "/";
    const above = this.#parent.pathInFileSystem;
    return above === "/" ? `/${this.#name}` : `${above}/${this.#name}`;
  }

  #writeName(): void {
    const { memory } = this.sb.world;
    const bytes = encoder.encode(this.#name === "" ? "/" : this.#name);
    this.struct.fill({ "d_name.len": bytes.length, "d_name.hash": hashOf(bytes) });
    if (bytes.length < INLINE_NAME_BYTES) {
      const zeroed = new Uint8Array(INLINE_NAME_BYTES);
      zeroed.set(bytes);
      this.struct.set("d_iname", zeroed);
      this.struct.set("d_name.name", this.struct.addressOf("d_iname"));
    } else this.struct.set("d_name.name", memory.text(this.#name));
  }
}

/** FNV-1a: any hash will do, as long as it is always the same. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
