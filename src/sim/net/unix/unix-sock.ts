import type { OpenFile } from "../../files/open-file.ts";
import type { Addressed } from "../../hooks/word.ts";
import type { KernelObject } from "../../memory/kernel-object.ts";
import type { StateKey } from "../../world/state-key.ts";
import type { World } from "../../world/world.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { Sock } from "../socket/sock.ts";

/** A piece of a stream, or one datagram, and who sent it. */
export type UnixMessage = {
  skb: SkBuff;
  offset: number;
  readonly from: string;
  /** Open files on their way; nobody has them meanwhile. */
  files: readonly OpenFile[];
};

const LISTEN = 10;
const ESTABLISHED = 1;
const CLOSE = 7;
const OVERHEAD = 832;

/** A UNIX socket: a stream, a listener, or for datagrams. */
export class UnixSock implements Addressed {
  readonly kind = "unix";
  readonly sk: Sock;
  /** "" when it has none; "@name" for abstract names. */
  path = "";
  peer: UnixSock | undefined;
  readonly queue: UnixMessage[] = [];
  /** Bytes in `queue`, with overhead. */
  held = 0;
  /** Connections that nobody has accepted yet: their ends on this side. */
  readonly waiting: UnixSock[] = [];
  maxBacklog = 0;
  isListening = false;
  isFreed = false;
  #addressObject: KernelObject | undefined;

  constructor(sk: Sock) {
    this.sk = sk;
    sk.onFlush = (image) => {
      image.setCommon(sk);
      image.sk.set("sk_ack_backlog", this.waiting.length);
      image.sk.set("sk_max_ack_backlog", this.maxBacklog);
      image.sk.set("sk_receive_queue.qlen", this.queue.length);
    };
  }

  get address(): bigint {
    return this.sk.address;
  }

  /** Gives it a name, also as struct unix_address. */
  bindTo(path: string): void {
    this.path = path;
    const { memory } = this.sk.stack.system;
    if (memory === undefined || path === "") return;
    const name = new TextEncoder().encode(path.startsWith("@") ? `\0${path.slice(1)}` : path);
    this.#addressObject?.free();
    const object = memory.make("unix_address", { "refcnt.refs.counter": 1, len: 2 + name.length + 1 }, 112);
    const at = object.addressOf("name");
    memory.write(at, Uint8Array.of(1, 0));
    memory.write(at + 2n, name.subarray(0, 107));
    this.#addressObject = object;
    this.sk.image?.object.set("addr", object);
  }

  connectTo(peer: UnixSock): void {
    this.peer = peer;
    this.sk.image?.object.set("peer", peer.sk.image?.object ?? null);
    this.sk.image?.setState(ESTABLISHED);
  }

  startListening(backlog: number): void {
    this.isListening = true;
    this.maxBacklog = backlog;
    this.sk.image?.setState(LISTEN);
  }

  /** Puts a message behind the others. */
  add(message: UnixMessage): void {
    this.queue.push(message);
    this.held += message.skb.payload.length + OVERHEAD;
  }

  /** Takes the first message away. */
  dropFirst(): void {
    const message = this.queue.shift();
    if (message === undefined) return;
    this.held -= message.skb.payload.length + OVERHEAD;
    for (const file of message.files) file.drop();
    this.sk.stack.freed(message.skb);
  }

  /** Bytes that a reader of a stream finds. */
  get readableBytes(): number {
    return this.queue.reduce((sum, { skb, offset }) => sum + skb.payload.length - offset, 0);
  }

  free(): void {
    if (this.isFreed) return;
    this.isFreed = true;
    while (this.queue.length > 0) this.dropFirst();
    this.sk.image?.setState(CLOSE);
    this.#addressObject?.free();
    this.sk.stack.freeSock(this.sk);
  }
}

/** Names of UNIX sockets of the machine. */
export class UnixNames {
  readonly #byPath = new Map<string, UnixSock>();

  find(path: string): UnixSock | undefined {
    return this.#byPath.get(path);
  }

  /** False when the name is taken. */
  bind(unix: UnixSock, path: string): boolean {
    const known = this.#byPath.get(path);
    if (known !== undefined && !known.isFreed) return false;
    this.#byPath.set(path, unix);
    unix.bindTo(path);
    return true;
  }

  release(unix: UnixSock): void {
    if (this.#byPath.get(unix.path) === unix) this.#byPath.delete(unix.path);
  }
}

export const UNIX_NAMES: StateKey<World, UnixNames> = { name: "net.unix", make: () => new UnixNames() };
