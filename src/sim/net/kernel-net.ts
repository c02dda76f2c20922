import type { Btf } from "../../btf/types.ts";
import type { Addressed } from "../hooks/word.ts";
import type { KernelMemory } from "../memory/kernel-memory.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { Task } from "../world/task.ts";
import type { FlowKey } from "./route/fib-tracepoints.ts";
import type { DropReason } from "./skb/drop.ts";
import type { SkBuff } from "./skb/sk-buff.ts";
import { swap16 } from "./skb/skb-image.ts";
import { type SockClass, word4 } from "./socket/sock-image.ts";
import type { ResetReason } from "./tcp/tcp-reset.ts";

/** What the whole machine's network has once: shared by all its namespaces. */
export class KernelNetTables {
  readonly memory: KernelMemory;
  readonly #btf: Btf;
  readonly #currentTask: () => Task;
  readonly #protos = new Map<string, KernelObject>();
  readonly #qdiscOps = new Map<string, KernelObject>();
  readonly #protoOps = new Map<number, KernelObject>();
  readonly #packetTypes = new Map<boolean, KernelObject>();
  readonly #numbers = new Map<string, number>();
  #control: KernelObject | undefined;
  #nextCookie = 4096n;
  readonly congestion: KernelObject;
  readonly backlogNapi: KernelObject;

  constructor(memory: KernelMemory, btf: Btf, currentTask: () => Task) {
    this.memory = memory;
    this.#btf = btf;
    this.#currentTask = currentTask;
    this.congestion = memory.make("tcp_congestion_ops", { name: "cubic" });
    this.backlogNapi = memory.make("napi_struct", { weight: 64 });
  }

  /** A number for a socket; unlike descriptors, they begin above 4095. */
  nextCookie(): bigint {
    return this.#nextCookie++;
  }

