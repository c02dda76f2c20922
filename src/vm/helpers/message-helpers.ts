import { ERRNO } from "../errno.ts";
import { indexKey } from "../maps/array-map.ts";
import { ReferenceMap } from "../maps/reference-maps.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";
import { packetOf } from "./packet-helpers.ts";

const SK = { drop: 0, pass: 1 } as const;
const INGRESS = 1n; // BPF_F_INGRESS

/** The entry of a map of sockets: the cookie of its socket, or undefined. */
function socketIn(call: HelperCall, arg: number, key: (map: ReferenceMap) => Uint8Array): number | undefined {
  const map = call.map(arg);
  if (!(map instanceof ReferenceMap)) throw call.state.fail("vm/bad-map", `${map.spec.name} holds no sockets`);
  return map.referredByKey(key(map));
}

/** bpf_{sk,msg}_redirect_{map,hash}(ctx, map, key, flags). */
function redirect(keyed: "index" | "key") {
  return (call: HelperCall): number => {
    const flags = call.u64(4);
    if ((flags & ~INGRESS) !== 0n) return SK.drop;
    const to = socketIn(call, 2, (map) =>
      keyed === "index" ? indexKey(call.u32(3)) : call.read(3, map.spec.keySize),
    );
    if (to === undefined) return SK.drop;
    const effects = call.state.effect();
    effects.redirectedTo = to;
    effects.redirect = { kind: "socket", map: call.map(2).spec.name, ingress: flags === INGRESS };
    return SK.pass;
  };
}

/** bpf_sock_{map,hash}_update(ctx, map, key, flags): the context's socket, by its cookie. */
function updateMap(call: HelperCall): number {
  const map = call.map(2);
  const socket = call.env.network?.contextSocket?.(call.u64(1));
  const flags = call.address(4);
  if (flags > 2) return -ERRNO.EINVAL;
  if (socket === undefined || socket.isMini) return -ERRNO.EOPNOTSUPP;
  const value = new Uint8Array(map.spec.valueSize);
  new DataView(value.buffer).setUint32(0, Number(BigInt.asUintN(32, socket.cookie)), true);
  const status = map.update?.(call.read(3, map.spec.keySize), value, flags) ?? map.missing;
  if (status === 0) call.env.network?.mapped?.(socket, map.spec.name);
  return status;
}

/** bpf_msg_pull_data(msg, start, end, flags): makes these bytes directly accessible. */
function pull(call: HelperCall): number {
  const packet = packetOf(call);
  const [start, end] = [call.u32(2), call.u32(3)];
  if (call.u64(4) !== 0n || end <= start || end > packet.length) return -ERRNO.EINVAL;
  packet.show(start, end);
  return 0;
}

/** bpf_msg_push_data(msg, start, size, flags): zeros, for the program to write. */
function push(call: HelperCall): number {
  const packet = packetOf(call);
  const [start, size] = [call.u32(2), call.u32(3)];
  if (call.u64(4) !== 0n) return -ERRNO.EINVAL;
  if (size === 0) return 0;
  if (start > packet.length || size > 1 << 20) return -ERRNO.EINVAL;
  packet.insert(start, size);
  return 0;
}

/** bpf_msg_pop_data(msg, start, size, flags). */
function pop(call: HelperCall): number {
  const packet = packetOf(call);
  const [start, size] = [call.u32(2), call.u32(3)];
  if (call.u64(4) !== 0n) return -ERRNO.EINVAL;
  if (size === 0) return 0;
  if (start >= packet.length || start + size > packet.length) return -ERRNO.EINVAL;
  packet.remove(start, size);
  return 0;
}

/** bpf_sk_select_reuseport(ctx, map, key, flags). */
function selectSocket(call: HelperCall): number {
  const socket = socketIn(call, 2, (map) => call.read(3, map.spec.keySize));
  if (socket === undefined) return -ERRNO.ENOENT;
  call.state.effect().assignedSocket = BigInt(socket);
  return 0;
}

// ---- options of TCP headers

const OPTION = { end: 0, padding: 1, experiment1: 253, experiment2: 254 } as const;
const TCP_HEADER_BYTES = 20;
const MAX_OPTION_BYTES = 40;
const OPS = { headerLength: 14, writeHeader: 15 } as const; // BPF_SOCK_OPS_HDR_OPT_LEN_CB, BPF_SOCK_OPS_WRITE_HDR_OPT_CB

function isExperiment(kind: number): boolean {
  return kind === OPTION.experiment1 || kind === OPTION.experiment2;
}

/** The option of a kind, and with a number where the kind is for experiments, or -errno. */
function findOption(options: Uint8Array, kind: number, magic: Uint8Array): Uint8Array | number {
  for (let at = 0; at < options.length; ) {
    if (options[at] === OPTION.end) return -ERRNO.ENOMSG;
    if (options[at] === OPTION.padding) {
      at++;
      continue;
    }
    const size = options[at + 1] ?? 0;
    if (size < 2 || at + size > options.length) return -ERRNO.EINVAL;
    const option = options.subarray(at, at + size);
    if (option[0] === kind && magic.every((byte, i) => option[2 + i] === byte)) return option;
    at += size;
  }
  return -ERRNO.ENOMSG;
}

