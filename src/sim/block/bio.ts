import type { Addressed } from "../hooks/word.ts";
import type { KernelObject, Values } from "../memory/kernel-object.ts";
import type { StateKey } from "../world/state-key.ts";
import type { World } from "../world/world.ts";
import type { BlockDevice } from "./block-device.ts";

/** Error of a bio or request: a negative errno, 0 for none. */
export type IoError = number;

const BIO_REMAPPED = 1 << 11;

/** What is to be read or written: struct bio, which lies in memory only when somebody asks for its address. */
export class Bio implements Addressed {
  readonly device: BlockDevice;
  readonly flags: number;
  /** Of the device at first, of the whole disk once it was submitted. */
  sector: number;
  bytes: number;
  error: IoError = 0;
  /** Called when it is done, in the interrupt. */
  readonly #end: (error: IoError, bio: Bio) => void;
  /** Parts that were split off and are not done yet, and itself. */
  #remaining = 1;
  readonly #pages: readonly (() => bigint)[] | undefined;
  #struct: KernelObject | undefined;

  /** `page`: gives the struct page of its first piece when somebody looks. */
  constructor(
    device: BlockDevice,
    io: Readonly<{ flags: number; sector: number; bytes: number; page?: () => bigint }>,
    end: (error: IoError, bio: Bio) => void,
  ) {
    this.device = device;
    this.flags = io.flags;
    this.sector = io.sector;
    this.bytes = io.bytes;
    this.#end = end;
    if (io.page !== undefined) this.#pages = [io.page];
  }

  get address(): bigint {
    this.#struct ??= this.device.disk.world.get(BIO_POOL).take(this.#values());
    return this.#struct.address;
  }

  /** Past its last sector. */
  get endSector(): number {
    return this.sector + this.bytes / 512;
  }

  /** Its sectors count from the start of the disk now. */
  remap(): void {
    this.sector += this.device.start;
    this.#update({ bi_flags: BIO_REMAPPED, "bi_iter.bi_sector": this.sector });
  }

  /** Takes the first bytes away as a bio of their own: both must be done. */
  split(bytes: number): Bio {
    const front = new Bio(this.device, { flags: this.flags, sector: this.sector, bytes }, (error) =>
      this.finish(error),
    );
    this.#remaining++;
    this.sector += bytes / 512;
    this.bytes -= bytes;
    this.#update({ "bi_iter.bi_sector": this.sector, "bi_iter.bi_size": this.bytes });
    return front;
  }

  /** It, or a part of it, has been done: bio_endio(). */
  finish(error: IoError): void {
    if (error !== 0) this.error = error;
    if (--this.#remaining > 0) return;
    this.#end(this.error, this);
    if (this.#struct !== undefined) this.device.disk.world.get(BIO_POOL).give(this.#struct);
    this.#struct = undefined;
  }

  /** Links it behind another of the same request. */
  linkBehind(other: Bio): void {
    if (other.#struct !== undefined) other.#struct.set("bi_next", this.address);
  }

  #update(values: Values): void {
    this.#struct?.fill(values);
  }

  #values(): Values {
    return {
      bi_bdev: this.device.struct,
      bi_opf: this.flags,
      "bi_iter.bi_sector": this.sector,
      "bi_iter.bi_size": this.bytes,
      "__bi_remaining.counter": this.#remaining,
      "__bi_cnt.counter": 1,
      bi_vcnt: Math.max(1, Math.ceil(this.bytes / 4096)),
      bi_max_vecs: Math.max(1, Math.ceil(this.bytes / 4096)),
      ...(this.#pages && { bi_io_vec: this.#vector() }),
    };
  }

  #vector(): bigint {
    const page = this.#pages?.[0]?.() ?? 0n;
    return this.device.disk.world.get(BIO_POOL).vector(page, Math.min(this.bytes, 4096));
  }
}

/** Memory of bios: what was given back stays readable, as in a slab. */
class BioPool {
  readonly #world: World;
  readonly #free: KernelObject[] = [];
  readonly #vectors: KernelObject[] = [];
  #nextVector = 0;

  constructor(world: World) {
    this.#world = world;
  }

  take(values: Values): KernelObject {
    const object = this.#free.pop() ?? this.#world.memory.make("bio");
    this.#world.memory.u8.fill(0, object.offset, object.offset + object.bytes);
    return object.fill(values);
  }

  give(object: KernelObject): void {
    this.#free.push(object);
  }

  vector(page: bigint, bytes: number): bigint {
    const at = this.#nextVector++ % VECTORS;
    const vector = this.#vectors[at] ?? this.#world.memory.make("bio_vec");
    this.#vectors[at] = vector;
    return vector.fill({ bv_page: page, bv_len: bytes, bv_offset: 0 }).address;
  }
}

const VECTORS = 256;

const BIO_POOL: StateKey<World, BioPool> = { name: "block.bios", make: (world) => new BioPool(world) };
