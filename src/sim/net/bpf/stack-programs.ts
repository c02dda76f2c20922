import type { CgroupHook, NetfilterHook } from "../../../abi/attach-spec.ts";
import type { HookList, HookProgram } from "../../hooks/hook-program.ts";
import { PLACE } from "../../hooks/places.ts";
import type { KernelMemory } from "../../memory/kernel-memory.ts";
import type { NetDevice } from "../device/net-device.ts";
import type { IpStack } from "../ip-stack.ts";
import type { MachineNet } from "../machine-net.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { FAMILY } from "../socket/families.ts";
import type { Endpoint, Sock } from "../socket/sock.ts";
import { runDissector, runReuseport } from "./flow-programs.ts";
import { runNetfilter } from "./netfilter.ts";
import { runOnSkb, runTc, runXdp } from "./packet-programs.ts";
import type { RunningProgram } from "./running-program.ts";
import { SockMaps } from "./sock-maps.ts";
import {
  runSkLookup,
  runSock,
  runSockAddr,
  runSockOps,
  runSockopt,
  type SockoptValue,
} from "./sock-programs.ts";
import type { StackBpf } from "./stack-bpf.ts";

const EPERM = 1;
const FIRST_COOKIE = 4096;

/** Calls whose address programs see, with the hooks for both versions of IP. */
const ADDRESS_HOOKS = {
  bind: ["cgroupInet4Bind", "cgroupInet6Bind"],
  connect: ["cgroupInet4Connect", "cgroupInet6Connect"],
  sendmsg: ["cgroupUdp4Sendmsg", "cgroupUdp6Sendmsg"],
  recvmsg: ["cgroupUdp4Recvmsg", "cgroupUdp6Recvmsg"],
  getpeername: ["cgroupInet4Getpeername", "cgroupInet6Getpeername"],
  getsockname: ["cgroupInet4Getsockname", "cgroupInet6Getsockname"],
} as const satisfies Record<string, readonly [CgroupHook, CgroupHook]>;
export type AddressCall = keyof typeof ADDRESS_HOOKS;

/** Programs of the network and of cgroups: who is attached where, and what they decide. */
export class StackPrograms {
  readonly net: MachineNet;
  readonly memory: KernelMemory;
  readonly sockMaps: SockMaps;
  /** The program that runs now, for its helpers. */
  current: RunningProgram | undefined;
  readonly #cgroupLists = new Map<CgroupHook, WeakMap<Sock, readonly HookList[]>>();
  readonly #socks = new Map<bigint, Sock>();

  constructor(net: MachineNet) {
    this.net = net;
    this.memory = net.world.memory;
    this.sockMaps = new SockMaps(this);
  }

  /** What a namespace asks. */
  of(stack: IpStack): StackBpf {
    const lists = new DeviceLists(this.net, stack);
    return {
      xdp: (device, skb) => {
        const list = lists.xdp(device);
        return list.isEmpty ? { kind: "pass" } : runXdp(this, list, device, skb);
      },
      tc: (device, direction, skb) => {
        const list = lists.tc(device, direction);
        return list.isEmpty ? { kind: "pass" } : runTc(this, list, device, skb, direction === "ingress");
      },
      netfilter: (hook, skb, input, output) => {
        const list = lists.netfilter(skb, hook);
        return list.isEmpty || runNetfilter(this, list, stack, hook, skb, input, output);
      },
      passesSock: (sk, skb) => this.#passesSock(sk, skb),
      passesEgress: (sk, skb) => this.#passesCgroup(sk, skb, "cgroupInetEgress"),
      lookupSock: (protocol, ends, skb) => {
        if (skb.assignedSocket !== 0n) return this.#socks.get(skb.assignedSocket);
        const { programs } = lists.skLookup;
        if (programs.length === 0) return undefined;
        const found = runSkLookup(this, programs, stack, protocol, ends, skb);
        return typeof found === "bigint" ? this.#socks.get(found) : found;
      },
      selectReuseport: (socks, skb) => this.#selectReuseport(socks, skb),
      dissect: (skb) => {
        const [program] = lists.flowDissector.programs;
        return program === undefined ? undefined : runDissector(this, program, skb);
      },
      sockOps: (tcp, op, args) => {
        const programs = this.#cgroupPrograms(tcp.sk, "cgroupSockOps");
        return programs.length === 0 ? 0 : runSockOps(this, programs, tcp, op, args);
      },
      received: (tcp, skb) => !this.sockMaps.concerns(tcp.sk) || this.sockMaps.received(tcp, skb),
      sockRelease: (sk) => {
        const programs = this.#cgroupPrograms(sk, "cgroupInetSockRelease");
        if (programs.length > 0) runSock(this, programs, sk);
      },
      newSock: (sk) => this.#socks.set(sk.cookie, sk),
      forgetSock: (sk) => this.forget(sk),
    };
  }

