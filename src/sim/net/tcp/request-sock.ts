import type { Addressed } from "../../hooks/word.ts";
import type { KernelObject } from "../../memory/kernel-object.ts";
import { fromMapped, toMapped } from "../packet/ip-address.ts";
import type { TcpOptions } from "../packet/packet.ts";
import { swap16 } from "../skb/skb-image.ts";
import type { Endpoint } from "../socket/sock.ts";
import { word4 } from "../socket/sock-image.ts";
import type { Planned } from "../system.ts";
import type { Seq } from "./seq.ts";
import { TCP_STATE } from "./states.ts";
import type { TcpSock } from "./tcp-sock.ts";

/** A connection that was asked for and is not confirmed yet: struct tcp_request_sock, in state NEW_SYN_RECV. */
export class RequestSock implements Addressed {
  readonly kind = "request";
  readonly listener: TcpSock;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** The peer's first sequence number, and ours. */
  readonly irs: Seq;
  readonly iss: Seq;
  readonly options: TcpOptions;
  readonly window: number;
  retransmits = 0;
  /** When the SYN-ACK was sent first. */
  sentNs = 0;
  timer: Planned | undefined;
  #object: KernelObject | undefined;

  constructor(
    listener: TcpSock,
    ends: Readonly<{ local: Endpoint; remote: Endpoint }>,
    numbers: Readonly<{ irs: Seq; iss: Seq; window: number }>,
    options: TcpOptions,
  ) {
    this.listener = listener;
    this.local = ends.local;
    this.remote = ends.remote;
    this.irs = numbers.irs;
    this.iss = numbers.iss;
    this.window = numbers.window;
    this.options = options;
  }

  /** Address of its struct, which is made now. */
  get address(): bigint {
    const { memory } = this.listener.system;
    if (memory === undefined) return 0n;
    this.#object ??= memory.make("tcp_request_sock", {
      "req.req.__req_common.skc_state": TCP_STATE.NEW_SYN_RECV,
    });
    const request = memory.cast("request_sock", this.#object.address);
    const common = memory.cast("sock_common", this.#object.address);
    const isV6 = this.remote.address.version === 6;
    common.fill({
      skc_family: this.listener.sk.family,
      skc_daddr: isV6 ? 0 : word4(fromMapped(this.remote.address)),
      skc_rcv_saddr: isV6 ? 0 : word4(fromMapped(this.local.address)),
      skc_v6_daddr: toMapped(this.remote.address).bytes,
      skc_v6_rcv_saddr: toMapped(this.local.address).bytes,
      skc_dport: swap16(this.remote.port),
      skc_num: this.local.port,
      skc_prot: this.listener.stack.kernel?.proto("tcp", isV6),
      "skc_net.net": this.listener.stack.kernel?.net,
      skc_listener: this.listener.address,
    });
    request.fill({
      mss: this.options.mss ?? 536,
      num_retrans: this.retransmits,
      num_timeout: this.retransmits,
    });
    this.#object.fill({ snt_synack: Math.round(this.sentNs / 1000), rcv_isn: this.irs, snt_isn: this.iss });
    return this.#object.address;
  }

  free(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.#object?.free();
    this.#object = undefined;
  }
}
