import type { Addressed } from "../../hooks/word.ts";
import type { KernelObject } from "../../memory/kernel-object.ts";
import type { IpStack } from "../ip-stack.ts";
import { LazyTimer } from "../lazy-timer.ts";
import { fromMapped } from "../packet/ip-address.ts";
import { TCP_FLAG, type TcpHeader } from "../packet/packet.ts";
import { dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { swap16 } from "../skb/skb-image.ts";
import type { Endpoint } from "../socket/sock.ts";
import { word4 } from "../socket/sock-image.ts";
import { isAfter, isBefore, type Seq } from "./seq.ts";
import { TCP_STATE } from "./states.ts";
import { doneWith } from "./tcp-done.ts";
import { sendReset } from "./tcp-reset.ts";
import type { TcpSock } from "./tcp-sock.ts";

const TIME_WAIT_NS = 60_000_000_000; // TCP_TIMEWAIT_LEN, include/net/tcp.h, v6.12

/** What is left of a connection that this host closed first: struct tcp_timewait_sock. */
export class TimeWaitSock implements Addressed {
  readonly kind = "timeWait";
  readonly stack: IpStack;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly family: number;
  /** FIN_WAIT2 until the peer's FIN came. */
  substate: typeof TCP_STATE.FIN_WAIT2 | typeof TCP_STATE.TIME_WAIT;
  readonly sndNxt: Seq;
  rcvNxt: Seq;
  readonly window: number;
  tsRecent: number;
  readonly hasTimestamps: boolean;
  readonly timer: LazyTimer;
  #object: KernelObject | undefined;

  constructor(tcp: TcpSock, substate: TimeWaitSock["substate"]) {
    this.stack = tcp.stack;
    this.local = tcp.sk.local;
    this.remote = tcp.sk.remote;
    this.family = tcp.sk.family;
    this.substate = substate;
    this.sndNxt = tcp.sndNxt;
    this.rcvNxt = tcp.rcvNxt;
    this.window = Math.min(tcp.rcvWnd >>> (tcp.wscaleOk ? tcp.rcvWscale : 0), 65_535);
    this.tsRecent = tcp.tsRecent;
    this.hasTimestamps = tcp.timestampsOk;
    this.timer = new LazyTimer(tcp.system, "tw_timer_handler", () => this.end());
  }

  get address(): bigint {
    const { memory } = this.stack.system;
    if (memory === undefined) return 0n;
    if (this.#object === undefined) {
      this.#object = memory.make("tcp_timewait_sock");
      const isV6 = this.family === 10;
      memory.cast("sock_common", this.#object.address).fill({
        skc_family: this.family,
        skc_daddr: isV6 ? 0 : word4(fromMapped(this.remote.address)),
        skc_rcv_saddr: isV6 ? 0 : word4(fromMapped(this.local.address)),
        skc_dport: swap16(this.remote.port),
        skc_num: this.local.port,
        skc_state: TCP_STATE.TIME_WAIT,
        skc_prot: this.stack.kernel?.proto("tcp", isV6),
        "skc_net.net": this.stack.kernel?.net,
      });
    }
    memory.cast("inet_timewait_sock", this.#object.address).set("tw_substate", this.substate);
    return this.#object.address;
  }

  end(): void {
    this.timer.close();
    this.stack.tcp.forget(this);
    this.#object?.free();
    this.#object = undefined;
  }
}

/** A connection becomes a time-wait socket: tcp_time_wait. The socket itself is done with. */
export function enterTimeWait(tcp: TcpSock, substate: TimeWaitSock["substate"], ns = TIME_WAIT_NS): void {
  tcp.system.trace.call("tcp_time_wait", [tcp, substate, Math.round(ns / 4e6)], () => {
    const timeWait = new TimeWaitSock(tcp, substate);
    tcp.stack.tcp.replace(tcp, timeWait);
    timeWait.timer.start(ns);
    doneWith(tcp);
  });
}

/**
 * A segment for a connection that is over: tcp_timewait_state_process. "new": it asks for a new one, so that the
 * listener is to look at it; otherwise the segment is gone.
 */
export function receiveInTimeWait(timeWait: TimeWaitSock, skb: SkBuff): "new" | "taken" {
  const { stack } = timeWait;
  let outcome: "new" | "taken" = "taken";
  stack.system.trace.call(
    "tcp_timewait_state_process",
    [timeWait, skb, skb.transport?.kind === "tcp", null, null],
    () => {
      outcome = process(timeWait, skb);
    },
  );
  return outcome;
}

function process(timeWait: TimeWaitSock, skb: SkBuff): "new" | "taken" {
  const { stack } = timeWait;
  const header = skb.transport as TcpHeader;
  const { flags } = header;
  if (flags & TCP_FLAG.rst) {
    if (skb.seq === timeWait.rcvNxt) timeWait.end();
    dropSkb(stack, skb, "TCP_RESET");
    return "taken";
  }
  const isNewer = isAfter(skb.seq, timeWait.rcvNxt) || isNewerStamp(timeWait, header);
  if (
    flags & TCP_FLAG.syn &&
    (flags & TCP_FLAG.ack) === 0 &&
    isNewer &&
    timeWait.substate === TCP_STATE.TIME_WAIT
  ) {
    timeWait.end();
    return "new";
  }
  if (timeWait.substate === TCP_STATE.FIN_WAIT2) return receiveFin(timeWait, skb);
  if (skb.seq === skb.endSeq && skb.seq === timeWait.rcvNxt) {
    stack.freed(skb);
    return "taken";
  }
  answer(timeWait);
  timeWait.timer.start(TIME_WAIT_NS);
  dropSkb(stack, skb, "TCP_OLD_SEQUENCE");
  return "taken";
}

function isNewerStamp(timeWait: TimeWaitSock, { options }: TcpHeader): boolean {
  if (!timeWait.hasTimestamps || options.timestamps === undefined) return false;
  return ((options.timestamps.value - timeWait.tsRecent) | 0) > 0;
}

/** Half closed, and nobody is there to read: only a FIN is welcome. */
function receiveFin(timeWait: TimeWaitSock, skb: SkBuff): "taken" {
  const { stack } = timeWait;
  const { flags } = skb.transport as TcpHeader;
  const isFinAlone = (flags & TCP_FLAG.fin) !== 0 && skb.payload.length === 0 && skb.seq === timeWait.rcvNxt;
  if (isFinAlone) {
    timeWait.rcvNxt = skb.endSeq;
    timeWait.substate = TCP_STATE.TIME_WAIT;
    timeWait.timer.start(TIME_WAIT_NS);
    answer(timeWait);
    stack.freed(skb);
    return "taken";
  }
  if (skb.seq === skb.endSeq || isBefore(skb.endSeq, timeWait.rcvNxt)) {
    stack.freed(skb);
    return "taken";
  }
  sendReset(stack, skb, undefined, "TCP_TIMEWAIT_SOCKET");
  timeWait.end();
  dropSkb(stack, skb, "TCP_ABORT_ON_DATA");
  return "taken";
}

/** tcp_v4_timewait_ack */
function answer(timeWait: TimeWaitSock): void {
  const { stack, local, remote } = timeWait;
  const skb = stack.newSkb(new Uint8Array(0));
  skb.layer = "transport";
  skb.transport = {
    kind: "tcp",
    sourcePort: local.port,
    destinationPort: remote.port,
    seq: timeWait.sndNxt,
    ack: timeWait.rcvNxt,
    flags: TCP_FLAG.ack,
    window: timeWait.window,
    options: timeWait.hasTimestamps
      ? { timestamps: { value: Math.floor(stack.system.now() / 1e6) >>> 0, echo: timeWait.tsRecent } }
      : {},
  };
  stack.sendFrom(fromMapped(local.address), fromMapped(remote.address), 6, skb);
}
