import type { IpStack } from "../ip-stack.ts";
import type { Endpoint } from "../socket/sock.ts";
import type { Seq } from "./seq.ts";

type Ends = Readonly<{ local: Endpoint; remote: Endpoint }>;

/** A first sequence number that tells, when it comes back, that this host sent it: RFC 4987, 3.6. */
export function cookieOf(stack: IpStack, { local, remote }: Ends, irs: Seq): Seq {
  let hash = stack.secret ^ irs;
  const mix = (value: number) => {
    hash = Math.imul(hash ^ value, 0x0100_0193);
    hash ^= hash >>> 15;
  };
  for (const { address, port } of [local, remote]) {
    for (const byte of address.bytes) mix(byte);
    mix(port);
  }
  return hash >>> 0;
}
