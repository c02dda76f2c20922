import { ERRNO } from "../errno.ts";
import { addressOf, DIRECT_MAP } from "../memory/address.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { Process } from "../process/process.ts";
import type { StateKey } from "../world/state-key.ts";
import type { World } from "../world/world.ts";
import { OPEN, type OpenFile } from "./open-file.ts";

const FIRST_SIZE = 64; // NR_OPEN_DEFAULT: how many files_struct.fd_array holds
const MOST_OPEN = 1024; // RLIMIT_NOFILE as shells set it

/** The open files of a process by descriptor, and its struct files_struct with the table that programs walk. */
export class Descriptors {
  readonly struct: KernelObject;
  readonly #world: World;
  readonly #files: (OpenFile | undefined)[] = [];
  readonly #closeOnExec = new Set<number>();
  #table: Readonly<{ offset: number; size: number }> | undefined;
  /** Where files_struct.fd_array lies. */
  readonly #inline: number;
  #lowestFree = 0;

  constructor(world: World) {
    this.#world = world;
    this.struct = world.memory.make("files_struct", { "count.counter": 1 });
    this.struct.fill({
      fdt: this.struct.addressOf("fdtab"),
      "fdtab.max_fds": FIRST_SIZE,
      "fdtab.fd": this.struct.addressOf("fd_array"),
    });
    this.#inline = Number(this.struct.addressOf("fd_array") - DIRECT_MAP);
  }

  get(fd: number): OpenFile | undefined {
    return this.#files[fd];
  }

  /** Every descriptor in use. */
  *entries(): Iterable<readonly [fd: number, file: OpenFile]> {
    for (const [fd, file] of this.#files.entries()) if (file !== undefined) yield [fd, file];
  }

  /** Gives a file the lowest free descriptor from `from` on; -EMFILE when there is none. */
  install(file: OpenFile, from = 0): number {
    let fd = Math.max(this.#lowestFree, from);
    while (this.#files[fd] !== undefined) fd++;
    if (fd >= MOST_OPEN) return -ERRNO.EMFILE;
    if (from <= this.#lowestFree) this.#lowestFree = fd + 1;
    this.#set(fd, file);
    return fd;
  }

  /** Puts a file at a descriptor; what was there is returned. */
  replace(fd: number, file: OpenFile): OpenFile | undefined {
    const before = this.#files[fd];
    while (this.#files.length < fd) this.#files.push(undefined);
    this.#set(fd, file);
    return before;
  }

  /** Takes a descriptor away; its file is still to be dropped. */
  remove(fd: number): OpenFile | undefined {
    const file = this.#files[fd];
    if (file === undefined) return undefined;
    this.#files[fd] = undefined;
    if (this.#closeOnExec.size > 0) this.#closeOnExec.delete(fd);
    this.#writeEntry(fd, undefined);
    if (fd < this.#lowestFree) this.#lowestFree = fd;
    return file;
  }

  setCloseOnExec(fd: number, on: boolean): void {
    if (on) this.#closeOnExec.add(fd);
    else this.#closeOnExec.delete(fd);
  }

  isCloseOnExec(fd: number): boolean {
    return this.#closeOnExec.has(fd);
  }

  /** Descriptors that execve(2) closes. */
  get closedOnExec(): readonly number[] {
    return [...this.#closeOnExec];
  }

  copy(): Descriptors {
    const copy = new Descriptors(this.#world);
    for (const [fd, file] of this.entries()) {
      copy.#set(fd, file.hold());
      if (this.#closeOnExec.has(fd)) copy.#closeOnExec.add(fd);
    }
    copy.#lowestFree = this.#lowestFree;
    return copy;
  }

  /** Gives everything back: the process has ended. */
  closeAll(): void {
    for (const [fd] of this.entries()) this.remove(fd)?.drop();
    if (this.#table !== undefined) this.#world.memory.release(this.#table.offset, this.#table.size * 8);
    this.struct.free();
  }

  #set(fd: number, file: OpenFile): void {
    this.#files[fd] = file;
    if (this.#closeOnExec.size > 0) this.#closeOnExec.delete(fd);
    if ((file.flags & OPEN.closeOnExec) !== 0) this.#closeOnExec.add(fd);
    this.#writeEntry(fd, file);
  }

  #writeEntry(fd: number, file: OpenFile | undefined): void {
    const { memory } = this.#world;
    if (fd >= (this.#table?.size ?? FIRST_SIZE)) this.#grow(fd);
    const start = this.#table?.offset ?? this.#inline;
    memory.pointAt(start + fd * 8, file === undefined ? 0 : file.struct.offset);
  }

  #grow(fd: number): void {
    const { memory } = this.#world;
    let size = this.#table?.size ?? FIRST_SIZE;
    while (size <= fd) size *= 2;
    const offset = memory.allocate(size * 8);
    const before = this.#table;
    this.#table = { offset, size };
    for (const [known, file] of this.entries())
      if (known < (before?.size ?? FIRST_SIZE)) memory.pointAt(offset + known * 8, file.struct.offset);
    if (before !== undefined) memory.release(before.offset, before.size * 8);
    this.struct.fill({ "fdtab.max_fds": size, "fdtab.fd": addressOf(offset) });
  }
}

/** The open files of a process. Threads share them, children get copies. */
export const DESCRIPTORS: StateKey<Process, Descriptors> = {
  name: "files.descriptors",
  make: (process) => new Descriptors(process.world),
  fork: (parent) => parent.copy(),
  release: (descriptors) => descriptors.closeAll(),
};
