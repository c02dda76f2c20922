import type { IpStack } from "../ip-stack.ts";
import type { IpHeader, UdpHeader } from "../packet/packet.ts";

/** A datagram of ours got nowhere: udp_err. Only a connected socket learns of it. */
export function datagramError(stack: IpStack, network: IpHeader, header: UdpHeader, error: number): void {
  const local = { address: network.source, port: header.sourcePort };
  const remote = { address: network.destination, port: header.destinationPort };
  const udp = stack.udp.find(local, remote);
  if (udp === undefined || !udp.isConnected) return;
  udp.sk.error = error;
  udp.sk.notify("error");
}