  /** Runs `body` while helpers can ask for `run`. */
  running<T>(run: RunningProgram, body: () => T): T {
    const outer = this.current;
    this.current = run;
    try {
      return body();
    } finally {
      this.current = outer;
    }
  }

  /** A socket by its cookie. */
  sockOf(cookie: bigint): Sock | undefined {
    return this.#socks.get(cookie);
  }

  /** The newest socket with that descriptor. */
  sockByDescriptor(fd: number): Sock | undefined {
    return [...this.#socks.values()].findLast(({ descriptor }) => descriptor === fd);
  }

  /** The socket is gone. */
  forget(sk: Sock): void {
    this.#socks.delete(sk.cookie);
    this.sockMaps.forget(sk);
  }

  /** A new socket: whether cgroup programs allow it. */
  sockCreate(sk: Sock): boolean {
    if (sk.class === "unix") return true;
    const programs = this.#cgroupPrograms(sk, "cgroupInetSockCreate");
    return programs.length === 0 || runSock(this, programs, sk);
  }

  /** After bind(2): whether cgroup programs allow it. */
  postBind(sk: Sock): boolean {
    if (sk.class === "unix") return true;
    const programs = this.#cgroupPrograms(
      sk,
      sk.family === FAMILY.inet6 ? "cgroupInet6PostBind" : "cgroupInet4PostBind",
    );
    return programs.length === 0 || runSock(this, programs, sk);
  }

  /** The address of a call as cgroup programs want it; undefined: they refuse. */
  sockAddr(call: AddressCall, sk: Sock, to: Endpoint): Endpoint | undefined {
    if (call === "sendmsg" && sk.class !== "udp") return to;
    const programs = this.#cgroupPrograms(sk, ADDRESS_HOOKS[call][sk.family === FAMILY.inet6 ? 1 : 0]);
    return programs.length === 0 ? to : runSockAddr(this, programs, sk, to);
  }

  /** setsockopt(2): the option to set, or the result when programs have dealt with it. */
  setsockopt(sk: Sock, option: SockoptValue): SockoptValue | number {
    const programs = this.#cgroupPrograms(sk, "cgroupSetsockopt");
    if (programs.length === 0) return option;
    const wanted = runSockopt(this, programs, sk, option);
    if (typeof wanted === "number") return -EPERM;
    return wanted.bypass ? 0 : wanted;
  }

  /** getsockopt(2): the value to give, or -errno. `status`: what the kernel has for it. */
  getsockopt(sk: Sock, option: SockoptValue, status: number): SockoptValue | number {
    const programs = this.#cgroupPrograms(sk, "cgroupGetsockopt");
    if (programs.length === 0) return status < 0 ? status : option;
    const given = runSockopt(this, programs, sk, option, status);
    return given === -1 ? -EPERM : given;
  }

  /** What a map of sockets refers to: a cookie, or the number of a descriptor. */
  sockReferred(value: number): Sock | undefined {
    return value < FIRST_COOKIE ? this.sockByDescriptor(value) : this.#socks.get(BigInt(value));
  }

