import type { KernelObject } from "../memory/kernel-object.ts";
import type { World } from "./world.ts";

const ROOT = "/sys/fs/cgroup";

/** A cgroup of version 2. */
export class Cgroup {
  readonly id: bigint;
  /** "" for the root, else the last part of its path. */
  readonly name: string;
  readonly parent: Cgroup | undefined;
  readonly children = new Map<string, Cgroup>();
  /** Its struct cgroup. */
  readonly struct: KernelObject;
  /** The struct css_set of the tasks in it. */
  readonly cssSet: KernelObject;

  constructor(world: World, id: bigint, name: string, parent: Cgroup | undefined) {
    this.id = id;
    this.name = name;
    this.parent = parent;
    const { memory } = world;
    const level = this.level;
    const node = memory.make("kernfs_node", {
      id,
      name: memory.text(name),
      parent: parent?.struct.get("kn") ?? null,
    });
    this.struct = memory.make("cgroup", { level, kn: node }, (level + 1) * 8);
    this.struct.owner = this;
    this.struct.fill({ "self.cgroup": this.struct, "self.id": Number(id) });
    for (let at: Cgroup | undefined = this; at !== undefined; at = at.parent)
      this.struct.set(`ancestors[${at.level}]`, at.struct);
    this.cssSet = memory.make("css_set", { dfl_cgrp: this.struct, "refcount.refs.counter": 1 });
  }

  /** From the hierarchy's root: "/", "/system.slice/nginx.service". */
  get path(): string {
    if (this.parent === undefined) return "/";
    return this.parent.parent === undefined ? `/${this.name}` : `${this.parent.path}/${this.name}`;
  }

  /** 0 for the root. */
  get level(): number {
    return this.parent === undefined ? 0 : this.parent.level + 1;
  }

  /** The cgroup above at a level; undefined below this one. */
  ancestor(level: number): Cgroup | undefined {
    if (level > this.level) return undefined;
    let at: Cgroup = this;
    while (at.level > level && at.parent !== undefined) at = at.parent;
    return at;
  }
}

/** The cgroups of the machine, one hierarchy. Ids are inode numbers: 1 is the root. */
export class Cgroups {
  readonly root: Cgroup;
  readonly #world: World;
  readonly #byId = new Map<bigint, Cgroup>();
  #nextId = 1n;

  constructor(world: World) {
    this.#world = world;
    this.root = this.#add("", undefined);
  }

  /** The cgroup of a path such as "/system.slice/nginx.service", made with those above it when there is none. */
  make(path: string): Cgroup {
    let at = this.root;
    for (const name of path.split("/").filter((part) => part !== ""))
      at = at.children.get(name) ?? this.#add(name, at);
    return at;
  }

  find(path: string): Cgroup | undefined {
    const inside = path === ROOT || path.startsWith(`${ROOT}/`) ? path.slice(ROOT.length) : path;
    let at: Cgroup | undefined = this.root;
    for (const name of inside.split("/").filter((part) => part !== "")) at = at?.children.get(name);
    return at;
  }

  byId(id: bigint): Cgroup | undefined {
    return this.#byId.get(id);
  }

  #add(name: string, parent: Cgroup | undefined): Cgroup {
    const cgroup = new Cgroup(this.#world, this.#nextId, name, parent);
    this.#nextId += parent === undefined ? 1n : 7n; // other inodes are made between
    this.#byId.set(cgroup.id, cgroup);
    parent?.children.set(name, cgroup);
    return cgroup;
  }
}
