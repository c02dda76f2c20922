import { expect, test } from "vitest";
import type { AttachSpec, ProgramType } from "../../../abi/attach-spec.ts";
import type { MapSpec } from "../../../abi/map-spec.ts";
import type { Loaded } from "../../../runtime/backend.ts";
import { asm, mapSpec, u32 } from "../../../vm/test-program.ts";
import { SimBackend } from "../../backend/sim-backend.ts";
import { createTestWorld, traced } from "../../test-world.ts";
import type { Behaviour } from "../../thread.ts";
import type { World } from "../../world/world.ts";
import { NETWORK } from "../machine-net.ts";

const CGROUP = { path: "/app" };

type Program = Readonly<{ type: ProgramType; attach: AttachSpec; text: string; maps?: readonly MapSpec[] }>;

/** Attaches programs to a world. */
function attach(world: World, programs: readonly Program[]): Loaded {
  world.cgroups.make("/app");
  const backend = new SimBackend(world);
  const loaded = backend.load({
    license: "GPL",
    maps: programs.flatMap(({ maps = [] }) => maps),
    programs: programs.map(({ type, text }, i) => ({
      name: `p${i}`, type, section: "", insns: asm(text), functions: [{ name: `p${i}`, insnIndex: 0, btfId: 0 }],
    })),
  }); // biome-ignore format: one program per line
  for (const [i, { attach: point }] of programs.entries()) loaded.attach(`p${i}`, [{ attach: point }]);
  return loaded;
}

/** What a process got to know while programs were attached. */
function play(
  programs: readonly Program[],
  body: (p: Parameters<Behaviour>[0], log: unknown[], loaded: Loaded) => ReturnType<Behaviour>,
  prepare: (world: World) => void = () => undefined,
) {
  const world = createTestWorld();
  const log: unknown[] = [];
  world.get(NETWORK).configure({
    hosts: [
      {
        names: ["a.example"],
        address: "203.0.113.1",
        tcp: { 80: { kind: "http", bytes: 1000 } },
        udp: { 7: "echo" },
      },
      { names: ["b.example"], address: "203.0.113.2", tcp: { 80: { kind: "http", bytes: 2000 } } },
    ],
  });
  world.get(NETWORK).stack;
  const loaded = attach(world, programs);
  prepare(world);
  world.processes.spawn((p) => body(p, log, loaded), { cgroup: "/app", comm: "app" });
  world.play("5 s");
  return { world, log, loaded, counters: world.get(NETWORK).root.counters };
}

const get: Parameters<typeof play>[1] = function* (p, log) {
  log.push(yield* p.httpRequest("http://203.0.113.1/"));
};

const OK = { status: 200, bytes: 1073 };
const ETH0 = 2;

/** Returns `other` for TCP packets to us from port 80, else `usual`. Packets begin with the Ethernet header. */
const fromPort80 = (usual: number, other: number, fields: { data: number; end: number }) => `
  r6 = *(u32 *)(r1 + ${fields.data})
  r7 = *(u32 *)(r1 + ${fields.end})
  r0 = ${usual}
  r2 = r6
  r2 += 54
  if r2 > r7 goto out
  r3 = *(u8 *)(r6 + 23)
  if r3 != 6 goto out
  r3 = *(u16 *)(r6 + 34)
  r3 = be16 r3
  if r3 != 80 goto out
  r0 = ${other}
out:
  exit`;

const XDP_FIELDS = { data: 0, end: 4 };
const SKB_FIELDS = { data: 76, end: 80 };

