import type { IpStack } from "../ip-stack.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { Sock } from "../socket/sock.ts";
import type { TcpSock } from "../tcp/tcp-sock.ts";

/** What the running program's context is about: its helpers ask for it. */
export type RunningProgram = Readonly<{
  stack?: IpStack | undefined;
  sock?: Sock | undefined;
  tcp?: TcpSock | undefined;
  skb?: SkBuff | undefined;
}>;
