import type { StackBpf } from "./bpf/stack-bpf.ts";
import { type NetCounters, newCounters } from "./counters.ts";
import { type DeviceOptions, NetDevice } from "./device/net-device.ts";
import { Qdisc } from "./device/qdisc.ts";
import { Softirqs } from "./device/softirqs.ts";
import { devQueueXmit } from "./device/xmit.ts";
import { FragmentTable } from "./ip/fragments.ts";
import { localOut, putHeader, queueXmit, type SendEnds } from "./ip/ip-output.ts";
import { NeighbourTable } from "./ip/neighbours.ts";
import { PingTable } from "./ip/ping-table.ts";
import { RawTable } from "./ip/raw-table.ts";
import type { KernelNet } from "./kernel-net.ts";
import {
  fromMapped,
  type IpAddress,
  type IpPrefix,
  ip,
  ipFromNumber,
  ipToNumber,
  isUnspecified,
} from "./packet/ip-address.ts";
import type { MacAddress } from "./packet/mac-address.ts";
import { fireLookup } from "./route/fib-tracepoints.ts";
import { type Route, type RouteEntry, Routes } from "./route/routes.ts";
import type { DropReason } from "./skb/drop.ts";
import { dropSkb } from "./skb/drop.ts";
import { SkBuff } from "./skb/sk-buff.ts";
import type { Sock } from "./socket/sock.ts";
import type { NetSystem } from "./system.ts";
import type { ResetReason } from "./tcp/tcp-reset.ts";
import { TcpTable } from "./tcp/tcp-table.ts";
import { UdpTable } from "./udp/udp-sock.ts";

export type StackOptions = Readonly<{
  /** For messages. */
  name: string;
  /** What the kernel keeps in memory about it; absent on hosts that nobody looks into. */
  kernel?: KernelNet;
  bpf?: StackBpf;
  /** The file of the namespace that programs are attached in; absent for the machine's own. */
  netns?: string;
  /** Of the machine; absent on hosts of their own. */
  softirqs?: Softirqs;
  /** Packets for other hosts are passed on. */
  isRouter?: boolean;
  /** Hardware addresses of neighbours, for networks without ARP. */
  resolver?: (device: NetDevice, address: IpAddress) => MacAddress | undefined;
}>;

const HEADROOM = 320; // MAX_TCP_HEADER: what is allocated beside the payload
const GFP_ATOMIC = 0x820; // with GFP_KERNEL's bits the caller may sleep, which makes no difference here
const BROADCAST = ip("255.255.255.255");

/** All of one network namespace, or of one host: interfaces, routes, neighbours, sockets. */
export class IpStack {
  readonly name: string;
  readonly system: NetSystem;
  readonly kernel: KernelNet | undefined;
  readonly netns: string | undefined;
  bpf: StackBpf | undefined;
  readonly resolver: StackOptions["resolver"];
  isRouter: boolean;
  readonly devices: NetDevice[] = [];
  readonly routes = new Routes();
  readonly neighbours = new NeighbourTable();
  readonly softirqs: Softirqs;
  readonly fragments: FragmentTable;
  readonly tcp = new TcpTable();
  readonly udp = new UdpTable();
  readonly raw = new RawTable();
  readonly ping = new PingTable();
  readonly counters: NetCounters = newCounters();
  /** Of SYN cookies. */
  readonly secret: number;
  readonly #byIndex = new Map<number, NetDevice>();
  readonly #dst = new WeakMap<Sock, { route: Route; generation: number; key: string }>();
  #nextCookie = 1n;
  #ipId = 0;

  constructor(system: NetSystem, options: StackOptions) {
    this.system = system;
    this.name = options.name;
    this.kernel = options.kernel;
    this.bpf = options.bpf;
    this.netns = options.netns;
    this.isRouter = options.isRouter ?? false;
    this.resolver = options.resolver;
    this.softirqs = options.softirqs ?? new Softirqs(system);
    this.fragments = new FragmentTable(this);
    this.secret = system.random.u32();
    this.#ipId = system.random.u32() & 0xffff;
  }

