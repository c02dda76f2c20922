/** An IPv4 or IPv6 address: 4 or 16 bytes. */
export type IpAddress = Uint8Array;

/** Sockets that programs can find and look at. Ports are numbers, not in network order. */
export type SocketInfo = Readonly<{
  /** A number that stays with the socket and is not used again. */
  cookie: bigint;
  /** Of its `struct sock`; 0 where there is none in the environment's memory. */
  address: bigint;
  /** AF_INET (2), AF_INET6 (10), AF_UNIX (1). */
  family: number;
  /** SOCK_STREAM (1), SOCK_DGRAM (2) … */
  type: number;
  /** IPPROTO_TCP (6), IPPROTO_UDP (17), IPPROTO_MPTCP (262) … */
  protocol: number;
  /** TCP_ESTABLISHED (1) … TCP_LISTEN (10), TCP_NEW_SYN_RECV (12). */
  state: number;
  source: IpAddress;
  sourcePort: number;
  destination: IpAddress;
  destinationPort: number;
  mark: number;
  priority: number;
  ifindex: number;
  rxQueue: number;
  uid: number;
  cgroupId: bigint;
  /** A request or a socket in TIME_WAIT: no full socket. */
  isMini: boolean;
  /** The socket that listens, for those that it accepted or that are on their way. */
  listener?: SocketInfo;
  /** Fields of `struct bpf_tcp_sock`, by their names there. */
  tcp?: Readonly<Record<string, number | bigint>>;
}>;

export type SocketQuery = Readonly<{
  protocol: "tcp" | "udp";
  source: IpAddress;
  sourcePort: number;
  destination: IpAddress;
  destinationPort: number;
  /** Id of a network namespace, or undefined for that of the program. */
  netns: number | undefined;
  /** Also requests and sockets in TIME_WAIT. */
  mini: boolean;
}>;

/** What bpf_fib_lookup is asked. */
export type RouteQuery = Readonly<{
  family: 4 | 6;
  source: IpAddress;
  destination: IpAddress;
  protocol: number;
  sourcePort: number;
  destinationPort: number;
  ifindex: number;
  tos: number;
  flowInfo: number;
  /** Look in the table of the device (BPF_FIB_LOOKUP_DIRECT), or in this one, or follow the rules. */
  table: "rules" | "device" | number;
  /** From the point of view of a packet that leaves. */
  output: boolean;
  mark: number;
}>;

export type RouteAnswer = Readonly<
  | {
      kind: "found";
      ifindex: number;
      /** Largest packet, in bytes; 0: as the device says. */
      mtu: number;
      metric: number;
      /** The next hop; absent: the destination itself. */
      gateway?: IpAddress;
      /** Address that packets leave from. */
      preferredSource?: IpAddress;
      /** Link addresses of the device and of the neighbour; absent: the neighbour is not known. */
      deviceMac?: Uint8Array;
      neighbourMac?: Uint8Array;
    }
  | { kind: "blackhole" | "unreachable" | "prohibited" | "notForwarded" | "forwardingOff" | "unsupported" }
>;

/** A device that packets come from and go to. `forwards`: it passes packets on. */
export type DeviceInfo = Readonly<{ ifindex: number; mtu: number; isUp: boolean; forwards: boolean }>;

/** The network around a machine. All of it is optional; each may answer undefined: there is none. */
export type NetworkWorld = Readonly<{
  /** Of the packet, message or connection that the running program's context is about. */
  contextSocket?(ctx: bigint): SocketInfo | undefined;
  findSocket?(query: SocketQuery): SocketInfo | undefined;
  /** By the address of its `struct sock` or `struct socket`, or by what a map of sockets holds: its cookie. */
  socketAt?(address: bigint): SocketInfo | undefined;
  socketByCookie?(cookie: bigint): SocketInfo | undefined;
  /** Bytes of an option's value, or -errno. */
  getOption?(socket: SocketInfo, level: number, name: number, size: number): Uint8Array | number;
  /** 0 or -errno. */
  setOption?(socket: SocketInfo, level: number, name: number, value: Uint8Array): number;
  /** 0 or -errno. `address`: a `struct sockaddr`. */
  bind?(socket: SocketInfo | undefined, address: Uint8Array): number;
  /** The packet goes to this socket. 0 or -errno. */
  assign?(socket: SocketInfo | undefined, flags: number): number;
  /** A program put the socket into a map of sockets. */
  mapped?(socket: SocketInfo, map: string): void;
  destroy?(socket: SocketInfo): number;
  device?(ifindex: number): DeviceInfo | undefined;
  route?(query: RouteQuery): RouteAnswer | undefined;
  netnsCookie?(ctx: bigint): bigint;
  /** The net_cls class of a socket's cgroup, or of the current task's. */
  classId?(socket: SocketInfo | undefined): number;
  /** Id of the cgroup at a level above a cgroup. */
  ancestorCgroup?(cgroupId: bigint, level: number): bigint;
  routeRealm?(ctx: bigint): number;
  /** Sends a TCP acknowledgement. 0 or -errno. */
  sendAck?(socket: bigint, next: number): number;
}>;
