import { VFS } from "../files/vfs.ts";
import type { Word } from "../hooks/word.ts";
import type { Namespaces } from "../process/namespaces.ts";
import type { StateKey } from "../world/state-key.ts";
import type { World } from "../world/world.ts";
import { StackPrograms } from "./bpf/stack-programs.ts";
import { addLoopback } from "./device/loopback.ts";
import type { NetDevice } from "./device/net-device.ts";
import { Nic } from "./device/nic.ts";
import { Softirqs } from "./device/softirqs.ts";
import { addVethPair } from "./device/veth.ts";
import { IpStack } from "./ip-stack.ts";
import { KernelNet, KernelNetTables } from "./kernel-net.ts";
import { kernelSystem } from "./kernel-system.ts";
import { KernelTrace } from "./kernel-trace.ts";
import type { InterfaceOptions, NetworkOptions } from "./network-options.ts";
import { type IpPrefix, ip, ipFromNumber, ipToNumber, prefix } from "./packet/ip-address.ts";
import { macFromNumber } from "./packet/mac-address.ts";
import { RemoteHosts } from "./remote/remote-hosts.ts";
import { RemotePeer } from "./remote/remote-peer.ts";
import type { NetSystem } from "./system.ts";
import { Internet } from "./wire/internet.ts";
import { Wire, type WireOptions } from "./wire/wire.ts";

const DEFAULT: InterfaceOptions = {
  name: "eth0",
  addresses: ["10.0.0.15/24", "fd00::15/64"],
  gateway: "10.0.0.1",
  gateway6: "fd00::2",
};
/** Of interfaces that say nothing else: a gigabit, half a millisecond to the first router and back. */
const WIRE: WireOptions = {
  delayNs: 250_000,
  jitterNs: 20_000,
  loss: 0,
  bitsPerSecond: 1e9,
  queueNs: 50_000_000,
};

/** The network of a simulated machine: its namespaces, what is around it, and where programs attach. */
export class MachineNet {
  readonly world: World;
  readonly trace: KernelTrace;
  readonly system: NetSystem;
  readonly tables: KernelNetTables;
  readonly softirqs: Softirqs;
  readonly internet: Internet;
  /** The machine's own namespace, with what interfaces it has so far. */
  readonly root: IpStack;
  readonly hosts: RemoteHosts;
  readonly programs: StackPrograms;
  /** All namespaces, the machine's own first. */
  readonly stacks: IpStack[] = [];
  #isConfigured = false;
  #nextCookie = 1n;
  #containers = 0;

  constructor(world: World) {
    this.world = world;
    this.trace = new KernelTrace(world.hooks);
    this.tables = new KernelNetTables(world.memory, world.tables.btf, () => world.task);
    this.system = kernelSystem(world, this.trace, () => this.softirqs);
    this.softirqs = new Softirqs(this.system, this.tables.backlogNapi);
    const clock = { now: () => world.nowNs, at: (ns: number, run: () => void) => void world.at(ns, run) };
    this.internet = new Internet(clock, world.random.stream("internet"));
    this.programs = new StackPrograms(this);
    this.root = this.#makeStack("root", world.processes.namespaces.takeInum());
    this.hosts = new RemoteHosts(this);
    world.hooks.symbols.defineVariable("init_net", this.root.kernel?.net.address ?? 0n);
  }

