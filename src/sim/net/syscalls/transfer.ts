import { DESCRIPTORS } from "../../files/descriptors.ts";
import type { OpenFile } from "../../files/open-file.ts";
import { TRANSIENT } from "../../files/transient.ts";
import type { Addressed } from "../../hooks/word.ts";
import type { Task } from "../../world/task.ts";
import type { Code } from "../../world/wait.ts";
import { ERRNO } from "../errno.ts";
import type { MachineNet } from "../machine-net.ts";
import { MSG, type Received, type SocketCall } from "../socket/protocol.ts";
import { Socket } from "../socket/socket.ts";
import { encodeAddress, type SocketAddress } from "../socket/socket-address.ts";

const MOST_KEPT = 1 << 16; // of one call's bytes those beyond are zeros
const MOST_BYTES = 16 << 20;
const CALL_NS = 450;
const NS_PER_BYTE = 0.06;

type Rights = readonly (readonly [fd: number, file: OpenFile])[];

/** What a message is made of, in the memory of the task. */
export type UserData = Readonly<{
  address: number;
  count: number;
  to?: SocketAddress | undefined;
  flags?: number;
  /** Open files to send along, with their descriptors: SCM_RIGHTS. */
  rights?: Rights;
  /** Where ancillary data that comes is to be put; files are not taken without it. */
  control?: number;
}>;

/** The bytes that a program wants to send. */
export function bytesOf(task: Task, address: number, count: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(count, MOST_BYTES));
  task.process.memory?.read(address, bytes.subarray(0, Math.min(count, MOST_KEPT)));
  return bytes;
}

/** struct msghdr of a call, with an iov_iter of the program's memory; written when somebody looks. */
export function messageOf(
  net: MachineNet,
  { address, count, to, flags = 0, rights, control }: UserData,
  writes: boolean,
): Addressed {
  const transient = net.world.get(TRANSIENT);
  const controlBytes =
    rights === undefined ? (control === undefined ? 0 : CONTROL_BYTES) : controlOf(rights).length;
  return transient.lazy("msghdr", () => ({
    msg_name: to === undefined ? 0n : nameOf(net, to).address,
    msg_namelen: to === undefined ? 0 : encodeAddress(to).length,
    "msg_iter.iter_type": 0, // ITER_UBUF
    "msg_iter.data_source": writes,
    "msg_iter.ubuf": BigInt(address),
    "msg_iter.count": count,
    "msg_iter.nr_segs": 1,
    msg_control: rights === undefined ? BigInt(control ?? 0) : net.tables.control(controlOf(rights)),
    msg_controllen: controlBytes,
    msg_control_is_user: rights === undefined && control !== undefined,
    msg_flags: flags,
  }));
}

/** struct cmsghdr with descriptors behind it. */
function controlOf(rights: Rights): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((16 + rights.length * 4) / 8) * 8);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(16 + rights.length * 4), true);
  view.setInt32(8, SOL_SOCKET, true);
  view.setInt32(12, SCM_RIGHTS, true);
  for (const [i, [fd]] of rights.entries()) view.setInt32(16 + i * 4, fd, true);
  return bytes;
}

const CONTROL_BYTES = 256;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;

/** The kernel's copy of a socket address: struct sockaddr_storage. */
export function nameOf(net: MachineNet, to: SocketAddress): Addressed {
  return net.world.get(TRANSIENT).lazy("__kernel_sockaddr_storage", () => {
    const bytes = encodeAddress(to);
    return { ss_family: (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8), __data: bytes.subarray(2) };
  });
}

/** sock_sendmsg: through security hooks to the protocol. */
export function* sendMessage(task: Task, socket: Socket, data: UserData, nonBlocking: boolean): Code<number> {
  const { net, protocol } = socket;
  const { trace, world } = net;
  const message = messageOf(net, data, true);
  const { flags = 0 } = data;
  const bytes = bytesOf(task, data.address, data.count);
  yield* world.compute(CALL_NS + bytes.length * NS_PER_BYTE);
  return yield* trace.function("__sock_sendmsg").call([socket, message], function* (): Code<number> {
    const refused = net.security("socket_sendmsg", [socket, message, data.count]);
    if (refused !== 0) return refused;
    const call: SocketCall = {
      task,
      net,
      socket,
      nonBlocking: nonBlocking || (flags & MSG.dontWait) !== 0,
      flags,
      message,
      ...(data.rights !== undefined && { files: data.rights.map(([, file]) => file) }),
    };
    if (data.rights !== undefined) trace.call("__scm_send", [socket, message, null], () => 0);
    const sent = yield* trace
      .function(protocol.functions.sendmsg)
      .call([socket, message, data.count], () => protocol.send(call, bytes, data.to));
    trace.fire("sock:sock_send_length", () => lengthData(socket, sent, flags));
    return sent;
  });
}

