import type { Addressed } from "../../hooks/word.ts";
import type { IpStack } from "../ip-stack.ts";
import { LazyTimer } from "../lazy-timer.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { Sock } from "../socket/sock.ts";
import type { NetSystem } from "../system.ts";
import { Cubic } from "./cubic.ts";
import type { RequestSock } from "./request-sock.ts";
import { RttEstimator } from "./rtt.ts";
import type { Seq } from "./seq.ts";
import { TCP_STATE, type TcpState } from "./states.ts";
import { writeTcpImage } from "./tcp-image.ts";
import { fireSetState } from "./tcp-tracepoints.ts";

/** What is known of a segment that was sent. Source: include/net/tcp.h, v6.12. */
export const SACKED = { acked: 1, retrans: 2, lost: 4, everRetrans: 0x80 } as const;
/** What is known of the path. Source: include/uapi/linux/tcp.h, v6.12. */
export const CA_STATE = { Open: 0, Disorder: 1, CWR: 2, Recovery: 3, Loss: 4 } as const;
export type CaState = (typeof CA_STATE)[keyof typeof CA_STATE];

/** What the retransmission timer is set for. Source: include/net/inet_connection_sock.h, v6.12. */
export type TimerPurpose = "none" | "retransmit" | "probe" | "lossProbe";

export type TcpHandlers = Readonly<{
  write(tcp: TcpSock): void;
  delayedAck(tcp: TcpSock): void;
  keepAlive(tcp: TcpSock): void;
}>;

const FIRST_RECEIVE_BUFFER = 131_072; // net.ipv4.tcp_rmem[1], v6.12
const FIRST_SEND_BUFFER = 87_040; // of a new connection: sk_stream_moderate and tcp_sndbuf_expand, v6.12
const MSS_DEFAULT = 536;

/** One end of a TCP connection, or a socket that listens. Sequence numbers and counters have their names of struct tcp_sock. */
export class TcpSock implements Addressed {
  readonly kind = "tcp";
  readonly sk: Sock;
  readonly stack: IpStack;
  state: TcpState = TCP_STATE.CLOSE;

  // Sending.
  iss: Seq = 0;
  sndUna: Seq = 0;
  sndNxt: Seq = 0;
  writeSeq: Seq = 0;
  sndWnd = 0;
  sndWl1: Seq = 0;
  maxWindow = 0;
  /** Made by sendmsg, not sent yet. */
  writeQueue: SkBuff[] = [];
  /** Sent, not acknowledged yet. */
  rtxQueue: SkBuff[] = [];
  /** Bytes of both queues, with overhead. */
  wmemQueued = 0;
  mss = MSS_DEFAULT;
  /** What the peer said that it takes. */
  mssClamp = 1460;
  isCwndLimited = false;

  // Receiving.
  irs: Seq = 0;
  rcvNxt: Seq = 0;
  rcvWup: Seq = 0;
  rcvWnd = 0;
  copiedSeq: Seq = 0;
  advmss = 1460;
  receiveQueue: SkBuff[] = [];
  /** Segments behind a gap, by sequence number. */
  outOfOrder: SkBuff[] = [];
  rmemAlloc = 0;
  /** Segments that came while a system call worked on the socket. */
  backlog: SkBuff[] = [];
  /** The first range to report is the one that changed last. */
  sackRanges: (readonly [Seq, Seq])[] = [];
  /** Segments that are acknowledged at once, as at the start. */
  quickAcks = 0;
  pingPong = 0;
  ackPending = false;
  lastReceivedNs = 0;
  lastSentNs = 0;
  rcvSpace = 0;
  rcvSpaceSeq: Seq = 0;
  rcvSpaceNs = 0;
  /** The round trip as the receiver sees it, by the timestamps that come back; 0: not known. */
  rcvRttNs = 0;

  // Options.
  sndWscale = 0;
  rcvWscale = 7;
  wscaleOk = false;
  timestampsOk = false;
  sackOk = false;
  tsRecent = 0;
  tsRecentNs = 0;

