import type { TcpSock } from "./tcp-sock.ts";

/** Gives back all segments of a socket: tcp_write_queue_purge, and what was received. */
export function consumeQueues(tcp: TcpSock): void {
  tcp.system.trace.call("tcp_write_queue_purge", [tcp], () => undefined);
  for (const queue of [tcp.writeQueue, tcp.rtxQueue, tcp.receiveQueue, tcp.outOfOrder, tcp.backlog])
    for (const skb of queue.splice(0)) tcp.stack.freed(skb);
  tcp.wmemQueued = 0;
  tcp.rmemAlloc = 0;
  tcp.packetsOut = 0;
  tcp.sackedOut = 0;
  tcp.lostOut = 0;
  tcp.retransOut = 0;
}
