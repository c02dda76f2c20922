import type { Addressed } from "../../hooks/word.ts";
import type { IpStack } from "../ip-stack.ts";
import { anyAddress, type IpAddress } from "../packet/ip-address.ts";
import { endpointFields } from "./endpoint-fields.ts";
import { FAMILY } from "./families.ts";
import { type SockClass, SockImage } from "./sock-image.ts";

/** What happened to a socket that somebody may wait for. */
export type SockEvent = "readable" | "writable" | "state" | "error";

/** Addresses and ports of a socket: 0 and the address that stands for any until they are known. */
export type Endpoint = Readonly<{ address: IpAddress; port: number }>;

/** Options that setsockopt(2) sets, as far as the network obeys them. */
export type SockOptions = {
  reuseAddress: boolean;
  reusePort: boolean;
  keepAlive: boolean;
  ipv6Only: boolean;
  noDelay: boolean;
  cork: boolean;
  linger: number | undefined; // seconds
  broadcast: boolean;
  receiveBuffer: number;
  sendBuffer: number;
  receiveTimeoutNs: number;
  sendTimeoutNs: number;
  receiveLowWater: number;
  mark: number;
  priority: number;
  boundInterface: number;
  ttl: number;
  tos: number;
  keepIdleS: number;
  keepIntervalS: number;
  keepCount: number;
  userTimeoutMs: number;
};

const BUFFER = 212_992; // net.core.rmem_default of x86_64 with 4 KiB pages, net/core/sock.c, v6.12

/** What all kinds of sockets share: struct sock, and struct inet_sock. */
export class Sock implements Addressed {
  readonly stack: IpStack;
  readonly class: SockClass;
  /** AF_… */
  readonly family: number;
  readonly type: number;
  readonly protocol: number;
  /** Grows by one with each socket. */
  readonly cookie: bigint;
  readonly image: SockImage | undefined;
  local: Endpoint;
  remote: Endpoint;
  /** Who made it. */
  uid = 0;
  cgroupId = 1n;
  /** Its struct cgroup; undefined: the root's. */
  cgroup: Addressed | undefined;
  /** Its descriptor when it got its file, by which programs are attached to it. */
  descriptor: number | undefined;
  /** An errno that the next call gives. */
  error = 0;
  /** Bits of SHUTDOWN. */
  shutdown = 0;
  /** No file refers to it any more. */
  isDead = false;
  /** Of the packets that a connection sends; 0 until there was one. */
  txHash = 0;
  /** Its struct was given back. */
  isFreed = false;
  /** A system call works on it: packets wait in the backlog. */
  isOwned = false;
  readonly options: SockOptions = {
    reuseAddress: false, reusePort: false, keepAlive: false, ipv6Only: false, noDelay: false, cork: false,
    linger: undefined, broadcast: false, receiveBuffer: BUFFER, sendBuffer: BUFFER, receiveTimeoutNs: 0,
    sendTimeoutNs: 0, receiveLowWater: 1, mark: 0, priority: 0, boundInterface: 0, ttl: 64, tos: 0,
    keepIdleS: 7200, keepIntervalS: 75, keepCount: 9, userTimeoutMs: 0,
  }; // biome-ignore format: one list
  /** Who waits for it: its file, or the program of a host without processes. */
  onEvent: ((event: SockEvent) => void) | undefined;
  /** Brings what changes often up to date in memory, before programs see it. */
  onFlush: ((image: SockImage) => void) | undefined;

  constructor(stack: IpStack, kind: SockClass, family: number, type: number, protocol: number) {
    this.stack = stack;
    this.class = kind;
    this.family = family;
    this.type = type;
    this.protocol = protocol;
    this.cookie = stack.nextCookie();
    const any = anyAddress(family === FAMILY.inet6 ? 6 : 4);
    this.local = { address: any, port: 0 };
    this.remote = { address: any, port: 0 };
    const { memory } = stack.system;
    if (memory !== undefined) this.image = new SockImage(memory, this);
    stack.counters.liveSocks++;
    stack.bpf?.newSock(this);
  }

  /** Address of its struct, brought up to date; 0 on hosts without memory. */
  get address(): bigint {
    if (this.image === undefined) return 0n;
    if (!this.isFreed) this.onFlush?.(this.image);
    return this.image.object.address;
  }

  /** Whether it can talk to IPv4 peers as ::ffff:a.b.c.d. */
  get isDualStack(): boolean {
    return this.family === FAMILY.inet6 && !this.options.ipv6Only;
  }

  setLocal(address: IpAddress, port: number): void {
    this.local = { address, port };
    this.image?.setEndpoints(this);
  }

  setRemote(address: IpAddress, port: number): void {
    this.remote = { address, port };
    this.image?.setEndpoints(this);
  }

  /** Tells who waits, through the kernel's function for it. */
  notify(event: SockEvent): void {
    const { trace } = this.stack.system;
    trace.call(NOTIFIERS[event], [this], () => {
      if (event === "readable") this.#fireReady();
      if (event === "error") this.#fireError();
      this.onEvent?.(event);
    });
  }

  #fireReady(): void {
    this.stack.system.trace.fire("sock:sk_data_ready", () => {
      const ip = this.stack.callerAddress(0);
      return {
        args: [this],
        fields: { skaddr: this.address, family: this.family, protocol: this.protocol, ip },
      };
    });
  }

  #fireError(): void {
    this.stack.system.trace.fire("sock:inet_sk_error_report", () => {
      const { error, protocol } = this;
      return { args: [this], fields: { error, protocol, ...endpointFields(this) } };
    });
  }

  /** Gives its struct back; no packet may refer to it any more. */
  free(): void {
    if (this.isFreed) return;
    this.isFreed = true;
    this.stack.counters.liveSocks--;
    this.image?.free();
  }
}

const NOTIFIERS: Readonly<Record<SockEvent, string>> = {
  readable: "sock_def_readable",
  writable: "sk_stream_write_space",
  state: "sock_def_wakeup",
  error: "sock_def_error_report",
};