  /** struct proto of a kind of socket. */
  proto(kind: SockClass, isV6: boolean): KernelObject {
    const name = protoName(kind, isV6);
    return made(this.#protos, name, () => this.memory.make("proto", { name }));
  }

  /** struct Qdisc_ops: "fq_codel", "noqueue". */
  qdiscOps(id: string): KernelObject {
    return made(this.#qdiscOps, id, () => this.memory.make("Qdisc_ops", { id }));
  }

  /** struct proto_ops of an address family. */
  protoOps(family: number): KernelObject {
    return made(this.#protoOps, family, () => this.memory.make("proto_ops", { family }));
  }

  packetType(isV6: boolean): KernelObject {
    return made(this.#packetTypes, isV6, () =>
      this.memory.make("packet_type", { type: swap16(isV6 ? 0x86dd : 0x0800) }),
    );
  }

  /** The number of an enumerator of the kernel; 0 for one that it does not have. */
  number(name: string): number {
    return made(this.#numbers, name, () => Number(this.#btf.findEnumerators(name)[0]?.value ?? 0n));
  }

  /** Address of a copy of ancillary data, valid until the next one. */
  control(bytes: Uint8Array): bigint {
    this.#control ??= this.memory.make("cmsghdr", undefined, 1024);
    this.memory.write(this.#control.address, bytes.subarray(0, 1024));
    return this.#control.address;
  }

  callerAddress(depth: number): bigint {
    const { kernelStack } = this.#currentTask();
    return kernelStack.at(-1 - depth)?.returnAddress ?? 0n;
  }
}

/** A network namespace in the kernel's memory: struct net and what is found through it. */
export class KernelNet {
  readonly tables: KernelNetTables;
  readonly net: KernelObject;
  readonly inum: number;
  readonly cookie: bigint;
  readonly #flow4: KernelObject;
  readonly #flow6: KernelObject;
  readonly #pointer: KernelObject;

  constructor(tables: KernelNetTables, inum: number, cookie: bigint) {
    this.tables = tables;
    this.inum = inum;
    this.cookie = cookie;
    const { memory } = tables;
    this.net = memory.make("net", {
      "ns.inum": inum,
      "ns.count.refs.counter": 1,
      "passive.refs.counter": 1,
      net_cookie: cookie,
      "core.sysctl_somaxconn": 4096,
      "ipv4.sysctl_ip_default_ttl": 64,
      "ipv4.sysctl_tcp_syn_retries": 6,
      "ipv4.sysctl_max_syn_backlog": 4096,
      "ipv4.sysctl_tcp_fin_timeout": 15_000, // jiffies
    });
    this.#flow4 = memory.make("flowi4");
    this.#flow6 = memory.make("flowi6");
    this.#pointer = memory.make("list_head");
  }

  get congestion(): KernelObject {
    return this.tables.congestion;
  }

  get backlogNapi(): KernelObject {
    return this.tables.backlogNapi;
  }

  proto(kind: SockClass, isV6: boolean): KernelObject {
    return this.tables.proto(kind, isV6);
  }

  qdiscOps(id: string): KernelObject {
    return this.tables.qdiscOps(id);
  }

  packetType(isV6: boolean): KernelObject {
    return this.tables.packetType(isV6);
  }

  dropReason(reason: DropReason): number {
    return this.tables.number(`SKB_DROP_REASON_${reason}`);
  }

  resetReason(reason: ResetReason): number {
    return this.tables.number(`SK_RST_REASON_${reason}`);
  }

  callerAddress(depth: number): bigint {
    return this.tables.callerAddress(depth);
  }

  /** struct flowi4 or flowi6 of a look-up, valid until the next one; filled in when its address is asked for. */
  flow(flow: FlowKey): Addressed {
    return new LazyFlow(flow.destination.version === 6 ? this.#flow6 : this.#flow4, flow);
  }

  /** A pointer to a pointer to a packet, as __netif_receive_skb_core gets it. */
  skbPointer(skb: SkBuff): Addressed {
    return new LazyPointer(this.#pointer, skb);
  }
}

/** Filled in when its address is asked for. */
class LazyFlow implements Addressed {
  readonly #object: KernelObject;
  readonly #flow: FlowKey;

  constructor(object: KernelObject, flow: FlowKey) {
    this.#object = object;
    this.#flow = flow;
  }

  get address(): bigint {
    return fillFlow(this.#object, this.#flow).address;
  }
}

class LazyPointer implements Addressed {
  readonly #pointer: KernelObject;
  readonly #to: Addressed;

  constructor(pointer: KernelObject, to: Addressed) {
    this.#pointer = pointer;
    this.#to = to;
  }

  get address(): bigint {
    this.#pointer.set("next", this.#to.address);
    return this.#pointer.address;
  }
}

function fillFlow(object: KernelObject, flow: FlowKey): KernelObject {
  object.fill({
    "__fl_common.flowic_oif": flow.output ?? 0,
    "__fl_common.flowic_iif": flow.input ?? 1,
    "__fl_common.flowic_proto": flow.protocol ?? 0,
    "uli.ports.dport": swap16(flow.destinationPort ?? 0),
    "uli.ports.sport": swap16(flow.sourcePort ?? 0),
  });
  const { source, destination } = flow;
  if (destination.version === 4) {
    object.set("daddr", word4(destination));
    object.set("saddr", source === undefined ? 0 : word4(source));
  } else {
    object.set("daddr", destination.bytes);
    object.set("saddr", source?.bytes ?? new Uint8Array(16));
  }
  return object;
}

function protoName(kind: SockClass, isV6: boolean): string {
  const names: Readonly<Record<SockClass, readonly [string, string]>> = {
    tcp: ["TCP", "TCPv6"],
    udp: ["UDP", "UDPv6"],
    raw: ["RAW", "RAWv6"],
    ping: ["PING", "PINGv6"],
    unix: ["UNIX-STREAM", "UNIX-STREAM"],
  };
  return names[kind][isV6 ? 1 : 0];
}

function made<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}