// biome-ignore format: one case per line
test.each<{ rule: string; program: Program; gives: unknown }>([
  { rule: "XDP lets pass",          program: { type: "xdp", attach: { kind: "xdp", ifindex: ETH0 }, text: fromPort80(2, 2, XDP_FIELDS) }, gives: OK },
  { rule: "XDP drops",              program: { type: "xdp", attach: { kind: "xdp", ifindex: ETH0 }, text: fromPort80(2, 1, XDP_FIELDS) }, gives: "nothing" },
  { rule: "XDP aborts",             program: { type: "xdp", attach: { kind: "xdp", ifindex: ETH0 }, text: fromPort80(2, 0, XDP_FIELDS) }, gives: "nothing" },
  { rule: "TC lets in",             program: { type: "schedCls", attach: { kind: "tc", ifindex: ETH0, direction: "ingress" }, text: fromPort80(0, -1, SKB_FIELDS) }, gives: OK },
  { rule: "TC drops what comes",    program: { type: "schedCls", attach: { kind: "tc", ifindex: ETH0, direction: "ingress" }, text: fromPort80(0, 2, SKB_FIELDS) }, gives: "nothing" },
  { rule: "TC drops what goes",     program: { type: "schedCls", attach: { kind: "tc", ifindex: ETH0, direction: "egress" }, text: "r0 = 2\nexit" }, gives: -113 }, // nor do questions for the router's address get out
  { rule: "cgroup lets out",        program: { type: "cgroupSkb", attach: { kind: "cgroup", cgroup: CGROUP, hook: "cgroupInetEgress" }, text: "r0 = 1\nexit" }, gives: OK },
  { rule: "cgroup keeps in",        program: { type: "cgroupSkb", attach: { kind: "cgroup", cgroup: CGROUP, hook: "cgroupInetEgress" }, text: "r0 = 0\nexit" }, gives: "nothing" },
  { rule: "cgroup keeps out",       program: { type: "cgroupSkb", attach: { kind: "cgroup", cgroup: CGROUP, hook: "cgroupInetIngress" }, text: "r0 = 0\nexit" }, gives: "nothing" },
  { rule: "no sockets",             program: { type: "cgroupSock", attach: { kind: "cgroup", cgroup: CGROUP, hook: "cgroupInetSockCreate" }, text: "r0 = 0\nexit" }, gives: -1 },
  { rule: "no connections",         program: { type: "cgroupSockAddr", attach: { kind: "cgroup", cgroup: CGROUP, hook: "cgroupInet4Connect" }, text: "r0 = 0\nexit" }, gives: -1 },
  { rule: "netfilter accepts",      program: { type: "netfilter", attach: { kind: "netfilter", family: "ipv4", hook: "localOut", priority: 0 }, text: "r0 = 1\nexit" }, gives: OK },
  { rule: "netfilter drops",        program: { type: "netfilter", attach: { kind: "netfilter", family: "ipv4", hook: "localIn", priority: 0 }, text: "r0 = 0\nexit" }, gives: "nothing" },
])("a program decides: $rule", ({ program, gives }) => {
  const { log, counters } = play([program], get);
  expect(log[0] ?? "nothing").toEqual(gives);
  expect(counters.made).toBe(counters.ended + counters.liveSkbs);
});

test("what was aborted is told", () => {
  const world = createTestWorld();
  world.get(NETWORK).stack;
  const seen = traced(world, ["xdp:xdp_exception", "skb:kfree_skb"]);
  attach(world, [{ type: "xdp", attach: { kind: "xdp", ifindex: 1 }, text: "r0 = 9\nexit" }]);
  world.processes.spawn(function* (p) {
    yield* p.ping("127.0.0.1");
  });
  world.play("2 s");
  expect(seen).toEqual(["xdp_exception", "kfree_skb"]); // lo has no XDP of its own: the packet is an skb by then
});

test("a program at connect(2) sends it elsewhere", () => {
  // user_ip4 = 203.0.113.2
  const { log } = play(
    [
      {
        type: "cgroupSockAddr",
        attach: { kind: "cgroup", cgroup: CGROUP, hook: "cgroupInet4Connect" },
        text: "r2 = 0x027100cb\n*(u32 *)(r1 + 4) = r2\nr0 = 1\nexit",
      },
    ],
    get,
  );
  expect(log).toEqual([{ status: 200, bytes: 2073 }]);
});

test("programs follow each other until one decides", () => {
  const program = (verdict: number): Program => ({
    type: "schedCls", attach: { kind: "tc", ifindex: ETH0, direction: "egress" }, text: `r0 = ${verdict}\nexit`,
  }); // biome-ignore format: one program
  expect(play([program(-1), program(-1), program(2)], get).log).toEqual([-113]);
  expect(play([program(-1), program(0), program(2)], get).log).toEqual([OK]);
});

