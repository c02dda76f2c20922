import { DESCRIPTORS } from "../../files/descriptors.ts";
import type { OpenFile } from "../../files/open-file.ts";
import type { Task } from "../../world/task.ts";
import type { Code } from "../../world/wait.ts";
import { ERRNO } from "../errno.ts";
import { giving } from "../giving.ts";
import { type MachineNet, NETWORK } from "../machine-net.ts";
import { FAMILY } from "../socket/families.ts";
import { MSG, type Protocol, type Received, type SocketCall } from "../socket/protocol.ts";
import type { Socket } from "../socket/socket.ts";
import { encodeAddress, type SocketAddress } from "../socket/socket-address.ts";
import { newUnixSock, UnixProtocol } from "../unix/unix-protocol.ts";
import { NET_CALLS } from "./net-functions.ts";
import { createProtocol, installSocket, SOCK_FLAG, socketOf } from "./new-socket.ts";
import { nameOf, receiveMessage, sendMessage, type UserData } from "./transfer.ts";

const SHORT_NS = 300;
const CREATE_NS = 1_900;
const TYPE_MASK = 0xf;

/** socket(2): a descriptor or -errno. `type` may hold SOCK_NONBLOCK and SOCK_CLOEXEC. */
export function socketCall(task: Task, family: number, type: number, protocol = 0): Code<number> {
  const { world } = task;
  const net = world.get(NETWORK);
  return world
    .get(NET_CALLS)
    .get("socket")
    .run(task, [family, type, protocol], () =>
      net.trace.function("__sys_socket").call([family, type, protocol], function* (): Code<number> {
        yield* world.compute(CREATE_NS);
        const refused = net.security("socket_create", [family, type & TYPE_MASK, protocol, 0]);
        if (refused !== 0) return refused;
        const made = create(net, task, family, type & TYPE_MASK, protocol);
        if (typeof made === "number") return made;
        const allowed = net.programs.sockCreate(made.sk);
        const { fd } = installSocket(net, task, made, type & ~TYPE_MASK);
        if (allowed || fd < 0) return fd;
        task.process.get(DESCRIPTORS).remove(fd)?.drop();
        return -ERRNO.EPERM;
      }),
    );
}

/** __sock_create, then the family's own function. */
function create(
  net: MachineNet,
  task: Task,
  family: number,
  type: number,
  protocol: number,
): Protocol | number {
  let made: Protocol | number | undefined;
  net.trace.call("__sock_create", [null, family, type, protocol, null, 0], () =>
    net.trace.call(CREATORS[family] ?? "inet_create", [null, null, protocol, 0], () => {
      made = createProtocol(net, task, family, type, protocol);
      return typeof made === "number" ? made : 0;
    }),
  );
  return made ?? -ERRNO.EPERM; // a program refused
}

const CREATORS: Readonly<Record<number, string>> = {
  [FAMILY.unix]: "unix_create",
  [FAMILY.inet]: "inet_create",
  [FAMILY.inet6]: "inet6_create",
};

/** socketpair(2): two connected UNIX sockets, or -errno. */
export function* socketpairCall(task: Task, type = 1): Code<readonly [number, number] | number> {
  const { world } = task;
  const net = world.get(NETWORK);
  const place = task.userBuffer(8);
  let pair: readonly [number, number] = [-1, -1];
  const status = yield* world
    .get(NET_CALLS)
    .get("socketpair")
    .run(task, [FAMILY.unix, type, 0, place], function* () {
      yield* world.compute(2 * CREATE_NS);
      const one = createProtocol(net, task, FAMILY.unix, type & TYPE_MASK, 0);
      if (!(one instanceof UnixProtocol)) return -ERRNO.EAFNOSUPPORT;
      const other = newUnixSock(one.sk, type & TYPE_MASK);
      one.unix.connectTo(other);
      other.connectTo(one.unix);
      const flags = type & ~TYPE_MASK;
      const first = installSocket(net, task, one, flags).fd;
      const second = installSocket(net, task, new UnixProtocol(net, other), flags).fd;
      pair = [first, second];
      task.process.memory?.write(place, new Uint8Array(Int32Array.of(first, second).buffer));
      return second < 0 ? second : 0;
    });
  return status < 0 ? status : pair;
}

