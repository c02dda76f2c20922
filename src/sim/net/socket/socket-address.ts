import { anyAddress, type IpAddress, ipFromBytes, parseIp } from "../packet/ip-address.ts";
import { sockaddr } from "./endpoint-fields.ts";
import { FAMILY } from "./families.ts";

/** Where a socket is, or is to go: an address and a port, or a path ("" for none; "@name" for the abstract names). */
export type SocketAddress = Readonly<
  { kind: "inet"; address: IpAddress; port: number } | { kind: "unix"; path: string }
>;

const UNIX_BYTES = 110;

/** As programs pass it to system calls: struct sockaddr_in, sockaddr_in6 or sockaddr_un. */
export function encodeAddress(to: SocketAddress): Uint8Array {
  if (to.kind === "inet") return sockaddr(to.address.version === 6 ? FAMILY.inet6 : FAMILY.inet, to);
  const name = new TextEncoder().encode(to.path.startsWith("@") ? `\0${to.path.slice(1)}` : to.path);
  const isNamed = to.path.startsWith("@");
  const bytes = new Uint8Array(Math.min(2 + name.length + (isNamed || to.path === "" ? 0 : 1), UNIX_BYTES));
  bytes[0] = FAMILY.unix;
  bytes.set(name.subarray(0, UNIX_BYTES - 2), 2);
  return bytes;
}

/** The inverse; undefined for bytes that are none of these. */
export function decodeAddress(bytes: Uint8Array): SocketAddress | undefined {
  const family = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (family === FAMILY.inet && bytes.length >= 8)
    return { kind: "inet", port: view.getUint16(2), address: ipFromBytes(bytes, 4, 4) };
  if (family === FAMILY.inet6 && bytes.length >= 24)
    return { kind: "inet", port: view.getUint16(2), address: ipFromBytes(bytes, 8, 6) };
  if (family !== FAMILY.unix) return undefined;
  const isAbstract = bytes.length > 2 && bytes[2] === 0;
  const end = bytes.indexOf(0, 3);
  const name = new TextDecoder().decode(
    bytes.subarray(isAbstract ? 3 : 2, isAbstract || end === -1 ? undefined : end),
  );
  return { kind: "unix", path: isAbstract ? `@${name}` : name };
}

/**
 * Reads "192.0.2.1:80", "[2001:db8::1]:80", ":80" or "80" (any address), "/run/x.sock", "@name". A name instead of an
 * address is given back as `host`.
 */
export function parseTarget(
  text: string | number,
): SocketAddress | Readonly<{ kind: "name"; host: string; port: number }> {
  const target = String(text);
  if (target.startsWith("/") || target.startsWith("@")) return { kind: "unix", path: target };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(target) ?? [];
  const number = Number(port ?? target);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new RangeError(
      `\`${target}\` is no address of a socket; write it as 192.0.2.1:80, example.org:80 or /run/x.sock`,
    );
  const host = bracketed ?? plain ?? "";
  if (host === "" || host === "*") return { kind: "inet", address: anyAddress(4), port: number };
  const address = parseIp(host);
  return address === undefined ? { kind: "name", host, port: number } : { kind: "inet", address, port: number };
}

/** "192.0.2.1:80", "[2001:db8::1]:80", "/run/x.sock". */
export function addressText(to: SocketAddress): string {
  if (to.kind === "unix") return to.path;
  return to.address.version === 6 ? `[${to.address.text}]:${to.port}` : `${to.address.text}:${to.port}`;
}
