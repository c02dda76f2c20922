import { POLL } from "../../sync/poll.ts";
import type { Code } from "../../world/wait.ts";
import { ERRNO } from "../errno.ts";
import { TCP_STATE } from "../tcp/states.ts";
import { lockSock, unlockSock } from "../tcp/tcp-receive.ts";
import type { TcpSock } from "../tcp/tcp-sock.ts";
import { isWritable } from "../tcp/tcp-space.ts";
import {
  bindTcp,
  cannotSend,
  closeTcp,
  connectOutcome,
  connectTcp,
  finishClose,
  joinBytes,
  listenTcp,
  receiveData,
  receivedData,
  sendData,
  sendFault,
  shutdownSend,
  takeConnection,
  takeError,
} from "../tcp/tcp-user.ts";
import { FAMILY, SHUTDOWN } from "./families.ts";
import { MSG, type Protocol, type ProtocolFunctions, type Received, type SocketCall } from "./protocol.ts";
import { SOCKET_STATE } from "./socket.ts";
import type { SocketAddress } from "./socket-address.ts";
import { waitOn } from "./wait-on.ts";

const FUNCTIONS: ProtocolFunctions = {
  release: "inet_release",
  bind: "inet_bind",
  connect: "inet_stream_connect",
  listen: "inet_listen",
  accept: "inet_accept",
  sendmsg: "inet_sendmsg",
  recvmsg: "inet_recvmsg",
  shutdown: "inet_shutdown",
};
const FUNCTIONS_6: ProtocolFunctions = {
  ...FUNCTIONS,
  release: "inet6_release",
  bind: "inet6_bind",
  sendmsg: "inet6_sendmsg",
  recvmsg: "inet6_recvmsg",
};
const SIGPIPE = 13;

/** TCP sockets of processes. */
export class TcpProtocol implements Protocol {
  readonly tcp: TcpSock;
  readonly functions: ProtocolFunctions;

  constructor(tcp: TcpSock) {
    this.tcp = tcp;
    this.functions = tcp.sk.family === FAMILY.inet6 ? FUNCTIONS_6 : FUNCTIONS;
  }

  get sk() {
    return this.tcp.sk;
  }

  bind(to: SocketAddress): number {
    return to.kind === "inet" ? bindTcp(this.tcp, to.address, to.port) : -ERRNO.EAFNOSUPPORT;
  }

  listen(backlog: number): number {
    return listenTcp(this.tcp, backlog);
  }

  *connect(call: SocketCall, to: SocketAddress): Code<number> {
    const { tcp } = this;
    const { socket, net } = call;
    if (to.kind !== "inet") return -ERRNO.EAFNOSUPPORT;
    if (socket.state === SOCKET_STATE.connected) return -ERRNO.EISCONN;
    lockSock(tcp);
    const status = yield* net.trace
      .function("__inet_stream_connect")
      .call([socket, call.message, to.address.version === 6 ? 28 : 16, 0, 0], () => this.#connect(call, to));
    unlockSock(tcp);
    return status;
  }

  *#connect(call: SocketCall, to: SocketAddress & { kind: "inet" }): Code<number> {
    const { tcp } = this;
    const { socket } = call;
    if (socket.state === SOCKET_STATE.connecting) {
      const outcome = connectOutcome(tcp);
      if (outcome === undefined && call.nonBlocking) return -ERRNO.EALREADY;
    } else {
      if (tcp.state !== TCP_STATE.CLOSE) return -ERRNO.EISCONN;
      const allowed = call.net.programs.sockAddr("connect", this.sk, to);
      if (allowed === undefined) return -ERRNO.EPERM;
      const status = connectTcp(tcp, allowed.address, allowed.port, call.message ?? 0n);
      if (status < 0) return status;
      socket.state = SOCKET_STATE.connecting;
      unlockSock(tcp); // what has come meanwhile: on lo it is all done
      lockSock(tcp);
      if (call.nonBlocking && connectOutcome(tcp) === undefined) return -ERRNO.EINPROGRESS;
    }
    return yield* this.#waitForConnect(call);
  }