type Work = (socket: Socket, file: OpenFile, net: MachineNet) => Code<number>;

/** A system call on a descriptor that must be a socket's. */
function* onSocket(task: Task, fd: number, ns: number, work: Work): Code<number> {
  const { world } = task;
  const wait = world.spend(ns);
  if (wait !== undefined) yield wait;
  const file = task.process.get(DESCRIPTORS).get(fd);
  if (file === undefined) return -ERRNO.EBADF;
  const socket = socketOf(file);
  return socket === undefined ? -ERRNO.ENOTSOCK : yield* work(socket, file, socket.net);
}

function addressArgs(task: Task, to: SocketAddress): readonly [address: number, length: number] {
  const bytes = encodeAddress(to);
  return [task.userBytes(bytes), bytes.length];
}

/** bind(2) */
export function bindCall(task: Task, fd: number, to: SocketAddress): Code<number> {
  const { world } = task;
  const net = world.get(NETWORK);
  const [address, length] = addressArgs(task, to);
  return world
    .get(NET_CALLS)
    .get("bind")
    .run(task, [fd, address, length], () =>
      net.trace.function("__sys_bind").call([fd, address, length], () =>
        onSocket(task, fd, SHORT_NS, function* (socket): Code<number> {
          const name = nameOf(net, to);
          const refused = net.security("socket_bind", [socket, name, length]);
          if (refused !== 0) return refused;
          const { protocol } = socket;
          const allowed = to.kind === "inet" ? net.programs.sockAddr("bind", protocol.sk, to) : to;
          if (allowed === undefined) return -ERRNO.EPERM;
          const target: SocketAddress =
            to.kind === "inet"
              ? { kind: "inet", address: (allowed as typeof to).address, port: (allowed as typeof to).port }
              : to;
          return net.trace.call(protocol.functions.bind, [socket, name, length], () => {
            const status = protocol.bind(target);
            return status === 0 && !net.programs.postBind(protocol.sk) ? -ERRNO.EPERM : status;
          });
        }),
      ),
    );
}

/** listen(2) */
export function listenCall(task: Task, fd: number, backlog: number): Code<number> {
  const { world } = task;
  return world
    .get(NET_CALLS)
    .get("listen")
    .run(task, [fd, backlog], () =>
      onSocket(task, fd, SHORT_NS, function* (socket, _file, net): Code<number> {
        const refused = net.security("socket_listen", [socket, backlog]);
        if (refused !== 0) return refused;
        const { protocol } = socket;
        return net.trace.call(protocol.functions.listen, [socket, backlog], () => protocol.listen(backlog));
      }),
    );
}

function callOf(
  task: Task,
  socket: Socket,
  file: OpenFile,
  message: SocketCall["message"] = null,
  flags = 0,
): SocketCall {
  return {
    task,
    net: socket.net,
    socket,
    nonBlocking: file.nonBlocking || (flags & MSG.dontWait) !== 0,
    flags,
    message,
  };
}

/** connect(2) */
export function connectCall(task: Task, fd: number, to: SocketAddress): Code<number> {
  const { world } = task;
  const net = world.get(NETWORK);
  const [address, length] = addressArgs(task, to);
  return world
    .get(NET_CALLS)
    .get("connect")
    .run(task, [fd, address, length], () =>
      net.trace.function("__sys_connect").call([fd, address, length], () =>
        onSocket(task, fd, SHORT_NS, function* (socket, file): Code<number> {
          const name = nameOf(net, to);
          const refused = net.security("socket_connect", [socket, name, length]);
          if (refused !== 0) return refused;
          const { protocol } = socket;
          const args = [socket, name, length, file.nonBlocking ? SOCK_FLAG.nonBlock : 2];
          return yield* net.trace
            .function(protocol.functions.connect)
            .call(args, () => protocol.connect(callOf(task, socket, file, name), to));
        }),
      ),
    );
}

