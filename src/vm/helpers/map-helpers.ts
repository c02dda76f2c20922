import { ERRNO } from "../errno.ts";
import { ReferenceMap } from "../maps/reference-maps.ts";
import { StorageMap } from "../maps/storage-map.ts";
import type { VmMap } from "../maps/vm-map.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

const LOOKUPS_OF_MAPS: ReadonlySet<string> = new Set(["arrayOfMaps", "hashOfMaps"]);
const LOOKUPS_OF_SOCKETS: ReadonlySet<string> = new Set(["sockmap", "sockhash", "reuseportSockarray"]);

function key(call: HelperCall, map: VmMap): Uint8Array {
  return call.read(2, map.spec.keySize);
}

function lookup(call: HelperCall): number | bigint {
  const map = call.map(1);
  const { keySize, valueSize } = map.spec;
  if (map.lookupAt !== undefined) {
    const value = map.lookupAt(call.readable(2, keySize));
    call.state.space.tellWindow(value, value === 0 ? 0 : valueSize, map.isWritten === true);
    return value;
  }
  call.state.space.tellWindow(0, 0, false);
  if (!(map instanceof ReferenceMap)) return map.lookup?.(key(call, map)) ?? 0;
  const id = map.referredByKey(key(call, map));
  if (id === undefined) return 0;
  // Programs see inner maps by address, sockets as they see those of a lookup; of devices and the like, the entry.
  if (LOOKUPS_OF_MAPS.has(map.spec.type)) return call.state.maps.address(id);
  if (LOOKUPS_OF_SOCKETS.has(map.spec.type))
    return call.state.sockets.view(call.env.network?.socketByCookie?.(BigInt(id)));
  return call.state.scratch(map, key(call, map));
}

function storage(call: HelperCall): StorageMap {
  const map = call.map(1);
  if (map instanceof StorageMap) return map;
  throw call.state.fail("vm/bad-map", `${map.spec.name} is no storage map`);
}

/** bpf_{task,inode,sk,cgrp}_storage_get(map, owner, value, flags). */
function storageGet(call: HelperCall): number {
  const map = storage(call);
  if (call.isNull(2)) return 0;
  const flags = call.u64(4);
  if (flags > 1n) return 0;
  const initial = flags === 1n && !call.isNull(3) ? call.read(3, map.spec.valueSize) : undefined;
  return map.of(owner(call), flags === 1n, initial);
}

/** The number of the object in the second argument: sockets may have several forms. */
function owner(call: HelperCall): bigint {
  const address = call.u64(2);
  const socket = call.map(1).spec.type === "skStorage" ? call.state.sockets.at(address) : undefined;
  return socket === undefined ? address : socket.address || BigInt.asUintN(64, -socket.cookie);
}

function storageDelete(call: HelperCall): number {
  return call.isNull(2) ? -ERRNO.EINVAL : storage(call).forget(owner(call));
}

/** Maps by key, by end and by owner. */
export const MAP_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_map_lookup_elem", run: lookup },
  {
    name: "bpf_map_update_elem",
    run(call) {
      const map = call.map(1);
      if (map.updateAt !== undefined) {
        const value = call.readable(3, map.spec.valueSize);
        return map.updateAt(call.readable(2, map.spec.keySize), value, flags(call, 4));
      }
      if (!map.update) return map.missing;
      return map.update(key(call, map), call.read(3, map.spec.valueSize), flags(call, 4));
    },
  },
  {
    name: "bpf_map_delete_elem",
    run(call) {
      const map = call.map(1);
      if (map.deleteAt !== undefined) return map.deleteAt(call.readable(2, map.spec.keySize));
      return map.delete?.(key(call, map)) ?? map.missing;
    },
  },
  {
    name: "bpf_map_lookup_percpu_elem",
    run(call) {
      const map = call.map(1);
      return map.lookupCpu?.(key(call, map), call.u32(3)) ?? 0;
    },
  },
  {
    name: "bpf_map_push_elem",
    run(call) {
      const map = call.map(1);
      return map.push?.(call.read(2, map.spec.valueSize), flags(call, 3)) ?? map.missing;
    },
  },
  {
    name: "bpf_map_pop_elem",
    run(call) {
      const map = call.map(1);
      return map.pop?.(call.write(2, map.spec.valueSize)) ?? map.missing;
    },
  },
  {
    name: "bpf_map_peek_elem",
    run(call) {
      const map = call.map(1);
      if (map.spec.type === "bloomFilter") return map.peek?.(call.read(2, map.spec.valueSize)) ?? map.missing;
      return map.peek?.(call.write(2, map.spec.valueSize)) ?? map.missing;
    },
  },
  {
    name: "bpf_for_each_map_elem",
    run(call) {
      const map = call.map(1);
      const [callback, context] = [call.u64(2), call.u64(3)];
      if (call.u64(4) !== 0n) return -ERRNO.EINVAL;
      if (!map.visitEntries) return -ERRNO.EINVAL;
      const address = call.state.maps.address(map.id);
      call.state.charge(map.spec.maxEntries >>> 4); // a walk passes entries that are gone, too
      return map.visitEntries((keyAt, valueAt) =>
        Number(BigInt.asIntN(32, call.callback(callback, [address, BigInt(keyAt), BigInt(valueAt), context]))),
      );
    },
  },
  { name: "bpf_task_storage_get", run: storageGet },
  { name: "bpf_task_storage_delete", run: storageDelete },
  { name: "bpf_inode_storage_get", run: storageGet },
  { name: "bpf_inode_storage_delete", run: storageDelete },
  { name: "bpf_sk_storage_get", run: storageGet },
  { name: "bpf_sk_storage_delete", run: storageDelete },
  { name: "bpf_cgrp_storage_get", run: storageGet },
  { name: "bpf_cgrp_storage_delete", run: storageDelete },
  {
    name: "bpf_get_local_storage",
    run: (call) => storage(call).of(call.env.task().cgroupId, true),
    differs: "one value per cgroup, whatever the attachment",
  },
];

/** Flags that do not fit into 32 bits are wrong for every map. */
function flags(call: HelperCall, arg: number): number {
  return Math.min(call.address(arg), 0x7fff_ffff);
}
