import { POLL } from "../../sync/poll.ts";
import type { Code } from "../../world/wait.ts";
import { ERRNO } from "../errno.ts";
import { giving } from "../giving.ts";
import { sendPing } from "../ip/ping-send.ts";
import { fromMapped, toMapped } from "../packet/ip-address.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { takeDatagram } from "../udp/udp-receive.ts";
import { bindUdp, connectUdp, sendDatagram } from "../udp/udp-send.ts";
import type { UdpSock } from "../udp/udp-sock.ts";
import { FAMILY, SHUTDOWN } from "./families.ts";
import { MSG, type Protocol, type ProtocolFunctions, type Received, type SocketCall } from "./protocol.ts";
import { SOCKET_STATE } from "./socket.ts";
import type { SocketAddress } from "./socket-address.ts";
import { waitOn } from "./wait-on.ts";

const FUNCTIONS: ProtocolFunctions = {
  release: "inet_release",
  bind: "inet_bind",
  connect: "inet_dgram_connect",
  listen: "sock_no_listen",
  accept: "sock_no_accept",
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

/** UDP sockets of processes, and those for pings and raw packets. */
export class DatagramProtocol implements Protocol {
  readonly udp: UdpSock;
  readonly functions: ProtocolFunctions;

  constructor(udp: UdpSock) {
    this.udp = udp;
    this.functions = udp.sk.family === FAMILY.inet6 ? FUNCTIONS_6 : FUNCTIONS;
  }

  get sk() {
    return this.udp.sk;
  }

  get #isV6(): boolean {
    return this.sk.family === FAMILY.inet6;
  }

  bind(to: SocketAddress): number {
    if (to.kind !== "inet") return -ERRNO.EAFNOSUPPORT;
    return this.sk.class === "udp" ? bindUdp(this.udp, to.address, to.port) : 0;
  }

  listen(): number {
    return -ERRNO.EOPNOTSUPP;
  }

  *connect(call: SocketCall, to: SocketAddress): Code<number> {
    if (to.kind !== "inet") return -ERRNO.EAFNOSUPPORT;
    const { udp } = this;
    const name = this.#isV6 ? "ip6_datagram_connect" : "ip4_datagram_connect";
    const allowed = call.net.programs.sockAddr("connect", this.sk, to);
    if (allowed === undefined) return -ERRNO.EPERM;
    const status = call.net.trace.call(name, [udp, call.message, this.#isV6 ? 28 : 16], () =>
      connectUdp(udp, allowed),
    );
    if (status === 0) call.socket.state = SOCKET_STATE.connected;
    yield* call.net.world.compute(600);
    return status;
  }

  accept(): Code<Protocol | number> {
    return giving(-ERRNO.EOPNOTSUPP);
  }

  /** A datagram is sent or lost: nobody waits. */
  send(call: SocketCall, data: Uint8Array, to: SocketAddress | undefined): Code<number> {
    return giving(this.#send(call, data, to));
  }

  #send(call: SocketCall, data: Uint8Array, to: SocketAddress | undefined): number {
    const { udp } = this;
    const { net } = call;
    const name =
      this.sk.class === "udp"
        ? this.#isV6
          ? "udpv6_sendmsg"
          : "udp_sendmsg"
        : this.sk.class === "raw"
          ? "raw_sendmsg"
          : "ping_v4_sendmsg";
    return net.trace.call(name, [udp, call.message, data.length], () => {
      if (this.sk.shutdown & SHUTDOWN.send) return -ERRNO.EPIPE;
      const target = to?.kind === "inet" ? to : udp.isConnected ? this.sk.remote : undefined;
      if (target === undefined) return -ERRNO.EDESTADDRREQ;
      const allowed = to === undefined ? target : net.programs.sockAddr("sendmsg", this.sk, target);
      if (allowed === undefined) return -ERRNO.EPERM;
      return this.sk.class === "udp" ? sendDatagram(udp, data, allowed) : sendPing(udp, data, allowed.address);
    });
  }

  *receive(call: SocketCall, most: number): Code<Received> {
    const { net } = call;
    const name = this.sk.class === "udp" ? (this.#isV6 ? "udpv6_recvmsg" : "udp_recvmsg") : "ping_recvmsg";
    let received: Received | undefined;
    const args = [this.udp, call.message, most, call.flags];
    const count = yield* net.trace.function(name).call(args, () =>
      this.#receive(call, most, (got) => {
        received = got;
      }),
    );
    return received ?? { count };
  }

  *#receive(call: SocketCall, most: number, give: (received: Received) => void): Code<number> {
    const { udp, sk } = this;
    const isReady = () => udp.queue.length > 0 || sk.error !== 0 || (sk.shutdown & SHUTDOWN.receive) !== 0;
    if (!isReady()) {
      if (call.nonBlocking) return -ERRNO.EAGAIN;
      const status = yield* waitOn(call, "__skb_wait_for_more_packets", isReady, sk.options.receiveTimeoutNs);
      if (status < 0) return status;
    }
    if (sk.error !== 0) {
      const { error } = sk;
      sk.error = 0;
      return -error;
    }
    const isPeek = (call.flags & MSG.peek) !== 0;
    const datagram = isPeek ? udp.queue[0] : takeDatagram(udp);
    if (datagram === undefined) return 0;
    const { skb, from } = datagram;
    const bytes = this.#messageOf(skb).subarray(0, most);
    const address = this.#isV6 ? toMapped(from.address) : fromMapped(from.address);
    give({ count: bytes.length, bytes, from: { kind: "inet", address, port: from.port } });
    if (!isPeek) call.net.trace.call("skb_consume_udp", [udp, skb, bytes.length], () => udp.stack.freed(skb));
    return bytes.length;
  }

  /** What readers get: raw sockets the IP header, too, those for pings the ICMP header. */
  #messageOf(skb: SkBuff): Uint8Array {
    if (this.sk.class === "udp") return skb.payload;
    return skb.frame().slice(skb.linkBytes + (this.sk.class === "raw" ? 0 : skb.networkBytes));
  }

  /** udp_poll */
  poll(): number {
    const { udp, sk } = this;
    let events: number = POLL.out;
    if (udp.queue.length > 0 || (sk.shutdown & SHUTDOWN.receive) !== 0) events |= POLL.in;
    return sk.error !== 0 ? events | POLL.error | POLL.in : events;
  }

  shutdown(how: number): number {
    if (!this.udp.isConnected) return -ERRNO.ENOTCONN;
    this.sk.shutdown |= how;
    this.sk.notify("state");
    return 0;
  }

  localAddress(): SocketAddress {
    return { kind: "inet", ...this.sk.local };
  }

  remoteAddress(): SocketAddress | undefined {
    return this.udp.isConnected ? { kind: "inet", ...this.sk.remote } : undefined;
  }

  release(): void {
    const { udp, sk } = this;
    const { stack } = udp;
    stack.bpf?.sockRelease(sk);
    stack.system.trace.call("udp_lib_close", [udp, 0], () => {
      stack.system.trace.call("sk_common_release", [udp], () => {
        stack.system.trace.call("udp_destroy_sock", [udp], () => undefined);
        for (const { skb } of udp.queue.splice(0)) stack.freed(skb);
        stack.udp.remove(udp);
        stack.raw.remove(udp);
        if (sk.class === "ping") stack.ping.remove(udp);
        sk.isDead = true;
        udp.isFreed = true;
        stack.freeSock(sk);
      });
    });
  }
}
