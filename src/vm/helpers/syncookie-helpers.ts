import { ERRNO } from "../errno.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

const TCP_BYTES = 20;
const HEADER_BYTES = { 4: 20, 6: 40 } as const;
const TCP_LISTEN = 10;
const TCP = 6;
const MSS_OPTION = 2;
/** Segment sizes that a cookie can say. Source: net/ipv4/syncookies.c and net/ipv6/syncookies.c, v6.18. */
const SIZES = { 4: [536, 1300, 1440, 1460], 6: [1220, 1420, 1440, 8940] } as const;
const DEFAULT_SIZE = { 4: 536, 6: 1220 } as const;
const FLAG = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;
type Version = 4 | 6;

/** A number of 32 bits that depends on both ends of the connection and its first number; the low 2 bits are free. */
function secretOf(ip: Uint8Array, tcp: Uint8Array, sequence: number, version: Version): number {
  const addresses = version === 4 ? ip.subarray(12, 20) : ip.subarray(8, 40);
  let hash = 0x811c9dc5;
  for (const byte of [...addresses, ...tcp.subarray(0, 4)]) hash = Math.imul(hash ^ byte, 0x01000193);
  for (let shift = 0; shift < 32; shift += 8)
    hash = Math.imul(hash ^ ((sequence >>> shift) & 0xff), 0x01000193);
  return (hash ^ (hash >>> 13)) & ~3;
}

function word(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}

/** The segment size that a SYN asks for; 0 when it does not. */
function askedSize(tcp: Uint8Array): number {
  for (let at = TCP_BYTES; at < tcp.length; ) {
    const [kind = 0, size = 0] = tcp.subarray(at, at + 2);
    if (kind === 0) return 0;
    if (kind === 1) at++;
    else if (size < 2 || at + size > tcp.length) return 0;
    else if (kind === MSS_OPTION && size === 4) return ((tcp[at + 2] as number) << 8) | (tcp[at + 3] as number);
    else at += size;
  }
  return 0;
}

/** The cookie for a SYN in the low half, the segment size in the upper one. */
function make(ip: Uint8Array, tcp: Uint8Array, version: Version): bigint {
  const asked = askedSize(tcp) || DEFAULT_SIZE[version];
  const index = Math.max(
    0,
    SIZES[version].findLastIndex((size) => size <= asked),
  );
  const cookie = (secretOf(ip, tcp, word(tcp, 4), version) | index) >>> 0;
  return (BigInt(SIZES[version][index] as number) << 32n) | BigInt(cookie);
}

/** Whether an ACK answers such a cookie. */
function isValid(ip: Uint8Array, tcp: Uint8Array, version: Version): boolean {
  const cookie = (word(tcp, 8) - 1) | 0;
  return (cookie & ~3) === secretOf(ip, tcp, (word(tcp, 4) - 1) | 0, version);
}

function listens(call: HelperCall): boolean {
  const socket = call.state.sockets.at(call.u64(1));
  return socket?.protocol === TCP && socket.state === TCP_LISTEN;
}

/** The IP header in the second argument, `size` in the third; undefined when it is too short or of another version. */
function ipHeader(call: HelperCall): { ip: Uint8Array; version: Version } | number {
  const size = call.u32(3);
  if (size < HEADER_BYTES[4]) return -ERRNO.EINVAL;
  const ip = call.read(2, size).slice();
  const version = (ip[0] as number) >>> 4;
  if (version !== 4 && version !== 6) return -ERRNO.EPROTONOSUPPORT;
  return size < HEADER_BYTES[version] ? -ERRNO.EINVAL : { ip, version };
}

/** bpf_tcp_gen_syncookie(socket, ip, ip_size, tcp, tcp_size). */
function generate(call: HelperCall): bigint | number {
  const size = call.u32(5);
  if (size < TCP_BYTES) return -ERRNO.EINVAL;
  const tcp = call.read(4, size).slice();
  if (((tcp[12] as number) >>> 4) * 4 !== size || !listens(call)) return -ERRNO.EINVAL;
  const flags = (tcp[13] as number) & (FLAG.syn | FLAG.ack | FLAG.fin | FLAG.rst);
  if (flags !== FLAG.syn) return -ERRNO.EINVAL;
  const header = ipHeader(call);
  return typeof header === "number" ? header : make(header.ip, tcp, header.version);
}

/** bpf_tcp_check_syncookie(socket, ip, ip_size, tcp, tcp_size). */
function check(call: HelperCall): number {
  const size = call.u32(5);
  if (size < TCP_BYTES) return -ERRNO.EINVAL;
  const tcp = call.read(4, size).slice();
  if (!listens(call)) return -ERRNO.EINVAL;
  if (((tcp[13] as number) & (FLAG.syn | FLAG.ack | FLAG.rst)) !== FLAG.ack) return -ERRNO.ENOENT;
  const header = ipHeader(call);
  if (typeof header === "number") return header;
  return isValid(header.ip, tcp, header.version) ? 0 : -ERRNO.ENOENT;
}

/** bpf_tcp_raw_gen_syncookie_ipv{4,6}(ip, tcp, tcp_size). */
function generateRaw(version: Version) {
  return (call: HelperCall): bigint | number => {
    const size = call.u32(3);
    if (size < TCP_BYTES) return -ERRNO.EINVAL;
    const ip = call.read(1, HEADER_BYTES[version]).slice();
    const tcp = call.read(2, size);
    return ((tcp[12] as number) >>> 4) * 4 === size ? make(ip, tcp, version) : -ERRNO.EINVAL;
  };
}

/** bpf_tcp_raw_check_syncookie_ipv{4,6}(ip, tcp). */
function checkRaw(version: Version) {
  return (call: HelperCall): number => {
    const ip = call.read(1, HEADER_BYTES[version]).slice();
    return isValid(ip, call.read(2, TCP_BYTES), version) ? 0 : -ERRNO.EACCES;
  };
}

const OWN = "cookies are valid in the machine that made them, and do not age";

/** SYN cookies. Source: net/core/filter.c, v6.18. */
export const SYNCOOKIE_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_tcp_gen_syncookie", run: generate, differs: OWN },
  { name: "bpf_tcp_check_syncookie", run: check, differs: OWN },
  { name: "bpf_tcp_raw_gen_syncookie_ipv4", run: generateRaw(4), differs: OWN },
  { name: "bpf_tcp_raw_gen_syncookie_ipv6", run: generateRaw(6), differs: OWN },
  { name: "bpf_tcp_raw_check_syncookie_ipv4", run: checkRaw(4), differs: OWN },
  { name: "bpf_tcp_raw_check_syncookie_ipv6", run: checkRaw(6), differs: OWN },
];
