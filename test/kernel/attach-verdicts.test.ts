import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AttachSpec, NetfilterHook, ProgramType } from "../../src/abi/attach-spec.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { openLinux } from "../../src/linux/backend.ts";
import type { LinuxLoaded } from "../../src/linux/loaded.ts";
import { inNetns, openNetns } from "../../src/linux/netns.ts";
import { startHeld } from "../../src/linux/spawn.ts";
import {
  answers,
  count,
  countAndReturn,
  expectCounted,
  expectGone,
  LATE,
  NetLab,
  programs,
  waitFor,
} from "./linux-lab.ts";
import { COUNTS, readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";

// What programs of the network decide is seen to happen: packets that they drop do not arrive, those that they send
// elsewhere do so there.

const NAME = "skep_vd_prog";
const backend = openLinux();
const { kernel } = backend;
let lab: NetLab;

beforeAll(() => {
  lab = new NetLab();
});

afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
  expectGone(NAME);
});

const CLONE_NEWNET = 0x40000000;
const netns = () => lab.near.path;
const va = () => ({ ifindex: lab.ifindex, netns: netns() });

const SOON = [0.7, 3, 15]; // seconds, for what is not to come: longer where nothing was sent in time

/** Makes both ends look for each other anew: they have been told that there is nobody. */
function forgetNeighbours(): void {
  for (const ns of [lab.near, lab.far]) ns.run("ip neigh flush all; ip -6 neigh flush all");
}

/** Expects no answer while the first program of `loaded` sees what was sent. */
function expectSilence(loaded: LinuxLoaded, ask: (seconds: number) => boolean): void {
  const seen = () => readCounts(loaded.map("counts"))[0] ?? 0n;
  for (const seconds of SOON) {
    expect(ask(seconds)).toBe(false);
    if (seen() > 0n) return;
  }
  expect(seen()).toBeGreaterThan(0n);
}

const NEAR_TO_FAR = (seconds: number) => answers(lab.near, "10.9.0.2", seconds);
const NEAR_TO_FAR_6 = (seconds: number) => answers(lab.near, "fd09::2", seconds);
const FAR_TO_NEAR = (seconds: number) => answers(lab.far, "10.9.0.1", seconds);

type Verdict = Readonly<{
  rule: string;
  type: ProgramType;
  section: string;
  drop: number;
  needed?: "xdp-link" | "tcx" | "netfilter";
  attach: () => AttachSpec;
  answers: (seconds: number) => boolean;
}>;

const tc = (direction: "ingress" | "egress", via: "tcx" | "clsact") => (): AttachSpec => ({
  kind: "tc",
  direction,
  via,
  ...va(),
});
const netfilter = (family: "ipv4" | "ipv6", hook: NetfilterHook) => (): AttachSpec => ({
  kind: "netfilter",
  family,
  hook,
  priority: -10,
  netns: netns(),
});
const lwt = (hook: "out" | "xmit") => (): AttachSpec => ({
  kind: "route",
  hook,
  destination: "10.9.0.2/32",
  ...va(),
});

// biome-ignore format: one case per line
const VERDICTS: readonly Verdict[] = [
  { rule: "XDP in the driver",       type: "xdp",       section: "xdp",         drop: 1, needed: "xdp-link",  attach: () => ({ kind: "xdp", mode: "native", ...va() }),  answers: FAR_TO_NEAR },
  { rule: "XDP in the stack",        type: "xdp",       section: "xdp",         drop: 1, needed: "xdp-link",  attach: () => ({ kind: "xdp", mode: "generic", ...va() }), answers: FAR_TO_NEAR },
  { rule: "tcx on ingress",          type: "schedCls",  section: "tcx/ingress", drop: 2, needed: "tcx",       attach: tc("ingress", "tcx"),           answers: FAR_TO_NEAR },
  { rule: "tcx on egress",           type: "schedCls",  section: "tcx/egress",  drop: 2, needed: "tcx",       attach: tc("egress", "tcx"),            answers: FAR_TO_NEAR },
  { rule: "clsact on ingress",       type: "schedCls",  section: "tc",          drop: 2,                      attach: tc("ingress", "clsact"),        answers: FAR_TO_NEAR },
  { rule: "clsact on egress",        type: "schedCls",  section: "tc",          drop: 2,                      attach: tc("egress", "clsact"),         answers: FAR_TO_NEAR },
  { rule: "netfilter, pre-routing",  type: "netfilter", section: "netfilter",   drop: 0, needed: "netfilter", attach: netfilter("ipv4", "preRouting"),  answers: FAR_TO_NEAR },
  { rule: "netfilter, local in",     type: "netfilter", section: "netfilter",   drop: 0, needed: "netfilter", attach: netfilter("ipv4", "localIn"),     answers: FAR_TO_NEAR },
  { rule: "netfilter, local out",    type: "netfilter", section: "netfilter",   drop: 0, needed: "netfilter", attach: netfilter("ipv4", "localOut"),    answers: NEAR_TO_FAR },
  { rule: "netfilter, post-routing", type: "netfilter", section: "netfilter",   drop: 0, needed: "netfilter", attach: netfilter("ipv4", "postRouting"), answers: NEAR_TO_FAR },
  { rule: "netfilter, IPv6",         type: "netfilter", section: "netfilter",   drop: 0, needed: "netfilter", attach: netfilter("ipv6", "localOut"),    answers: NEAR_TO_FAR_6 },
  { rule: "a route's output",        type: "lwtOut",    section: "lwt_out",     drop: 2,                      attach: lwt("out"),                     answers: NEAR_TO_FAR },
  { rule: "a route's transmission",  type: "lwtXmit",   section: "lwt_xmit",    drop: 2,                      attach: lwt("xmit"),                    answers: NEAR_TO_FAR },
];