  /** Adds an interface; indices count up from 1. */
  addDevice(options: DeviceOptions, ifindex = this.devices.length + 1): NetDevice {
    const device = new NetDevice(this, ifindex, options);
    if (device.kind === "ethernet") device.qdisc = new Qdisc(device);
    this.devices.push(device);
    this.#byIndex.set(ifindex, device);
    return device;
  }

  device(ifindex: number): NetDevice | undefined {
    return this.#byIndex.get(ifindex);
  }

  deviceOf(skb: SkBuff): NetDevice | undefined {
    return skb.device === undefined ? undefined : this.#byIndex.get(skb.device.ifindex);
  }

  /** Whether the driver takes another packet now. */
  canSend(device: NetDevice): boolean {
    return device.driver.isReady?.(device) ?? true;
  }

  /** Gives an interface an address and the routes that follow from it. */
  addAddress(device: NetDevice, own: IpPrefix): void {
    device.addresses.push(own);
    device.image?.setAddress(device);
    const { address, length } = own;
    const bits = address.bytes.length * 8;
    this.routes.add({ prefix: { address, length: bits }, device, source: address, type: "local" });
    if (device.kind === "loopback" && address.version === 4)
      this.routes.add({ prefix: { address, length: 8 }, device, source: address, type: "local" });
    else if (length < bits) this.routes.add({ prefix: own, device, source: address });
    if (address.version === 4 && length < 31 && device.kind !== "loopback") {
      const last = ipFromNumber(4, ipToNumber(address) | ((1n << BigInt(32 - length)) - 1n));
      this.routes.add({ prefix: { address: last, length: 32 }, device, source: address, type: "broadcast" });
    }
  }

  addRoute(entry: RouteEntry): void {
    this.routes.add(entry);
  }

  isLocal(address: IpAddress): boolean {
    return this.routes.find(address)?.type === "local";
  }

  isBroadcast(address: IpAddress): boolean {
    return (
      address.version === 4 &&
      (address.text === BROADCAST.text || this.routes.find(address)?.type === "broadcast")
    );
  }

  /** Where packets to an address go: ip_route_output_flow. Undefined: nowhere. */
  route(to: IpAddress, from?: IpAddress, sk?: Sock, isOutput = true): Route | undefined {
    const { trace } = this.system;
    if (!isOutput || to.version === 6) return this.#lookUp(to, from, sk, isOutput);
    let route: Route | undefined;
    trace.call("ip_route_output_flow", [this.kernel?.net, this.kernel?.flow({ destination: to }), sk], () => {
      trace.call(
        "ip_route_output_key_hash",
        [this.kernel?.net, this.kernel?.flow({ destination: to }), null],
        () => {
          route = this.#lookUp(to, from, sk, isOutput);
        },
      );
    });
    return route;
  }

