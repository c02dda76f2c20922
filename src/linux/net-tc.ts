import {
  BPF_FILTER_ATTRIBUTES,
  BPF_FILTER_DIRECT,
  CLSACT,
  NETLINK_FLAGS,
  ROUTE_MESSAGES,
  TC_ATTRIBUTES,
  trafficControl,
} from "../abi/netlink.ts";
import {
  checkInput,
  checkOptions,
  DESCRIPTOR,
  FLAG,
  integer,
  NAME,
  OBJECT,
  type OptionRules,
  U32,
  word,
} from "../base/check-input.ts";
import { textOf } from "./bpf-prog.ts";
import { IFINDEX } from "./check-arguments.ts";
import { ERRNO } from "./errno.ts";
import { said } from "./net-xdp.ts";
import { attributesOf, Netlink } from "./netlink.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

// Programs as `tc filter … bpf direct-action` manages them: filters of the clsact qdisc, which stay when the process
// ends.

/** One hook of an interface. */
export type TcHook = Readonly<{ ifindex: number; direction: "ingress" | "egress" }>;

/** A hook, or another queueing discipline or class, by its handle. */
export type FilterHook = TcHook | Readonly<{ ifindex: number; parent: number }>;

/** A filter's place: lower priorities run first; 0 lets the kernel choose. */
export type TcPlace = Readonly<{ priority: number; handle: number }>;

export type TcFilter = TcPlace & Readonly<{ name: string; programId: number }>;

const ETH_P_ALL = 0x0300; // 3 in network order

const PRIORITY = integer(0, 0xffff);
const PLACE: OptionRules = { priority: PRIORITY, handle: U32 };
const FILTER: OptionRules = { ...PLACE, programFd: DESCRIPTOR, name: NAME, replace: FLAG };
const HOOK: OptionRules = { ifindex: IFINDEX, direction: word("ingress", "egress"), parent: U32 };

function checkHook(hook: FilterHook): void {
  checkInput("the hook of a filter", hook, OBJECT);
  checkOptions("the hook of a filter", hook, HOOK);
  checkInput("the hook of a filter: ifindex", hook.ifindex, IFINDEX);
  if (!("parent" in hook))
    checkInput("the hook of a filter: direction", hook.direction, word("ingress", "egress"));
}

/** Makes the clsact qdisc that the filters hang on. False when it is there already. Throws SystemError. */
export function addClsact(kernel: Kernel, ifindex: number): boolean {
  checkInput("addClsact: ifindex", ifindex, IFINDEX);
  using netlink = new Netlink(kernel);
  const { errno, text } = netlink.request({
    type: ROUTE_MESSAGES.newQdisc,
    flags: NETLINK_FLAGS.create | NETLINK_FLAGS.exclusive,
    head: qdiscHead(ifindex),
    attributes: [[TC_ATTRIBUTES.kind, "clsact"]],
  });
  if (errno === -ERRNO.EEXIST) return false;
  if (errno < 0) throw refusedBy("RTM_NEWQDISC", ifindex, errno, text);
  return true;
}

/** Takes the clsact qdisc away, with every filter on it. False when there is none. Throws SystemError. */
export function removeClsact(kernel: Kernel, ifindex: number): boolean {
  checkInput("removeClsact: ifindex", ifindex, IFINDEX);
  using netlink = new Netlink(kernel);
  const { errno, text } = netlink.request({ type: ROUTE_MESSAGES.delQdisc, head: qdiscHead(ifindex) });
  if (errno === -ERRNO.ENOENT || errno === -ERRNO.EINVAL) return false;
  if (errno < 0) throw refusedBy("RTM_DELQDISC", ifindex, errno, text);
  return true;
}

/** Adds a filter (`replace`: or puts it in place of the one there) and tells where it is. Throws SystemError. */
export function addFilter(
  kernel: Kernel,
  hook: TcHook,
  filter: Readonly<{ programFd: number; name: string; replace?: boolean }> & Partial<TcPlace>,
): TcPlace {
  checkHook(hook);
  checkInput("addFilter: the filter", filter, OBJECT);
  checkOptions("addFilter", filter, FILTER);
  checkInput("addFilter: programFd", filter.programFd, DESCRIPTOR);
  checkInput("addFilter: name", filter.name, NAME);
  const { programFd, name, priority = 0, handle = 0, replace = false } = filter;
  const before = priority === 0 ? new Set(listFilters(kernel, hook).map(placeKey)) : undefined;
  using netlink = new Netlink(kernel);
  const { errno, text } = netlink.request({
    type: ROUTE_MESSAGES.newFilter,
    flags: NETLINK_FLAGS.create | (replace ? 0 : NETLINK_FLAGS.exclusive),
    head: filterHead(hook, { priority, handle }),
    attributes: [
      [TC_ATTRIBUTES.kind, "bpf"],
      [
        TC_ATTRIBUTES.options,
        [
          [BPF_FILTER_ATTRIBUTES.fd, programFd],
          [BPF_FILTER_ATTRIBUTES.name, name],
          [BPF_FILTER_ATTRIBUTES.flags, BPF_FILTER_DIRECT],
        ],
      ],
    ],
  });
  if (errno < 0) throw refusedBy("RTM_NEWTFILTER", hook.ifindex, errno, text);
  const all = listFilters(kernel, hook);
  const added = all.find((f) =>
    before ? !before.has(placeKey(f)) : f.priority === priority && f.name === name,
  );
  return added ?? { priority, handle };
}

