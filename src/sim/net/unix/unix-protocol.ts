import type { OpenFile } from "../../files/open-file.ts";
import { VFS } from "../../files/vfs.ts";
import { POLL } from "../../sync/poll.ts";
import type { Code } from "../../world/wait.ts";
import { ERRNO } from "../errno.ts";
import type { MachineNet } from "../machine-net.ts";
import { consumeSkb } from "../skb/drop.ts";
import { FAMILY, SHUTDOWN, SOCK_TYPE } from "../socket/families.ts";
import {
  MSG,
  type Protocol,
  type ProtocolFunctions,
  type Received,
  type SocketCall,
} from "../socket/protocol.ts";
import { Sock } from "../socket/sock.ts";
import { SOCKET_STATE } from "../socket/socket.ts";
import type { SocketAddress } from "../socket/socket-address.ts";
import { waitOn } from "../socket/wait-on.ts";
import { joinBytes } from "../tcp/tcp-user.ts";
import { UNIX_NAMES, type UnixNames, UnixSock } from "./unix-sock.ts";

const STREAM: ProtocolFunctions = {
  release: "unix_release",
  bind: "unix_bind",
  connect: "unix_stream_connect",
  listen: "unix_listen",
  accept: "unix_accept",
  sendmsg: "unix_stream_sendmsg",
  recvmsg: "unix_stream_recvmsg",
  shutdown: "unix_shutdown",
};
const DATAGRAM: ProtocolFunctions = {
  ...STREAM,
  connect: "unix_dgram_connect",
  sendmsg: "unix_dgram_sendmsg",
  recvmsg: "unix_dgram_recvmsg",
};
const SIGPIPE = 13;
const MOST_SKB = 32_768; // bytes of one piece of a stream
const MOST_HELD = 212_992;
const MOST_DATAGRAMS = 512; // net.unix.max_dgram_qlen of machines with some memory

/** UNIX sockets of processes. */
export class UnixProtocol implements Protocol {
  readonly unix: UnixSock;
  readonly functions: ProtocolFunctions;
  readonly #net: MachineNet;

  constructor(net: MachineNet, unix: UnixSock) {
    this.#net = net;
    this.unix = unix;
    this.functions = unix.sk.type === SOCK_TYPE.stream ? STREAM : DATAGRAM;
  }

  get sk() {
    return this.unix.sk;
  }

