import { SHUTDOWN } from "../socket/families.ts";
import { TCP_STATE } from "./states.ts";
import { consumeQueues } from "./tcp-queues.ts";
import type { TcpSock } from "./tcp-sock.ts";
import { fireSock } from "./tcp-tracepoints.ts";

/** The connection is over: tcp_done. A socket without a file goes away with it. */
export function doneWith(tcp: TcpSock): void {
  if (tcp.state === TCP_STATE.CLOSE && tcp.isFreed) return;
  tcp.system.trace.call("tcp_done", [tcp], () => {
    if (tcp.state !== TCP_STATE.CLOSE) tcp.setState(TCP_STATE.CLOSE);
    tcp.stack.tcp.unhash(tcp);
    tcp.stopTimers();
    tcp.sk.shutdown = SHUTDOWN.both;
    if (!tcp.sk.isDead) tcp.sk.notify("state");
    else destroy(tcp);
  });
}

/** Gives everything of a closed socket back: inet_csk_destroy_sock. */
export function destroy(tcp: TcpSock): void {
  if (tcp.isFreed) return;
  const { trace } = tcp.system;
  trace.call("inet_csk_destroy_sock", [tcp], () => {
    trace.call("tcp_v4_destroy_sock", [tcp], () => {
      // of IPv6 sockets, too
      fireSock(tcp, "tcp_destroy_sock");
      tcp.stopTimers();
      consumeQueues(tcp);
    });
    tcp.isFreed = true;
    tcp.stack.tcp.release(tcp);
    tcp.stack.freeSock(tcp.sk);
  });
}