/** sock_recvmsg: what the protocol has, into the program's memory. */
export function* receiveMessage(
  task: Task,
  socket: Socket,
  data: UserData,
  nonBlocking: boolean,
): Code<Received> {
  const { net, protocol } = socket;
  const { trace, world } = net;
  const message = messageOf(net, data, false);
  const { flags = 0 } = data;
  let from: SocketAddress | undefined;
  yield* world.compute(CALL_NS);
  const count = yield* trace
    .function("sock_recvmsg")
    .call([socket, message, flags], function* (): Code<number> {
      const refused = net.security("socket_recvmsg", [socket, message, data.count, flags]);
      if (refused !== 0) return refused;
      const call: SocketCall = {
        task,
        net,
        socket,
        nonBlocking: nonBlocking || (flags & MSG.dontWait) !== 0,
        flags,
        message,
      };
      let bytes: Uint8Array | undefined;
      let files: readonly OpenFile[] = [];
      const got = yield* trace
        .function(protocol.functions.recvmsg)
        .call([socket, message, data.count, flags], function* (): Code<number> {
          const received = yield* protocol.receive(call, Math.min(data.count, MOST_BYTES));
          ({ from, bytes, files = [] } = received);
          return received.count;
        });
      takeFiles(task, socket, data, message, files);
      if (got > 0 && bytes !== undefined)
        task.process.memory?.write(data.address, bytes.subarray(0, MOST_KEPT));
      trace.fire("sock:sock_recv_length", () => lengthData(socket, got, flags));
      yield* world.compute(Math.max(0, got) * NS_PER_BYTE);
      return got;
    });
  return from === undefined ? { count } : { count, from };
}

/** Gives the task descriptors of the files that came: scm_detach_fds. Nobody wants those that have no place to be told. */
function takeFiles(
  task: Task,
  { net }: Socket,
  { control }: UserData,
  message: Addressed,
  files: readonly OpenFile[],
): void {
  if (files.length === 0) return;
  if (control === undefined) {
    for (const file of files) file.drop();
    return;
  }
  net.trace.call("scm_detach_fds", [message, null], () => {
    const descriptors = task.process.get(DESCRIPTORS);
    const rights = files.map((file) => [descriptors.install(file), file] as const);
    for (const [fd, file] of rights) if (fd < 0) file.drop();
    task.process.memory?.write(control, controlOf(rights.filter(([fd]) => fd >= 0)));
  });
}

function lengthData(socket: Socket, ret: number, flags: number) {
  const { sk } = socket.protocol;
  return { args: [sk, ret, flags], fields: { sk, family: sk.family, protocol: sk.protocol, ret, flags } };
}

/** read(2) on a socket: sock_read_iter. */
export function* readSocket(task: Task, file: OpenFile, address: number, count: number): Code<number> {
  const { state } = file;
  if (!(state instanceof Socket)) return -ERRNO.ENOTSOCK;
  return yield* state.net.trace
    .function("sock_read_iter")
    .call(iteratorArgs(state, file, address, count), function* () {
      const { count: got } = yield* receiveMessage(task, state, { address, count }, file.nonBlocking);
      return got;
    });
}

/** write(2) on a socket: sock_write_iter. */
export function* writeSocket(task: Task, file: OpenFile, address: number, count: number): Code<number> {
  const { state } = file;
  if (!(state instanceof Socket)) return -ERRNO.ENOTSOCK;
  return yield* state.net.trace
    .function("sock_write_iter")
    .call(iteratorArgs(state, file, address, count), () =>
      sendMessage(task, state, { address, count }, file.nonBlocking),
    );
}

function iteratorArgs(socket: Socket, file: OpenFile, address: number, count: number): readonly Addressed[] {
  const transient = socket.net.world.get(TRANSIENT);
  return [
    transient.lazy("kiocb", () => ({ ki_filp: file.struct })),
    transient.lazy("iov_iter", () => ({ iter_type: 0, ubuf: BigInt(address), count, nr_segs: 1 })),
  ];
}