/** accept4(2): the descriptor of the new connection, or -errno. */
export function acceptCall(task: Task, fd: number, flags = 0): Code<number> {
  const { world } = task;
  const net = world.get(NETWORK);
  const place = task.userBuffer(32);
  return world
    .get(NET_CALLS)
    .get("accept4")
    .run(task, [fd, place, place + 28, flags], () =>
      net.trace.function("__sys_accept4").call([fd, place, place + 28, flags], () =>
        onSocket(task, fd, SHORT_NS, function* (socket, file): Code<number> {
          const refused = net.security("socket_accept", [socket, null]);
          if (refused !== 0) return refused;
          const { protocol } = socket;
          let child: Protocol | number = -ERRNO.EAGAIN;
          const status = yield* net.trace
            .function(protocol.functions.accept)
            .call([socket, null, null], function* () {
              const accepted = yield* protocol.accept(callOf(task, socket, file));
              child = accepted;
              return typeof accepted === "number" ? accepted : 0;
            });
          const made = child as Protocol | number; // TypeScript does not see what the generator above assigns
          if (status < 0 || typeof made === "number") return status;
          yield* world.compute(CREATE_NS);
          const installed = installSocket(net, task, made, flags);
          installed.socket.state = 3;
          const peer = made.remoteAddress();
          if (peer !== undefined) task.process.memory?.write(place, encodeAddress(peer));
          return installed.fd;
        }),
      ),
    );
}

/** sendto(2): how many bytes, or -errno. */
export function sendtoCall(
  task: Task,
  fd: number,
  address: number,
  count: number,
  to?: SocketAddress,
  flags = 0,
): Code<number> {
  const { world } = task;
  const net = world.get(NETWORK);
  const [name, length] = to === undefined ? [0, 0] : addressArgs(task, to);
  const args = [fd, address, count, flags, name, length];
  return world
    .get(NET_CALLS)
    .get("sendto")
    .run(task, args, () =>
      net.trace
        .function("__sys_sendto")
        .call(args, () =>
          onSocket(task, fd, SHORT_NS, (socket, file) =>
            sendMessage(task, socket, { address, count, to, flags }, file.nonBlocking),
          ),
        ),
    );
}

/** recvfrom(2): how many bytes, or -errno; and who sent them. */
export function* recvfromCall(
  task: Task,
  fd: number,
  address: number,
  count: number,
  flags = 0,
): Code<Received> {
  const { world } = task;
  const net = world.get(NETWORK);
  const place = task.userBuffer(128);
  const args = [fd, address, count, flags, place, place + 112];
  let received: Received = { count: 0 };
  const result = yield* world
    .get(NET_CALLS)
    .get("recvfrom")
    .run(task, args, () =>
      net.trace.function("__sys_recvfrom").call(args, () =>
        onSocket(task, fd, SHORT_NS, function* (socket, file): Code<number> {
          received = yield* receiveMessage(task, socket, { address, count, flags }, file.nonBlocking);
          if (received.from !== undefined) task.process.memory?.write(place, encodeAddress(received.from));
          return received.count;
        }),
      ),
    );
  return { ...received, count: result };
}

/** sendmsg(2); `fds`: descriptors whose open files go with it. */
export function sendmsgCall(task: Task, fd: number, data: UserData, fds?: readonly number[]): Code<number> {
  const { world } = task;
  const net = world.get(NETWORK);
  const { address, count, to, flags = 0 } = data;
  const header = userMessage(task, address, count, to);
  return world
    .get(NET_CALLS)
    .get("sendmsg")
    .run(task, [fd, header, flags], () =>
      onSocket(task, fd, SHORT_NS, function* (socket, file): Code<number> {
        const rights = fds === undefined ? undefined : rightsOf(task, fds);
        if (typeof rights === "number") return rights;
        const message = { ...data, ...(rights !== undefined && { rights }) };
        return yield* net.trace
          .function("____sys_sendmsg")
          .call([socket, null, flags, null, 0], () => sendMessage(task, socket, message, file.nonBlocking));
      }),
    );
}

