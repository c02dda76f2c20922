import { type AttachType, attachTypeOf } from "../abi/attach-types.ts";
import * as info from "../abi/attr-link-info.ts";
import { linkInfo } from "../abi/attr-object.ts";
import { type LinkType, linkTypeOf } from "../abi/link-types.ts";
import { textOf } from "./bpf-prog.ts";
import type { Fd } from "./fd.ts";
import { fetchInfo } from "./objects.ts";
import type { Kernel } from "./syscall.ts";

/** Where a link attaches its program, as the kernel tells it. Counts and addresses are 0 where it hides them. */
export type LinkDetails = Readonly<
  | { kind: "rawTracepoint"; name: string; cookie: bigint }
  | {
      kind: "tracing";
      attachType: AttachType | number;
      targetObjectId: number;
      targetBtfId: number;
      cookie: bigint;
    }
  | { kind: "cgroup"; cgroupId: bigint; attachType: AttachType | number }
  | {
      kind: "iter";
      target: string;
      mapId?: number;
      cgroupId?: bigint;
      order?: number;
      tid?: number;
      pid?: number;
    }
  | { kind: "netns"; netnsInode: number; attachType: AttachType | number }
  | { kind: "xdp"; ifindex: number }
  | { kind: "structOps"; mapId: number }
  | { kind: "netfilter"; family: number; hook: number; priority: number; flags: number }
  | {
      kind: "kprobeMulti";
      return: boolean;
      addresses: readonly bigint[];
      cookies: readonly bigint[];
      missed: bigint;
    }
  | {
      kind: "uprobeMulti";
      return: boolean;
      path: string;
      pid: number;
      offsets: readonly bigint[];
      /** Counters that are raised while somebody watches a USDT probe; 0: it has none. */
      semaphoreOffsets: readonly bigint[];
      cookies: readonly bigint[];
    }
  | { kind: "tcx" | "netkit"; ifindex: number; attachType: AttachType | number }
  | { kind: "sockmap"; mapId: number; attachType: AttachType | number }
  | PerfDetails
  | { kind: "unknown"; type: number }
>;

/** What the event of a perf link is (6.6); older kernels say nothing: "unspecified". */
export type PerfDetails = Readonly<
  | { kind: "perfEvent"; event: "uprobe" | "uretprobe"; path: string; offset: number; cookie: bigint }
  | {
      kind: "perfEvent";
      event: "kprobe" | "kretprobe";
      function: string;
      offset: number;
      address: bigint;
      missed: bigint;
      cookie: bigint;
    }
  | { kind: "perfEvent"; event: "tracepoint"; name: string; cookie: bigint }
  | { kind: "perfEvent"; event: "event"; type: number; config: bigint; cookie: bigint }
  | { kind: "perfEvent"; event: "unspecified" }
>;

/** A link: its ids, and what it attaches to. `programId` is 0 for links without a program, those of struct_ops. */
export type LinkDescription = Readonly<{
  id: number;
  programId: number;
  type: LinkType | number;
  details: LinkDetails;
}>;

const NAME_BYTES = 4096; // PATH_MAX; other names are shorter
const MULTI_RETURN = 1;

/** What the kernel tells of a link. Throws SystemError. */
export function describeLink(kernel: Kernel, link: Fd): LinkDescription {
  const bytes = new Uint8Array(linkInfo.bytes);
  fetchInfo(kernel, link, bytes);
  const { id, progId, type: number } = linkInfo.decode(bytes);
  const type = linkTypeOf(number);
  const details: LinkDetails =
    type === undefined ? { kind: "unknown", type: number } : READERS[type](new Reading(kernel, link, bytes));
  return { id, programId: progId, type: type ?? number, details };
}

const REST = 16; // bytes before the part that depends on the type

/** What was read of one link, and how to ask for its names and lists. */
class Reading {
  readonly rest: Uint8Array;
  readonly #kernel: Kernel;
  readonly #link: Fd;