  #selectReuseport(socks: readonly Sock[], skb: SkBuff): Sock | "drop" | undefined {
    for (const { descriptor } of socks) {
      if (descriptor === undefined) continue;
      const [program] = this.net.world.hooks.list(PLACE.socket("skReuseport", descriptor)).programs;
      if (program === undefined) continue;
      const chosen = runReuseport(this, program, skb);
      return typeof chosen === "number" ? this.sockReferred(chosen) : chosen;
    }
    return undefined;
  }

  #passesSock(sk: Sock, skb: SkBuff): boolean {
    if (!this.#passesCgroup(sk, skb, "cgroupInetIngress")) return false;
    if (sk.descriptor === undefined) return true;
    const list = this.net.world.hooks.list(PLACE.socket("socketFilter", sk.descriptor));
    return list.programs.every((program) => this.#run(program, sk, skb, "transport") !== 0);
  }

  #passesCgroup(sk: Sock, skb: SkBuff, hook: "cgroupInetIngress" | "cgroupInetEgress"): boolean {
    const programs = this.#cgroupPrograms(sk, hook);
    return programs.every(
      (program) => (this.#run(program, sk, skb, "network", hook === "cgroupInetIngress") & 1) !== 0,
    );
  }

  #run(program: HookProgram, sk: Sock, skb: SkBuff, from: "network" | "transport", ingress = true): number {
    const device = sk.stack.deviceOf(skb);
    const layer = skb.layer;
    skb.layer = from;
    const { verdict } = runOnSkb(this, program, skb, { device, ingress, from, sock: sk });
    skb.layer = layer;
    return verdict;
  }

  /** Programs of a socket's cgroup, then those of the cgroups above. */
  #cgroupPrograms(sk: Sock, hook: CgroupHook): readonly HookProgram[] {
    let bySock = this.#cgroupLists.get(hook);
    if (bySock === undefined) {
      bySock = new WeakMap();
      this.#cgroupLists.set(hook, bySock);
    }
    let lists = bySock.get(sk);
    if (lists === undefined) {
      lists = this.#listsOf(sk.cgroupId, hook);
      bySock.set(sk, lists);
    }
    let only: HookList | undefined;
    for (const list of lists) {
      if (list.isEmpty) continue;
      if (only !== undefined) return lists.flatMap(({ programs }) => programs);
      only = list;
    }
    return only?.programs ?? NONE;
  }

  #listsOf(id: bigint, hook: CgroupHook): HookList[] {
    const { world } = this.net;
    const lists: HookList[] = [];
    for (let at = world.cgroups.byId(id); at !== undefined; at = at.parent)
      lists.push(world.hooks.list(PLACE.cgroup(at.id, hook)));
    return lists;
  }
}

const NONE: readonly HookProgram[] = [];

/** The places of a namespace where programs attach; looked up once for each device. */
class DeviceLists {
  readonly #net: MachineNet;
  readonly #netns: string | undefined;
  readonly #xdp: HookList[] = [];
  readonly #ingress: HookList[] = [];
  readonly #egress: HookList[] = [];
  readonly #netfilter = new Map<string, HookList>();
  readonly skLookup: HookList;
  readonly flowDissector: HookList;

  constructor(net: MachineNet, stack: IpStack) {
    this.#net = net;
    this.#netns = stack.netns;
    this.skLookup = net.world.hooks.list(PLACE.skLookup(this.#netns));
    this.flowDissector = net.world.hooks.list(PLACE.flowDissector(this.#netns));
  }

  xdp({ ifindex }: NetDevice): HookList {
    this.#xdp[ifindex] ??= this.#net.world.hooks.list(PLACE.xdp(ifindex, this.#netns));
    return this.#xdp[ifindex] as HookList;
  }

  tc({ ifindex }: NetDevice, direction: "ingress" | "egress"): HookList {
    const lists = direction === "ingress" ? this.#ingress : this.#egress;
    lists[ifindex] ??= this.#net.world.hooks.list(PLACE.tc(ifindex, direction, this.#netns));
    return lists[ifindex] as HookList;
  }

  netfilter(skb: SkBuff, hook: NetfilterHook): HookList {
    const isV6 = skb.network?.kind === "ip" && skb.network.source.version === 6;
    const key = isV6 ? `6${hook}` : hook;
    const known = this.#netfilter.get(key);
    if (known !== undefined) return known;
    const list = this.#net.world.hooks.list(PLACE.netfilter(isV6 ? "ipv6" : "ipv4", hook, this.#netns));
    this.#netfilter.set(key, list);
    return list;
  }
}
