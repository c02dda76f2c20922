import {
  NETLINK_FLAGS,
  NETLINK_MESSAGES,
  NLA_NESTED,
  NLMSGERR_ATTR_MSG,
  netlinkAttribute,
  nlmsgError,
  nlmsgHeader,
} from "../abi/netlink.ts";
import { textOf } from "./bpf-prog.ts";
import { checkKernel } from "./check-arguments.ts";
import { ERRNO } from "./errno.ts";
import { Fd } from "./fd.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0x80000;
const NETLINK_ROUTE = 0;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const ANSWER_BYTES = 1 << 16; // the kernel sends dumps in pieces of at most 32 KiB

/** One attribute: bytes, a number of 32 bits, a text, or attributes inside it. */
export type Attribute = readonly [type: number, value: Uint8Array | number | string | readonly Attribute[]];

/** A request: its type and flags (REQUEST and ACK are added), the fixed part and the attributes. */
export type Request = Readonly<{
  type: number;
  flags?: number;
  head: Uint8Array;
  attributes?: readonly Attribute[];
}>;

/** An answer: the message's type and what follows its header. */
export type Answer = Readonly<{ type: number; body: Uint8Array }>;

/** A way to the kernel's routing tables, interfaces and traffic control, in this thread's network namespace. */
export class Netlink implements Disposable {
  readonly #kernel: Kernel;
  readonly #socket: Fd;
  #seq = 0;

  constructor(kernel: Kernel) {
    checkKernel(kernel);
    this.#kernel = kernel;
    const socket = kernel.call("socket", AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
    if (socket < 0) throw new SystemError("talk to the network stack", "socket", socket);
    this.#socket = new Fd(kernel, socket);
    for (const option of [NETLINK_EXT_ACK, NETLINK_CAP_ACK])
      kernel.call("setsockopt", socket, SOL_NETLINK, option, new Uint8Array(Uint32Array.of(1).buffer), 4);
  }

  /** Sends a request and waits for its end. The answers, or -errno with what the kernel adds in words. */
  request(request: Request): { answers: Answer[]; errno: number; text: string } {
    const seq = ++this.#seq;
    const message = encodeMessage(request, seq);
    const sent = this.#kernel.call("sendto", this.#socket.number, message, message.length, 0);
    if (sent < 0) return { answers: [], errno: sent, text: "" };
    const answers: Answer[] = [];
    const buffer = new Uint8Array(ANSWER_BYTES);
    for (;;) {
      const received = this.#kernel.call("recvfrom", this.#socket.number, buffer, buffer.length, 0);
      if (received === -ERRNO.EINTR) continue;
      if (received <= 0) return { answers, errno: received, text: "" };
      for (const { header, body } of messagesOf(buffer.slice(0, received))) {
        if (header.seq !== seq) continue; // of an earlier request that failed half-way
        if (header.type === NETLINK_MESSAGES.done) return { answers, errno: 0, text: "" };
        if (header.type !== NETLINK_MESSAGES.error) {
          answers.push({ type: header.type, body });
          continue;
        }
        return { answers, errno: nlmsgError.decode(body).error, text: errorText(header.flags, body) };
      }
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** Attributes that follow the fixed part of `headBytes` bytes, by type; the last one of each type. Bad lengths end the list. */
export function attributesOf(body: Uint8Array, headBytes = 0): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  for (let at = align(headBytes); at + netlinkAttribute.bytes <= body.length; ) {
    const { nlaLen, nlaType } = netlinkAttribute.decode(body, at);
    if (nlaLen < netlinkAttribute.bytes || at + nlaLen > body.length) break;
    found.set(nlaType & ~NLA_NESTED, body.subarray(at + netlinkAttribute.bytes, at + nlaLen));
    at += align(nlaLen);
  }
  return found;
}

/** Bytes of attributes, each padded to 4. */
export function encodeAttributes(attributes: readonly Attribute[]): Uint8Array {
  return join(attributes.map(encodeAttribute));
}

function encodeAttribute([type, value]: Attribute): Uint8Array {
  const nested = Array.isArray(value);
  const bytes = valueBytes(value);
  const header = netlinkAttribute.encode({
    nlaLen: netlinkAttribute.bytes + bytes.length,
    nlaType: nested ? type | NLA_NESTED : type,
  });
  return join([header, bytes, new Uint8Array(align(bytes.length) - bytes.length)]);
}

function valueBytes(value: Attribute[1]): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "number") return new Uint8Array(Uint32Array.of(value).buffer);
  if (typeof value === "string") return new TextEncoder().encode(`${value}\0`);
  return encodeAttributes(value);
}

function encodeMessage({ type, flags = 0, head, attributes = [] }: Request, seq: number): Uint8Array {
  const body = join([head, encodeAttributes(attributes)]);
  const header = nlmsgHeader.encode({
    len: nlmsgHeader.bytes + body.length,
    type,
    flags: flags | NETLINK_FLAGS.request | NETLINK_FLAGS.ack,
    seq,
  });
  return join([header, body]);
}

function* messagesOf(bytes: Uint8Array) {
  for (let at = 0; at + nlmsgHeader.bytes <= bytes.length; ) {
    const header = nlmsgHeader.decode(bytes, at);
    if (header.len < nlmsgHeader.bytes || at + header.len > bytes.length) return;
    yield { header, body: bytes.subarray(at + nlmsgHeader.bytes, at + header.len) };
    at += align(header.len);
  }
}

function errorText(flags: number, body: Uint8Array): string {
  if ((flags & NETLINK_FLAGS.ackAttributes) === 0) return "";
  return textOf(attributesOf(body, nlmsgError.bytes).get(NLMSGERR_ATTR_MSG) ?? new Uint8Array());
}

function align(bytes: number): number {
  return (bytes + 3) & ~3;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
