import type { Word } from "../../hooks/word.ts";
import type { IpStack } from "../ip-stack.ts";
import { dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { Sock } from "./sock.ts";

/** Lets cgroup programs and the socket's filter see a packet: sk_filter_trim_cap. False: it was thrown away. */
export function filterForSock(stack: IpStack, sk: Sock, skb: SkBuff, owner: Word): boolean {
  if (stack.bpf === undefined) return true;
  const passes = stack.system.trace.call("sk_filter_trim_cap", [owner, skb, 1, null], () =>
    stack.bpf?.passesSock(sk, skb) === false ? -1 : 0,
  );
  if (passes === 0) return true;
  dropSkb(stack, skb, "SOCKET_FILTER", owner);
  return false;
}
