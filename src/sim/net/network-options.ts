import type { Duration } from "../world/duration.ts";

/** The line of an interface or host. */
export type LineOptions = Readonly<{
  /** There and back, from the middle of the network. */
  latency?: Duration;
  /** At most so much more, at random, each way. */
  jitter?: Duration;
  /** Probability for each packet, 0 to 1, each way. */
  loss?: number;
  /** Bits per second. */
  bandwidth?: number;
}>;

/** A network card of the machine. */
export type InterfaceOptions = LineOptions &
  Readonly<{
    name: string;
    /** "192.0.2.10/24" */
    addresses?: readonly string[];
    /** The router for everything else. */
    gateway?: string;
    gateway6?: string;
    mac?: string;
    mtu?: number;
    /** Receive queues, each with an interrupt and a CPU. */
    queues?: number;
  }>;

/** What a remote host does at a port. */
export type ServiceSpec = Readonly<
  /** Answers each request after `delay` with `bytes`; "close": and ends the connection. */
  | { kind: "http"; delay?: Duration; bytes?: number; status?: number }
  /** Sends back what it gets. */
  | { kind: "echo" }
  /** Takes everything and answers nothing. */
  | { kind: "sink" }
  /** Sends `bytes` at once and ends. */
  | { kind: "source"; bytes: number }
  /** Answers each burst of bytes with so many after some time, as databases and caches do. */
  | { kind: "reply"; delay?: Duration; bytes: number }
  /** Accepts connections and never says anything. */
  | { kind: "silent" }
  /** Refuses by a reset after the first bytes. */
  | { kind: "reset" }
>;

/** A host that is no part of the machine. */
export type HostOptions = LineOptions &
  Readonly<{
    /** Names that lead to it; the DNS server knows them. */
    names?: readonly string[];
    /** "198.51.100.7", with a prefix length for hosts of the machine's own network. */
    address: string | readonly string[];
    tcp?: Readonly<Record<number, ServiceSpec>>;
    udp?: Readonly<Record<number, "echo" | "sink">>;
  }>;

export type DnsOptions = Readonly<{
  /** Of the server; default 10.0.0.2. */
  address?: string;
  latency?: Duration;
  /** How long it looks for an answer. */
  delay?: Duration;
  /** Probability that a question stays without an answer. */
  loss?: number;
  /** Names with addresses, beyond those of hosts. */
  records?: Readonly<Record<string, string | readonly string[]>>;
}>;

/** What a scenario says about the network. */
export type NetworkOptions = Readonly<{
  /** Default: eth0 with 10.0.0.15/24. */
  interfaces?: readonly InterfaceOptions[];
  hosts?: readonly HostOptions[];
  dns?: DnsOptions;
  /** Of hosts that say nothing else. */
  latency?: Duration;
  loss?: number;
  jitter?: Duration;
}>;