  // Loss and congestion.
  readonly rtt = new RttEstimator();
  readonly cubic = new Cubic();
  caState: CaState = CA_STATE.Open;
  highSeq: Seq = 0;
  packetsOut = 0;
  sackedOut = 0;
  lostOut = 0;
  retransOut = 0;
  maxPacketsOut = 0;
  /** Duplicate acknowledgements, without SACK. */
  duplicateAcks = 0;
  retransmits = 0;
  backoff = 0;
  probesOut = 0;
  tlpHighSeq: Seq = 0;
  /** When the oldest retransmission without an answer was made. */
  retransmitStampNs = 0;

  // Counters.
  bytesSent = 0n;
  bytesAcked = 0n;
  bytesReceived = 0n;
  bytesRetrans = 0n;
  segsIn = 0;
  segsOut = 0;
  dataSegsIn = 0;
  dataSegsOut = 0;
  totalRetrans = 0;
  delivered = 0;
  dsackDups = 0;
  /** Payload that was put into and taken out of the socket by its user. */
  bytesWritten = 0;
  bytesRead = 0;

  // Listening.
  maxBacklog = 0;
  acceptQueue: TcpSock[] = [];
  requests = new Set<RequestSock>();
  /** The socket that made it, until it is accepted. */
  listener: TcpSock | undefined;

  /** connect(2) waits for it, or found it refused. */
  purpose: TimerPurpose = "none";
  readonly writeTimer: LazyTimer;
  readonly delackTimer: LazyTimer;
  readonly keepaliveTimer: LazyTimer;
  /** A FIN was queued. */
  finQueued = false;
  /** bpf_sock_ops_cb_flags */
  bpfFlags = 0;
  /** What programs gave it from other sockets: its reader gets it first. */
  injected: Uint8Array[] = [];
  isFreed = false;

  constructor(sk: Sock, handlers: TcpHandlers) {
    this.sk = sk;
    this.stack = sk.stack;
    sk.options.receiveBuffer = FIRST_RECEIVE_BUFFER;
    sk.options.sendBuffer = FIRST_SEND_BUFFER;
    sk.onFlush = (image) => writeTcpImage(this, image);
    const { system } = sk.stack;
    this.writeTimer = new LazyTimer(system, "tcp_write_timer", () => handlers.write(this));
    this.delackTimer = new LazyTimer(system, "tcp_delack_timer", () => handlers.delayedAck(this));
    this.keepaliveTimer = new LazyTimer(system, "tcp_keepalive_timer", () => handlers.keepAlive(this));
  }

  get address(): bigint {
    return this.sk.address;
  }

  get system(): NetSystem {
    return this.stack.system;
  }

  /** Changes the state, as tcp_set_state does: sock:inet_sock_set_state fires. */
  setState(to: TcpState): void {
    this.system.trace.call("tcp_set_state", [this, to], () => this.storeState(to));
  }

  /** As `setState`, without that function: inet_sk_state_store. */
  storeState(to: TcpState): void {
    const from = this.state;
    if (this.bpfFlags & 4) this.stack.bpf?.sockOps(this, "state", [from, to]);
    fireSetState(this, from, to);
    this.state = to;
    this.sk.image?.setState(to);
  }

  /** Segments that are on their way. */
  get inFlight(): number {
    return this.packetsOut - this.sackedOut - this.lostOut + this.retransOut;
  }

  /** Bytes that can be read. */
  get readableBytes(): number {
    const injected = this.injected.reduce((sum, bytes) => sum + bytes.length, 0);
    return injected + this.receiveQueue.reduce((sum, skb) => sum + skb.payload.length, 0) - this.#skipped();
  }

  /** The peer will send no more, and all that it sent was read. */
  get isAtEnd(): boolean {
    return (this.sk.shutdown & 1) !== 0 && this.receiveQueue.length === 0;
  }

  /** Of the first segment, what was read already. */
  #skipped(): number {
    const [first] = this.receiveQueue;
    return first === undefined ? 0 : Math.max(0, (this.copiedSeq - first.seq) | 0);
  }

  /** All timers are off. */
  stopTimers(): void {
    this.writeTimer.close();
    this.delackTimer.close();
    this.keepaliveTimer.close();
    this.purpose = "none";
    this.ackPending = false;
  }
}
