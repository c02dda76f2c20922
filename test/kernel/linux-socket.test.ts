import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AttachSpec, SockmapHook } from "../../src/abi/attach-spec.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { Fd } from "../../src/linux/fd.ts";
import { openNetns } from "../../src/linux/netns.ts";
import { putObject } from "../../src/linux/open.ts";
import { count, countAndReturn, expectGone, Netns, programs } from "./linux-lab.ts";
import { COUNTS, readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";

const NAME = "skep_sk_prog";
const CLONE_NEWNET = 0x40000000;
const backend = openLinux();
const { kernel } = backend;
const home = openNetns(kernel);
let netns: Netns;

// Sockets that this thread opens are in a namespace of the test's own.
beforeAll(() => {
  netns = new Netns();
  using there = openNetns(kernel, netns.path);
  expect(kernel.call("setns", there.number, CLONE_NEWNET)).toBe(0);
});

afterAll(() => {
  expect(kernel.call("setns", home.number, CLONE_NEWNET)).toBe(0);
  netns[Symbol.dispose]();
  backend[Symbol.dispose]();
  expectGone(NAME);
});

const SOCKETS: MapSpec = {
  name: "sockets",
  type: "sockmap",
  keySize: 4,
  valueSize: 4,
  maxEntries: 4,
  flags: 0,
};
const index = (i: number) => new Uint8Array(Uint32Array.of(i).buffer);
const fdOf = (socket: Socket) => (socket as unknown as { _handle: { fd: number } })._handle.fd;

/** Two ends of a connection. */
async function pair(): Promise<{ near: Socket; far: Socket; close(): void }> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const near = connect(address.port, "127.0.0.1");
  const [far] = await accepted;
  if (near.connecting) await once(near, "connect");
  near.on("error", () => {});
  far.on("error", () => {});
  const close = () => {
    near.destroy();
    far.destroy();
    server.close();
  };
  return { near, far, close };
}

// biome-ignore format: one case per line
test.for<{ hook: SockmapHook; type: "skMsg" | "skSkb"; section: string; on: "near" | "far"; parser?: true }>([
  { hook: "message",       type: "skMsg", section: "sk_msg",                on: "near" },
  { hook: "streamVerdict", type: "skSkb", section: "sk_skb/stream_verdict", on: "far" },
  { hook: "streamVerdict", type: "skSkb", section: "sk_skb/stream_verdict", on: "far", parser: true },
  { hook: "verdict",       type: "skSkb", section: "sk_skb/verdict",        on: "far" },
])("a program of a socket map sees the data: $hook $parser", async ({ hook, type, section, on, parser }, t) => {
  if (hook === "verdict") needs(t, "sk-skb-verdict");
  const text = countAndReturn(1);
  const parse = { type: "skSkb", section: "sk_skb/stream_parser", text: `r6 = r1\n${count(1)}\nr0 = *(u32 *)(r6 + 0)\nexit` } as const;
  const notes: string[] = [];
  using loaded = backend.load(programs(NAME, [{ type, section, text }, ...(parser ? [parse] : [])], [COUNTS, SOCKETS]), {
    onNote: (note) => notes.push(note),
  });
  if (parser) loaded.link(`${NAME}1`, { kind: "sockmap", map: "sockets", hook: "streamParser" });
  using link = loaded.link(NAME, { kind: "sockmap", map: "sockets", hook });
  const ends = await pair();
  try {
    putObject(loaded.map("sockets"), index(0), fdOf(ends[on]));
    ends.near.write("hello");
    const [data] = (await once(ends.far, "data")) as [Buffer];
    expect(data.toString()).toBe("hello");
    const counts = readCounts(loaded.map("counts"));
    expect(counts[0]).toBeGreaterThanOrEqual(1n);
    if (parser) expect(counts[1]).toBeGreaterThanOrEqual(1n);
    if (notes.length === 0) expect(link.info().details).toMatchObject({ kind: "sockmap", mapId: loaded.map("sockets").id });
    else expect(notes[0]).toContain("6.10");
    // Sockets keep the program until they leave the map.
    link.close();
    expect(loaded.map("sockets").delete(index(0))).toBe(true);
    ends.near.write("again");
    expect(String((await once(ends.far, "data"))[0])).toBe("again");
    expect(readCounts(loaded.map("counts"))[0]).toBe(counts[0]);
  } finally {
    ends.close();
  }
});

test("a message that is dropped cannot be sent", async () => {
  using loaded = backend.load(
    programs(NAME, [{ type: "skMsg", section: "sk_msg", text: countAndReturn(0) }], [COUNTS, SOCKETS]),
  );
  loaded.attach(NAME, [{ attach: { kind: "sockmap", map: "sockets", hook: "message" } }]);
  const ends = await pair();
  try {
    putObject(loaded.map("sockets"), index(0), fdOf(ends.near));
    const failed = once(ends.near, "error") as Promise<[NodeJS.ErrnoException]>;
    ends.near.write("hello");
    expect((await failed)[0].code).toBe("EACCES");
  } finally {
    ends.close();
  }
});

