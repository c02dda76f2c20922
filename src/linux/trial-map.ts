import { mapCreateAttr } from "../abi/attr-map.ts";
import { MAP_FLAGS } from "../abi/map-flags.ts";
import type { MapType } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { BtfBuilder } from "../btf/encode.ts";
import { bpf } from "./bpf.ts";
import { createMap, type MapCreate } from "./bpf-map.ts";
import { loadBtf } from "./bpf-prog.ts";
import { ERRNO } from "./errno.ts";
import type { Fd } from "./fd.ts";
import { pageSize } from "./procfs.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

type Shape = Readonly<{
  key?: number;
  value?: number;
  entries?: number;
  flags?: number;
  inner?: true;
  typed?: true;
}>;

const STORAGE: Shape = { entries: 0, flags: MAP_FLAGS.noPrealloc, typed: true };
const PAGE = -1; // as many entries as a page has bytes

/** The smallest map of each type; 4 bytes of key and value and one entry where nothing is said. */
const SHAPES: Readonly<Partial<Record<MapType, Shape>>> = {
  stackTrace: { value: 8 },
  lpmTrie: { key: 8, value: 8, flags: MAP_FLAGS.noPrealloc },
  arrayOfMaps: { inner: true },
  hashOfMaps: { inner: true },
  cgroupStorage: { key: 16, value: 8, entries: 0 },
  percpuCgroupStorage: { key: 16, value: 8, entries: 0 },
  queue: { key: 0 },
  stack: { key: 0 },
  bloomFilter: { key: 0 },
  ringbuf: { key: 0, value: 0, entries: PAGE },
  userRingbuf: { key: 0, value: 0, entries: PAGE },
  skStorage: STORAGE,
  inodeStorage: STORAGE,
  taskStorage: STORAGE,
  cgrpStorage: STORAGE,
  arena: { key: 0, value: 0, flags: MAP_FLAGS.mmapable },
};

const NO_STRUCT = 1; // the kernel's type 1 is no struct of functions

/** 0 when the kernel makes a map of that type (which is dropped at once), else the errno, positive. */
export function tryMap(kernel: Kernel, type: MapType, ifindex = 0): number {
  if (type === "structOps") return tryStructOps(kernel);
  const shape = SHAPES[type] ?? {};
  try {
    using btf = shape.typed && keyAndValue(kernel);
    using inner = shape.inner && createMap(kernel, { ...plain("hash", {}), name: "inner" });
    using map = createMap(kernel, {
      ...plain(type, shape),
      ...(ifindex !== 0 && { ifindex }),
      ...(btf && { btf, btfKey: 1, btfValue: 1 }),
      ...(inner && { innerMap: inner }),
    });
    return map.number < 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof SystemError) return error.errnoNumber;
    throw error;
  }
}

function plain(type: MapType, { key = 4, value = 4, entries = 1, flags = 0 }: Shape): MapCreate {
  const maxEntries = entries === PAGE ? pageSize() : entries;
  return { name: "probe", type: MAP_TYPES[type].number, keySize: key, valueSize: value, maxEntries, flags };
}

function keyAndValue(kernel: Kernel): Fd {
  const builder = new BtfBuilder();
  builder.addInt(4, true);
  return loadBtf(kernel, builder.finish());
}

// Where such maps are known, what is wrong is the type of the value.
function tryStructOps(kernel: Kernel): number {
  const attr = mapCreateAttr.encode({
    mapType: MAP_TYPES.structOps.number,
    keySize: 4,
    valueSize: 4,
    maxEntries: 1,
    btfVmlinuxValueTypeId: NO_STRUCT,
  });
  const result = bpf(kernel, "BPF_MAP_CREATE", attr);
  if (result >= 0) kernel.call("close", result);
  return result === -ERRNO.ENOTSUPP || result >= 0 ? 0 : -result;
}