  *#waitForConnect(call: SocketCall): Code<number> {
    const { tcp } = this;
    const { socket } = call;
    const isOver = () => isConnectOver(tcp);
    unlockSock(tcp);
    const woken = yield* waitOn(call, "inet_wait_for_connect", isOver, tcp.sk.options.sendTimeoutNs);
    lockSock(tcp);
    if (woken === -ERRNO.EAGAIN) return -ERRNO.EINPROGRESS;
    if (woken < 0) return woken;
    const outcome = connectOutcome(tcp) ?? -ERRNO.ETIMEDOUT;
    socket.state = outcome === 0 ? SOCKET_STATE.connected : SOCKET_STATE.unconnected;
    return outcome;
  }

  *accept(call: SocketCall): Code<Protocol | number> {
    const { tcp } = this;
    if (tcp.state !== TCP_STATE.LISTEN) return -ERRNO.EINVAL;
    let status = 0;
    const child = yield* call.net.trace
      .function("inet_csk_accept")
      .call([tcp, null], function* (): Code<TcpSock | null> {
        for (;;) {
          const found = takeConnection(tcp);
          if (found !== undefined) return found;
          if (call.nonBlocking) status = -ERRNO.EAGAIN;
          else {
            const isReady = () => tcp.acceptQueue.length > 0 || tcp.state !== TCP_STATE.LISTEN;
            status = yield* waitOn(call, "inet_csk_wait_for_connect", isReady, tcp.sk.options.receiveTimeoutNs);
            if (status === 0 && tcp.state !== TCP_STATE.LISTEN) status = -ERRNO.EINVAL;
          }
          if (status < 0) return null;
        }
      });
    return child === null ? status : new TcpProtocol(child);
  }

  *send(call: SocketCall, data: Uint8Array): Code<number> {
    const { tcp } = this;
    const { trace } = call.net;
    return yield* trace
      .function("tcp_sendmsg")
      .call([tcp, call.message, data.length], () => this.#sendLocked(call, data));
  }

  *#sendLocked(call: SocketCall, data: Uint8Array): Code<number> {
    const { tcp } = this;
    const { trace } = call.net;
    lockSock(tcp);
    const sent = yield* trace
      .function("tcp_sendmsg_locked")
      .call([tcp, call.message, data.length], () => this.#sendAll(call, data));
    unlockSock(tcp);
    if (sent === -ERRNO.EPIPE && (call.flags & MSG.noSignal) === 0)
      call.task.process.signals.send(SIGPIPE, { to: call.task });
    return sent;
  }

  *#sendAll(call: SocketCall, given: Uint8Array): Code<number> {
    const { tcp } = this;
    let data = given;
    if (tcp.state === TCP_STATE.SYN_SENT || tcp.state === TCP_STATE.SYN_RECV) {
      if (call.nonBlocking) return -ERRNO.EAGAIN;
      const status = yield* this.#pause(call, "sk_stream_wait_connect", () => isConnectOver(tcp));
      if (status < 0) return status;
    }
    const { sockMaps } = call.net.programs;
    if (sockMaps.concerns(tcp.sk)) {
      const verdict = sockMaps.message(tcp, data);
      if (verdict.kind === "drop") return -ERRNO.EACCES;
      if (verdict.kind === "sent") return data.length;
      data = verdict.data;
    }
    let done = 0;
    do {
      const fault = sendFault(tcp);
      if (fault < 0) return done > 0 ? done : fault;
      done += sendData(tcp, data.subarray(done), (call.flags & MSG.more) !== 0);
      if (done === data.length) break;
      if (call.nonBlocking) return done > 0 ? done : -ERRNO.EAGAIN;
      const canGo = () => isWritable(tcp) || cannotSend(tcp);
      const status = yield* this.#pause(call, "sk_stream_wait_memory", canGo);
      if (status < 0) return done > 0 ? done : status;
    } while (done < data.length);
    return done;
  }

  *receive(call: SocketCall, most: number): Code<Received> {
    const { tcp } = this;
    const { trace } = call.net;
    const parts: Uint8Array[] = [];
    const args = [tcp, call.message, most, call.flags];
    const count = yield* trace.function("tcp_recvmsg").call(args, () => this.#receiveLocked(call, most, parts));
    return { count, bytes: joinBytes(parts) };
  }

  *#receiveLocked(call: SocketCall, most: number, parts: Uint8Array[]): Code<number> {
    const { tcp } = this;
    lockSock(tcp);
    const args = [tcp, call.message, most, call.flags, null, null];
    const count = yield* call.net.trace
      .function("tcp_recvmsg_locked")
      .call(args, () => this.#receiveSome(call, most, parts));
    unlockSock(tcp);
    return count;
  }

  *#receiveSome(call: SocketCall, most: number, parts: Uint8Array[]): Code<number> {
    const { tcp } = this;
    const isPeek = (call.flags & MSG.peek) !== 0;
    if (tcp.state === TCP_STATE.LISTEN) return -ERRNO.ENOTCONN;
    let copied = 0;
    const wanted = (call.flags & MSG.waitAll) !== 0 ? most : 1;
    let status = 0;
    while (copied < wanted || most === 0) {
      const part = receiveData(tcp, most - copied, isPeek);
      if (part.length > 0) parts.push(part);
      copied += part.length;
      if (copied >= wanted || most === 0) break;
      if (tcp.backlog.length > 0) {
        unlockSock(tcp);
        lockSock(tcp);
        continue;
      }
      status = this.#whyNothing(call);
      if (status <= 0) break;
      receivedData(tcp, copied);
      const isReady = () => tcp.readableBytes > 0 || this.#whyNothing(call, true) <= 0;
      status = yield* this.#pause(call, "sk_wait_data", isReady, tcp.sk.options.receiveTimeoutNs);
      if (status < 0) break;
    }
    if (copied > 0 && !isPeek) receivedData(tcp, copied);
    return copied > 0 ? copied : Math.min(status, 0);
  }

  /** 1: wait; 0: the peer sends no more; or -errno. `looking`: do not take the error away, never say "again". */
  #whyNothing(call: SocketCall, looking = false): number {
    const { tcp } = this;
    if (tcp.sk.error !== 0) return looking ? -1 : -takeError(tcp);
    if (tcp.sk.shutdown & SHUTDOWN.receive) return 0;
    if (tcp.state === TCP_STATE.CLOSE) return tcp.irs === 0 && tcp.rcvNxt === 0 ? -ERRNO.ENOTCONN : 0;
    return call.nonBlocking && !looking ? -ERRNO.EAGAIN : 1;
  }

  /** Waits with the socket unlocked. */
  *#pause(
    call: SocketCall,
    name: string,
    isReady: () => boolean,
    timeoutNs = this.sk.options.sendTimeoutNs,
  ): Code<number> {
    unlockSock(this.tcp);
    const status = yield* waitOn(call, name, isReady, timeoutNs);
    lockSock(this.tcp);
    return status;
  }

  /** tcp_poll */
  poll(): number {
    const { tcp } = this;
    const { sk } = tcp;
    if (tcp.state === TCP_STATE.LISTEN) return tcp.acceptQueue.length > 0 ? POLL.in : 0;
    let events = 0;
    const isEnding = (sk.shutdown & SHUTDOWN.receive) !== 0;
    if (sk.shutdown === SHUTDOWN.both || tcp.state === TCP_STATE.CLOSE) events |= POLL.hangUp;
    if (isEnding) events |= POLL.in;
    if (tcp.state !== TCP_STATE.SYN_SENT && tcp.state !== TCP_STATE.SYN_RECV) {
      if (tcp.readableBytes > 0) events |= POLL.in;
      if ((sk.shutdown & SHUTDOWN.send) !== 0 || isWritable(tcp)) events |= POLL.out;
    }
    return sk.error !== 0 ? events | POLL.error | POLL.in | POLL.out : events;
  }

  shutdown(how: number): number {
    const { tcp } = this;
    if (tcp.state === TCP_STATE.CLOSE) return -ERRNO.ENOTCONN;
    if (tcp.state === TCP_STATE.LISTEN) return 0;
    tcp.sk.shutdown |= how;
    lockSock(tcp);
    if (how & SHUTDOWN.send) shutdownSend(tcp);
    unlockSock(tcp);
    tcp.sk.notify("state");
    return 0;
  }

  localAddress(): SocketAddress {
    return { kind: "inet", ...this.sk.local };
  }

  remoteAddress(): SocketAddress | undefined {
    return this.sk.remote.port === 0 ? undefined : { kind: "inet", ...this.sk.remote };
  }

  release(): void {
    const { tcp } = this;
    const { trace } = tcp.system;
    tcp.stack.bpf?.sockRelease(tcp.sk);
    trace.call("tcp_close", [tcp, 0], () => {
      lockSock(tcp);
      closeTcp(tcp);
      unlockSock(tcp);
      finishClose(tcp);
    });
  }
}

function isConnectOver(tcp: TcpSock): boolean {
  return (tcp.state !== TCP_STATE.SYN_SENT && tcp.state !== TCP_STATE.SYN_RECV) || tcp.sk.error !== 0;
}
