import { Dentry } from "../../files/dentry.ts";
import { DESCRIPTORS } from "../../files/descriptors.ts";
import { type FileOperations, OPEN, OpenFile } from "../../files/open-file.ts";
import { VFS } from "../../files/vfs.ts";
import type { Task } from "../../world/task.ts";
import { ERRNO } from "../errno.ts";
import type { IpStack } from "../ip-stack.ts";
import { type MachineNet, NETNS } from "../machine-net.ts";
import { PROTOCOL } from "../packet/packet.ts";
import { DatagramProtocol } from "../socket/datagram-protocol.ts";
import { FAMILY, SOCK_TYPE } from "../socket/families.ts";
import type { Protocol } from "../socket/protocol.ts";
import { Sock } from "../socket/sock.ts";
import type { SockClass } from "../socket/sock-image.ts";
import { Socket } from "../socket/socket.ts";
import { TcpProtocol } from "../socket/tcp-protocol.ts";
import { newTcpSock } from "../tcp/new-tcp-sock.ts";
import { UdpSock } from "../udp/udp-sock.ts";
import { UnixProtocol } from "../unix/unix-protocol.ts";
import { UnixSock } from "../unix/unix-sock.ts";
import { readSocket, writeSocket } from "./transfer.ts";

/** Flags of socket(2) beside the type: those of open(2). */
export const SOCK_FLAG = { nonBlock: OPEN.nonBlocking, closeOnExec: OPEN.closeOnExec } as const;

/** Makes a socket of a kind: struct sock and what belongs to it; or -errno. */
export function createProtocol(
  net: MachineNet,
  task: Task,
  family: number,
  type: number,
  protocol: number,
): Protocol | number {
  const { stack } = task.process.namespaces.get(NETNS);
  if (stack === net.root && !net.isConfigured) net.addInterface(net.usualInterface);
  const alloc = (kind: SockClass, number: number) =>
    allocate(net, task, stack, { kind, family, type, protocol: number });
  if (family === FAMILY.unix) {
    const isKnown = type === SOCK_TYPE.stream || type === SOCK_TYPE.dgram || type === SOCK_TYPE.seqpacket;
    return isKnown ? new UnixProtocol(net, new UnixSock(alloc("unix", 0))) : -ERRNO.ESOCKTNOSUPPORT;
  }
  if (family !== FAMILY.inet && family !== FAMILY.inet6) return -ERRNO.EAFNOSUPPORT;
  const icmp = family === FAMILY.inet ? PROTOCOL.icmp : PROTOCOL.icmpv6;
  if (type === SOCK_TYPE.stream) {
    if (protocol !== 0 && protocol !== PROTOCOL.tcp) return -ERRNO.EPROTONOSUPPORT;
    const tcp = newTcpSock(alloc("tcp", PROTOCOL.tcp));
    net.trace.call("tcp_v4_init_sock", [tcp], () =>
      net.trace.call("tcp_init_sock", [tcp], () => stack.tcp.register(tcp)),
    );
    return new TcpProtocol(tcp);
  }
  if (type === SOCK_TYPE.dgram && (protocol === 0 || protocol === PROTOCOL.udp))
    return new DatagramProtocol(new UdpSock(alloc("udp", PROTOCOL.udp)));
  if (type === SOCK_TYPE.dgram && protocol === icmp) {
    const ping = new UdpSock(alloc("ping", icmp));
    stack.ping.add(ping);
    return new DatagramProtocol(ping);
  }
  if (type !== SOCK_TYPE.raw) return -ERRNO.EPROTONOSUPPORT;
  if (task.process.credentials.uid !== 0) return -ERRNO.EPERM;
  const raw = new UdpSock(alloc("raw", protocol));
  stack.raw.add(raw);
  return new DatagramProtocol(raw);
}

type Wanted = Readonly<{ kind: SockClass; family: number; type: number; protocol: number }>;

/** sk_alloc, and whose the socket is. */
function allocate(net: MachineNet, task: Task, stack: IpStack, { kind, family, type, protocol }: Wanted): Sock {
  const isV6 = family === FAMILY.inet6;
  const args = [stack.kernel?.net, family, 0xcc0, stack.kernel?.proto(kind, isV6), 0];
  const sk = net.trace.call("sk_alloc", args, () => new Sock(stack, kind, family, type, protocol));
  net.trace.call("sock_init_data", [null, sk], () => {
    sk.uid = task.process.credentials.uid;
    sk.cgroupId = task.process.cgroup.id;
    sk.cgroup = task.process.cgroup.struct;
  });
  return sk;
}

const OPERATIONS: FileOperations = {
  read: readSocket,
  write: writeSocket,
  poll: (file) => {
    const socket = socketOf(file);
    if (socket === undefined) return 0;
    return socket.net.trace.call("sock_poll", [file, null], () => socket.protocol.poll());
  },
  pollQueue: (file) => (file.state as Socket).queue,
  release(file) {
    const socket = socketOf(file);
    if (socket === undefined) return;
    const { trace } = socket.net;
    trace.call("sock_close", [file.inode.struct, file], () => {
      socket.release();
      return 0;
    });
    file.dentry.struct.free();
    file.inode.struct.free();
  },
};

/** The socket of an open file; undefined for files that are none. */
export function socketOf(file: OpenFile | undefined): Socket | undefined {
  return file?.state instanceof Socket ? file.state : undefined;
}

/** Gives a socket a file and a descriptor: sock_map_fd. */
export function installSocket(
  net: MachineNet,
  task: Task,
  protocol: Protocol,
  flags: number,
): Readonly<{ fd: number; socket: Socket }> {
  const socket = new Socket(net, protocol);
  const mount = net.world.get(VFS).hidden("sockfs");
  const inode = mount.sb.make({ kind: "socket", mode: 0o777, uid: task.process.credentials.uid });
  const dentry = new Dentry(mount.sb, `socket:[${inode.number}]`, undefined, inode);
  const file = new OpenFile(task, { mount, dentry }, inode, OPEN.readWrite | flags, OPERATIONS);
  net.trace.call("sock_alloc_file", [socket, flags, 0], () => file);
  file.state = socket;
  file.struct.set("private_data", socket.struct);
  socket.struct.set("file", file.struct);
  const fd = task.process.get(DESCRIPTORS).install(file);
  if (fd < 0) file.drop();
  else protocol.sk.descriptor = fd;
  return { fd, socket };
}
