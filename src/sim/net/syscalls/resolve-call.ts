import { POLL } from "../../sync/poll.ts";
import type { Task } from "../../world/task.ts";
import type { Code } from "../../world/wait.ts";
import { ERRNO } from "../errno.ts";
import { NETWORK } from "../machine-net.ts";
import { DNS_TYPE, decodeDns, dnsQuery, encodeDns, isDnsName } from "../packet/dns-message.ts";
import { type IpAddress, parseIp } from "../packet/ip-address.ts";
import { FAMILY, SOCK_TYPE } from "../socket/families.ts";
import { SOCK_FLAG } from "./new-socket.ts";
import { connectCall, recvfromCall, sendtoCall, socketCall } from "./socket-calls.ts";

const TIMEOUT_NS = 5_000_000_000; // of the C library: options timeout:5
const MOST_ATTEMPTS = 2; // options attempts:2
const ANSWER_BYTES = 1024;
const CONFIGURATION = ["/etc/nsswitch.conf", "/etc/host.conf", "/etc/resolv.conf"];

/**
 * Looks up a name as getaddrinfo(3) of the C library does: /etc/hosts, then the DNS server of /etc/resolv.conf, for both
 * kinds of addresses. -ENOENT: there is no such name; -ETIMEDOUT: nobody answered. Programs with a function getaddrinfo
 * are in it meanwhile.
 */
export function* resolve(task: Task, name: string): Code<readonly IpAddress[] | number> {
  const literal = parseIp(name);
  if (literal !== undefined) return [literal];
  let found: readonly IpAddress[] | number = -ERRNO.ENOENT;
  const look = function* (): Code<number> {
    found = yield* lookUp(task, name);
    return typeof found === "number" ? -2 : 0; // EAI_NONAME
  };
  const isTraced = task.process.hasFunction("getaddrinfo");
  if (isTraced) yield* task.thread.enter("getaddrinfo", [task.userText(name), 0, 0, task.userBuffer(8)], look);
  else yield* look();
  return found;
}

function* lookUp(task: Task, name: string): Code<readonly IpAddress[] | number> {
  const { thread: p } = task;
  for (const path of CONFIGURATION) yield* p.readText(path);
  const hosts = yield* p.readText("/etc/hosts");
  const known = hosts === undefined ? [] : inHosts(hosts, name);
  if (known.length > 0) return known;
  if (!isDnsName(name)) return -ERRNO.ENOENT;
  const text = yield* p.readText("/etc/resolv.conf");
  const servers = serversIn(text ?? "");
  const net = task.world.get(NETWORK);
  const own = net.hosts.dnsAddress; // it is there even when the file names another one
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++)
    for (const server of servers.length > 0 ? servers : [own]) {
      const answer = yield* ask(task, server, name);
      if (answer !== undefined) return answer;
    }
  return -ERRNO.ETIMEDOUT;
}

/** Addresses of a name in a hosts file. */
function inHosts(text: string, name: string): IpAddress[] {
  const found: IpAddress[] = [];
  for (const line of text.split("\n")) {
    const [address = "", ...names] = (line.split("#")[0] ?? "").trim().split(/\s+/);
    const parsed = parseIp(address);
    if (parsed !== undefined && names.some((known) => known.toLowerCase() === name.toLowerCase()))
      found.push(parsed);
  }
  return found;
}

function serversIn(text: string): IpAddress[] {
  const found: IpAddress[] = [];
  for (const line of text.split("\n")) {
    const [, address] = /^\s*nameserver\s+(\S+)/.exec(line) ?? [];
    const parsed = address === undefined ? undefined : parseIp(address);
    if (parsed !== undefined) found.push(parsed);
  }
  return found;
}

/** Asks a server for IPv4 and IPv6 addresses at once; undefined: no answer in time. */
function* ask(task: Task, server: IpAddress, name: string): Code<readonly IpAddress[] | number | undefined> {
  const { thread: p } = task;
  const family = server.version === 6 ? FAMILY.inet6 : FAMILY.inet;
  const type = SOCK_TYPE.dgram | SOCK_FLAG.nonBlock | SOCK_FLAG.closeOnExec;
  const fd = yield* socketCall(task, family, type);
  if (fd < 0) return fd;
  const status = yield* connectCall(task, fd, { kind: "inet", address: server, port: 53 });
  const result = status < 0 ? undefined : yield* exchange(task, fd, name);
  yield* p.close(fd);
  return result;
}

function* exchange(task: Task, fd: number, name: string): Code<readonly IpAddress[] | number | undefined> {
  const { thread: p } = task;
  const random = task.random.u32();
  const ids = [random & 0xffff, random >>> 16] as const;
  for (const [i, type] of [DNS_TYPE.a, DNS_TYPE.aaaa].entries()) {
    const query = encodeDns(dnsQuery(ids[i] ?? 0, name, type));
    const sent = yield* sendtoCall(task, fd, task.userBytes(query), query.length, undefined, 0x4000);
    if (sent < 0) return undefined;
  }
  const addresses: IpAddress[] = [];
  let missing = 2;
  let code = 0;
  const endNs = task.world.nowNs + TIMEOUT_NS;
  while (missing > 0) {
    const ready = yield* p.poll([{ fd, events: POLL.in }], Math.max(0, endNs - task.world.nowNs));
    if (typeof ready === "number" || ready.length === 0) return undefined;
    const place = task.userBuffer(ANSWER_BYTES);
    const { count } = yield* recvfromCall(task, fd, place, ANSWER_BYTES);
    if (count < 0) return undefined;
    const bytes = new Uint8Array(count);
    task.process.memory?.read(place, bytes);
    const answer = decodeDns(bytes);
    if (answer === undefined || !answer.isResponse || (answer.id !== ids[0] && answer.id !== ids[1])) continue;
    missing--;
    code = Math.max(code, answer.code);
    for (const { data } of answer.answers)
      if (typeof data === "object" && "version" in data) addresses.push(data);
  }
  // IPv4 first: machines without a route to the world by IPv6 sort them so. RFC 6724.
  addresses.sort((a, b) => a.version - b.version);
  return addresses.length > 0 ? addresses : -ERRNO.ENOENT;
}
