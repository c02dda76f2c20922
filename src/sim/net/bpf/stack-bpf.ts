import type { NetfilterHook } from "../../../abi/attach-spec.ts";
import type { NetDevice } from "../device/net-device.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { Endpoint, Sock } from "../socket/sock.ts";
import type { TcpSock } from "../tcp/tcp-sock.ts";

/** What an XDP program wants done with a packet. */
export type XdpVerdict = Readonly<
  | { kind: "pass" | "drop" | "tx" | "aborted" }
  | { kind: "redirect"; device: NetDevice }
  | { kind: "redirectCpu"; cpu: number }
>;

/** What TC programs want done with a packet. */
export type TcVerdict = Readonly<
  | { kind: "pass" }
  | { kind: "drop" }
  /** Kept by a program, which answers for it. */
  | { kind: "stolen" }
  | { kind: "redirect"; device: NetDevice; ingress: boolean }
>;

export type SockOp =
  | "timeoutInit"
  | "connect"
  | "activeEstablished"
  | "passiveEstablished"
  | "timeout"
  | "retransmit"
  | "state"
  | "listen"
  | "rtt";

/** Programs that see, and decide on, what goes through a host. Hosts without any have none of it. */
export interface StackBpf {
  xdp(device: NetDevice, skb: SkBuff, native: boolean): XdpVerdict;
  tc(device: NetDevice, direction: "ingress" | "egress", skb: SkBuff): TcVerdict;
  /** Whether the packet may go on. */
  netfilter(
    hook: NetfilterHook,
    skb: SkBuff,
    input: NetDevice | undefined,
    output: NetDevice | undefined,
  ): boolean;
  /** Cgroup programs on what a socket gets, and its own filter. */
  passesSock(sk: Sock, skb: SkBuff): boolean;
  /** Cgroup programs on what a socket sends. */
  passesEgress(sk: Sock, skb: SkBuff): boolean;
  /** A socket that programs choose for a packet before the usual look-up; "drop": nobody is to get it. */
  lookupSock(
    protocol: "tcp" | "udp",
    ends: Readonly<{ local: Endpoint; remote: Endpoint }>,
    skb: SkBuff,
  ): Sock | "drop" | undefined;
  /** Which of the sockets that share a port gets a packet: one, "drop", or undefined: as usual. */
  selectReuseport(socks: readonly Sock[], skb: SkBuff): Sock | "drop" | undefined;
  /** The hash of a packet's flow as a program reads it; undefined: as usual. */
  dissect(skb: SkBuff): number | undefined;
  /** The reply of cgroup programs to what happens to a connection; 0 without any. */
  sockOps(tcp: TcpSock, op: SockOp, args: readonly number[]): number;
  /** A segment with payload came in order; false: programs have dealt with it. */
  received(tcp: TcpSock, skb: SkBuff): boolean;
  /** A socket's file is closed. */
  sockRelease(sk: Sock): void;
  /** There is one more socket. */
  newSock(sk: Sock): void;
  /** A socket goes away: maps must not hold it any longer. */
  forgetSock(sk: Sock): void;
}
