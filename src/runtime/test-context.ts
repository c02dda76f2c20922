import type { ValueField, ValueType } from "../plan/value-type.ts";
import { sizeOfValue } from "../plan/value-type.ts";
import type { MapHandle } from "./backend.ts";
import type { DecodeContext } from "./decode-value.ts";
import type { Resolver } from "./resolver.ts";
import { StackReader } from "./stack-reader.ts";
import { StringCache } from "./string-cache.ts";

/** A machine that knows a few names, for tests. */
export const fakeResolver: Resolver = {
  kernelSymbol: (address) =>
    address >= 0xffff0000n ? { name: "do_exit", offset: address - 0xffff0000n } : undefined,
  userSymbol: (pid, address) =>
    pid === 7 && address >= 0x4000n
      ? { name: "main", offset: address - 0x4000n, module: "/bin/app" }
      : undefined,
  cgroupPath: (id, hierarchy) => (id === 1n ? `${hierarchy || "unified"}:/system.slice` : undefined),
  userName: (uid) => (uid === 0n ? "root" : undefined),
  errorText: (errno) => (errno === 1 ? "Operation not permitted" : undefined),
  clockOffsetNs: (clock) => (clock === "realtime" ? 0n : 1_000_000_000n),
};

/** A context for decoders over the fake machine; `stackMap` holds stacks where a test has some. */
export function testContext(stackMap?: MapHandle): DecodeContext {
  return {
    resolver: fakeResolver,
    strings: new StringCache(),
    stacks: new StackReader(stackMap ? [stackMap] : [], fakeResolver),
    probeNames: ["BEGIN", "tracepoint:a:b"],
    cutMark: "..",
  };
}

/** Fields one after the other from offset 8, each at a multiple of 8, as the compiler lays out small events. */
export function layOut(...types: readonly ValueType[]): ValueField[] {
  let offset = 8;
  return types.map((type) => {
    const field = { type, offset };
    offset += Math.ceil(sizeOfValue(type) / 8) * 8;
    return field;
  });
}

/** A record: `fill` writes behind the u64 action index; `tail` lies behind the fixed part. */
export class RecordBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly base: number;
  #end: number;

  /** The record starts at `base`, so that offsets that forget it are found out. */
  constructor(fixedBytes: number, action = 0, base = 24) {
    this.bytes = new Uint8Array(base + fixedBytes + 4096).fill(0xee);
    this.bytes.fill(0, base, base + fixedBytes);
    this.view = new DataView(this.bytes.buffer);
    this.base = base;
    this.#end = base + fixedBytes;
    this.view.setBigUint64(base, BigInt(action), true);
  }

  get end(): number {
    return this.#end;
  }

  get length(): number {
    return this.#end - this.base;
  }

  int(offset: number, size: 1 | 2 | 4 | 8, value: bigint): this {
    const at = this.base + offset;
    for (let i = 0; i < size; i++) this.bytes[at + i] = Number(BigInt.asUintN(8, value >> BigInt(8 * i)));
    return this;
  }

  text(offset: number, text: string): this {
    this.bytes.set(new TextEncoder().encode(text), this.base + offset);
    return this;
  }

  raw(offset: number, ...bytes: readonly number[]): this {
    this.bytes.set(bytes, this.base + offset);
    return this;
  }

  /** Appends bytes behind the record's end and points the 8 bytes at `offset` to them. */
  tail(offset: number, bytes: Uint8Array): this {
    this.view.setUint32(this.base + offset, this.length, true);
    this.view.setUint32(this.base + offset + 4, bytes.length, true);
    this.bytes.set(bytes, this.#end);
    this.#end += bytes.length;
    return this;
  }
}
