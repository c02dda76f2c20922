import { SkepError } from "../../base/errors.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { StateKey } from "../world/state-key.ts";
import type { World } from "../world/world.ts";
import { BLOCK_DEVICES } from "./block-devices.ts";
import { Dentry } from "./dentry.ts";
import { FILE_SYSTEMS } from "./file-systems.ts";
import type { Inode, InodeSpec } from "./inode.ts";
import { Mount, type Place, pathOf } from "./mount.ts";
import { SuperBlock } from "./super-block.ts";

/** What a scenario puts at a path. A text is a file's content. */
export type FileSpec = string | Uint8Array | Partial<InodeSpec>;

export type MountSpec = Readonly<{
  /** Path at which it is seen. */
  at: string;
  /** "ext4", "xfs", "tmpfs" … */
  type: string;
  /** "/dev/sda1", or what stands in its place. */
  source?: string;
  readOnly?: boolean;
  blockDevice?: Readonly<{ number: number; struct: KernelObject }>;
  /** Bytes that its files may have together; more fails with ENOSPC. Default: no limit. */
  sizeBytes?: number;
}>;

const SCSI_DISK_1 = (8 << 20) | 1; // what the root file system is on, unless the scenario says otherwise

/** The tree of files of the machine: what is mounted where, and what is in it. */
export class Vfs {
  readonly world: World;
  readonly mounts: Mount[] = [];
  readonly root: Place;
  /** File systems that are seen nowhere: pipes, sockets. */
  readonly #hidden = new Map<string, Mount>();
  readonly #mountsByAddress = new Map<bigint, Mount>();
  #nextMountId = 21;
  #nextAnonymousDevice = 22;

