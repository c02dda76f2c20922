import { tcpInfo } from "../tcp/tcp-info.ts";
import type { Sock, SockOptions } from "./sock.ts";

/** Levels of options. */
export const LEVEL = { ip: 0, socket: 1, tcp: 6, ipv6: 41 } as const;

type Option = Readonly<{
  level: number;
  name: number;
  get(sk: Sock): number | Uint8Array;
  set?(options: SockOptions, value: number, bytes: Uint8Array): void;
}>;

function flag(
  level: number,
  name: number,
  key: "reuseAddress" | "reusePort" | "keepAlive" | "ipv6Only" | "noDelay" | "cork" | "broadcast",
): Option {
  return {
    level,
    name,
    get: (sk) => Number(sk.options[key]),
    set(options, value) {
      options[key] = value !== 0;
    },
  };
}

function count(
  level: number,
  name: number,
  key:
    | "mark"
    | "priority"
    | "ttl"
    | "tos"
    | "keepIdleS"
    | "keepIntervalS"
    | "keepCount"
    | "userTimeoutMs"
    | "receiveLowWater",
): Option {
  return {
    level,
    name,
    get: (sk) => sk.options[key],
    set(options, value) {
      options[key] = value;
    },
  };
}

function buffer(name: number, key: "sendBuffer" | "receiveBuffer"): Option {
  return {
    level: LEVEL.socket,
    name,
    get: (sk) => sk.options[key],
    set(options, value) {
      options[key] = Math.max(2 * Math.min(value, 212_992), 4608); // the kernel doubles it for its own use
    },
  };
}

function time(name: number, key: "receiveTimeoutNs" | "sendTimeoutNs"): Option {
  return {
    level: LEVEL.socket,
    name,
    get(sk) {
      const ns = sk.options[key];
      return new Uint8Array(
        BigInt64Array.of(BigInt(Math.floor(ns / 1e9)), BigInt(Math.floor((ns % 1e9) / 1000))).buffer,
      );
    },
    set(options, _value, bytes) {
      if (bytes.length < 16) return;
      const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
      options[key] = Number(view.getBigInt64(0, true)) * 1e9 + Number(view.getBigInt64(8, true)) * 1000;
    },
  };
}

/** Numbers of options. Source: include/uapi/asm-generic/socket.h, include/uapi/linux/tcp.h, in.h and in6.h, v6.12. */
const OPTIONS: readonly Option[] = [
  flag(LEVEL.socket, 2, "reuseAddress"),
  { level: LEVEL.socket, name: 3, get: (sk) => sk.type },
  { level: LEVEL.socket, name: 4, get: takeError },
  flag(LEVEL.socket, 6, "broadcast"),
  buffer(7, "sendBuffer"),
  buffer(8, "receiveBuffer"),
  flag(LEVEL.socket, 9, "keepAlive"),
  count(LEVEL.socket, 12, "priority"),
  {
    level: LEVEL.socket,
    name: 13, // SO_LINGER
    get(sk) {
      const { linger } = sk.options;
      return new Uint8Array(Int32Array.of(linger === undefined ? 0 : 1, linger ?? 0).buffer);
    },
    set(options, value, bytes) {
      options.linger = value === 0 ? undefined : (bytes[4] ?? 0);
    },
  },
  flag(LEVEL.socket, 15, "reusePort"),
  count(LEVEL.socket, 18, "receiveLowWater"),
  time(20, "receiveTimeoutNs"),
  time(21, "sendTimeoutNs"),
  {
    level: LEVEL.socket,
    name: 25, // SO_BINDTODEVICE
    get: (sk) => new TextEncoder().encode(sk.stack.device(sk.options.boundInterface)?.name ?? ""),
  },
  count(LEVEL.socket, 36, "mark"),
  { level: LEVEL.socket, name: 38, get: (sk) => sk.protocol },
  { level: LEVEL.socket, name: 39, get: (sk) => sk.family },
  { level: LEVEL.socket, name: 57, get: (sk) => new Uint8Array(BigUint64Array.of(sk.cookie).buffer) },
  count(LEVEL.ip, 1, "tos"),
  count(LEVEL.ip, 2, "ttl"),
  flag(LEVEL.ipv6, 26, "ipv6Only"),
  flag(LEVEL.tcp, 1, "noDelay"),
  flag(LEVEL.tcp, 3, "cork"),
  count(LEVEL.tcp, 4, "keepIdleS"),
  count(LEVEL.tcp, 5, "keepIntervalS"),
  count(LEVEL.tcp, 6, "keepCount"),
  {
    level: LEVEL.tcp,
    name: 11, // TCP_INFO
    get(sk) {
      const tcp = sk.stack.tcp.of(sk);
      return tcp === undefined ? 0 : tcpInfo(tcp);
    },
  },
  count(LEVEL.tcp, 18, "userTimeoutMs"),
];

function takeError(sk: Sock): number {
  const { error } = sk;
  sk.error = 0;
  return error;
}

function optionOf(level: number, name: number): Option | undefined {
  return OPTIONS.find((option) => option.level === level && option.name === name);
}

/** An option's value as getsockopt(2) gives it; undefined for one that the socket does not have. */
export function readOption(sk: Sock, level: number, name: number): Uint8Array | undefined {
  const found = optionOf(level, name)?.get(sk);
  return typeof found === "number" ? new Uint8Array(Int32Array.of(found).buffer) : found;
}

/** Sets an option; false when that is not possible. */
export function writeOption(sk: Sock, level: number, name: number, bytes: Uint8Array): boolean {
  if (level === LEVEL.socket && name === SO_BINDTODEVICE) return bindToDevice(sk, bytes);
  const set = optionOf(level, name)?.set;
  if (set === undefined) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  set(sk.options, bytes.length >= 4 ? view.getInt32(0, true) : (bytes[0] ?? 0), bytes);
  return true;
}

const SO_BINDTODEVICE = 25;

function bindToDevice(sk: Sock, bytes: Uint8Array): boolean {
  const end = bytes.indexOf(0);
  const name = new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
  const device = sk.stack.devices.find((known) => known.name === name);
  if (device === undefined && name !== "") return false;
  sk.options.boundInterface = device?.ifindex ?? 0;
  return true;
}
