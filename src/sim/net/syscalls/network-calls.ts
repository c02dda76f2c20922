import type { Calls } from "../../thread.ts";
import type { Task } from "../../world/task.ts";
import type { Code } from "../../world/wait.ts";
import { ERRNO } from "../errno.ts";
import type { IpAddress } from "../packet/ip-address.ts";
import { FAMILY, SOCK_TYPE } from "../socket/families.ts";
import { addressText, parseTarget, type SocketAddress } from "../socket/socket-address.ts";
import { httpRequest } from "./http-call.ts";
import { SOCK_FLAG } from "./new-socket.ts";
import { getsockopt, setsockopt } from "./option-calls.ts";
import { ping } from "./ping-call.ts";
import { resolve } from "./resolve-call.ts";
import {
  acceptCall,
  bindCall,
  connectCall,
  listenCall,
  nameCall,
  recvfromCall,
  recvmsgCall,
  sendmsgCall,
  sendtoCall,
  shutdownCall,
  socketCall,
  socketpairCall,
} from "./socket-calls.ts";

const MOST_KEPT = 1 << 16;
const HOW = { read: 0, write: 1, both: 2 } as const;

/** Where to: "192.0.2.1:80", "[2001:db8::1]:80", "example.org:80", "/run/x.sock", "@name", or a port. */
export type Target = string | number;
/** What to send: bytes, a text, or how many bytes of no interest. */
export type SendData = Uint8Array | string | number;

/** What came, and who sent it. */
export type ReceivedBytes = Readonly<{ bytes: Uint8Array; from: string | undefined }>;

function* addressesOf(task: Task, target: Target): Code<readonly SocketAddress[] | number> {
  const parsed = parseTarget(target);
  if (parsed.kind !== "name") return [parsed];
  const found = yield* resolve(task, parsed.host);
  if (typeof found === "number") return found;
  return found.map((address): SocketAddress => ({ kind: "inet", address, port: parsed.port }));
}

function familyOf(to: SocketAddress): number {
  if (to.kind === "unix") return FAMILY.unix;
  return to.address.version === 6 ? FAMILY.inet6 : FAMILY.inet;
}

/**
 * Opens a connection: socket(2) and connect(2), after looking up the name if there is one. Its descriptor, or -errno;
 * -ENOENT for a name that does not exist. "udp": datagrams to one peer; `from`: bound to this address before.
 */
function* connect(
  task: Task,
  target: Target,
  options: Readonly<{ protocol?: "tcp" | "udp"; nonBlocking?: boolean; from?: Target }> = {},
): Code<number> {
  const targets = yield* addressesOf(task, target);
  if (typeof targets === "number") return targets;
  const { protocol = "tcp", nonBlocking = false, from } = options;
  let status = -ERRNO.EHOSTUNREACH;
  for (const to of targets) {
    const type =
      (protocol === "udp" ? SOCK_TYPE.dgram : SOCK_TYPE.stream) | (nonBlocking ? SOCK_FLAG.nonBlock : 0);
    const fd = yield* socketCall(task, familyOf(to), type);
    if (fd < 0) return fd;
    if (from !== undefined) {
      const own = parseTarget(from);
      if (own.kind !== "name") yield* bindCall(task, fd, own);
    }
    status = yield* connectCall(task, fd, to);
    if (status === 0 || status === -ERRNO.EINPROGRESS) return fd;
    yield* task.thread.close(fd);
  }
  return status;
}

/** Waits for connections: socket(2), setsockopt(2), bind(2), listen(2). A descriptor, or -errno. */
function* listen(
  task: Task,
  target: Target,
  options: Readonly<{ backlog?: number; reusePort?: boolean; nonBlocking?: boolean }> = {},
): Code<number> {
  const at = parseTarget(target);
  if (at.kind === "name") return -ERRNO.EADDRNOTAVAIL;
  const { backlog = 511, reusePort = false, nonBlocking = false } = options;
  const fd = yield* socketCall(task, familyOf(at), SOCK_TYPE.stream | (nonBlocking ? SOCK_FLAG.nonBlock : 0));
  if (fd < 0) return fd;
  if (at.kind === "inet") yield* setsockopt(task, fd, 1, 2, 1);
  if (reusePort) yield* setsockopt(task, fd, 1, 15, 1);
  let status = yield* bindCall(task, fd, at);
  if (status === 0) status = yield* listenCall(task, fd, backlog);
  if (status === 0) return fd;
  yield* task.thread.close(fd);
  return status;
}

/** A socket for datagrams at an address, or at any port. A descriptor, or -errno. */
function* bindUdp(task: Task, target: Target = 0): Code<number> {
  const at = parseTarget(target);
  if (at.kind === "name") return -ERRNO.EADDRNOTAVAIL;
  const fd = yield* socketCall(task, familyOf(at), SOCK_TYPE.dgram);
  if (fd < 0) return fd;
  const status = yield* bindCall(task, fd, at);
  if (status === 0) return fd;
  yield* task.thread.close(fd);
  return status;
}