/** Takes a filter away. False when it is gone already. Throws SystemError. */
export function removeFilter(kernel: Kernel, hook: TcHook, place: TcPlace): boolean {
  checkHook(hook);
  checkInput("removeFilter: the place", place, OBJECT);
  checkInput("removeFilter: priority", place.priority, PRIORITY);
  checkInput("removeFilter: handle", place.handle, U32);
  using netlink = new Netlink(kernel);
  const { errno, text } = netlink.request({
    type: ROUTE_MESSAGES.delFilter,
    head: filterHead(hook, place),
    attributes: [[TC_ATTRIBUTES.kind, "bpf"]],
  });
  if (errno === -ERRNO.ENOENT || errno === -ERRNO.EINVAL || errno === -ERRNO.ENODEV) return false;
  if (errno < 0) throw refusedBy("RTM_DELTFILTER", hook.ifindex, errno, text);
  return true;
}

/** The eBPF filters of a hook, in the order in which they run. None without the qdisc. Throws SystemError. */
export function listFilters(kernel: Kernel, hook: FilterHook): TcFilter[] {
  return dumpFilters(kernel, hook).flatMap(readFilter);
}

/** Whether the hook has filters of any kind, others than eBPF's too. Throws SystemError. */
export function hasFilters(kernel: Kernel, hook: FilterHook): boolean {
  return dumpFilters(kernel, hook).length > 0;
}

function dumpFilters(kernel: Kernel, hook: FilterHook): Uint8Array[] {
  checkHook(hook);
  using netlink = new Netlink(kernel);
  const { answers, errno, text } = netlink.request({
    type: ROUTE_MESSAGES.getFilter,
    flags: NETLINK_FLAGS.dump,
    head: filterHead(hook, { priority: 0, handle: 0 }),
  });
  if (errno === -ERRNO.ENOENT || errno === -ERRNO.EINVAL) return [];
  if (errno < 0) throw refusedBy("RTM_GETTFILTER", hook.ifindex, errno, text);
  return answers.filter((a) => a.type === ROUTE_MESSAGES.newFilter).map((a) => a.body);
}

/** A queueing discipline of an interface: "clsact", "ingress", "htb" … */
export type Qdisc = Readonly<{ kind: string; handle: number }>;

/** Throws SystemError. */
export function listQdiscs(kernel: Kernel, ifindex: number): Qdisc[] {
  using netlink = new Netlink(kernel);
  const { answers, errno, text } = netlink.request({
    type: ROUTE_MESSAGES.getQdisc,
    flags: NETLINK_FLAGS.dump,
    head: trafficControl.encode({ tcmIfindex: ifindex }),
  });
  if (errno < 0) throw refusedBy("RTM_GETQDISC", ifindex, errno, text);
  return answers
    .filter((a) => a.type === ROUTE_MESSAGES.newQdisc)
    .map(({ body }) => ({
      head: trafficControl.decode(body),
      attributes: attributesOf(body, trafficControl.bytes),
    }))
    .filter(({ head }) => head.tcmIfindex === ifindex)
    .map(({ head, attributes }) => ({
      kind: textOf(attributes.get(TC_ATTRIBUTES.kind) ?? new Uint8Array()),
      handle: head.tcmHandle,
    }));
}

// The kernel tells of each priority twice: once for the filter's list, with handle 0, then for each filter.
function readFilter(body: Uint8Array): TcFilter[] {
  const { tcmHandle, tcmInfo } = trafficControl.decode(body);
  const attributes = attributesOf(body, trafficControl.bytes);
  if (tcmHandle === 0 || textOf(attributes.get(TC_ATTRIBUTES.kind) ?? new Uint8Array()) !== "bpf") return [];
  const options = attributesOf(attributes.get(TC_ATTRIBUTES.options) ?? new Uint8Array());
  const id = options.get(BPF_FILTER_ATTRIBUTES.id);
  const name = textOf(options.get(BPF_FILTER_ATTRIBUTES.name) ?? new Uint8Array());
  const programId = id?.length === 4 ? new DataView(id.buffer, id.byteOffset).getUint32(0, true) : 0;
  return [{ priority: tcmInfo >>> 16, handle: tcmHandle, name, programId }];
}

function placeKey({ priority, handle }: TcPlace): string {
  return `${priority} ${handle}`;
}

function qdiscHead(ifindex: number): Uint8Array {
  return trafficControl.encode({ tcmIfindex: ifindex, tcmHandle: CLSACT.handle, tcmParent: CLSACT.parent });
}

function filterHead(hook: FilterHook, { priority, handle }: TcPlace): Uint8Array {
  return trafficControl.encode({
    tcmIfindex: hook.ifindex,
    tcmHandle: handle,
    tcmParent: "parent" in hook ? hook.parent : CLSACT[hook.direction],
    tcmInfo: ((priority << 16) | ETH_P_ALL) >>> 0,
  });
}

// biome-ignore format: one remedy per line
const REMEDIES: Readonly<Record<number, string>> = {
  [ERRNO.ENODEV]: "there is no such interface in this network namespace: ip link",
  [ERRNO.EEXIST]: "a filter has this priority and handle; choose another priority, or replace it",
  [ERRNO.EPERM]: "run as root, or grant this process CAP_NET_ADMIN",
};

function refusedBy(call: string, ifindex: number, errno: number, text: string): SystemError {
  return new SystemError(
    `change traffic control of interface ${ifindex}`,
    call,
    errno,
    REMEDIES[-errno] ?? said(text),
  );
}