test("XDP sends packets back, changed", () => {
  // Echo replies: swap MACs and addresses, make the request a reply. The checksum is the sum of what is left.
  const text = `
    r6 = *(u32 *)(r1 + 0)
    r7 = *(u32 *)(r1 + 4)
    r0 = 2
    r2 = r6
    r2 += 42
    if r2 > r7 goto out
    r3 = *(u8 *)(r6 + 23)
    if r3 != 1 goto out
    r3 = *(u8 *)(r6 + 34)
    if r3 != 8 goto out
    r2 = *(u32 *)(r6 + 0)
    r3 = *(u16 *)(r6 + 4)
    r4 = *(u32 *)(r6 + 6)
    r5 = *(u16 *)(r6 + 10)
    *(u32 *)(r6 + 0) = r4
    *(u16 *)(r6 + 4) = r5
    *(u32 *)(r6 + 6) = r2
    *(u16 *)(r6 + 10) = r3
    r2 = *(u32 *)(r6 + 26)
    r3 = *(u32 *)(r6 + 30)
    *(u32 *)(r6 + 26) = r3
    *(u32 *)(r6 + 30) = r2
    r2 = 0
    *(u8 *)(r6 + 34) = r2
    r2 = *(u16 *)(r6 + 36)
    r2 = be16 r2
    r2 += 0x800
    if r2 < 0x10000 goto put
    r2 += 1
put:
    r2 = be16 r2
    *(u16 *)(r6 + 36) = r2
    r0 = 3
out:
    exit`;
  const world = createTestWorld();
  const net = world.get(NETWORK);
  net.stack;
  attach(world, [{ type: "xdp", attach: { kind: "xdp", ifindex: ETH0 }, text }]);
  net.remote("203.0.113.9").ping({ count: 5 });
  world.play("10 s");
  const [, eth0] = net.root.devices;
  expect(eth0?.stats.rxPackets).toBe(0); // the stack saw none of them
  expect(eth0?.stats.txPackets).toBe(5);
  expect(net.remote("203.0.113.9").host.stack.counters.received).toBe(5);
});

test("socket operations: every connection is seen, replies are obeyed", () => {
  const count = mapSpec({ name: "ops", type: "array", maxEntries: 16 });
  const text = `
    r6 = r1
    r2 = *(u32 *)(r6 + 0)
    *(u32 *)(r10 - 4) = r2
    r1 = map[ops]
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = *(u64 *)(r0 + 0)
    r1 += 1
    *(u64 *)(r0 + 0) = r1
    r1 = r6
    r2 = 4
    call bpf_sock_ops_cb_flags_set
out:
    r0 = 1
    exit`;
  const { loaded } = play(
    [
      {
        type: "sockOps",
        attach: { kind: "cgroup", cgroup: CGROUP, hook: "cgroupSockOps" },
        text,
        maps: [count],
      },
    ],
    get,
  );
  const counts = [...loaded.map("ops").entries()].map(([, value]) => value[0]);
  expect(counts[3]).toBe(1); // connect
  expect(counts[4]).toBe(1); // established
  expect(counts[10]).toBeGreaterThan(2); // states, since the flag was set
});

test("a message goes to another socket by a map of sockets", () => {
  const socks = mapSpec({ name: "socks", type: "sockmap", valueSize: 4 });
  const add = `
    r6 = r1
    r2 = *(u32 *)(r6 + 0)
    if r2 != 5 goto out
    r2 = 0
    *(u32 *)(r10 - 4) = r2
    r1 = r6
    r2 = map[socks]
    r3 = r10
    r3 += -4
    r4 = 0
    call bpf_sock_map_update
    r2 = 1
    *(u32 *)(r10 - 4) = r2
out:
    r0 = 1
    exit`;
  const verdict = `
    r2 = map[socks]
    r3 = 0
    r4 = 1
    call bpf_msg_redirect_map
    exit`;
  const { log } = play(
    [
      {
        type: "sockOps",
        attach: { kind: "cgroup", cgroup: CGROUP, hook: "cgroupSockOps" },
        text: add,
        maps: [socks],
      },
      { type: "skMsg", attach: { kind: "sockmap", map: "socks", hook: "message" }, text: verdict },
    ],
    function* (p, log) {
      const fd = yield* p.listen("127.0.0.1:9000");
      const client = yield* p.connect("127.0.0.1:9000");
      const server = yield* p.accept(fd);
      yield* p.send(server, "to myself");
      const got = yield* p.recvFrom(server);
      log.push(typeof got === "number" ? got : new TextDecoder().decode(got.bytes));
      yield* p.close(client);
    },
  );
  expect(log).toEqual(["to myself"]);
});

test("options of sockets are seen and changed", () => {
  // setsockopt: every value becomes 77.
  const text = `
    r6 = *(u64 *)(r1 + 8)
    r7 = *(u64 *)(r1 + 16)
    r2 = r6
    r2 += 4
    if r2 > r7 goto out
    r2 = 77
    *(u32 *)(r6 + 0) = r2
out:
    r0 = 1
    exit`;
  const { log } = play(
    [{ type: "cgroupSockopt", attach: { kind: "cgroup", cgroup: CGROUP, hook: "cgroupSetsockopt" }, text }],
    function* (p, log) {
      const fd = yield* p.socket(2, 1);
      log.push(yield* p.setsockopt(fd, 1, 36, 5));
      const value = yield* p.getsockopt(fd, 1, 36);
      log.push(typeof value === "number" ? value : value[0]);
    },
  );
  expect(log).toEqual([0, 77]);
});

