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
import type { Mount, Place } from "./mount.ts";
import type { SuperBlock } from "./super-block.ts";
import { TRANSIENT, type TransientObjects } from "./transient.ts";
import { above, below, MOST_LINKS, partsOf } from "./vfs.ts";

export const AT_FDCWD = -100; // include/uapi/linux/fcntl.h, v6.12
const MOST_PATH = 4096; // PATH_MAX
const MOST_NAME = 255; // NAME_MAX
const LOOKUP_NS = 45; // one name that the directory cache knows
const MOST_KNOWN_PATHS = 4096;
const MOST_NEGATIVE = 4096; // names without a file that a directory remembers

/** What a path leads to. `parent` holds the last name, which may lead to nothing: then `dentry` has no inode. */
export type Found = Readonly<{ place: Place; parent: Place; name: string }>;

/** `follow`: whether a link at the end is followed. */
export type LookupOptions = Readonly<{ follow?: boolean; dirFd?: number }>;

/** How far a walk has come. */
class Walk {
  readonly fs: FsState;
  readonly follow: boolean;
  path: string;
  parts: readonly string[];
  at = 0;
  place: Place;
  parent: Place;
  name = "";
  /** What was read for the name at which it stands. */
  child: Dentry | undefined;
  #links = 0;

  constructor(fs: FsState, start: Place, path: string, follow: boolean, parts: readonly string[]) {
    this.fs = fs;
    this.place = start;
    this.parent = start;
    this.path = path;
    this.follow = follow;
    this.parts = parts;
  }

  get isAtEnd(): boolean {
    return this.at === this.parts.length - 1;
  }

  /** Goes where a link leads, then on with the rest of the path; false after too many links. */
  followLink(target: string, partsOf: (path: string) => readonly string[]): boolean {
    if (++this.#links > MOST_LINKS) return false;
    if (target.startsWith("/")) this.place = this.fs.root;
    const rest = this.parts.slice(this.at + 1).join("/");
    this.path = this.isAtEnd && !this.path.endsWith("/") ? target : `${target}/${rest}`;
    this.parts = partsOf(this.path);
    this.at = -1; // the loop goes on to 0
    return true;
  }

  end(): Found | number {
    const { place, parent, name } = this;
    const { inode } = place.dentry;
    if (this.path.endsWith("/") && inode !== undefined && !inode.isDirectory) return -ERRNO.ENOTDIR;
    return { place, parent, name };
  }
}

/** Walks paths as the kernel does: name by name, permissions asked, links followed, missing names read from the disk. */
export class PathWalker {
  readonly #world: World;
  readonly #transient: TransientObjects;
  readonly #lookupFast: KernelFunction;
  readonly #lookupSlow: KernelFunction;
  readonly #dLookup: KernelFunction;
  readonly #functions = new Map<string, KernelFunction>();
  readonly #parts = new Map<string, readonly string[]>();

  constructor(world: World) {
    this.#world = world;
    this.#transient = world.get(TRANSIENT);
    this.#lookupFast = world.hooks.function("lookup_fast");
    this.#lookupSlow = world.hooks.function("lookup_slow");
    this.#dLookup = world.hooks.function("d_lookup");
  }

  /** Finds what a path names, or gives a negative errno. A missing last name is no error: its dentry is negative. */
  walk(task: Task, path: string, options: LookupOptions = {}): Code<Found | number> {
    return this.walkTo(task, path, options.follow ?? true, options.dirFd ?? AT_FDCWD);
  }

  /** The same. */
  walkTo(task: Task, path: string, follow: boolean, dirFd: number): Code<Found | number> {
    if (path.length >= MOST_PATH) return new Finished(-ERRNO.ENAMETOOLONG);
    if (path === "") return new Finished(-ERRNO.ENOENT);
    const fs = task.process.get(FS);
    const start = startOf(task, fs, path, dirFd);
    if (typeof start === "number") return new Finished(start);
    return this.#walkFrom(task, new Walk(fs, start, path, follow, this.#partsOf(path)));
  }

  /** Mostly all names are in the directory cache, and nothing has to wait. */
  #walkFrom(task: Task, walk: Walk): Code<Found | number> {
    const found = this.#walkCached(task, walk);
    return found === undefined ? this.#walkOn(task, walk) : new Finished(found);
  }

  /** Reads the name at which the walk stands, and goes on. */
  *#walkOn(task: Task, walk: Walk): Code<Found | number> {
    for (;;) {
      walk.child = yield* this.#read(task, walk.place, walk.name);
      const found = this.#walkCached(task, walk);
      if (found !== undefined) return found;
    }
  }

  /** Walks until the end, or to a name that must be read first: undefined. */
  #walkCached(task: Task, walk: Walk): Found | number | undefined {
    const { uid, gid } = task.process.credentials;
    for (; walk.at < walk.parts.length; walk.at++) {
      const { place } = walk;
      walk.name = walk.parts[walk.at] as string;
      const directory = place.dentry.inode;
      if (directory === undefined) return -ERRNO.ENOENT;
      if (!directory.isDirectory) return -ERRNO.ENOTDIR;
      if (!directory.permits(uid, gid, 1)) return -ERRNO.EACCES;
      walk.parent = place;
      if (walk.name === "..") {
        walk.place = above(place, walk.fs.root);
        continue;
      }
      if (walk.name.length > MOST_NAME) return -ERRNO.ENAMETOOLONG;
      const child = walk.child ?? this.#cached(place, walk.name);
      walk.child = undefined;
      if (child === undefined) return undefined;
      const target = child.inode?.target;
      if (target === undefined || (walk.isAtEnd && !walk.follow))
        walk.place = below(placeIn(place.mount, child));
      else if (!walk.followLink(target, (path) => this.#partsOf(path))) return -ERRNO.ELOOP;
    }
    return walk.end();
  }

  /** The names in a path; those of a path that was walked before are known. */
  #partsOf(path: string): readonly string[] {
    const known = this.#parts.get(path);
    if (known !== undefined) return known;
    if (this.#parts.size >= MOST_KNOWN_PATHS) this.#parts.clear();
    const parts = partsOf(path);
    this.#parts.set(path, parts);
    return parts;
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

/** A place, mostly the one that the walk before made. */
function placeIn(mount: Mount, dentry: Dentry): Place {
  if (dentry.place?.mount !== mount) dentry.place = { mount, dentry };
  return dentry.place;
}

function startOf(task: Task, fs: FsState, path: string, dirFd: number): Place | number {
  if (path.startsWith("/")) return fs.root;
  if (dirFd === AT_FDCWD) return fs.current;
  const file = task.process.get(DESCRIPTORS).get(dirFd);
  if (file === undefined) return -ERRNO.EBADF;
  return file.inode.isDirectory ? file.place : -ERRNO.ENOTDIR;
}
