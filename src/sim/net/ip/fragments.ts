import type { IpStack } from "../ip-stack.ts";
import { type IpHeader, networkHeaderBytes } from "../packet/packet.ts";
import { dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { Planned } from "../system.ts";

const TIMEOUT_NS = 30_000_000_000; // IP_FRAG_TIME, include/net/ip.h, v6.12
const MOST_PIECES = 64;

/** Cuts an IPv4 packet up into fragments; it is gone afterwards. RFC 791, 3.2. */
export function fragmentSkb(stack: IpStack, skb: SkBuff, mtu: number): SkBuff[] {
  const header = skb.network as IpHeader;
  const body = skb.frame().subarray(skb.linkBytes + skb.networkBytes);
  const step = (mtu - networkHeaderBytes(header)) & ~7;
  const parts: SkBuff[] = [];
  for (let offset = 0; offset < body.length; offset += step) {
    const part = stack.newSkb(body.slice(offset, offset + step));
    part.sock = skb.sock;
    part.mark = skb.mark;
    part.network = { ...header, dontFragment: false, fragment: { offset, more: offset + step < body.length } };
    part.layer = "network";
    parts.push(part);
  }
  stack.freed(skb);
  return parts;
}

type Pending = { pieces: SkBuff[]; timer: Planned };

/** Fragments that wait for the others of their packet. */
export class FragmentTable {
  readonly #stack: IpStack;
  readonly #pending = new Map<string, Pending>();

  constructor(stack: IpStack) {
    this.#stack = stack;
  }

  /** The whole packet once all of it is there. */
  add(skb: SkBuff): SkBuff | undefined {
    const header = skb.network as IpHeader;
    const key = `${header.source.text} ${header.destination.text} ${header.protocol} ${header.id}`;
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      const timer = this.#stack.system.timer(TIMEOUT_NS, "ip_expire", () => this.#give(key));
      pending = { pieces: [], timer };
      this.#pending.set(key, pending);
    }
    pending.pieces.push(skb);
    const body = joined(pending.pieces);
    if (body === undefined) {
      if (pending.pieces.length > MOST_PIECES) this.#give(key);
      return undefined;
    }
    pending.timer.cancel();
    this.#pending.delete(key);
    return this.#whole(pending.pieces, body);
  }

  #whole(pieces: readonly SkBuff[], body: Uint8Array): SkBuff | undefined {
    const [first] = pieces;
    if (first === undefined) return undefined;
    const { fragment: _fragment, ...header } = first.network as IpHeader;
    const whole = this.#stack.newSkb(body);
    whole.link = first.link;
    whole.network = header;
    whole.device = first.device;
    whole.ingressIfindex = first.ingressIfindex;
    whole.setFrame(whole.frame().slice());
    whole.layer = "network";
    for (const piece of pieces) this.#stack.freed(piece);
    return whole;
  }

  #give(key: string): void {
    const pending = this.#pending.get(key);
    if (pending === undefined) return;
    this.#pending.delete(key);
    pending.timer.cancel();
    for (const piece of pending.pieces) dropSkb(this.#stack, piece, "NOT_SPECIFIED");
  }
}

/** Payloads of all fragments in order; undefined while some are missing. */
function joined(pieces: readonly SkBuff[]): Uint8Array | undefined {
  const sorted = [...pieces].sort((a, b) => offsetOf(a) - offsetOf(b));
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const piece of sorted) {
    const offset = offsetOf(piece);
    if (offset > at) return undefined;
    const news = piece.payload.subarray(at - offset);
    parts.push(news);
    at += news.length;
    const { fragment } = piece.network as IpHeader;
    if (fragment?.more === false) return concatenated(parts, at);
  }
  return undefined;
}

function concatenated(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function offsetOf(skb: SkBuff): number {
  return (skb.network as IpHeader).fragment?.offset ?? 0;
}

/** ip_defrag: undefined while other fragments are missing. */
export function reassemble(stack: IpStack, skb: SkBuff): SkBuff | undefined {
  let whole: SkBuff | undefined;
  stack.system.trace.call("ip_defrag", [stack.kernel?.net, skb, 0], () => {
    whole = stack.fragments.add(skb);
    return whole === undefined ? -115 : 0;
  });
  return whole;
}
