import { ERRNO } from "../errno.ts";
import type { KernelFunction } from "../hooks/kernel-function.ts";
import type { Addressed } from "../hooks/word.ts";
import { Finished } from "../world/finished.ts";
import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { World } from "../world/world.ts";
import { Dentry } from "./dentry.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { FILE_IO } from "./file-io.ts";
import { FS, type FsState } from "./fs-state.ts";
import type { Inode } from "./inode.ts";
import type { Place } from "./mount.ts";
import type { SuperBlock } from "./super-block.ts";
import { TRANSIENT, type TransientObjects } from "./transient.ts";
import { above, below, MOST_LINKS, partsOf } from "./vfs.ts";

export const AT_FDCWD = -100; // include/uapi/linux/fcntl.h, v6.12
const MOST_PATH = 4096; // PATH_MAX
const MOST_NAME = 255; // NAME_MAX
const LOOKUP_NS = 45; // one name that the directory cache knows
const MOST_NEGATIVE = 4096; // names without a file that a directory remembers

/** What a path leads to. `parent` holds the last name, which may lead to nothing: then `dentry` has no inode. */
export type Found = Readonly<{ place: Place; parent: Place; name: string }>;

/** `follow`: whether a link at the end is followed. */
export type LookupOptions = Readonly<{ follow?: boolean; dirFd?: number }>;

/** Walks paths as the kernel does: name by name, permissions asked, links followed, missing names read from the disk. */
export class PathWalker {
  readonly #world: World;
  readonly #transient: TransientObjects;
  readonly #lookupFast: KernelFunction;
  readonly #lookupSlow: KernelFunction;
  readonly #dLookup: KernelFunction;
  readonly #functions = new Map<string, KernelFunction>();

  constructor(world: World) {
    this.#world = world;
    this.#transient = world.get(TRANSIENT);
    this.#lookupFast = world.hooks.function("lookup_fast");
    this.#lookupSlow = world.hooks.function("lookup_slow");
    this.#dLookup = world.hooks.function("d_lookup");
  }

  /** Finds what a path names, or gives a negative errno. A missing last name is no error: its dentry is negative. */
  walk(task: Task, path: string, options: LookupOptions = {}): Code<Found | number> {
    if (path.length >= MOST_PATH) return new Finished(-ERRNO.ENAMETOOLONG);
    if (path === "") return new Finished(-ERRNO.ENOENT);
    const fs = task.process.get(FS);
    const start = startOf(task, fs, path, options.dirFd ?? AT_FDCWD);
    if (typeof start === "number") return new Finished(start);
    return this.#walkFrom(task, fs, start, path, options.follow ?? true, 0);
  }

  *#walkFrom(
    task: Task,
    fs: FsState,
    start: Place,
    path: string,
    follow: boolean,
    links: number,
  ): Code<Found | number> {
    const parts = partsOf(path);
    let place = start;
    let parent = start;
    let name = "";
    for (let i = 0; i < parts.length; i++) {
      name = parts[i] as string;
      const directory = place.dentry.inode;
      if (directory === undefined) return -ERRNO.ENOENT;
      if (!directory.isDirectory) return -ERRNO.ENOTDIR;
      const { uid, gid } = task.process.credentials;
      if (!directory.permits(uid, gid, 1)) return -ERRNO.EACCES;
      parent = place;
      if (name === "..") {
        place = above(place, fs.root);
        continue;
      }
      if (name.length > MOST_NAME) return -ERRNO.ENAMETOOLONG;
      const child = this.#cached(place, name) ?? (yield* this.#read(task, place, name));
      const isLast = i === parts.length - 1;
      const target = child.inode?.target;
      if (target !== undefined && (!isLast || follow)) {
        if (links >= MOST_LINKS) return -ERRNO.ELOOP;
        const rest = parts.slice(i + 1).join("/");
        const from = target.startsWith("/") ? fs.root : place;
        const further = isLast && !path.endsWith("/") ? target : `${target}/${rest}`;
        return yield* this.#walkFrom(task, fs, from, further, follow, links + 1);
      }
      place = below({ mount: place.mount, dentry: child });
    }
    if (path.endsWith("/") && place.dentry.inode !== undefined && !place.dentry.inode.isDirectory)
      return -ERRNO.ENOTDIR;
    return { place, parent, name };
  }

  /** What the directory cache knows. */
  #cached(place: Place, name: string): Dentry | undefined {
    const known = place.dentry.children.get(name);
    const hit = known?.isCached === true ? known : undefined;
    this.#world.spend(LOOKUP_NS);
    if (!this.#lookupFast.active) return hit;
    const nameidata = this.#transient.lazy("nameidata", () => ({
      "path.mnt": place.mount.vfsmount,
      "path.dentry": place.dentry.struct,
      "last.name": this.#transient.text(name),
      "last.len": name.length,
      inode: place.dentry.inode?.struct ?? null,
      depth: 0,
    }));
    this.#lookupFast.callNow([nameidata], () => hit?.struct ?? null);
    return hit;
  }

  /** Asks the file system; what it does not have becomes a negative entry. */
  *#read(task: Task, place: Place, name: string): Code<Dentry> {
    const { dentry } = place;
    const text = this.#transient.lazy("qstr", () => ({ name: this.#transient.text(name), len: name.length }));
    yield* this.#lookupSlow.call([text, dentry.struct, 0], () => this.#readSlowly(task, dentry, name, text));
    return this.#remember(dentry, name);
  }

  *#readSlowly(task: Task, dentry: Dentry, name: string, text: Addressed): Code<null> {
    const { sb, inode } = dentry;
    this.#dLookup.callNow([dentry.struct, text], () => null);
    const lookup = sb.kind.lookup === undefined ? undefined : this.#function(sb.kind.lookup);
    const child = dentry.children.get(name);
    const read = () => readDirectoryEntry(task, sb, child?.inode ?? inode);
    if (lookup === undefined) yield* read();
    else yield* lookup.call([inode?.struct, child?.struct, 0], read);
    return null;
  }

  #remember(directory: Dentry, name: string): Dentry {
    const known = directory.children.get(name);
    if (known !== undefined) {
      known.isCached = true;
      if (known.inode !== undefined) known.inode.isCached = true;
      return known;
    }
    if (directory.children.size > MOST_NEGATIVE)
      for (const [, child] of directory.children) {
        if (child.inode !== undefined) continue;
        child.drop();
        child.struct.free();
        break;
      }
    return new Dentry(directory.sb, name, directory, undefined);
  }

  #function(name: string): KernelFunction {
    const known = this.#functions.get(name);
    if (known !== undefined) return known;
    const made = this.#world.hooks.function(name);
    this.#functions.set(name, made);
    return made;
  }
}

/** The machine's path walker. */
export const WALKER: StateKey<World, PathWalker> = {
  name: "files.walker",
  make: (world) => new PathWalker(world),
};

function* readDirectoryEntry(task: Task, sb: SuperBlock, inode: Inode | undefined): Code<null> {
  if (sb.kind.onDisk && inode !== undefined)
    yield* task.world.get(FILE_IO).current.readMetadata(task, sb, inode);
  return null;
}

function startOf(task: Task, fs: FsState, path: string, dirFd: number): Place | number {
  if (path.startsWith("/")) return fs.root;
  if (dirFd === AT_FDCWD) return fs.current;
  const file = task.process.get(DESCRIPTORS).get(dirFd);
  if (file === undefined) return -ERRNO.EBADF;
  return file.inode.isDirectory ? file.place : -ERRNO.ENOTDIR;
}