  constructor(world: World) {
    this.world = world;
    const sb = new SuperBlock(world, { kind: kindOf("ext4"), device: SCSI_DISK_1, id: "sda1" });
    this.root = { mount: this.#add(sb, "/dev/sda1", undefined), dentry: sb.root };
    sb.root.isCached = true;
    if (sb.root.inode) sb.root.inode.isCached = true;
  }

  /** Mounts a file system on a directory, which is made when it is missing. */
  mount(spec: MountSpec): Mount {
    const at = this.makeDirectory(spec.at);
    const source = spec.source ?? spec.type;
    const blockDevice = spec.blockDevice ?? this.world.get(BLOCK_DEVICES).find(source);
    const sb = new SuperBlock(this.world, {
      kind: kindOf(spec.type),
      device: blockDevice?.number ?? this.#nextAnonymousDevice++,
      id: source.split("/").at(-1) ?? source,
      ...(blockDevice && { blockDevice: blockDevice.struct }),
      ...(spec.sizeBytes !== undefined && { sizeBytes: spec.sizeBytes }),
    });
    return this.#add(sb, source, at, spec.readOnly);
  }

  /** Whether there is a file system of that name. */
  knows(type: string): boolean {
    return FILE_SYSTEMS[type] !== undefined;
  }

  /** Takes the topmost mount at a place away. */
  unmount(mount: Mount): void {
    this.mounts.splice(this.mounts.indexOf(mount), 1);
    this.#mountsByAddress.delete(mount.vfsmount);
    if (mount.at?.dentry.mounted === mount) mount.at.dentry.mounted = undefined;
  }

  /** The mount of a file system that is seen nowhere: "pipefs", "sockfs", "anon_inodefs". */
  hidden(type: string): Mount {
    const known = this.#hidden.get(type);
    if (known !== undefined) return known;
    const sb = new SuperBlock(this.world, {
      kind: kindOf(type),
      device: this.#nextAnonymousDevice++,
      id: type,
    });
    const mount = new Mount(sb, type, undefined, this.#nextMountId++);
    this.#mountsByAddress.set(mount.vfsmount, mount);
    this.#hidden.set(type, mount);
    return mount;
  }

  /** Puts a file at a path, with the directories that lead to it; replaces what was there. For building the machine. */
  addFile(path: string, file: FileSpec = ""): Inode {
    const { parent, name } = this.#parentOf(path);
    const spec: Partial<InodeSpec> =
      typeof file === "string"
        ? { content: new TextEncoder().encode(file) }
        : file instanceof Uint8Array
          ? { content: file }
          : file;
    const inode = parent.dentry.sb.make({ kind: "file", ...spec });
    const existing = parent.dentry.children.get(name);
    if (existing) existing.inode = inode;
    else new Dentry(parent.dentry.sb, name, parent.dentry, inode, !parent.dentry.sb.kind.onDisk);
    return inode;
  }

  /** The directory at a path, made with those that lead to it. */
  makeDirectory(path: string, spec: Partial<InodeSpec> = {}): Place {
    let place = this.root;
    for (const part of partsOf(path)) {
      let child = place.dentry.children.get(part);
      if (child?.inode === undefined) {
        const { sb } = place.dentry;
        const { uid = 0, gid = uid } = place.dentry.inode ?? {}; // as the directory above, unless said otherwise
        const inode = sb.make({ uid, gid, ...spec, kind: "directory" });
        if (child === undefined) child = new Dentry(sb, part, place.dentry, inode, !sb.kind.onDisk);
        else child.inode = inode;
      }
      place = below({ mount: place.mount, dentry: child });
    }
    return place;
  }

  /** What is at an absolute path, links followed; undefined when nothing is. Takes no time. */
  find(path: string, depth = 0): Place | undefined {
    let place = this.root;
    const parts = partsOf(path);
    for (const [i, part] of parts.entries()) {
      if (part === "..") {
        place = above(place);
        continue;
      }
      const child = place.dentry.children.get(part);
      if (child?.inode === undefined) return undefined;
      const target = child.inode.target;
      if (target !== undefined) {
        if (depth > MOST_LINKS) return undefined;
        const start = target.startsWith("/") ? "" : pathOf(place);
        return this.find(`${start}/${target}/${parts.slice(i + 1).join("/")}`, depth + 1);
      }
      place = below({ mount: place.mount, dentry: child });
    }
    return place;
  }

  /** The place that a struct path in kernel memory names. */
  placeAt(address: bigint): Place | undefined {
    const { memory } = this.world;
    const path = memory.cast("path", address);
    const dentry = path.object("dentry")?.owner;
    const mount = this.#mountsByAddress.get(path.get("mnt"));
    return dentry instanceof Dentry && mount !== undefined ? { mount, dentry } : undefined;
  }

  #parentOf(path: string): { parent: Place; name: string } {
    const parts = partsOf(path);
    const name = parts.pop();
    if (name === undefined)
      throw new SkepError(`\`${path}\` names no file`, {
        code: "sim/bad-path",
        remedy: "write an absolute path such as /etc/hosts",
      });
    return { parent: this.makeDirectory(`/${parts.join("/")}`), name };
  }

  #add(sb: SuperBlock, source: string, at: Place | undefined, readOnly = false): Mount {
    const mount = new Mount(sb, source, at, this.#nextMountId++, { readOnly });
    this.mounts.push(mount);
    this.#mountsByAddress.set(mount.vfsmount, mount);
    if (at !== undefined) at.dentry.mounted = mount;
    return mount;
  }
}

/** The machine's files. */
export const VFS: StateKey<World, Vfs> = { name: "files.vfs", make: (world) => new Vfs(world) };

export const MOST_LINKS = 40; // MAXSYMLINKS, include/linux/namei.h, v6.12

/** The names in a path, without empty ones and ".". */
export function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** What is seen at a place: the root of what is mounted there, else the place. */
export function below(place: Place): Place {
  const { mounted } = place.dentry;
  return mounted === undefined ? place : { mount: mounted, dentry: mounted.root };
}

/** The directory that holds a place, through mounts. */
export function above(place: Place, root?: Place): Place {
  let { mount, dentry } = place;
  while (dentry === mount.root || dentry.parent === undefined) {
    if (root !== undefined && dentry === root.dentry && mount === root.mount) return place;
    if (mount.at === undefined) return { mount, dentry };
    ({ mount, dentry } = mount.at);
  }
  return { mount, dentry: dentry.parent };
}

function kindOf(type: string) {
  const kind = FILE_SYSTEMS[type];
  if (kind !== undefined) return kind;
  throw new SkepError(`the simulated kernel has no file system \`${type}\``, {
    code: "sim/no-file-system",
    remedy: `use one of ${Object.keys(FILE_SYSTEMS).join(", ")}`,
  });
}