  constructor(kernel: Kernel, link: Fd, bytes: Uint8Array) {
    this.#kernel = kernel;
    this.#link = link;
    this.rest = bytes.subarray(REST);
  }

  /** Asks again, with room for what `rest` points to. The kernel writes over `rest`, which is returned. */
  again(rest: Uint8Array, at = 0): Uint8Array {
    const bytes = new Uint8Array(linkInfo.bytes);
    bytes.set(rest, REST + at);
    fetchInfo(this.#kernel, this.#link, bytes);
    return bytes.subarray(REST + at);
  }

  /** A text of the kernel's: `encode` puts the address and length of its room where they belong. */
  text(encode: (address: bigint, length: number) => Uint8Array, at = 0): string {
    const room = new Uint8Array(NAME_BYTES);
    this.again(encode(this.#kernel.addressOf(room), room.length), at);
    return textOf(room);
  }

  /** Room for `count` numbers of 64 bits, and its address. */
  list(count: number): { numbers: BigUint64Array; address: bigint } {
    const numbers = new BigUint64Array(Math.max(count, 1));
    return { numbers, address: this.#kernel.addressOf(new Uint8Array(numbers.buffer)) };
  }
}

type Reader = (link: Reading) => LinkDetails;

const READERS: Readonly<Record<LinkType, Reader>> = {
  rawTracepoint(link) {
    const { cookie } = info.linkInfoRawTracepoint.decode(link.rest);
    const name = link.text((address, nameLen) => info.linkInfoRawTracepoint.encode({ name: address, nameLen }));
    return { kind: "rawTracepoint", name, cookie };
  },
  tracing(link) {
    const { attachType, targetObjId, targetBtfId, cookie } = info.linkInfoTracing.decode(link.rest);
    return {
      kind: "tracing",
      attachType: typeOf(attachType),
      targetObjectId: targetObjId,
      targetBtfId,
      cookie,
    };
  },
  cgroup(link) {
    const { cgroupId, attachType } = info.linkInfoCgroup.decode(link.rest);
    return { kind: "cgroup", cgroupId, attachType: typeOf(attachType) };
  },
  iter: readIter,
  netns(link) {
    const { netnsIno, attachType } = info.linkInfoNetns.decode(link.rest);
    return { kind: "netns", netnsInode: netnsIno, attachType: typeOf(attachType) };
  },
  xdp: (link) => ({ kind: "xdp", ifindex: info.linkInfoXdp.decode(link.rest).ifindex }),
  structOps: (link) => ({ kind: "structOps", mapId: info.linkInfoStructOps.decode(link.rest).mapId }),
  netfilter(link) {
    const { pf, hooknum, priority, flags } = info.linkInfoNetfilter.decode(link.rest);
    return { kind: "netfilter", family: pf, hook: hooknum, priority, flags };
  },
  kprobeMulti: readKprobeMulti,
  uprobeMulti: readUprobeMulti,
  perfEvent: readPerf,
  tcx: (link) => readTcx("tcx", link),
  netkit: (link) => readTcx("netkit", link),
  sockmap(link) {
    const { mapId, attachType } = info.linkInfoSockmap.decode(link.rest);
    return { kind: "sockmap", mapId, attachType: typeOf(attachType) };
  },
};

function readIter(link: Reading): LinkDetails {
  const { mapId, cgroupId, order } = info.linkInfoIter.decode(link.rest);
  const target = link.text((targetName, targetNameLen) =>
    info.linkInfoIter.encode({ targetName, targetNameLen }),
  );
  if (target.startsWith("bpf_map_elem") || target.startsWith("bpf_sk_storage_map") || target === "sockmap")
    return { kind: "iter", target, mapId };
  if (target === "cgroup") return { kind: "iter", target, cgroupId, order };
  if (!target.startsWith("task")) return { kind: "iter", target };
  // Where others have the cgroup's id, those of tasks have the thread's id and the process's.
  return { kind: "iter", target, tid: Number(cgroupId & 0xffff_ffffn), pid: Number(cgroupId >> 32n) };
}

function readKprobeMulti(link: Reading): LinkDetails {
  const { count, flags, missed } = info.linkInfoKprobeMulti.decode(link.rest);
  const addresses = link.list(count);
  const cookies = link.list(count);
  const request = { count, addrs: addresses.address, cookies: cookies.address };
  link.again(info.linkInfoKprobeMulti.encode(request));
  return {
    kind: "kprobeMulti",
    return: (flags & MULTI_RETURN) !== 0,
    addresses: [...addresses.numbers.subarray(0, count)],
    cookies: [...cookies.numbers.subarray(0, count)],
    missed,
  };
}

function readUprobeMulti(link: Reading): LinkDetails {
  const { count, flags, pid } = info.linkInfoUprobeMulti.decode(link.rest);
  const path = link.text((address, pathSize) => info.linkInfoUprobeMulti.encode({ path: address, pathSize }));
  const offsets = link.list(count);
  const semaphores = link.list(count);
  const cookies = link.list(count);
  const lists = { offsets: offsets.address, refCtrOffsets: semaphores.address, cookies: cookies.address };
  link.again(info.linkInfoUprobeMulti.encode({ count, ...lists }));
  return {
    kind: "uprobeMulti",
    return: (flags & MULTI_RETURN) !== 0,
    path,
    pid,
    offsets: [...offsets.numbers.subarray(0, count)],
    semaphoreOffsets: [...semaphores.numbers.subarray(0, count)],
    cookies: [...cookies.numbers.subarray(0, count)],
  };
}

const PERF_EVENT_AT = 8; // where the event is told, behind its type

function readPerf(link: Reading): LinkDetails {
  const { type } = info.linkInfoPerfEvent.decode(link.rest);
  const part = link.rest.subarray(PERF_EVENT_AT);
  const kind = "perfEvent";
  switch (type) {
    case info.PERF_LINK_TYPES.uprobe:
    case info.PERF_LINK_TYPES.uretprobe: {
      const { offset, cookie } = info.linkInfoPerfUprobe.decode(part);
      const path = link.text(
        (fileName, nameLen) => info.linkInfoPerfUprobe.encode({ fileName, nameLen }),
        PERF_EVENT_AT,
      );
      return {
        kind,
        event: type === info.PERF_LINK_TYPES.uprobe ? "uprobe" : "uretprobe",
        path,
        offset,
        cookie,
      };
    }
    case info.PERF_LINK_TYPES.kprobe:
    case info.PERF_LINK_TYPES.kretprobe: {
      const { offset, addr, missed, cookie } = info.linkInfoPerfKprobe.decode(part);
      const name = link.text(
        (funcName, nameLen) => info.linkInfoPerfKprobe.encode({ funcName, nameLen }),
        PERF_EVENT_AT,
      );
      const event = type === info.PERF_LINK_TYPES.kprobe ? "kprobe" : "kretprobe";
      return { kind, event, function: name, offset, address: addr, missed, cookie };
    }
    case info.PERF_LINK_TYPES.tracepoint: {
      const { cookie } = info.linkInfoPerfTracepoint.decode(part);
      const name = link.text(
        (tpName, nameLen) => info.linkInfoPerfTracepoint.encode({ tpName, nameLen }),
        PERF_EVENT_AT,
      );
      return { kind, event: "tracepoint", name, cookie };
    }
    case info.PERF_LINK_TYPES.event: {
      const { type: eventType, config, cookie } = info.linkInfoPerfConfig.decode(part);
      return { kind, event: "event", type: eventType, config, cookie };
    }
    default:
      return { kind, event: "unspecified" };
  }
}

function readTcx(kind: "tcx" | "netkit", link: Reading): LinkDetails {
  const { ifindex, attachType } = info.linkInfoTcx.decode(link.rest);
  return { kind, ifindex, attachType: typeOf(attachType) };
}

function typeOf(number: number): AttachType | number {
  return attachTypeOf(number) ?? number;
}
