import type { FieldWord } from "../../hooks/tracepoint.ts";
import { fromMapped, type IpAddress, isMapped, toMapped } from "../packet/ip-address.ts";
import { FAMILY } from "./families.ts";
import type { Endpoint, Sock } from "./sock.ts";

type Fields = Record<string, FieldWord>;

/** Ports and addresses of a socket, as most tracepoints show them: ports in this machine's order, addresses as bytes. */
export function endpointFields(
  sk: Sock,
  { local, remote }: Readonly<{ local: Endpoint; remote: Endpoint }> = sk,
): Fields {
  return {
    sport: local.port,
    dport: remote.port,
    family: sk.family,
    saddr: bytes4(local.address),
    daddr: bytes4(remote.address),
    saddr_v6: bytes6(local.address),
    daddr_v6: bytes6(remote.address),
  };
}

/** struct sockaddr_in or sockaddr_in6 of both ends, in 28 bytes each. */
export function sockaddrFields(sk: Sock): Fields {
  return { saddr: sockaddr(sk.family, sk.local), daddr: sockaddr(sk.family, sk.remote) };
}

/** An endpoint as struct sockaddr_in (16 bytes) or sockaddr_in6 (28 bytes). */
export function sockaddr(family: number, { address, port }: { address: IpAddress; port: number }): Uint8Array {
  const isV6 = family === FAMILY.inet6;
  const bytes = new Uint8Array(isV6 ? 28 : 16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, family, true);
  view.setUint16(2, port);
  bytes.set(isV6 ? bytes6(address) : bytes4(address), isV6 ? 8 : 4);
  return bytes;
}

function bytes4(address: IpAddress): Uint8Array {
  if (address.version === 4) return address.bytes;
  return isMapped(address) ? fromMapped(address).bytes : new Uint8Array(4);
}

/** IPv4 addresses are shown as mapped ones. */
function bytes6(address: IpAddress): Uint8Array {
  return toMapped(address).bytes;
}