function rightsOf(task: Task, fds: readonly number[]): (readonly [number, OpenFile])[] | number {
  const descriptors = task.process.get(DESCRIPTORS);
  const rights: (readonly [number, OpenFile])[] = [];
  for (const fd of fds) {
    const file = descriptors.get(fd);
    if (file === undefined) return -ERRNO.EBADF;
    rights.push([fd, file]);
  }
  return rights;
}

/** recvmsg(2) */
export function* recvmsgCall(task: Task, fd: number, data: UserData): Code<Received> {
  const { world } = task;
  const net = world.get(NETWORK);
  const { address, count, flags = 0 } = data;
  const header = userMessage(task, address, count, undefined);
  let received: Received = { count: 0 };
  const result = yield* world
    .get(NET_CALLS)
    .get("recvmsg")
    .run(task, [fd, header, flags], () =>
      onSocket(task, fd, SHORT_NS, (socket, file) =>
        net.trace
          .function("____sys_recvmsg")
          .call([socket, null, header, null, flags, 0], function* (): Code<number> {
            received = yield* receiveMessage(task, socket, data, file.nonBlocking);
            return received.count;
          }),
      ),
    );
  return { ...received, count: result };
}

/** struct user_msghdr with one iovec, in the program's memory. */
function userMessage(task: Task, address: number, count: number, to: SocketAddress | undefined): number {
  const [name, length] = to === undefined ? [0, 0] : addressArgs(task, to);
  const view = new DataView(new ArrayBuffer(56 + 16));
  const place = task.userBuffer(72);
  view.setBigUint64(0, BigInt(name), true);
  view.setInt32(8, length, true);
  view.setBigUint64(16, BigInt(place + 56), true);
  view.setBigUint64(24, 1n, true);
  view.setBigUint64(56, BigInt(address), true);
  view.setBigUint64(64, BigInt(count), true);
  task.process.memory?.write(place, new Uint8Array(view.buffer));
  return place;
}

/** shutdown(2): SHUT_RD (0), SHUT_WR (1) or SHUT_RDWR (2). */
export function shutdownCall(task: Task, fd: number, how: 0 | 1 | 2): Code<number> {
  const { world } = task;
  return world
    .get(NET_CALLS)
    .get("shutdown")
    .run(task, [fd, how], () =>
      onSocket(task, fd, SHORT_NS, function* (socket, _file, net): Code<number> {
        const refused = net.security("socket_shutdown", [socket, how]);
        if (refused !== 0) return refused;
        const { protocol } = socket;
        return net.trace.call(protocol.functions.shutdown, [socket, how], () => protocol.shutdown(how + 1));
      }),
    );
}

/** getsockname(2), or getpeername(2): the address or -errno. */
export function* nameCall(task: Task, fd: number, peer: boolean): Code<SocketAddress | number> {
  const { world } = task;
  const place = task.userBuffer(128);
  let found: SocketAddress | undefined;
  const entry = world.get(NET_CALLS).get(peer ? "getpeername" : "getsockname");
  const status = yield* entry.run(task, [fd, place, place + 112], () =>
    onSocket(task, fd, SHORT_NS, ({ protocol }, _file, net) => {
      found = peer ? protocol.remoteAddress() : protocol.localAddress();
      if (found?.kind === "inet") {
        const seen = net.programs.sockAddr(peer ? "getpeername" : "getsockname", protocol.sk, found);
        if (seen !== undefined) found = { kind: "inet", address: seen.address, port: seen.port };
      }
      if (found !== undefined) task.process.memory?.write(place, encodeAddress(found));
      return giving(found === undefined ? -ERRNO.ENOTCONN : 0);
    }),
  );
  return status < 0 || found === undefined ? status : found;
}
