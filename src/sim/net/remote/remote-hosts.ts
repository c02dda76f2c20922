import type { MachineNet } from "../machine-net.ts";
import type { DnsOptions, HostOptions, LineOptions, NetworkOptions } from "../network-options.ts";
import { type IpAddress, ip, prefix } from "../packet/ip-address.ts";
import type { NetSystem, Planned } from "../system.ts";
import { SILENT } from "../trace.ts";
import { listenAt } from "./connection.ts";
import { DnsZone } from "./dns-server.ts";
import { RemoteHost } from "./remote-host.ts";
import { type ServiceClock, serve } from "./services.ts";
import { listenUdp } from "./udp-service.ts";

const DNS_ADDRESS = "10.0.0.2";
const DNS_DELAY_NS = 900_000;
const SPREAD = 0.5;

/** Hosts around the machine. They run the same network code as it does, in silence. */
export class RemoteHosts {
  readonly zone = new DnsZone();
  readonly #net: MachineNet;
  readonly #byAddress = new Map<string, RemoteHost>();
  readonly #clock: ServiceClock;
  #line: LineOptions = { latency: "12 ms", jitter: "300 us" };
  #dns: Required<Pick<DnsOptions, "loss">> & { address: IpAddress; delayNs: number; latency: number } = {
    address: ip(DNS_ADDRESS),
    delayNs: DNS_DELAY_NS,
    latency: 600_000,
    loss: 0,
  };
  #hasDns = false;

  constructor(net: MachineNet) {
    const { world } = net;
    this.#net = net;
    this.#clock = {
      after: (ns, run) => void world.at(world.nowNs + ns, run),
      ns: (duration) => world.ns(duration as number),
      random: world.random.stream("remote services"),
    };
  }

  /** Address of the DNS server; it is there from now on. */
  get dnsAddress(): IpAddress {
    if (!this.#hasDns) this.#startDns();
    return this.#dns.address;
  }

  /** Takes over what a scenario says. */
  configure({ hosts = [], dns, latency, loss, jitter }: NetworkOptions): void {
    this.#line = {
      ...this.#line,
      ...(latency !== undefined && { latency }),
      ...(loss !== undefined && { loss }),
      ...(jitter !== undefined && { jitter }),
    };
    if (dns !== undefined) this.#configureDns(dns);
    for (const host of hosts) this.add(host);
  }

  /** Adds a host with its names and services. */
  add(options: HostOptions): RemoteHost {
    const addresses = [options.address].flat().map(prefix);
    const line = this.#net.wireOptions({ ...this.#line, ...options });
    const name = options.names?.[0] ?? addresses[0]?.address.text ?? "host";
    const host = new RemoteHost(this.#net.internet, this.#system(name), name, addresses, line);
    for (const { address } of addresses) {
      this.#byAddress.set(address.text, host);
      for (const known of options.names ?? []) this.zone.add(known, address);
    }
    for (const [port, spec] of Object.entries(options.tcp ?? {}))
      listenAt(host.stack, Number(port), () => serve(spec, this.#clock), spec.kind === "silent" ? 4096 : 512);
    for (const [port, kind] of Object.entries(options.udp ?? {}))
      listenUdp(host.stack, Number(port), (bytes, _from, answer) => {
        if (kind === "echo") answer(bytes);
      });
    return host;
  }

  /** The host that has an address; made without any services when there is none. */
  at(address: string): RemoteHost {
    return this.#byAddress.get(ip(address).text) ?? this.add({ address });
  }

  get clock(): ServiceClock {
    return this.#clock;
  }

  #configureDns(dns: DnsOptions): void {
    const { world } = this.#net;
    this.#dns = {
      address: dns.address === undefined ? this.#dns.address : ip(dns.address),
      delayNs: dns.delay === undefined ? this.#dns.delayNs : world.ns(dns.delay),
      latency: dns.latency === undefined ? this.#dns.latency : world.ns(dns.latency),
      loss: dns.loss ?? this.#dns.loss,
    };
    for (const [name, targets] of Object.entries(dns.records ?? {}))
      for (const target of [targets].flat()) this.#addRecord(name, target);
  }

  /** An address, another name, or "SERVFAIL". */
  #addRecord(name: string, target: string): void {
    if (target === "SERVFAIL") this.zone.addFailure(name);
    else if (/^[\d.]+$/.test(target) || target.includes(":")) this.zone.add(name, ip(target));
    else this.zone.addAlias(name, target);
  }

  #startDns(): void {
    this.#hasDns = true;
    const { address, latency } = this.#dns;
    const host = this.add({ address: address.text, names: ["dns.sim"], latency, jitter: 0 });
    listenUdp(host.stack, 53, (bytes, _from, answer) => {
      const { delayNs, loss } = this.#dns;
      if (this.#clock.random.chance(loss)) return;
      const reply = this.zone.answer(bytes);
      if (reply === undefined) return;
      this.#clock.after(Math.round(this.#clock.random.latency(delayNs, SPREAD)), () => answer(reply));
    });
  }

  #system(name: string): NetSystem {
    const { world } = this.#net;
    const plan = (ns: number, run: () => void): Planned => {
      const event = world.at(world.nowNs + Math.max(0, Math.round(ns)), run);
      return {
        cancel: () => {
          event.run = undefined;
        },
      };
    };
    return {
      trace: SILENT,
      memory: undefined,
      random: world.random.stream(`host ${name}`),
      now: () => world.nowNs,
      cpu: () => 0,
      spend: () => undefined,
      interrupt: (_device, _queue, run) => run(),
      later: plan,
      timer: (ns, _name, run) => plan(ns, run),
    };
  }
}