test.for(VERDICTS)("what is dropped does not arrive: $rule", (verdict, t) => {
  if (verdict.needed !== undefined) needs(t, verdict.needed);
  expect(verdict.answers(LATE)).toBe(true);
  using loaded = backend.load(programs(NAME, [{ ...verdict, name: NAME, text: countAndReturn(verdict.drop) }]));
  {
    using _link = loaded.link(NAME, verdict.attach());
    expectSilence(loaded, verdict.answers);
  }
  forgetNeighbours();
  expect(verdict.answers(LATE)).toBe(true);
});

test("netfilter drops what is forwarded", (t) => {
  needs(t, "netfilter");
  lab.near.run(
    "ip link add vx type veth peer name vy && ip addr add 10.88.0.1/24 dev vx && ip link set vx up && ip link set vy up && echo 1 > /proc/sys/net/ipv4/ip_forward",
  );
  lab.far.run("ip route add 10.88.0.0/24 via 10.9.0.1");
  using loaded = backend.load(
    programs(NAME, [{ type: "netfilter", section: "netfilter", text: countAndReturn(0) }]),
  );
  // What is forwarded makes the stack ask for its neighbour.
  const goesOn = () => {
    lab.far.run("for i in 1 2 3; do echo hi > /dev/udp/10.88.0.5/99; done");
    return lab.near.run("ip neigh show dev vx").includes("10.88.0.5");
  };
  {
    using _link = loaded.link(NAME, netfilter("ipv4", "forward")());
    expect(goesOn()).toBe(false);
    expect(expectCounted(loaded, 3n)).toBe(3n);
  }
  waitFor(goesOn);
});

const INDEX0 = new Uint8Array(4);
const words = (...list: number[]) => new Uint8Array(Uint32Array.of(...list).buffer);
const redirect = (map: string, type: MapSpec["type"]): MapSpec => ({
  name: map,
  type,
  keySize: 4,
  valueSize: 8,
  maxEntries: 1,
  flags: 0,
});

// biome-ignore format: one case per line
test.for([
  { rule: "a processor's queue",        map: "cpumap", section: "xdp/cpumap", target: () => 192 },
  { rule: "another interface's",        map: "devmap", section: "xdp/devmap", target: () => lab.near.ifindex("vc") },
] as const)("a packet that is redirected meets the program of its new place: $rule", ({ map, section, target }, t) => {
  needs(t, "xdp-link");
  if (map === "devmap") lab.near.run("ip link add vc type veth peer name vd && ip link set vc up && ip link set vd up");
  const first = `${count(0)}\n r1 = map[places] ll\n r2 = 0\n r3 = 0\n call bpf_redirect_map\n exit`;
  const maps = [COUNTS, redirect("places", map)];
  using loaded = backend.load(
    programs(NAME, [
      { type: "xdp", section: "xdp", text: first },
      { type: "xdp", section, text: `${count(1)}\n r0 = 1\n exit` },
    ], maps),
  );
  const value = words(target(), loaded.programFd(`${NAME}1`).number);
  inNetns(kernel, netns(), () => loaded.map("places").update(INDEX0, value)); // finds the interface here
  using _link = loaded.link(NAME, { kind: "xdp", mode: "generic", ...va() });
  expectSilence(loaded, FAR_TO_NEAR);
  forgetNeighbours();
  const counts = readCounts(loaded.map("counts"));
  expect(counts[1]).toBe(counts[0]);
  expect(() => loaded.link(`${NAME}1`, { kind: "xdp", mode: "generic", ...va() })).toThrow(
    expect.objectContaining({ remedy: expect.stringMatching(/.{10}/) }),
  );
});

/** Starts a server in the near namespace that greets one who comes; returns when it listens. */
function greetOnce(port: number): void {
  const script = `import socket; s = socket.create_server(("0.0.0.0", ${port})); s.settimeout(20); s.accept()[0].sendall(b"here")`;
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  lab.near.run(
    `python3 -c '${script}' < /dev/null > /dev/null 2>&1 & until grep -q :${hex} /proc/net/tcp; do sleep 0.05; done`,
  );
}