  /** The machine's own namespace; it gets the usual interface when nobody gave it another. */
  get stack(): IpStack {
    if (!this.#isConfigured) this.addInterface(DEFAULT);
    return this.root;
  }

  /** Whether it has the interfaces that it will have. */
  get isConfigured(): boolean {
    return this.#isConfigured;
  }

  /** The interface of machines that nobody configured. */
  get usualInterface(): InterfaceOptions {
    return DEFAULT;
  }

  /** Asks an LSM hook: 0, or the negative errno of a program that refuses. */
  security(hook: string, args: readonly Word[]): number {
    return this.trace.call(`security_${hook}`, args, () => this.world.hooks.lsm(hook, args));
  }

  /** Takes over what a scenario says about the network. */
  configure(options: NetworkOptions): void {
    for (const own of options.interfaces ?? []) this.addInterface(own);
    this.hosts.configure(options);
    const address = options.dns?.address;
    if (address !== undefined) this.world.get(VFS).addFile("/etc/resolv.conf", `nameserver ${address}\n`);
  }

  /** A host outside of the machine that does something to it; made when there is none with that address. */
  remote(address: string): RemotePeer {
    return new RemotePeer(this, this.hosts.at(address));
  }

  /** Adds a network card with its addresses and routes. */
  addInterface(options: InterfaceOptions): NetDevice {
    this.#isConfigured = true;
    const { name, addresses = [], gateway, gateway6, mtu = 1500, queues = 1 } = options;
    const wire = new Wire(this.internet, this.wireOptions(options));
    const nic = new Nic(wire);
    const mac = options.mac ?? macFromNumber(0x0012_3400 + this.root.devices.length);
    const device = this.root.addDevice({ name, mac, mtu, kind: "ethernet", driver: nic.driver, queues });
    nic.connect(device);
    for (const text of addresses) this.#addAddress(this.root, device, prefix(text), wire);
    for (const [text, all] of [
      [gateway, "0.0.0.0/0"],
      [gateway6, "::/0"],
    ] as const) {
      if (text === undefined) continue;
      this.internet.addGateway(ip(text));
      this.root.addRoute({ prefix: prefix(all), device, gateway: ip(text) });
    }
    return device;
  }

  /** Numbers of a line from its description. */
  wireOptions(options: Omit<InterfaceOptions, "name"> = {}): WireOptions {
    const { latency, jitter, loss, bandwidth } = options;
    return {
      ...WIRE,
      ...(latency !== undefined && { delayNs: this.world.ns(latency) / 2 }),
      ...(jitter !== undefined && { jitterNs: this.world.ns(jitter) }),
      ...(loss !== undefined && { loss }),
      ...(bandwidth !== undefined && { bitsPerSecond: bandwidth }),
    };
  }

  #addAddress(stack: IpStack, device: NetDevice, own: IpPrefix, wire: Wire): void {
    stack.addAddress(device, own);
    this.internet.assign(own.address, wire);
  }

  /** The namespace of a container: an interface of its own, routed through the machine. */
  container(inum: number): IpStack {
    const host = this.stack;
    const stack = this.#makeStack(`container ${inum}`, inum);
    const number = ++this.#containers;
    const inside = ipFromNumber(4, ipToNumber(ip("10.88.0.0")) + BigInt(number * 4 + 2));
    const outside = ipFromNumber(4, ipToNumber(inside) - 1n);
    const [veth, eth0] = addVethPair(
      { stack: host, name: `veth${number}`, mac: macFromNumber(0x0088_0000 + number * 2) },
      { stack, name: "eth0", mac: macFromNumber(0x0088_0001 + number * 2) },
    );
    host.isRouter = true;
    host.addAddress(veth, { address: outside, length: 30 });
    stack.addAddress(eth0, { address: inside, length: 30 });
    stack.addRoute({ prefix: prefix("0.0.0.0/0"), device: eth0, gateway: outside });
    const first = host.devices.find(({ kind }) => kind === "ethernet");
    const own = first?.addresses.find(({ address }) => address.version === 4);
    const wire = own === undefined ? undefined : this.internet.wireTo(own.address);
    if (wire !== undefined) this.internet.assign(inside, wire);
    return stack;
  }

  #makeStack(name: string, inum: number): IpStack {
    const kernel = new KernelNet(this.tables, inum, this.#nextCookie++);
    const stack = new IpStack(this.system, { name, kernel, softirqs: this.softirqs });
    stack.bpf = this.programs.of(stack);
    const loopback = addLoopback(stack);
    kernel.net.set("loopback_dev", loopback.image?.object ?? null);
    this.stacks.push(stack);
    return stack;
  }
}

/** The machine's network. */
export const NETWORK: StateKey<World, MachineNet> = { name: "net", make: (world) => new MachineNet(world) };

/** The network namespace of processes. */
export const NETNS: StateKey<Namespaces, { stack: IpStack }> = {
  name: "net.namespace",
  make(namespaces) {
    const { world } = namespaces;
    const net = world.get(NETWORK);
    const isOwn = namespaces === world.processes.namespaces.initial;
    const stack = isOwn ? net.root : net.container(world.processes.namespaces.takeInum());
    namespaces.struct.set("net_ns", stack.kernel?.net ?? null);
    return { stack };
  },
};
