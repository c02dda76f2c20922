import type { OpenFile } from "../../files/open-file.ts";
import type { Addressed } from "../../hooks/word.ts";
import type { Task } from "../../world/task.ts";
import type { Code } from "../../world/wait.ts";
import type { MachineNet } from "../machine-net.ts";
import type { Sock } from "./sock.ts";
import type { Socket } from "./socket.ts";
import type { SocketAddress } from "./socket-address.ts";

/** Flags of send(2) and recv(2). Source: include/linux/socket.h, v6.12. */
export const MSG = { peek: 0x2, dontWait: 0x40, waitAll: 0x100, noSignal: 0x4000, more: 0x8000 } as const;

/** One system call on a socket. */
export type SocketCall = Readonly<{
  task: Task;
  net: MachineNet;
  socket: Socket;
  /** Gives -EAGAIN instead of waiting. */
  nonBlocking: boolean;
  /** MSG */
  flags: number;
  /** Open files that go with the message: SCM_RIGHTS. */
  files?: readonly OpenFile[];
  /** struct msghdr of send and receive calls, for the kernel functions that get it. */
  message: Addressed | null;
}>;

/** `count`: of the bytes, or -errno. */
export type Received = Readonly<{
  count: number;
  bytes?: Uint8Array;
  from?: SocketAddress;
  /** That came with the message; whoever gets them drops them. */
  files?: readonly OpenFile[];
}>;

/** What the kernel's functions for a kind of socket are called: struct proto_ops. */
export type ProtocolFunctions = Readonly<{
  release: string;
  bind: string;
  connect: string;
  listen: string;
  accept: string;
  sendmsg: string;
  recvmsg: string;
  shutdown: string;
}>;

/** A kind of socket. Results as of system calls: negative for errors. */
export interface Protocol {
  readonly sk: Sock;
  readonly functions: ProtocolFunctions;
  bind(to: SocketAddress): number;
  listen(backlog: number): number;
  connect(call: SocketCall, to: SocketAddress): Code<number>;
  accept(call: SocketCall): Code<Protocol | number>;
  send(call: SocketCall, data: Uint8Array, to: SocketAddress | undefined): Code<number>;
  /** At most `most` bytes. */
  receive(call: SocketCall, most: number): Code<Received>;
  /** POLLIN and so on. */
  poll(): number;
  /** `how`: bits of SHUTDOWN. */
  shutdown(how: number): number;
  localAddress(): SocketAddress;
  /** undefined: it is not connected. */
  remoteAddress(): SocketAddress | undefined;
  /** The last file that refers to it is closed. */
  release(): void;
}