// Of include/uapi/asm-generic/socket.h and the like.
const AF_INET = 2;
const SOCK_DGRAM = 2 | 0x800; // not waiting
const SOL_SOCKET = 1;
const SO_REUSEPORT = 15;
const EAGAIN = -11;

/** A socket that receives what is sent to `port` of the namespace. */
function receiver(port: number): Fd {
  const socket = new Fd(kernel, kernel.call("socket", AF_INET, SOCK_DGRAM, 0));
  expect(kernel.call("setsockopt", socket.number, SOL_SOCKET, SO_REUSEPORT, index(1), 4)).toBe(0);
  const address = Uint8Array.of(AF_INET, 0, port >> 8, port & 255, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
  expect(kernel.call("bind", socket.number, address, address.length)).toBe(0);
  return socket;
}

const receive = (socket: Fd) => kernel.call("recvfrom", socket.number, new Uint8Array(64), 64, 0, 0, 0);

test("a socket filter lets data through, or not", () => {
  using socket = receiver(7001);
  const send = () => netns.run("echo hi > /dev/udp/127.0.0.1/7001");
  using all = backend.load(
    programs(NAME, [{ type: "socketFilter", section: "socket", text: countAndReturn(-1) }]),
  );
  using none = backend.load(
    programs(NAME, [{ type: "socketFilter", section: "socket", text: countAndReturn(0) }]),
  );
  {
    using _link = all.link(NAME, { kind: "socketFilter", socket: socket.number });
    send();
    expect(receive(socket)).toBe(3);
    expect(readCounts(all.map("counts"))[0]).toBe(1n);
  }
  {
    using _link = none.link(NAME, { kind: "socketFilter", socket: socket.number });
    send();
    expect(receive(socket)).toBe(EAGAIN);
    expect(readCounts(none.map("counts"))[0]).toBe(1n);
  }
  send();
  expect(receive(socket)).toBe(3);
});

test("a reuseport program chooses among the sockets of a port", () => {
  using first = receiver(7002);
  using second = receiver(7002);
  const map: MapSpec = {
    name: "group",
    type: "reuseportSockarray",
    keySize: 4,
    valueSize: 8,
    maxEntries: 2,
    flags: 0,
  };
  // bpf_sk_select_reuseport(ctx, &group, &key, 0) with key 1
  const text = `
    r6 = r1
    ${count(0)}
    *(u32 *)(r10 - 4) = 1
    r1 = r6
    r2 = map[group] ll
    r3 = r10
    r3 += -4
    r4 = 0
    call bpf_sk_select_reuseport
    r0 = 1
    exit`;
  using loaded = backend.load(
    programs(NAME, [{ type: "skReuseport", section: "sk_reuseport", text }], [COUNTS, map]),
  );
  using _link = loaded.link(NAME, { kind: "skReuseport", socket: first.number });
  putObject(loaded.map("group"), index(0), first);
  putObject(loaded.map("group"), index(1), second);
  netns.run("for i in 1 2 3 4 5; do echo hi > /dev/udp/127.0.0.1/7002; done");
  expect(readCounts(loaded.map("counts"))[0]).toBe(5n);
  expect(receive(first)).toBe(EAGAIN);
  for (let i = 0; i < 5; i++) expect(receive(second)).toBe(3);
});

// biome-ignore format: one case per line
test.for([
  { rule: "no socket",           type: "socketFilter", section: "socket",       attach: () => ({ kind: "socketFilter", socket: 9999 }),                   code: "system/EBADF" },
  { rule: "no file that is one", type: "socketFilter", section: "socket",       attach: () => ({ kind: "socketFilter", socket: home.number }),                      code: "system/ENOTSOCK" },
  { rule: "no such map",         type: "skMsg",        section: "sk_msg",       attach: () => ({ kind: "sockmap", map: "socket", hook: "message" }),       code: "linux/unknown-name" },
  { rule: "a map of no sockets", type: "skMsg",        section: "sk_msg",       attach: () => ({ kind: "sockmap", map: "counts", hook: "message" }),       code: expect.stringMatching(/^system.E(INVAL|OPNOTSUPP)$/) },
  { rule: "no receiver",         type: "lircMode2",    section: "lirc_mode2",   attach: () => ({ kind: "lirc", device: "/dev/lirc-none" }),                code: "linux/no-device" },
] as const)("what cannot be attached says why: $rule", ({ type, section, attach, code }, t) => {
  if (type === "lircMode2") needs(t, "lirc");
  using loaded = backend.load(programs(NAME, [{ type, section, text: countAndReturn(0) }], [COUNTS, SOCKETS]));
  expect(() => loaded.link(NAME, attach() as AttachSpec)).toThrow(
    expect.objectContaining({ code, remedy: expect.stringMatching(/.{10}/) }),
  );
});