  get #names(): UnixNames {
    return this.#net.world.get(UNIX_NAMES);
  }

  get #isStream(): boolean {
    return this.sk.type === SOCK_TYPE.stream;
  }

  bind(to: SocketAddress): number {
    if (to.kind !== "unix" || to.path === "") return -ERRNO.EINVAL;
    if (this.unix.path !== "") return -ERRNO.EINVAL;
    if (!this.#names.bind(this.unix, to.path)) return -ERRNO.EADDRINUSE;
    if (to.path.startsWith("/"))
      this.#net.world.get(VFS).addFile(to.path, { kind: "socket", mode: 0o755, uid: this.sk.uid });
    return 0;
  }

  listen(backlog: number): number {
    if (!this.#isStream) return -ERRNO.EOPNOTSUPP;
    if (this.unix.path === "" || this.unix.peer !== undefined) return -ERRNO.EINVAL;
    this.unix.startListening(Math.max(0, backlog));
    return 0;
  }

  *connect(call: SocketCall, to: SocketAddress): Code<number> {
    if (to.kind !== "unix") return -ERRNO.EINVAL;
    const { unix } = this;
    const found = this.#net.trace.call(
      "unix_find_other",
      [this.sk.stack.kernel?.net, call.message, to.path.length + 3, this.sk.type, 0],
      () => this.#names.find(to.path) ?? null,
    );
    const other = found instanceof UnixSock ? found : undefined;
    if (other === undefined)
      return to.path.startsWith("/") && this.#net.world.files?.exists(to.path) !== true
        ? -ERRNO.ENOENT
        : -ERRNO.ECONNREFUSED;
    if (other.sk.type !== this.sk.type) return -ERRNO.EPROTOTYPE;
    if (!this.#isStream) {
      unix.connectTo(other);
      call.socket.state = SOCKET_STATE.connected;
      return 0;
    }
    if (unix.peer !== undefined) return -ERRNO.EISCONN;
    if (!other.isListening) return -ERRNO.ECONNREFUSED;
    if (other.waiting.length > other.maxBacklog) {
      if (call.nonBlocking) return -ERRNO.EAGAIN;
      while (other.waiting.length > other.maxBacklog && other.isListening && !other.isFreed) {
        const woken = yield { kind: "block", state: "S", timeoutNs: 1_000_000 };
        if (woken === "signal") return -ERRNO.EINTR;
      }
      if (!other.isListening || other.isFreed) return -ERRNO.ECONNREFUSED;
    }
    this.#makeConnection(other);
    call.socket.state = SOCKET_STATE.connected;
    return 0;
  }

  /** The other end, for whoever accepts. */
  #makeConnection(listener: UnixSock): void {
    const { unix } = this;
    const end = newUnixSock(this.sk, this.sk.type);
    end.sk.uid = listener.sk.uid;
    end.bindTo(listener.path);
    unix.connectTo(end);
    end.connectTo(unix);
    listener.waiting.push(end);
    listener.sk.notify("readable");
  }

  *accept(call: SocketCall): Code<Protocol | number> {
    const { unix } = this;
    if (!unix.isListening) return -ERRNO.EINVAL;
    while (unix.waiting.length === 0) {
      if (call.nonBlocking) return -ERRNO.EAGAIN;
      const isReady = () => unix.waiting.length > 0 || unix.isFreed;
      const status = yield* waitOn(call, "skb_recv_datagram", isReady, this.sk.options.receiveTimeoutNs);
      if (status < 0) return status;
      if (unix.isFreed) return -ERRNO.EINVAL;
    }
    return new UnixProtocol(this.#net, unix.waiting.shift() as UnixSock);
  }

  send(call: SocketCall, data: Uint8Array, to: SocketAddress | undefined): Code<number> {
    return this.#isStream ? this.#sendStream(call, data) : this.#sendDatagram(call, data, to);
  }

  *#sendStream(call: SocketCall, data: Uint8Array): Code<number> {
    const { unix } = this;
    if (unix.peer === undefined) return -ERRNO.ENOTCONN;
    let done = 0;
    while (done < data.length || data.length === 0) {
      const { peer } = unix;
      if (isGone(unix) || peer === undefined) {
        if ((call.flags & MSG.noSignal) === 0) call.task.process.signals.send(SIGPIPE, { to: call.task });
        return done > 0 ? done : -ERRNO.EPIPE;
      }
      if (data.length === 0) return 0;
      if (peer.held < MOST_HELD) {
        const part = data.subarray(done, done + MOST_SKB);
        this.#put(peer, part, done === 0 ? call.files : undefined);
        done += part.length;
        continue;
      }
      if (call.nonBlocking) return done > 0 ? done : -ERRNO.EAGAIN;
      const status = yield* waitOn(
        call,
        "sock_alloc_send_pskb",
        () => peer.held < MOST_HELD || isGone(unix),
        0,
      );
      if (status < 0) return done > 0 ? done : status;
    }
    return done;
  }

  *#sendDatagram(call: SocketCall, data: Uint8Array, to: SocketAddress | undefined): Code<number> {
    const { unix } = this;
    const target = to?.kind === "unix" ? this.#names.find(to.path) : unix.peer;
    if (target === undefined) return to === undefined ? -ERRNO.ENOTCONN : -ERRNO.ECONNREFUSED;
    if (target.isFreed || target.sk.shutdown & SHUTDOWN.receive) return -ERRNO.ECONNREFUSED;
    if (data.length > MOST_HELD) return -ERRNO.EMSGSIZE;
    while (target.queue.length >= MOST_DATAGRAMS) {
      if (call.nonBlocking) return -ERRNO.EAGAIN;
      const woken = yield { kind: "block", state: "S", timeoutNs: 1_000_000 };
      if (woken === "signal") return -ERRNO.EINTR;
      if (target.isFreed) return -ERRNO.ECONNREFUSED;
    }
    this.#put(target, data, call.files);
    return data.length;
  }

  #put(peer: UnixSock, data: Uint8Array, files: readonly OpenFile[] = []): void {
    const skb = this.sk.stack.newSkb(data.slice());
    skb.sock = this.unix;
    peer.add({ skb, offset: 0, from: this.unix.path, files: files.map((file) => file.hold()) });
    peer.sk.notify("readable");
  }

  *receive(call: SocketCall, most: number): Code<Received> {
    const { unix, sk } = this;
    const isOver = () => (sk.shutdown & SHUTDOWN.receive) !== 0 || (this.#isStream && isGone(unix));
    if (this.#isStream && unix.peer === undefined) return { count: -ERRNO.EINVAL };
    if (unix.queue.length === 0) {
      if (isOver()) return { count: 0 };
      if (call.nonBlocking) return { count: -ERRNO.EAGAIN };
      const name = this.#isStream ? "unix_stream_data_wait" : "__skb_wait_for_more_packets";
      const status = yield* waitOn(
        call,
        name,
        () => unix.queue.length > 0 || isOver(),
        sk.options.receiveTimeoutNs,
      );
      if (status < 0) return { count: status };
    }
    const [first] = unix.queue;
    if (first === undefined) return { count: 0 };
    const isPeek = (call.flags & MSG.peek) !== 0;
    const from: SocketAddress = { kind: "unix", path: first.from };
    const files = isPeek ? [] : first.files;
    if (!isPeek) first.files = [];
    const bytes = this.#isStream ? this.#takeStream(most, isPeek) : this.#takeDatagram(most, isPeek);
    return { count: bytes.length, bytes, from, files };
  }

  #takeStream(most: number, isPeek: boolean): Uint8Array {
    const { unix } = this;
    const parts: Uint8Array[] = [];
    let copied = 0;
    for (const message of [...unix.queue]) {
      if (copied === most || (copied > 0 && message.files.length > 0)) break;
      const part = message.skb.payload.subarray(message.offset, message.offset + most - copied);
      const actor = [message.skb, message.offset, part.length, null] as const;
      this.#net.trace.call("unix_stream_read_actor", actor, () => part.length);
      parts.push(part);
      copied += part.length;
      if (isPeek) continue;
      message.offset += part.length;
      if (message.offset < message.skb.payload.length) break;
      this.#consumeFirst();
    }
    if (copied > 0) unix.peer?.sk.notify("writable");
    return joinBytes(parts);
  }

  #takeDatagram(most: number, isPeek: boolean): Uint8Array {
    const [message] = this.unix.queue;
    const part = message?.skb.payload.subarray(0, most) ?? new Uint8Array(0);
    if (!isPeek) this.#consumeFirst();
    return part;
  }

  #consumeFirst(): void {
    const { unix } = this;
    const message = unix.queue[0];
    if (message === undefined) return;
    unix.queue.shift();
    unix.held -= message.skb.payload.length + 832;
    consumeSkb(this.sk.stack, message.skb);
  }

  /** unix_poll */
  poll(): number {
    const { unix, sk } = this;
    if (unix.isListening) return unix.waiting.length > 0 ? POLL.in : 0;
    let events = 0;
    const gone = this.#isStream && unix.peer !== undefined && isGone(unix);
    if (unix.queue.length > 0 || gone || sk.shutdown & SHUTDOWN.receive) events |= POLL.in;
    if (gone) events |= POLL.hangUp;
    if (gone || !this.#isStream || (unix.peer !== undefined && unix.peer.held * 4 <= MOST_HELD))
      events |= POLL.out;
    return events;
  }

  shutdown(how: number): number {
    const { unix, sk } = this;
    if (unix.peer === undefined) return -ERRNO.ENOTCONN;
    sk.shutdown |= how;
    const { peer } = unix;
    if (how & SHUTDOWN.send) peer.sk.shutdown |= SHUTDOWN.receive;
    if (how & SHUTDOWN.receive) peer.sk.shutdown |= SHUTDOWN.send;
    peer.sk.notify("state");
    sk.notify("state");
    return 0;
  }

  localAddress(): SocketAddress {
    return { kind: "unix", path: this.unix.path };
  }

  remoteAddress(): SocketAddress | undefined {
    return this.unix.peer === undefined ? undefined : { kind: "unix", path: this.unix.peer.path };
  }

  release(): void {
    const { unix, sk } = this;
    this.#net.trace.call("unix_release_sock", [unix, 0], () => {
      this.#names.release(unix);
      for (const end of unix.waiting.splice(0)) {
        end.free();
        end.peer?.sk.notify("state");
      }
      unix.isListening = false;
      sk.isDead = true;
      unix.free();
      const { peer } = unix;
      if (this.#isStream && peer !== undefined && !peer.isFreed) peer.sk.notify("state");
    });
  }
}

/** Whether the peer of a connected stream is closed, or sends and takes no more. */
function isGone({ peer, sk }: UnixSock): boolean {
  return peer === undefined || peer.isFreed || (sk.shutdown & SHUTDOWN.send) !== 0;
}

/** A new UNIX socket beside another one. */
export function newUnixSock(beside: Sock, type: number): UnixSock {
  const unix = new UnixSock(new Sock(beside.stack, "unix", FAMILY.unix, type, 0));
  unix.sk.uid = beside.uid;
  unix.sk.cgroup = beside.cgroup;
  unix.sk.cgroupId = beside.cgroupId;
  return unix;
}
