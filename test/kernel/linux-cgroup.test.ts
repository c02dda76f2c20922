import { execFileSync } from "node:child_process";
import { hostname } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CgroupHook, ProgramType } from "../../src/abi/attach-spec.ts";
import { ATTACH_TYPES } from "../../src/abi/attach-types.ts";
import { compareReleases } from "../../src/abi/release.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { openCgroup } from "../../src/linux/cgroup-fd.ts";
import { queryPrograms } from "../../src/linux/prog-query.ts";
import { Cgroup, countAndReturn, expectGone, Netns, programs, waitFor } from "./linux-lab.ts";
import { readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";

const NAME = "skep_cg_prog";
const backend = openLinux();
let netns: Netns;
let cgroup: Cgroup;

beforeAll(() => {
  netns = new Netns();
  cgroup = new Cgroup("hooks");
});

afterAll(() => {
  cgroup[Symbol.dispose]();
  netns[Symbol.dispose]();
  backend[Symbol.dispose]();
  expectGone(NAME);
});

const release = execFileSync("uname", ["-r"], { encoding: "utf8" });
const load = (type: ProgramType, section: string, result: number) =>
  backend.load(programs(NAME, [{ type, section, text: countAndReturn(result) }]));

type Row = Readonly<{ hook: CgroupHook; type: ProgramType; section: string }>;

/** Hooks that the script below reaches, all allowing. */
// biome-ignore format: one hook per line
const HOOKS: readonly Row[] = [
  { hook: "cgroupInetIngress",      type: "cgroupSkb",      section: "cgroup_skb/ingress" },
  { hook: "cgroupInetEgress",       type: "cgroupSkb",      section: "cgroup_skb/egress" },
  { hook: "cgroupInetSockCreate",   type: "cgroupSock",     section: "cgroup/sock_create" },
  { hook: "cgroupInetSockRelease",  type: "cgroupSock",     section: "cgroup/sock_release" },
  { hook: "cgroupInet4PostBind",    type: "cgroupSock",     section: "cgroup/post_bind4" },
  { hook: "cgroupInet6PostBind",    type: "cgroupSock",     section: "cgroup/post_bind6" },
  { hook: "cgroupInet4Bind",        type: "cgroupSockAddr", section: "cgroup/bind4" },
  { hook: "cgroupInet6Bind",        type: "cgroupSockAddr", section: "cgroup/bind6" },
  { hook: "cgroupInet4Connect",     type: "cgroupSockAddr", section: "cgroup/connect4" },
  { hook: "cgroupInet6Connect",     type: "cgroupSockAddr", section: "cgroup/connect6" },
  { hook: "cgroupUdp4Sendmsg",      type: "cgroupSockAddr", section: "cgroup/sendmsg4" },
  { hook: "cgroupUdp6Sendmsg",      type: "cgroupSockAddr", section: "cgroup/sendmsg6" },
  { hook: "cgroupUdp4Recvmsg",      type: "cgroupSockAddr", section: "cgroup/recvmsg4" },
  { hook: "cgroupUdp6Recvmsg",      type: "cgroupSockAddr", section: "cgroup/recvmsg6" },
  { hook: "cgroupInet4Getpeername", type: "cgroupSockAddr", section: "cgroup/getpeername4" },
  { hook: "cgroupInet6Getpeername", type: "cgroupSockAddr", section: "cgroup/getpeername6" },
  { hook: "cgroupInet4Getsockname", type: "cgroupSockAddr", section: "cgroup/getsockname4" },
  { hook: "cgroupInet6Getsockname", type: "cgroupSockAddr", section: "cgroup/getsockname6" },
  { hook: "cgroupUnixConnect",      type: "cgroupSockAddr", section: "cgroup/connect_unix" },
  { hook: "cgroupUnixSendmsg",      type: "cgroupSockAddr", section: "cgroup/sendmsg_unix" },
  { hook: "cgroupUnixRecvmsg",      type: "cgroupSockAddr", section: "cgroup/recvmsg_unix" },
  { hook: "cgroupUnixGetpeername",  type: "cgroupSockAddr", section: "cgroup/getpeername_unix" },
  { hook: "cgroupUnixGetsockname",  type: "cgroupSockAddr", section: "cgroup/getsockname_unix" },
  { hook: "cgroupSockOps",          type: "sockOps",        section: "sockops" },
  { hook: "cgroupSysctl",           type: "cgroupSysctl",   section: "cgroup/sysctl" },
  { hook: "cgroupGetsockopt",       type: "cgroupSockopt",  section: "cgroup/getsockopt" },
  { hook: "cgroupSetsockopt",       type: "cgroupSockopt",  section: "cgroup/setsockopt" },
  { hook: "cgroupDevice",           type: "cgroupDevice",   section: "cgroup/dev" },
];

// Makes connections and sends datagrams over both versions of IP and in the file system's name space.
const SCRIPT = `
import os, socket, tempfile
for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    server = socket.socket(family); server.bind((host, 0)); server.listen()
    client = socket.socket(family); client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    client.connect(server.getsockname()[:2]); client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    peer, _ = server.accept(); client.sendall(b"x"); peer.recv(1); client.getpeername()
    a = socket.socket(family, socket.SOCK_DGRAM); a.bind((host, 0))
    b = socket.socket(family, socket.SOCK_DGRAM); b.sendto(b"x", a.getsockname()[:2]); a.recvfrom(1)
    for s in (server, client, peer, a, b): s.close()
folder = tempfile.mkdtemp()
a = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); a.bind(folder + "/a")
b = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); b.sendto(b"x", folder + "/a"); a.recvfrom(1)
c = socket.socket(socket.AF_UNIX); c.bind(folder + "/c"); c.listen()
d = socket.socket(socket.AF_UNIX); d.connect(folder + "/c"); d.getpeername(); d.getsockname()
os.unlink(folder + "/a"); os.unlink(folder + "/c"); os.rmdir(folder)
open("/dev/null").close(); open("/proc/sys/kernel/hostname").read()
print("done")
`;

test("programs of every hook see what a process in their cgroup does, and nothing else", (t) => {
  needs(t, "cgroup2");
  if (spawnFails("python3")) t.skip("needs the command python3");
  const there = HOOKS.filter(({ hook }) => compareReleases(release, ATTACH_TYPES[hook].since) >= 0);
  const loaded = there.map(({ type, section }) => load(type, section, 1));
  try {
    const links = there.map(({ hook }, i) =>
      loaded[i]?.link(NAME, { kind: "cgroup", cgroup: { path: cgroup.path }, hook }),
    );
    const counts = () => loaded.map((l) => readCounts(l.map("counts"))[0] ?? 0n);
    // A process elsewhere is not seen.
    netns.run(`python3 - <<'END'\n${SCRIPT}\nEND`);
    expect(counts().every((n) => n === 0n)).toBe(true);
    const { output } = cgroup.run(`python3 - <<'END'\n${SCRIPT}\nEND`, netns);
    expect(output).toBe("done\n");
    const seen = there.filter((_, i) => (counts()[i] ?? 0n) > 0n).map(({ hook }) => hook);
    expect(seen).toEqual(there.map(({ hook }) => hook));
    for (const [i, { hook }] of there.entries())
      expect(links[i]?.info().details).toMatchObject({ kind: "cgroup", attachType: hook });
    using folder = openCgroup(backend.kernel, { path: cgroup.path });
    for (const [i, { hook }] of there.entries())
      expect(queryPrograms(backend.kernel, folder.number, hook)).toMatchObject([
        { programId: loaded[i]?.program(NAME).id },
      ]);
  } finally {
    for (const l of loaded) l.close();
  }
});

const isGuest = hostname() === "guest"; // its emulated processor is slow
const python = (script: string) => `python3 -c 'import socket; ${script}'`;

// biome-ignore format: one case per line
test.for([
  { rule: "connections",  hook: "cgroupInet4Connect",   type: "cgroupSockAddr", section: "cgroup/connect4",   command: "echo x > /dev/tcp/127.0.0.1/1", says: /Operation not permitted/ },
  { rule: "sockets",      hook: "cgroupInetSockCreate", type: "cgroupSock",     section: "cgroup/sock",       command: "echo x > /dev/udp/127.0.0.1/1", says: /Operation not permitted/ },
  { rule: "devices",      hook: "cgroupDevice",         type: "cgroupDevice",   section: "cgroup/dev",        command: "head -c 1 /dev/zero",           says: /Operation not permitted/ },
  { rule: "settings",     hook: "cgroupSysctl",         type: "cgroupSysctl",   section: "cgroup/sysctl",     command: "cat /proc/sys/kernel/hostname",  says: /Operation not permitted/ },
  { rule: "packets",      hook: "cgroupInetEgress",     type: "cgroupSkb",      section: "cgroup_skb/egress", command: "echo x > /dev/udp/127.0.0.1/1", says: /Operation not permitted/ },
  { rule: "binding",      hook: "cgroupInet4Bind",      type: "cgroupSockAddr", section: "cgroup/bind4",      command: python('socket.socket().bind(("127.0.0.1", 0))'), says: /Operation not permitted/ },
  { rule: "binding, IPv6", hook: "cgroupInet6Bind",     type: "cgroupSockAddr", section: "cgroup/bind6",      command: python('socket.socket(socket.AF_INET6).bind(("::1", 0))'), says: /Operation not permitted/ },
  { rule: "what is bound", hook: "cgroupInet4PostBind", type: "cgroupSock",     section: "cgroup/post_bind4", command: python('socket.socket().bind(("127.0.0.1", 0))'), says: /Operation not permitted/ },
  { rule: "connections, IPv6", hook: "cgroupInet6Connect", type: "cgroupSockAddr", section: "cgroup/connect6", command: "echo x > /dev/tcp/::1/1",      says: /Operation not permitted/ },
  { rule: "datagrams",    hook: "cgroupUdp4Sendmsg",    type: "cgroupSockAddr", section: "cgroup/sendmsg4",   command: python('socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 1))'), says: /Operation not permitted/ },
  { rule: "datagrams, IPv6", hook: "cgroupUdp6Sendmsg", type: "cgroupSockAddr", section: "cgroup/sendmsg6",   command: python('socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"x", ("::1", 1))'), says: /Operation not permitted/ },
  { rule: "options",      hook: "cgroupSetsockopt",     type: "cgroupSockopt",  section: "cgroup/setsockopt", command: python("socket.socket().setsockopt(1, 9, 1)"), says: /Operation not permitted/ },
  { rule: "reading options", hook: "cgroupGetsockopt",  type: "cgroupSockopt",  section: "cgroup/getsockopt", command: python("socket.socket().getsockopt(1, 9)"), says: /Operation not permitted/ },
  { rule: "what arrives", hook: "cgroupInetIngress",    type: "cgroupSkb",      section: "cgroup_skb/ingress", command: python('a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); a.bind(("127.0.0.1", 0)); a.settimeout(0.3); socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", a.getsockname()); a.recv(1)'), says: /timed out/ },
] as const)("a program that returns 0 denies: $rule", ({ hook, type, section, command, says }, t) => {
  needs(t, "cgroup2");
  if (isGuest && command.startsWith("python3")) return t.skip("runs on the host");
  using own = new Cgroup("deny");
  using loaded = load(type, section, 0);
  const without = own.run(command, netns).output;
  expect(without).not.toMatch(says);
  {
    using _link = loaded.link(NAME, { kind: "cgroup", cgroup: { path: own.path }, hook });
    expect(own.run(command, netns)).toMatchObject({ status: 1, output: expect.stringMatching(says) });
  }
  expect(own.run(command, netns).output).toBe(without);
});

test("names of the file system: connecting and sending are denied", (t) => {
  needs(t, "cgroup2");
  if (isGuest) return t.skip("runs on the host");
  for (const [hook, section, act] of [
    ["cgroupUnixConnect", "cgroup/connect_unix", 'socket.socket(socket.AF_UNIX).connect("/tmp/skep-none")'],
    [
      "cgroupUnixSendmsg",
      "cgroup/sendmsg_unix",
      'a = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); a.bind("\\0skep-here"); socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", "\\0skep-here")',
    ],
  ] as const) {
    if (compareReleases(release, ATTACH_TYPES[hook].since) < 0) return t.skip("needs Linux 6.7");
    using own = new Cgroup("unix");
    using loaded = load("cgroupSockAddr", section, 0);
    const says = () => own.run(python(act)).output.includes("not permitted");
    expect(says()).toBe(false);
    using _link = loaded.link(NAME, { kind: "cgroup", cgroup: { path: own.path }, hook });
    expect(says()).toBe(true);
  }
});

test("a link takes another program in place of the first, and goes with its cgroup", (t) => {
  needs(t, "cgroup2");
  const own = new Cgroup("update");
  using allow = load("cgroupSockAddr", "cgroup/connect4", 1);
  using deny = load("cgroupSockAddr", "cgroup/connect4", 0);
  using link = allow.link(NAME, { kind: "cgroup", cgroup: { path: own.path }, hook: "cgroupInet4Connect" });
  const tryIt = () => own.run("echo x > /dev/tcp/127.0.0.1/1", netns).output;
  expect(tryIt()).toMatch(/refused/);
  link.update(deny.programFd(NAME));
  expect(tryIt()).toMatch(/not permitted/);
  expect(() => link.update(allow.programFd(NAME), allow.programFd(NAME))).toThrow(
    expect.objectContaining({ code: "system/EPERM" }),
  );
  own[Symbol.dispose]();
  // The kernel detaches when it frees the cgroup, a little later.
  let error: unknown;
  waitFor(() => {
    try {
      link.update(allow.programFd(NAME));
      return false;
    } catch (thrown) {
      error = thrown;
      return true;
    }
  });
  expect(error).toMatchObject({ code: "system/ENOLINK" });
});

// biome-ignore format: one case per line
test.for([
  { rule: "no such folder",      cgroup: { path: "/no/such" },  hook: "cgroupInet4Connect", code: "linux/no-cgroup" },
  { rule: "no cgroup",           cgroup: { path: "/proc" },     hook: "cgroupInet4Connect", code: "linux/no-cgroup" },
  { rule: "another hook",        cgroup: undefined,             hook: "cgroupInet4Bind",    code: "system/EINVAL" },
  { rule: "not open",            cgroup: { fd: 9999 },          hook: "cgroupInet4Connect", code: "system/EBADF" },
] as const)("what cannot be attached says why: $rule", ({ cgroup: place, hook, code }, t) => {
  needs(t, "cgroup2");
  using loaded = load("cgroupSockAddr", "cgroup/connect4", 1);
  const attach = { kind: "cgroup", cgroup: place ?? { path: cgroup.path }, hook } as const;
  expect(() => loaded.link(NAME, attach)).toThrow(
    expect.objectContaining({ code, remedy: expect.stringMatching(/.{10}/) }),
  );
});

function spawnFails(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
}
