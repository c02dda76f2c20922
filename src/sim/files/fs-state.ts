import type { KernelObject } from "../memory/kernel-object.ts";
import type { Process } from "../process/process.ts";
import type { StateKey } from "../world/state-key.ts";
import type { World } from "../world/world.ts";
import type { Place } from "./mount.ts";
import { VFS } from "./vfs.ts";

/** Where a process's paths begin, and its struct fs_struct. */
export class FsState {
  readonly struct: KernelObject;
  umask = 0o022;
  #root: Place;
  #current: Place;

  constructor(world: World, root: Place, current: Place) {
    this.struct = world.memory.make("fs_struct", { users: 1, umask: this.umask });
    this.#root = root;
    this.#current = current;
    this.root = root;
    this.current = current;
  }

  get root(): Place {
    return this.#root;
  }

  set root(place: Place) {
    this.#root = place;
    this.struct.fill({ "root.mnt": place.mount.vfsmount, "root.dentry": place.dentry.struct });
  }

  get current(): Place {
    return this.#current;
  }

  set current(place: Place) {
    this.#current = place;
    this.struct.fill({ "pwd.mnt": place.mount.vfsmount, "pwd.dentry": place.dentry.struct });
  }
}

/** Root and current directory of a process. */
export const FS: StateKey<Process, FsState> = {
  name: "files.fs",
  make(process) {
    const { root } = process.world.get(VFS);
    return new FsState(process.world, root, root);
  },
  fork(parent, child) {
    const state = new FsState(child.world, parent.root, parent.current);
    state.umask = parent.umask;
    return state;
  },
  release: (state) => state.struct.free(),
};
