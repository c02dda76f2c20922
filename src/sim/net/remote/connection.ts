import type { IpStack } from "../ip-stack.ts";
import type { IpAddress } from "../packet/ip-address.ts";
import { FAMILY, SHUTDOWN, SOCK_TYPE } from "../socket/families.ts";
import { Sock } from "../socket/sock.ts";
import { newTcpSock } from "../tcp/new-tcp-sock.ts";
import { TCP_STATE } from "../tcp/states.ts";
import type { TcpSock } from "../tcp/tcp-sock.ts";
import {
  bindTcp,
  closeTcp,
  connectTcp,
  finishClose,
  listenTcp,
  receiveData,
  receivedData,
  sendData,
  sendFault,
  shutdownSend,
  takeConnection,
} from "../tcp/tcp-user.ts";

/** What a program on a host without processes does with a connection. */
export type ConnectionHandlers = Readonly<{
  /** The handshake is done. */
  open?(connection: Connection): void;
  /** Bytes came. */
  data?(connection: Connection, bytes: Uint8Array): void;
  /** The peer sends no more. Without it this end closes, too. */
  end?(connection: Connection): void;
  /** It is over: 0, or why (an errno). */
  closed?(connection: Connection, error: number): void;
}>;

const READ_BYTES = 65_536;

/** One end of a TCP connection, for programs that are called when something happens. */
export class Connection {
  readonly tcp: TcpSock;
  readonly #handlers: ConnectionHandlers;
  /** Bytes that found no room yet. */
  #waiting: Uint8Array[] = [];
  #isOpen = false;
  #isEnding = false;
  #isOver = false;
  #sawEnd = false;

  constructor(tcp: TcpSock, handlers: ConnectionHandlers) {
    this.tcp = tcp;
    this.#handlers = handlers;
    tcp.sk.onEvent = () => this.#look();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Sends bytes, all of them, as fast as the connection takes them. */
  write(data: Uint8Array | string): void {
    if (this.#isOver || this.#isEnding) return;
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    if (bytes.length > 0) this.#waiting.push(bytes);
    this.#flush();
  }

  /** Sends no more, after what was written. */
  end(): void {
    this.#isEnding = true;
    this.#flush();
  }

  /** Ends the connection at once with a reset. */
  abort(): void {
    if (this.#isOver) return;
    this.tcp.sk.options.linger = 0;
    this.#close(0);
  }

  #look(): void {
    if (this.#isOver) return;
    const { tcp } = this;
    if (tcp.sk.error !== 0) return this.#close(tcp.sk.error);
    if (
      !this.#isOpen &&
      tcp.state !== TCP_STATE.SYN_SENT &&
      tcp.state !== TCP_STATE.SYN_RECV &&
      tcp.state !== TCP_STATE.CLOSE
    ) {
      this.#isOpen = true;
      this.#handlers.open?.(this);
    }
    this.#read();
    if (!this.#isOver) this.#flush();
    if (!this.#isOver && tcp.state === TCP_STATE.CLOSE) this.#close(0);
  }

  #read(): void {
    const { tcp } = this;
    while (!this.#isOver && tcp.readableBytes > 0) {
      const bytes = receiveData(tcp, READ_BYTES);
      receivedData(tcp, bytes.length);
      this.#handlers.data?.(this, bytes);
    }
    if (this.#isOver || this.#sawEnd || (tcp.sk.shutdown & SHUTDOWN.receive) === 0) return;
    this.#sawEnd = true;
    if (this.#handlers.end) this.#handlers.end(this);
    else this.end();
  }

  #flush(): void {
    const { tcp } = this;
    if (!this.#isOpen || this.#isOver) return;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (sendFault(tcp) < 0) return this.#close(0);
      const taken = sendData(tcp, next);
      if (taken === next.length) this.#waiting.shift();
      else this.#waiting[0] = next.subarray(taken);
      if (taken < next.length) return;
    }
    if (!this.#isEnding) return;
    if (this.#sawEnd) this.#close(0);
    else if ((tcp.sk.shutdown & SHUTDOWN.send) === 0) {
      tcp.sk.shutdown |= SHUTDOWN.send;
      shutdownSend(tcp);
    }
  }

  #close(error: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    closeTcp(this.tcp);
    finishClose(this.tcp);
    this.#handlers.closed?.(this, error);
  }
}

/** Connects to a port; `from` 0: any free one. */
export function connectFrom(
  stack: IpStack,
  to: Readonly<{ address: IpAddress; port: number }>,
  handlers: ConnectionHandlers,
  from = 0,
): Connection {
  const family = to.address.version === 6 ? FAMILY.inet6 : FAMILY.inet;
  const tcp = newTcpSock(new Sock(stack, "tcp", family, SOCK_TYPE.stream, 6));
  stack.tcp.register(tcp);
  if (from !== 0) bindTcp(tcp, tcp.sk.local.address, from);
  const connection = new Connection(tcp, handlers);
  const status = connectTcp(tcp, to.address, to.port);
  if (status < 0) {
    closeTcp(tcp);
    finishClose(tcp);
    handlers.closed?.(connection, -status);
  }
  return connection;
}

/** Listens at a port of all addresses; each connection gets handlers of its own. Returns what ends it. */
export function listenAt(
  stack: IpStack,
  port: number,
  accept: (connection: TcpSock) => ConnectionHandlers,
  backlog = 128,
): () => void {
  const tcp = newTcpSock(new Sock(stack, "tcp", FAMILY.inet6, SOCK_TYPE.stream, 6));
  tcp.sk.options.reuseAddress = true;
  stack.tcp.register(tcp);
  const status = bindTcp(tcp, tcp.sk.local.address, port);
  if (status < 0) throw new Error(`bug: port ${port} of ${stack.name} is taken`);
  listenTcp(tcp, backlog);
  tcp.sk.onEvent = () => {
    for (let child = takeConnection(tcp); child !== undefined; child = takeConnection(tcp)) {
      new Connection(child, accept(child));
      child.sk.onEvent?.("readable");
    }
  };
  return () => {
    closeTcp(tcp);
    finishClose(tcp);
  };
}
