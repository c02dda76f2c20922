import { formatInet } from "../../../runtime/format-address.ts";

/** An IPv4 or IPv6 address. `text` is the only way to write it, so that equal addresses have equal texts. */
export type IpAddress = Readonly<{ version: 4 | 6; bytes: Uint8Array; text: string }>;

/** Addresses that share their first `length` bits. */
export type IpPrefix = Readonly<{ address: IpAddress; length: number }>;

const AF_INET = 2;
const AF_INET6 = 10;

/** The address in 4 or 16 bytes of `bytes` from `at`; they are copied. */
export function ipFromBytes(
  bytes: Uint8Array,
  at = 0,
  version: 4 | 6 = bytes.length - at >= 16 ? 6 : 4,
): IpAddress {
  const own = bytes.slice(at, at + (version === 4 ? 4 : 16));
  return { version, bytes: own, text: formatInet(version === 4 ? AF_INET : AF_INET6, own, 0) };
}

/** Reads "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"; undefined for a text that is no address. */
export function parseIp(text: string): IpAddress | undefined {
  const bytes = text.includes(":") ? ipv6Bytes(text) : ipv4Bytes(text);
  return bytes === undefined ? undefined : ipFromBytes(bytes);
}

/** As `parseIp`; throws RangeError for a text that is no address. */
export function ip(text: string): IpAddress {
  const address = parseIp(text);
  if (address === undefined)
    throw new RangeError(`\`${text}\` is no IP address; write it as 192.0.2.1 or 2001:db8::1`);
  return address;
}

/** Reads "10.0.0.0/8"; an address alone is a prefix of all its bits. Throws RangeError. */
export function prefix(text: string): IpPrefix {
  const [, address = text, bits] = /^(.*)\/(\d{1,3})$/.exec(text) ?? [];
  const base = ip(address);
  const most = base.bytes.length * 8;
  const length = bits === undefined ? most : Number(bits);
  if (length > most) throw new RangeError(`\`${text}\`: an IPv${base.version} prefix has at most ${most} bits`);
  return { address: base, length };
}

/** Whether the address begins with the prefix. */
export function isWithin(address: IpAddress, { address: base, length }: IpPrefix): boolean {
  if (address.version !== base.version) return false;
  const whole = length >> 3;
  for (let i = 0; i < whole; i++) if (address.bytes[i] !== base.bytes[i]) return false;
  const rest = length & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((address.bytes[whole] as number) & mask) === ((base.bytes[whole] as number) & mask);
}

export function isUnspecified({ bytes }: IpAddress): boolean {
  return bytes.every((byte) => byte === 0);
}

/** 127.0.0.0/8 or ::1. */
export function isLoopback({ version, bytes, text }: IpAddress): boolean {
  return version === 4 ? bytes[0] === 127 : text === "::1";
}

export function isMulticast({ version, bytes }: IpAddress): boolean {
  return version === 4 ? ((bytes[0] as number) & 0xf0) === 0xe0 : bytes[0] === 0xff;
}

/** The address of that version that stands for any: 0.0.0.0 or ::. */
export function anyAddress(version: 4 | 6): IpAddress {
  return ipFromBytes(new Uint8Array(version === 4 ? 4 : 16));
}

/** ::ffff:a.b.c.d, as which IPv6 sockets see IPv4 peers; IPv6 addresses stay. */
export function toMapped(address: IpAddress): IpAddress {
  if (address.version === 6) return address;
  const bytes = new Uint8Array(16);
  bytes.fill(0xff, 10, 12);
  bytes.set(address.bytes, 12);
  return ipFromBytes(bytes);
}

/** The IPv4 address in ::ffff:a.b.c.d; others stay. */
export function fromMapped(address: IpAddress): IpAddress {
  return isMapped(address) ? ipFromBytes(address.bytes, 12, 4) : address;
}

export function isMapped({ version, bytes }: IpAddress): boolean {
  if (version === 4) return false;
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

/** The address as a big-endian number: addresses of one network count up from its first. */
export function ipToNumber({ bytes }: IpAddress): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

export function ipFromNumber(version: 4 | 6, value: bigint): IpAddress {
  const bytes = new Uint8Array(version === 4 ? 4 : 16);
  let rest = value;
  for (let i = bytes.length - 1; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return ipFromBytes(bytes);
}

function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return parts?.every((part) => part < 256) ? Uint8Array.from(parts) : undefined;
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return Uint8Array.from([...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])]);
}

/** Bytes of "1:2:3" or "1:2:10.0.0.1". */
function groupsOf(text: string): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [i, group] of groups.entries()) {
    const dotted = i === groups.length - 1 ? ipv4Bytes(group) : undefined;
    if (dotted !== undefined) bytes.push(...dotted);
    else if (/^[0-9a-fA-F]{1,4}$/.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return bytes.length <= 16 ? bytes : undefined;
}