/** accept4(2): the descriptor of the oldest connection that waits, or -errno. */
function accept(task: Task, fd: number, options: Readonly<{ nonBlocking?: boolean }> = {}): Code<number> {
  return acceptCall(task, fd, options.nonBlocking === true ? SOCK_FLAG.nonBlock : 0);
}

function place(task: Task, data: SendData): { address: number; count: number } {
  if (typeof data === "number") return { address: task.userBuffer(Math.min(data, MOST_KEPT)), count: data };
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  return { address: task.userBytes(bytes.subarray(0, MOST_KEPT)), count: bytes.length };
}

/** send(2), which is sendto(2) without an address: how many bytes, or -errno. */
function send(task: Task, fd: number, data: SendData, flags = 0): Code<number> {
  const { address, count } = place(task, data);
  return sendtoCall(task, fd, address, count, undefined, flags);
}

/** sendto(2): a datagram to an address; names are not looked up. */
function* sendTo(task: Task, fd: number, data: SendData, target: Target): Code<number> {
  const to = parseTarget(target);
  if (to.kind === "name") return -ERRNO.EINVAL;
  const { address, count } = place(task, data);
  return yield* sendtoCall(task, fd, address, count, to);
}

/** recv(2): how many bytes, 0 at the end, or -errno. */
function* recv(task: Task, fd: number, count = 65_536, flags = 0): Code<number> {
  const { count: got } = yield* recvfromCall(
    task,
    fd,
    task.userBuffer(Math.min(count, MOST_KEPT)),
    count,
    flags,
  );
  return got;
}

/** recvfrom(2): the bytes and who sent them, or -errno. */
function* recvFrom(task: Task, fd: number, count = 65_536, flags = 0): Code<ReceivedBytes | number> {
  const address = task.userBuffer(Math.min(count, MOST_KEPT));
  const { count: got, from } = yield* recvfromCall(task, fd, address, count, flags);
  if (got < 0) return got;
  const bytes = new Uint8Array(Math.min(got, MOST_KEPT));
  task.process.memory?.read(address, bytes);
  return { bytes, from: from && addressText(from) };
}

/** sendmsg(2) */
function sendMessage(task: Task, fd: number, data: SendData, target?: Target): Code<number> {
  const parsed = target === undefined ? undefined : parseTarget(target);
  const to = parsed === undefined || parsed.kind === "name" ? undefined : parsed;
  return sendmsgCall(task, fd, { ...place(task, data), to });
}

/** recvmsg(2): how many bytes, or -errno. */
function* recvMessage(task: Task, fd: number, count = 65_536, flags = 0): Code<number> {
  const address = task.userBuffer(Math.min(count, MOST_KEPT));
  const { count: got } = yield* recvmsgCall(task, fd, { address, count, flags });
  return got;
}

/** Sends open files to whoever reads a UNIX socket: sendmsg(2) with SCM_RIGHTS. */
function sendFiles(task: Task, fd: number, files: readonly number[], data: SendData = "f"): Code<number> {
  return sendmsgCall(task, fd, place(task, data), files);
}

/** Descriptors of files that somebody sent, or -errno. */
function* recvFiles(task: Task, fd: number): Code<readonly number[] | number> {
  const control = task.userBuffer(256);
  task.process.memory?.write(control, new Uint8Array(16));
  const { count } = yield* recvmsgCall(task, fd, { address: task.userBuffer(64), count: 64, control });
  if (count < 0) return count;
  const bytes = new Uint8Array(256);
  task.process.memory?.read(control, bytes);
  const view = new DataView(bytes.buffer);
  const length = Math.min(Number(view.getBigUint64(0, true)), bytes.length);
  return Array.from({ length: Math.max(0, Math.floor((length - 16) / 4)) }, (_, i) =>
    view.getInt32(16 + i * 4, true),
  );
}

function shutdown(task: Task, fd: number, how: keyof typeof HOW = "write"): Code<number> {
  return shutdownCall(task, fd, HOW[how]);
}

/** getsockname(2), or getpeername(2): "192.0.2.1:80", or -errno. */
function* socketName(task: Task, fd: number, peer = false): Code<string | number> {
  const found = yield* nameCall(task, fd, peer);
  return typeof found === "number" ? found : addressText(found);
}

/** Addresses of a name in the order in which programs try them, or -ENOENT. */
function resolveName(task: Task, name: string): Code<readonly IpAddress[] | number> {
  return resolve(task, name);
}

/** What processes can do on the network. */
export const networkCalls = {
  connect, listen, bindUdp, accept, send, sendTo, recv, recvFrom, sendMessage, recvMessage, sendFiles, recvFiles, shutdown, socketName,
  setsockopt, getsockopt, socketpair: socketpairCall, socket: socketCall, resolve: resolveName, httpRequest, ping,
} satisfies Calls; // biome-ignore format: by topic
