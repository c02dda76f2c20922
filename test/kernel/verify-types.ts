import { BtfBuilder } from "../../src/btf/encode.ts";
import type { BtfId } from "../../src/btf/types.ts";

/** Types of the generated programs' functions and of map values with special fields. */
export type TestTypes = Readonly<{
  btf: Uint8Array;
  /** FUNC of entries, of static functions, and of global ones that take a context, a number and memory. */
  entry: number;
  local: number;
  global: number;
  /** Map values: with a lock at 0, with a timer at 8. */
  locked: number;
  timed: number;
  u32: number;
}>;

export function testTypes(): TestTypes {
  const b = new BtfBuilder();
  const int = b.addInt(4, true);
  const u32 = b.addInt(4, false);
  const u64 = b.addInt(8, false);
  const ctx = b.addPointer(0 as BtfId);
  const proto = b.add({
    kind: "funcProto",
    returns: int,
    params: [{ name: "ctx", type: ctx }],
    variadic: false,
  });
  const entry = b.add({ kind: "func", name: "entry", proto, linkage: "global" });
  const local = b.add({ kind: "func", name: "local", proto, linkage: "static" });
  const pair = b.add({
    kind: "struct",
    name: "pair",
    bytes: 16,
    members: [
      { name: "a", type: u64, bitOffset: 0 },
      { name: "b", type: u64, bitOffset: 64 },
    ],
  });
  const pairPointer = b.addPointer(pair);
  const globalProto = b.add({
    kind: "funcProto",
    returns: int,
    params: [
      { name: "n", type: u32 },
      { name: "p", type: pairPointer },
    ],
    variadic: false,
  });
  const global = b.add({ kind: "func", name: "global", proto: globalProto, linkage: "global" });
  const lock = b.add({
    kind: "struct",
    name: "bpf_spin_lock",
    bytes: 4,
    members: [{ name: "val", type: u32, bitOffset: 0 }],
  });
  const locked = b.add({
    kind: "struct",
    name: "locked",
    bytes: 16,
    members: [
      { name: "lock", type: lock, bitOffset: 0 },
      { name: "n", type: u32, bitOffset: 32 },
      { name: "m", type: u64, bitOffset: 64 },
    ],
  });
  const opaque = b.addArray(u64, 2);
  const timer = b.add({
    kind: "struct",
    name: "bpf_timer",
    bytes: 16,
    members: [{ name: "__opaque", type: opaque, bitOffset: 0 }],
  });
  const timed = b.add({
    kind: "struct",
    name: "timed",
    bytes: 24,
    members: [
      { name: "n", type: u64, bitOffset: 0 },
      { name: "timer", type: timer, bitOffset: 64 },
    ],
  });
  return { btf: b.finish(), entry, local, global, locked, timed, u32 };
}