/** bpf_load_hdr_opt(ctx, search and result, size, flags): bytes of the option. */
function loadOption(call: HelperCall): number {
  const [size, flags] = [call.u32(3), call.u64(4)];
  if (size < 2 || (flags & ~1n) !== 0n) return -ERRNO.EINVAL;
  const into = call.write(2, size);
  const [kind = 0, length = 0] = into;
  if (length > size || kind === OPTION.padding || kind === OPTION.end) return -ERRNO.EINVAL;
  if (isExperiment(kind) ? length !== 4 && length !== 6 : length !== 0) return -ERRNO.EINVAL;
  const header = call.state.packet?.bytes() ?? new Uint8Array(0);
  const end = ((header[12] ?? 0) >>> 4) * 4;
  const magic = isExperiment(kind) ? into.slice(2, length) : new Uint8Array(0);
  const found = findOption(header.subarray(TCP_HEADER_BYTES, Math.max(TCP_HEADER_BYTES, end)), kind, magic);
  if (typeof found === "number") return found;
  into.set(found.subarray(0, size));
  return found.length > size ? -ERRNO.ENOSPC : found.length;
}

/** What the program of type `sockOps` is called for: the first word of its context. */
function operation(call: HelperCall): number {
  return call.state.space.view.getUint32(call.readable(1, 4), true);
}

/** bpf_reserve_hdr_opt(ctx, size, flags). */
function reserveOption(call: HelperCall): number {
  const size = call.u32(2);
  if (operation(call) !== OPS.headerLength) return -ERRNO.EPERM;
  if (call.u64(3) !== 0n || size < 2) return -ERRNO.EINVAL;
  const effects = call.state.effect();
  const reserved = effects.reservedOptionBytes ?? 0;
  if (reserved + size > MAX_OPTION_BYTES) return -ERRNO.ENOSPC;
  effects.reservedOptionBytes = reserved + size;
  return 0;
}

/** bpf_store_hdr_opt(ctx, from, size, flags). */
function storeOption(call: HelperCall): number {
  const size = call.u32(3);
  if (operation(call) !== OPS.writeHeader) return -ERRNO.EPERM;
  if (size < 2 || call.u64(4) !== 0n) return -ERRNO.EINVAL;
  const option = call.read(2, size).slice();
  const [kind = 0, length = 0] = option;
  if (length > size || length < 2 || kind === OPTION.padding || kind === OPTION.end) return -ERRNO.EINVAL;
  if (isExperiment(kind) && length < 4) return -ERRNO.EINVAL;
  const effects = call.state.effect();
  const written = effects.headerOptions ?? new Uint8Array(0);
  const magic = isExperiment(kind) ? option.subarray(2, length >= 6 ? 6 : 4) : new Uint8Array(0);
  if (typeof findOption(written, kind, magic) !== "number") return -ERRNO.EEXIST;
  if (written.length + length > MAX_OPTION_BYTES) return -ERRNO.ENOSPC;
  const all = new Uint8Array(written.length + length);
  all.set(written);
  all.set(option.subarray(0, length), written.length);
  effects.headerOptions = all;
  return 0;
}

const CALLBACK_FLAGS_AT = 84; // bpf_sock_ops_cb_flags in struct bpf_sock_ops
const ALL_CALLBACKS = 0x7f;

/** bpf_sock_ops_cb_flags_set(ctx, flags): those that the kernel does not know. */
function setCallbacks(call: HelperCall): number {
  const flags = call.s32(2);
  const at = call.writable(1, CALLBACK_FLAGS_AT + 4);
  call.state.space.view.setUint32(at + CALLBACK_FLAGS_AT, flags & ALL_CALLBACKS, true);
  call.state.effect().callbackFlags = flags & ALL_CALLBACKS;
  return flags & ~ALL_CALLBACKS;
}

/** Messages between sockets, maps of sockets, TCP's options. Source: net/core/filter.c, v6.18. */
export const MESSAGE_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_sk_redirect_map", run: redirect("index") },
  { name: "bpf_sk_redirect_hash", run: redirect("key") },
  { name: "bpf_msg_redirect_map", run: redirect("index") },
  { name: "bpf_msg_redirect_hash", run: redirect("key") },
  { name: "bpf_sock_map_update", run: updateMap },
  { name: "bpf_sock_hash_update", run: updateMap },
  {
    name: "bpf_msg_apply_bytes",
    run(call) {
      call.state.effect().applyBytes = call.u32(2);
      return 0;
    },
  },
  {
    name: "bpf_msg_cork_bytes",
    run(call) {
      call.state.effect().corkBytes = call.u32(2);
      return 0;
    },
  },
  { name: "bpf_msg_pull_data", run: pull },
  { name: "bpf_msg_push_data", run: push },
  { name: "bpf_msg_pop_data", run: pop },
  { name: "bpf_sk_select_reuseport", run: selectSocket },
  { name: "bpf_load_hdr_opt", run: loadOption },
  { name: "bpf_reserve_hdr_opt", run: reserveOption },
  { name: "bpf_store_hdr_opt", run: storeOption },
  { name: "bpf_sock_ops_cb_flags_set", run: setCallbacks },
];