  #lookUp(
    to: IpAddress,
    from: IpAddress | undefined,
    sk: Sock | undefined,
    isOutput: boolean,
  ): Route | undefined {
    const bound =
      sk === undefined || sk.options.boundInterface === 0 ? undefined : this.device(sk.options.boundInterface);
    const entry = this.routes.find(to, bound);
    if (isOutput) {
      const source = from === undefined || isUnspecified(from) ? {} : { source: from };
      const flow = {
        destination: to,
        ...source,
        protocol: sk?.protocol ?? 0,
        destinationPort: sk?.remote.port ?? 0,
      };
      fireLookup(this, flow, entry, entry === undefined ? -101 : 0);
    }
    if (entry === undefined || entry.type === "unreachable") {
      if (to.text !== BROADCAST.text || bound === undefined) return undefined;
      return this.#routeBy({ prefix: { address: to, length: 32 }, device: bound, type: "broadcast" }, to);
    }
    return this.#routeBy(entry, to);
  }

  #routeBy(entry: RouteEntry, to: IpAddress): Route | undefined {
    const isLocal = entry.type === "local";
    const device = isLocal
      ? (this.devices.find((known) => known.kind === "loopback") ?? entry.device)
      : entry.device;
    const own = entry.device.addresses.find(
      ({ address }) => address.version === fromMapped(to).version,
    )?.address;
    const source = isLocal ? fromMapped(to) : (entry.source ?? own);
    if (source === undefined) return undefined;
    return {
      device,
      gateway: entry.gateway,
      source,
      isLocal,
      isBroadcast: entry.type === "broadcast",
      mtu: device.mtu,
    };
  }

  /** The route of a socket's packets, remembered until routes change. */
  routeOf(sk: Sock, to: IpAddress, from?: IpAddress): Route | undefined {
    const known = this.#dst.get(sk);
    if (known?.generation === this.routes.generation && known.key === to.text) return known.route;
    const route = this.route(to, from, sk);
    if (route !== undefined) this.#dst.set(sk, { route, generation: this.routes.generation, key: to.text });
    return route;
  }

  /** Bytes that packets of a socket may have. */
  mtuTo(sk: Sock): number {
    return this.mtuFor(fromMapped(sk.remote.address));
  }

  mtuFor(to: IpAddress): number {
    const entry = this.routes.find(to);
    if (entry === undefined) return 1500;
    return this.#routeBy(entry, to)?.mtu ?? 1500;
  }

  /** Sends a frame out of a device. */
  transmit(device: NetDevice, skb: SkBuff): void {
    devQueueXmit(device, skb);
  }

  queueXmit(sk: Sock, skb: SkBuff, ends?: SendEnds): number {
    return queueXmit(this, sk, skb, ends);
  }

  /** Sends a packet that no socket sends; `from` absent: the address of the interface. The packet is gone. */
  sendFrom(from: IpAddress | undefined, to: IpAddress, protocol: number, skb: SkBuff): void {
    const route = this.route(to, from);
    if (route === undefined) return dropSkb(this, skb, "IP_OUTNOROUTES");
    putHeader(this, skb, from ?? route.source, to, protocol);
    localOut(this, undefined, skb, route);
  }

  /** A packet with this payload and no headers. */
  newSkb(payload: Uint8Array): SkBuff {
    const skb = new SkBuff(this.system.memory, payload);
    this.made(skb);
    return this.system.trace.call("__alloc_skb", [payload.length + HEADROOM, GFP_ATOMIC, 0, -1], () => skb);
  }

  /** There is one packet more. */
  made(_skb: SkBuff): void {
    this.counters.made++;
    this.counters.liveSkbs++;
  }

  /** A packet goes over to another namespace. */
  handOver(skb: SkBuff, to: IpStack): void {
    if (to === this) return;
    this.counters.ended++;
    this.counters.liveSkbs--;
    to.made(skb);
  }

  /** A packet has ended: __kfree_skb. */
  freed(skb: SkBuff): void {
    this.counters.ended++;
    this.counters.liveSkbs--;
    this.system.trace.call("__kfree_skb", [skb], () => undefined);
    skb.release();
  }

  /** A socket has ended: sk_free. */
  freeSock(sk: Sock): void {
    this.bpf?.forgetSock(sk);
    this.system.trace.call("sk_free", [sk], () => {
      this.system.trace.call("__sk_free", [sk], () => undefined);
    });
    sk.free();
  }

  nextCookie(): bigint {
    return this.kernel?.tables.nextCookie() ?? this.#nextCookie++;
  }

  nextIpId(): number {
    this.#ipId = (this.#ipId + 1) & 0xffff;
    return this.#ipId;
  }

  dropReason(reason: DropReason): number {
    return this.kernel?.dropReason(reason) ?? 0;
  }

  resetReason(reason: ResetReason): number {
    return this.kernel?.resetReason(reason) ?? 0;
  }

  /** Where the function that is `depth` functions above the innermost was called from. */
  callerAddress(depth: number): bigint {
    return this.kernel?.callerAddress(depth) ?? 0n;
  }
}
