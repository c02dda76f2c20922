import { seqAdd, seqDistance } from "./seq.ts";
import { TCP_STATE } from "./states.ts";
import { freeWindow, SKB_OVERHEAD, sendAck } from "./tcp-output.ts";
import type { TcpSock } from "./tcp-sock.ts";
import { fireSock } from "./tcp-tracepoints.ts";

const MOST_SEND_BUFFER = 4_194_304; // net.ipv4.tcp_wmem[2]
const MOST_RECEIVE_BUFFER = 6_291_456; // net.ipv4.tcp_rmem[2]

/** Room in the send buffer: a writer may go on. tcp_check_space. */
export function checkSpace(tcp: TcpSock): void {
  if (tcp.sk.isDead) return;
  growSendBuffer(tcp);
  if (!isWritable(tcp)) return;
  tcp.sk.notify("writable");
}

/** As sk_stream_is_writeable: a third of the buffer is free. */
export function isWritable(tcp: TcpSock): boolean {
  return hasRoom(tcp) && tcp.wmemQueued * 3 <= tcp.sk.options.sendBuffer * 2;
}

export function hasRoom(tcp: TcpSock): boolean {
  return tcp.wmemQueued < tcp.sk.options.sendBuffer;
}

/** Twice what may be in flight: tcp_sndbuf_expand. */
function growSendBuffer(tcp: TcpSock): void {
  const needed = 2 * Math.max(tcp.cubic.window, 10) * (tcp.mss + SKB_OVERHEAD);
  if (needed > tcp.sk.options.sendBuffer) tcp.sk.options.sendBuffer = Math.min(needed, MOST_SEND_BUFFER);
}

/** After payload was copied to the reader: makes the buffer follow the sender's speed. tcp_rcv_space_adjust. */
export function adjustReceiveSpace(tcp: TcpSock): void {
  tcp.system.trace.call("tcp_rcv_space_adjust", [tcp], () => {
    fireSock(tcp, "tcp_rcv_space_adjust");
    const now = tcp.system.now();
    const rttNs = tcp.rcvRttNs || (tcp.rtt.srttUs >> 3) * 1000;
    if (now - tcp.rcvSpaceNs < Math.max(rttNs, 1000)) return;
    const copied = seqDistance(tcp.rcvSpaceSeq, tcp.copiedSeq);
    if (copied > tcp.rcvSpace) {
      tcp.rcvSpace = copied;
      const buffer = Math.min(4 * copied + 16 * tcp.advmss, MOST_RECEIVE_BUFFER);
      tcp.sk.options.receiveBuffer = Math.max(tcp.sk.options.receiveBuffer, buffer);
    }
    tcp.rcvSpaceSeq = tcp.copiedSeq;
    tcp.rcvSpaceNs = now;
  });
}

/** Tells the sender about room that reading made: tcp_cleanup_rbuf. */
export function cleanReceiveBuffer(tcp: TcpSock, copied: number): void {
  const { trace } = tcp.system;
  trace.call("tcp_cleanup_rbuf", [tcp, copied], () => {
    trace.call("__tcp_cleanup_rbuf", [tcp, copied], () => {
      if (tcp.state === TCP_STATE.CLOSE || tcp.state === TCP_STATE.LISTEN) return;
      if (tcp.ackPending && isAckDue(tcp, copied)) return sendAck(tcp);
      if (copied <= 0 || (tcp.sk.shutdown & 1) !== 0) return;
      const offered = Math.max(0, seqDistance(tcp.rcvNxt, seqAdd(tcp.rcvWup, tcp.rcvWnd)));
      const possible = freeWindow(tcp);
      if (possible > 0 && possible >= 2 * offered && 2 * offered <= tcp.sk.options.receiveBuffer / 2)
        sendAck(tcp);
    });
  });
}

function isAckDue(tcp: TcpSock, copied: number): boolean {
  if (seqDistance(tcp.rcvWup, tcp.rcvNxt) > tcp.advmss) return true;
  return copied > 0 && tcp.quickAcks > 0 && tcp.readableBytes === 0;
}
