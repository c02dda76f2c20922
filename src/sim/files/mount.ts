import type { KernelObject } from "../memory/kernel-object.ts";
import type { Dentry } from "./dentry.ts";
import type { SuperBlock } from "./super-block.ts";

/** A file system at a place of the tree, and its struct mount. */
export class Mount {
  readonly sb: SuperBlock;
  /** What of the file system is seen here. */
  readonly root: Dentry;
  readonly source: string;
  /** Where it is mounted; undefined for the root of a namespace. */
  readonly at: Place | undefined;
  readonly struct: KernelObject;
  /** Address of its struct vfsmount, which is what struct path holds. */
  readonly vfsmount: bigint;
  readonly isReadOnly: boolean;

  constructor(
    sb: SuperBlock,
    source: string,
    at: Place | undefined,
    id: number,
    options: { root?: Dentry; readOnly?: boolean } = {},
  ) {
    const { memory } = sb.world;
    this.sb = sb;
    this.source = source;
    this.at = at;
    this.root = options.root ?? sb.root;
    this.isReadOnly = options.readOnly ?? false;
    this.struct = memory.make("mount", {
      mnt_mountpoint: at?.dentry.struct ?? this.root.struct,
      "mnt.mnt_root": this.root.struct,
      "mnt.mnt_sb": sb.struct,
      "mnt.mnt_flags": this.isReadOnly ? MNT_READONLY : 0,
      mnt_devname: memory.text(source),
      mnt_id: id,
    });
    this.struct.owner = this;
    this.struct.set("mnt_parent", at?.mount.struct ?? this.struct);
    this.vfsmount = this.struct.addressOf("mnt");
  }
}

const MNT_READONLY = 0x40; // include/linux/mount.h, v6.12

/** A place in the tree of a mount namespace: what struct path says. */
export type Place = Readonly<{ mount: Mount; dentry: Dentry }>;

/** Path of a place as seen from `root`; what lies outside of it is shown from the top of its tree. */
export function pathOf(place: Place, root?: Place): string {
  const parts: string[] = [];
  let { mount, dentry } = place;
  for (;;) {
    if (root !== undefined && dentry === root.dentry && mount === root.mount) break;
    if (dentry === mount.root || dentry.parent === undefined) {
      if (mount.at === undefined) break;
      ({ mount, dentry } = mount.at);
      continue;
    }
    parts.push(dentry.name);
    dentry = dentry.parent;
  }
  return `/${parts.reverse().join("/")}`;
}
