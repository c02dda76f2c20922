import { interfaceInfo, LINK_ATTRIBUTES, nlmsgError, nlmsgHeader, ROUTE_MESSAGES } from "../abi/netlink.ts";
import type { Answer } from "./fake-kernel.ts";
import { type Attribute, encodeAttributes } from "./netlink.ts";

/** A request as it was sent: the message's type, its flags and what follows the header. */
export type SentMessage = Readonly<{ type: number; flags: number; body: Uint8Array }>;

/** Answers a request: an errno (0: done) after whole messages of the given types. */
export type NetlinkAnswer = Readonly<{
  errno?: number;
  messages?: readonly (readonly [type: number, body: Uint8Array])[];
}>;

/** For tests: system calls of one netlink socket per request, as net-*.ts make them. `sent` grows by each request. */
export function fakeNetlink(
  sent: SentMessage[],
  answer: (message: SentMessage) => NetlinkAnswer,
): (...call: Parameters<Answer>) => number | undefined {
  let pending = new Uint8Array();
  return (name, args) => {
    switch (name) {
      case "socket":
        return 900;
      case "setsockopt":
        return 0;
      case "sendto": {
        const bytes = (args[1] as Uint8Array).slice();
        const { type, flags, seq } = nlmsgHeader.decode(bytes);
        const message = { type, flags, body: bytes.subarray(nlmsgHeader.bytes) };
        sent.push(message);
        const { errno = 0, messages = [] } = answer(message);
        const parts = messages.map(([kind, body]) => packet(kind, seq, body));
        pending = Uint8Array.from(
          [...parts, packet(ERROR, seq, nlmsgError.encode({ error: errno }))].flatMap((p) => [...p]),
        );
        return bytes.length;
      }
      case "recvfrom": {
        (args[1] as Uint8Array).set(pending);
        return pending.length;
      }
      default:
        return undefined;
    }
  };
}

const ERROR = 2;

function packet(type: number, seq: number, body: Uint8Array): Uint8Array {
  return Uint8Array.from([...nlmsgHeader.encode({ len: nlmsgHeader.bytes + body.length, type, seq }), ...body]);
}

/** An answer that tells of one interface. */
export function interfaceMessage(
  ifindex: number,
  name: string,
  xdp: readonly Attribute[] = [],
): readonly [number, Uint8Array] {
  const attributes = encodeAttributes([
    [LINK_ATTRIBUTES.ifname, name],
    [LINK_ATTRIBUTES.xdp, xdp],
  ]);
  return [
    ROUTE_MESSAGES.newLink,
    Uint8Array.from([...interfaceInfo.encode({ ifiIndex: ifindex }), ...attributes]),
  ];
}
