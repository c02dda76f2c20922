import type { IpStack } from "../ip-stack.ts";
import type { IpHeader, TcpHeader } from "../packet/packet.ts";
import { TCP_STATE } from "./states.ts";
import { doneWith } from "./tcp-done.ts";

/**
 * A segment of ours got nowhere: tcp_v4_err. Only a connection that is being made ends by it; others try on.
 */
export function connectionError(
  stack: IpStack,
  network: IpHeader,
  header: TcpHeader,
  error: number,
  isFatal: boolean,
): void {
  const entry = stack.tcp.find({
    local: { address: network.source, port: header.sourcePort },
    remote: { address: network.destination, port: header.destinationPort },
  });
  if (entry?.kind !== "tcp") return;
  stack.system.trace.call("tcp_v4_err", [null, error], () => {
    if (entry.state !== TCP_STATE.SYN_SENT || !isFatal || entry.sk.isOwned) return 0;
    entry.sk.error = error;
    if (!entry.sk.isDead) entry.sk.notify("error");
    doneWith(entry);
    return 0;
  });
}
