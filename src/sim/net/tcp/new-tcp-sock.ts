import type { Sock } from "../socket/sock.ts";
import { TcpSock } from "./tcp-sock.ts";
import { delayedAckTimeout, keepAliveTimeout, writeTimeout } from "./tcp-timers.ts";

/** TCP on a new socket: tcp_init_sock. */
export function newTcpSock(sk: Sock): TcpSock {
  return new TcpSock(sk, { write: writeTimeout, delayedAck: delayedAckTimeout, keepAlive: keepAliveTimeout });
}