test("sk_lookup gives one socket all ports", () => {
  const socks = mapSpec({ name: "target", type: "sockmap", valueSize: 8 });
  const text = `
    r6 = r1
    r2 = 0
    *(u32 *)(r10 - 4) = r2
    r1 = map[target]
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r7 = r0
    r1 = r6
    r2 = r7
    r3 = 0
    call bpf_sk_assign
    r1 = r7
    call bpf_sk_release
out:
    r0 = 1
    exit`;
  const { log } = play(
    [{ type: "skLookup", attach: { kind: "skLookup" }, text, maps: [socks] }],
    function* (p, log, loaded) {
      const fd = yield* p.listen("127.0.0.1:9000");
      const cookie = yield* p.getsockopt(fd, 1, 57);
      if (typeof cookie === "number") return;
      loaded.map("target").update(u32(0), cookie);
      for (const port of [9000, 1, 40_000]) log.push((yield* p.connect(`127.0.0.1:${port}`)) > 0);
    },
  );
  expect(log).toEqual([true, true, true]);
});

test("a program chooses among sockets that share a port", () => {
  const socks = mapSpec({ name: "group", type: "reuseportSockarray", valueSize: 8 });
  const text = `
    r2 = map[group]
    r3 = 0
    *(u32 *)(r10 - 4) = r3
    r3 = r10
    r3 += -4
    r4 = 0
    call bpf_sk_select_reuseport
    r0 = 1
    exit`;
  const { log } = play(
    [{ type: "skReuseport", attach: { kind: "skReuseport", socket: 3 }, text, maps: [socks] }],
    function* (p, log, loaded) {
      const options = { reusePort: true, nonBlocking: true };
      const one = yield* p.listen("127.0.0.1:9000", options);
      const two = yield* p.listen("127.0.0.1:9000", options);
      const cookie = yield* p.getsockopt(two, 1, 57);
      if (typeof cookie !== "number") loaded.map("group").update(u32(0), cookie);
      for (let i = 0; i < 10; i++) yield* p.connect("127.0.0.1:9000");
      let accepted = 0;
      while ((yield* p.accept(two)) > 0) accepted++;
      log.push(accepted, yield* p.accept(one));
    },
  );
  expect(log).toEqual([10, -11]);
});

test("a flow dissector is asked for the hash of packets", () => {
  const text = `
    r6 = *(u64 *)(r1 + 144)
    r2 = 17
    *(u8 *)(r6 + 9) = r2
    r0 = 0
    exit`;
  const { loaded, log } = play([{ type: "flowDissector", attach: { kind: "flowDissector" }, text }], get);
  expect(log).toEqual([OK]);
  expect(loaded.stats()[0]?.runs).toBeGreaterThan(5n);
});

test("TC redirects to another interface, into the other end of a pair", () => {
  const world = createTestWorld();
  const net = world.get(NETWORK);
  const namespaces = world.processes.namespaces.container("web");
  const log: unknown[] = [];
  world.processes.spawn(
    function* (p) {
      const fd = yield* p.bindUdp("10.88.0.6:5000");
      const got = yield* p.recvFrom(fd);
      log.push(typeof got === "number" ? got : new TextDecoder().decode(got.bytes));
    },
    { namespaces },
  );
  world.play("1 ms");
  const veth = net.root.devices.find(({ name }) => name.startsWith("veth"));
  expect(veth).toBeDefined();
  // All that comes through eth0 by UDP goes straight into the container, addressed to its interface.
  const mac = (veth?.peer?.mac ?? "").split(":").map((part) => Number.parseInt(part, 16));
  const text = `
    r6 = r1
    r7 = *(u32 *)(r1 + 76)
    r8 = *(u32 *)(r1 + 80)
    r2 = r7
    r2 += 42
    r0 = 0
    if r2 > r8 goto out
    r2 = *(u8 *)(r7 + 23)
    if r2 != 17 goto out
    ${mac.map((byte, i) => `r2 = ${byte}\n*(u8 *)(r7 + ${i}) = r2`).join("\n")}
    r1 = ${veth?.ifindex}
    r2 = 0
    call bpf_redirect_peer
out:
    exit`;
  attach(world, [{ type: "schedCls", attach: { kind: "tc", ifindex: ETH0, direction: "ingress" }, text }]);
  const [inside] = veth?.peer?.addresses ?? [];
  expect(inside?.address.text).toBe("10.88.0.6");
  net.remote("203.0.113.9").sendUdp(5000, "into the container");
  world.play("1 s");
  expect(log).toEqual([]); // it was for the machine's address, which the container does not have
  expect(net.root.counters.liveSkbs).toBe(0);
  expect(veth?.peer?.stats.rxPackets).toBe(1);
});
