import type { BlockDevice } from "../block/block-device.ts";
import { along } from "../block/kernel-path.ts";
import { REQ, REQ_OP } from "../block/request-flags.ts";
import { IoBatch, submitBio } from "../block/submit.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { World } from "../world/world.ts";
import { SECTORS_PER_PAGE } from "./extents.ts";
import { PAGE_BYTES } from "./memory.ts";

const FIRST_SECTOR = 0x100_0000; // of the partition that it shares with a file system

/** The swap area: pages that processes wrote and nobody used for long. */
export class Swap {
  readonly #world: World;
  readonly #free: number[] = [];
  #device: BlockDevice | undefined;
  #slots = 0;
  #top = 0;
  #used = 0;
  #struct: KernelObject | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Makes it so large, on that disk. */
  set(device: BlockDevice, bytes: number): void {
    this.#device = device;
    this.#slots = Math.floor(bytes / PAGE_BYTES);
    this.#struct ??= this.#world.memory.make("swap_info_struct", { bdev: device.struct, prio: -2 });
    this.#struct.fill({ max: this.#slots, pages: this.#slots });
  }

  get usedPages(): number {
    return this.#used;
  }

  get freePages(): number {
    return this.#slots - this.#used;
  }

  /** A place for a page; undefined when it is full. */
  take(): number | undefined {
    if (this.freePages <= 0) return undefined;
    this.#note(1);
    return this.#free.pop() ?? this.#top++;
  }

  free(slot: number): void {
    this.#note(-1);
    this.#free.push(slot);
  }

  /** Writes a page as part of a batch: swap_writepage(). */
  *write(task: Task, batch: IoBatch, slot: number, folio: () => bigint): Code {
    const device = this.#device;
    if (device === undefined) return;
    const io = { flags: REQ_OP.write | REQ.swap, sector: sectorOf(slot), bytes: PAGE_BYTES, page: folio };
    const page = { get address() { return folio(); } }; // biome-ignore format: one getter
    yield* along(this.#world, [["swap_writepage", page]], () => submitBio(task, batch.bio(device, io)));
  }

  /** Reads a page: swap_read_folio(). False when it could not be read. */
  *read(task: Task, slot: number, folio: () => bigint): Code<boolean> {
    const device = this.#device;
    if (device === undefined) return false;
    const batch = new IoBatch(task);
    const io = { flags: REQ_OP.read | REQ.swap, sector: sectorOf(slot), bytes: PAGE_BYTES, page: folio };
    const page = { get address() { return folio(); } }; // biome-ignore format: one getter
    yield* along(this.#world, [["swap_read_folio", page]], () => submitBio(task, batch.bio(device, io)));
    return (yield* batch.wait()) === 0;
  }

  #note(by: number): void {
    this.#used += by;
    this.#struct?.set("inuse_pages.counter", this.#used);
  }
}

function sectorOf(slot: number): number {
  return FIRST_SECTOR + slot * SECTORS_PER_PAGE;
}

/** The machine's swap area. */
export const SWAP: StateKey<World, Swap> = { name: "mm.swap", make: (world) => new Swap(world) };
