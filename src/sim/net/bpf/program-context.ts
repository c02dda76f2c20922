import type { KernelMemory } from "../../memory/kernel-memory.ts";
import type { Field, Layout } from "../../memory/layout.ts";
import type { IpAddress } from "../packet/ip-address.ts";

/** A context that a program gets: one of the structs of include/uapi/linux/bpf.h, as bytes. */
export class ProgramContext {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #layout: Layout;

  /** `room`: bytes behind the struct. */
  constructor(memory: KernelMemory, struct: string, room = 0) {
    this.#layout = memory.layouts.named(struct);
    this.bytes = new Uint8Array(this.#layout.bytes + room);
    this.#view = new DataView(this.bytes.buffer);
  }

  set(path: string, value: number | bigint): void {
    const field = this.#layout.field(path);
    put(this.#view, field, value);
  }

  /** Fills an address: its one word for IPv4, its four for IPv6. */
  setAddress(ip4: string, ip6: string, address: IpAddress): void {
    const into = this.#layout.field(address.version === 4 ? ip4 : ip6);
    this.bytes.set(address.bytes, into.offset);
  }

  /** A member after a run. */
  static read(layout: Layout, bytes: Uint8Array, path: string): number {
    const { offset, size } = layout.field(path);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (size === 4) return view.getUint32(offset, true);
    return size === 2 ? view.getUint16(offset, true) : view.getUint8(offset);
  }

  get layout(): Layout {
    return this.#layout;
  }
}

function put(view: DataView, { offset, size }: Field, value: number | bigint): void {
  if (size === 8) view.setBigUint64(offset, BigInt.asUintN(64, BigInt(value)), true);
  else if (size === 4) view.setUint32(offset, Number(value) >>> 0, true);
  else if (size === 2) view.setUint16(offset, Number(value), true);
  else view.setUint8(offset, Number(value));
}
