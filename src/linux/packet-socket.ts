import { i32, struct, u8, u16 } from "../base/struct.ts";
import { Fd } from "./fd.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

// Source: include/linux/socket.h, include/linux/net.h and include/uapi/linux/if_ether.h, v6.12.
const AF_PACKET = 17;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const ETH_P_ALL = 0x0300; // in network byte order

/** Source: include/uapi/linux/if_packet.h, v6.12. */
const sockaddrLl = struct("sockaddr_ll", 20, {
  family: u16,
  protocol: u16, // network byte order
  ifindex: i32,
  hardwareType: u16,
  packetType: u8,
  addressBytes: u8,
});

/** A socket that sees every packet of an interface, for a socket filter. The caller closes it. Throws SystemError. */
export function openPacketSocket(kernel: Kernel, ifindex: number): Fd {
  const doing = `open a packet socket on interface ${ifindex}`;
  const number = kernel.call("socket", AF_PACKET, SOCK_RAW_CLOEXEC, ETH_P_ALL);
  if (number < 0) throw new SystemError(doing, "socket", number);
  const address = sockaddrLl.encode({ family: AF_PACKET, protocol: ETH_P_ALL, ifindex });
  const bound = kernel.call("bind", number, address, address.length);
  if (bound >= 0) return new Fd(kernel, number);
  kernel.call("close", number);
  throw new SystemError(doing, "bind", bound);
}
