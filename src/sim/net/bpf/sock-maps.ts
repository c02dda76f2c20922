import type { SockmapHook } from "../../../abi/attach-spec.ts";
import type { HookProgram } from "../../hooks/hook-program.ts";
import { PLACE } from "../../hooks/places.ts";
import { fromMapped } from "../packet/ip-address.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { swap16 } from "../skb/skb-image.ts";
import { FAMILY } from "../socket/families.ts";
import type { Sock } from "../socket/sock.ts";
import type { TcpSock } from "../tcp/tcp-sock.ts";
import { sendData } from "../tcp/tcp-user.ts";
import { runOnSkb } from "./packet-programs.ts";
import { ProgramContext } from "./program-context.ts";
import type { StackPrograms } from "./stack-programs.ts";

const PASS = 1;
const VERDICTS: readonly SockmapHook[] = ["streamVerdict", "verdict"];

/** What programs on a map of sockets say about what a socket sends: "sent" was taken care of. */
export type MessageVerdict = Readonly<{ kind: "pass"; data: Uint8Array } | { kind: "drop" } | { kind: "sent" }>;

/**
 * Maps of sockets: programs that are attached to them see what their sockets send and receive, and may give it to
 * others. A socket is in a map since a program put it there.
 */
export class SockMaps {
  readonly #programs: StackPrograms;
  readonly #maps = new Map<Sock, Set<string>>();

  constructor(programs: StackPrograms) {
    this.#programs = programs;
  }

  /** A program put the socket into a map. */
  add(sk: Sock, map: string): void {
    const known = this.#maps.get(sk);
    if (known === undefined) this.#maps.set(sk, new Set([map]));
    else known.add(map);
  }

  forget(sk: Sock): void {
    this.#maps.delete(sk);
  }

  /** Asks programs on messages about data on its way out. */
  message(tcp: TcpSock, data: Uint8Array): MessageVerdict {
    let current = data;
    for (const program of this.#attached(tcp.sk, ["message"])) {
      const context = messageContext(this.#programs, tcp.sk);
      const { sk } = tcp;
      const bytes = current;
      const result = this.#programs.running({ sock: sk, tcp }, () => program.runPacket(bytes, context.bytes));
      if (result.verdict !== PASS) return { kind: "drop" };
      current = result.packet.slice();
      const { redirect, redirectedTo } = result.effects ?? {};
      if (redirect?.kind !== "socket") continue;
      return this.#give(redirectedTo ?? 0, current, redirect.ingress === true)
        ? { kind: "sent" }
        : { kind: "drop" };
    }
    return { kind: "pass", data: current };
  }

  /** Asks programs on streams about a segment that was received; false: it is not for the socket's reader. */
  received(tcp: TcpSock, skb: SkBuff): boolean {
    for (const program of this.#attached(tcp.sk, VERDICTS)) {
      const { verdict, effects } = runOnSkb(this.#programs, program, skb, {
        device: tcp.stack.deviceOf(skb),
        ingress: true,
        from: "payload",
        sock: tcp.sk,
      });
      if (verdict !== PASS) return false;
      if (effects.redirect?.kind !== "socket") continue;
      this.#give(effects.redirectedTo ?? 0, skb.payload, effects.redirect.ingress === true);
      return false;
    }
    return true;
  }

  /** Whether any program would be asked about a socket. */
  concerns(sk: Sock): boolean {
    return this.#maps.has(sk);
  }

  /** To another socket: for its reader, or to its peer. */
  #give(cookie: number, data: Uint8Array, ingress: boolean): boolean {
    const sk = this.#programs.sockReferred(cookie);
    const tcp = sk?.stack.tcp.of(sk);
    if (tcp === undefined) return false;
    if (!ingress) return sendData(tcp, data.slice()) > 0;
    tcp.injected.push(data.slice());
    tcp.sk.notify("readable");
    return true;
  }

  #attached(sk: Sock, hooks: readonly SockmapHook[]): readonly HookProgram[] {
    const maps = this.#maps.get(sk);
    if (maps === undefined) return [];
    const { hooks: places } = this.#programs.net.world;
    return [...maps].flatMap((map) => hooks.flatMap((hook) => places.list(PLACE.sockmap(map, hook)).programs));
  }
}

function messageContext(programs: StackPrograms, sk: Sock): ProgramContext {
  const context = new ProgramContext(programs.memory, "sk_msg_md");
  const isV6 = sk.family === FAMILY.inet6;
  context.set("family", sk.family);
  context.setAddress("remote_ip4", "remote_ip6", isV6 ? sk.remote.address : fromMapped(sk.remote.address));
  context.setAddress("local_ip4", "local_ip6", isV6 ? sk.local.address : fromMapped(sk.local.address));
  context.set("remote_port", (swap16(sk.remote.port) << 16) >>> 0);
  context.set("local_port", sk.local.port);
  return context;
}