test("socket lookup refuses a connection that a server waits for", (t) => {
  needs(t, "sk-lookup");
  using loaded = backend.load(
    programs(NAME, [{ type: "skLookup", section: "sk_lookup", text: countAndReturn(0) }]),
  );
  greetOnce(7201);
  const connects = () => lab.far.run("timeout 15 bash -c 'head -c 4 < /dev/tcp/10.9.0.1/7201' 2>&1 || true");
  {
    using _link = loaded.link(NAME, { kind: "skLookup", netns: netns() });
    expect(connects()).toContain("refused");
    expectCounted(loaded, 1n);
  }
  expect(connects()).toBe("here");
});

// sockets[0] gets what comes for port 7202, whoever is bound to that.
const STEER = `
  r6 = r1
  ${count(0)}
  r2 = *(u32 *)(r6 + 60)
  if r2 != 7202 goto pass
  *(u32 *)(r10 - 4) = 0
  r1 = map[sockets] ll
  r2 = r10
  r2 += -4
  call bpf_map_lookup_elem
  if r0 == 0 goto pass
  r7 = r0
  r1 = r6
  r2 = r7
  r3 = 0
  call bpf_sk_assign
  r1 = r7
  call bpf_sk_release
  pass: r0 = 1
  exit`;

test("socket lookup sends a connection to the server that it chooses", async (t) => {
  needs(t, "sk-lookup");
  const sockets: MapSpec = { ...redirect("sockets", "sockmap"), valueSize: 8 };
  using loaded = backend.load(
    programs(NAME, [{ type: "skLookup", section: "sk_lookup", text: STEER }], [COUNTS, sockets]),
  );
  const server = createServer((socket) => socket.end("there"));
  using home = openNetns(kernel);
  using there = openNetns(kernel, netns());
  kernel.call("setns", there.number, CLONE_NEWNET);
  try {
    await once(server.listen(7203, "10.9.0.1"), "listening");
  } finally {
    kernel.call("setns", home.number, CLONE_NEWNET);
  }
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
  loaded.map("sockets").update(INDEX0, new Uint8Array(BigUint64Array.of(BigInt(fd)).buffer));
  using _link = loaded.link(NAME, { kind: "skLookup", netns: netns() });
  const child = await startHeld(
    ["nsenter", `--net=${lab.far.path}`, "bash", "-c", "test $(head -c 5 < /dev/tcp/10.9.0.1/7202) = there"],
    { stdio: "ignore" },
  );
  child.release();
  expect(await child.exited).toMatchObject({ code: 0 });
  server.close();
});

test("a flow dissector is asked by the stack for packets that carry no hash", (t) => {
  needs(t, "netns-link");
  using loaded = backend.load(
    programs(NAME, [{ type: "flowDissector", section: "flow_dissector", text: countAndReturn(1) }]),
  );
  using _link = loaded.link(NAME, { kind: "flowDissector", netns: netns() });
  // Sockets of a fan-out group are chosen by the hash of the flow.
  lab.near.run(`python3 - <<'END'
import os, socket, struct
group = []
for _ in range(2):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    s.bind(("va", 0x0800)); s.setsockopt(263, 18, struct.pack("I", 7)); group.append(s)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(3): udp.sendto(b"x", ("10.9.0.2", 99))
END`);
  lab.sendToNear(3);
  expectCounted(loaded, 1n);
});

test("a segment routing program drops what comes along its segments", () => {
  using loaded = backend.load(
    programs(NAME, [{ type: "lwtSeg6local", section: "lwt_seg6local", text: countAndReturn(2) }]),
  );
  lab.near.run(
    "for k in all va; do echo 1 > /proc/sys/net/ipv6/conf/$k/forwarding; echo 1 > /proc/sys/net/ipv6/conf/$k/seg6_enabled; done",
  );
  lab.far.run(
    "ip -6 route add fd77::/64 via fd09::1 && ip -6 route add fd88::/64 encap seg6 mode encap segs fd77::1,fd78::1 via fd09::1 dev vb",
  );
  using _link = loaded.link(NAME, { kind: "route", hook: "seg6local", destination: "fd77::1/128", ...va() });
  lab.far.run("for i in 1 2 3; do echo hi > /dev/udp/fd88::5/99; done");
  expect(expectCounted(loaded, 3n)).toBe(3n);
});

test("both ends of a netkit pair drop", (t) => {
  needs(t, "netkit");
  const ifindex = lab.addNetkit(kernel);
  lab.near.run(`ip link set nk1 netns ${lab.far.pid}`);
  lab.far.run("ip addr add 10.8.0.2/24 dev nk1; ip link set nk1 up");
  lab.near.run("ip link set nk0 up");
  const answersThere = (seconds: number) => answers(lab.near, "10.8.0.2", seconds);
  expect(answersThere(LATE)).toBe(true);
  for (const peer of [false, true]) {
    using loaded = backend.load(
      programs(NAME, [
        { type: "schedCls", section: peer ? "netkit/peer" : "netkit/primary", text: countAndReturn(2) },
      ]),
    );
    using _link = loaded.link(NAME, { kind: "netkit", ifindex, netns: netns(), peer });
    expectSilence(loaded, answersThere);
  }
});
