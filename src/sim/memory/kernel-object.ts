import { addressOf } from "./address.ts";
import type { KernelMemory } from "./kernel-memory.ts";
import type { Field, Layout } from "./layout.ts";

/** What a member can be set to. Texts are cut and padded with NULs; an object stands for its address; null is NULL. */
export type FieldValue = number | bigint | boolean | string | KernelObject | Uint8Array | null;
export type Values = Readonly<{ [path: string]: FieldValue | undefined }>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A struct in the kernel's memory. Paths are written as "a.b[3].c" and follow pointers; one that does not exist in the
 * kernel's types throws, one through a NULL pointer reads as 0 and throws when written.
 */
export class KernelObject {
  readonly memory: KernelMemory;
  readonly layout: Layout;
  /** From the start of the direct map. */
  readonly offset: number;
  readonly bytes: number;
  #address: bigint | undefined; // made for those who ask: most are only written
  /** Its memory was given back. */
  isFree = false;
  /** Whatever stands for this object in the simulation, such as a Task for a task_struct. */
  owner: unknown;

  /** Use KernelMemory.make. */
  constructor(memory: KernelMemory, layout: Layout, offset: number, bytes: number) {
    this.memory = memory;
    this.layout = layout;
    this.offset = offset;
    this.bytes = bytes;
  }

  get address(): bigint {
    this.#address ??= addressOf(this.offset);
    return this.#address;
  }

  /** An integer, an enumerator, a bit-field or a pointer; negative only when its type is signed. */
  get(path: string): bigint {
    const field = this.layout.field(path);
    const at = this.#locate(field);
    return at === undefined ? 0n : loadWord(this.memory.view, at, field);
  }

  /** As `get`, as a number: exact up to 2⁵³. */
  num(path: string): number {
    return Number(this.get(path));
  }

  /** An array of char up to its NUL, or the text that a char pointer leads to. */
  text(path: string): string {
    const field = this.layout.field(path);
    let at = this.#locate(field);
    if (at !== undefined && field.kind === "pointer") at = this.memory.pointerAt(at);
    if (at === undefined) return "";
    const end = this.memory.u8.indexOf(0, at);
    const most = field.kind === "text" ? at + field.size : this.memory.u8.length;
    return decoder.decode(this.memory.u8.subarray(at, Math.min(end === -1 ? most : end, most)));
  }

  /** The object that a pointer leads to, when `make` made it. */
  object(path: string): KernelObject | undefined {
    return this.memory.objectAt(this.get(path));
  }

  /** A member that is a struct, as an object that shares this one's memory. */
  inner(path: string): KernelObject {
    const field = this.layout.field(path);
    const at = this.#locate(field);
    if (field.kind !== "struct" || at === undefined)
      throw new Error(`bug: ${path} is no struct in ${this.layout.name}`);
    return new KernelObject(this.memory, this.memory.layouts.of(field.type), at, field.size);
  }

  /** Address of a member. */
  addressOf(path: string): bigint {
    const at = this.#locate(this.layout.field(path));
    return at === undefined ? 0n : addressOf(at);
  }

  set(path: string, value: FieldValue): void {
    const field = this.layout.field(path);
    const at = this.#locate(field);
    if (at === undefined) throw new Error(`bug: ${this.layout.name}.${path} leads through NULL`);
    storeValue(this.memory, at, field, value);
  }

  /** `set` of an integer by a field of its layout that lies in the struct itself: for structs that are made often. */
  put(field: Field, value: number): void {
    storeNumber(this.memory.view, this.offset + field.offset, field.size, value);
  }

  /** The same for a pointer, to a place in the kernel's memory: its offset in that. */
  point(field: Field, to: number): void {
    this.memory.pointAt(this.offset + field.offset, to);
  }

  fill(values: Values): this {
    for (const path in values) {
      const value = values[path];
      if (value !== undefined) this.set(path, value);
    }
    return this;
  }

  free(): void {
    this.memory.free(this);
  }

  #locate(field: Field): number | undefined {
    let at: number | undefined = this.offset;
    for (const hop of field.hops) {
      at = this.memory.pointerAt(at + hop);
      if (at === undefined) return undefined;
    }
    return at + field.offset;
  }
}

function loadWord(view: DataView, at: number, field: Field): bigint {
  let value: bigint;
  if (field.size === 8) value = view.getBigUint64(at, true);
  else if (field.size === 4) value = BigInt(view.getUint32(at, true));
  else if (field.size === 2) value = BigInt(view.getUint16(at, true));
  else if (field.size === 1) value = BigInt(view.getUint8(at));
  else throw new Error(`bug: ${field.path} has ${field.size} bytes and is no number`);
  const width = field.kind === "bits" ? field.width : field.size * 8;
  if (field.kind === "bits") value = BigInt.asUintN(width, value >> BigInt(field.shift));
  return field.signed ? BigInt.asIntN(width, value) : value;
}

function storeValue(memory: KernelMemory, at: number, field: Field, value: FieldValue): void {
  if (typeof value === "number" && field.kind === "int") return storeNumber(memory.view, at, field.size, value);
  if (typeof value === "string") return storeBytes(memory, at, field, encoder.encode(value), true);
  if (value instanceof Uint8Array) return storeBytes(memory, at, field, value, false);
  const word = value === null ? 0n : typeof value === "object" ? value.address : BigInt(value);
  if (field.kind !== "bits") return storeWord(memory.view, at, field, word);
  const mask = ((1n << BigInt(field.width)) - 1n) << BigInt(field.shift);
  const old = loadWord(memory.view, at, { ...field, kind: "int", signed: false });
  storeWord(memory.view, at, field, (old & ~mask) | ((word << BigInt(field.shift)) & mask));
}

function storeNumber(view: DataView, at: number, size: number, value: number): void {
  if (size === 4) view.setUint32(at, value, true);
  else if (size === 2) view.setUint16(at, value, true);
  else if (size === 1) view.setUint8(at, value);
  else {
    view.setUint32(at, value % 0x1_0000_0000, true);
    view.setInt32(at + 4, Math.floor(value / 0x1_0000_0000), true);
  }
}

function storeWord(view: DataView, at: number, field: Field, word: bigint): void {
  if (field.size === 8) view.setBigUint64(at, BigInt.asUintN(64, word), true);
  else if (field.size <= 4) storeNumber(view, at, field.size, Number(BigInt.asUintN(32, word)));
  else throw new Error(`bug: ${field.path} has ${field.size} bytes and is no number`);
}

function storeBytes(memory: KernelMemory, at: number, field: Field, bytes: Uint8Array, isText: boolean): void {
  if (field.kind !== "text" && field.kind !== "array" && field.kind !== "struct")
    throw new Error(`bug: ${field.path} takes no bytes`);
  const room = field.size === 0 ? bytes.length : field.size - (isText ? 1 : 0);
  memory.u8.fill(0, at, at + field.size);
  memory.u8.set(bytes.subarray(0, Math.max(room, 0)), at);
}
