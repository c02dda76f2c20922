import { afterAll, beforeAll, expect, test } from "vitest";
import type { AttachSpec, ProgramType } from "../../src/abi/attach-spec.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { listFilters } from "../../src/linux/net-tc.ts";
import { listInterfaces, setXdp } from "../../src/linux/net-xdp.ts";
import { inNetns } from "../../src/linux/netns.ts";
import { queryPrograms } from "../../src/linux/prog-query.ts";
import { count, countAndReturn, expectCounted, expectGone, NetLab, programs } from "./linux-lab.ts";
import { readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";

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

const NAME = "skep_net_prog";
const PASS = { xdp: 2, tcOk: 0, accept: 1 };
const netns = () => lab.near.path;

function load(type: ProgramType, section: string, text: string, onNote?: (note: string) => void) {
  return backend.load(programs(NAME, [{ type, section, text }]), onNote && { onNote });
}

test("an XDP program sees packets, drops them when told to, and gives way to another", (t) => {
  needs(t, "xdp-link");
  const attach: AttachSpec = { kind: "xdp", ifindex: lab.ifindex, netns: netns(), mode: "generic" };
  using passing = load("xdp", "xdp", countAndReturn(PASS.xdp));
  using dropping = load("xdp", "xdp", countAndReturn(1));
  using link = passing.link(NAME, attach);
  lab.sendToNear(3);
  expectCounted(passing, 3n);
  expect(link.info()).toMatchObject({ type: "xdp", details: { kind: "xdp", ifindex: lab.ifindex } });
  expect(() => passing.link(NAME, attach, { cookie: 1n })).toThrow(
    expect.objectContaining({ code: "linux/no-cookie" }),
  );
  expect(() => dropping.link(NAME, attach)).toThrow(
    expect.objectContaining({ code: "system/EBUSY", remedy: expect.stringContaining("detach") }),
  );
  link.update(dropping.programFd(NAME), passing.programFd(NAME));
  const before = readCounts(passing.map("counts"))[0];
  lab.sendToNear(2);
  expectCounted(dropping, 2n);
  expect(readCounts(passing.map("counts"))[0]).toBe(before);
  link.detach();
  expect(() => link.detach()).toThrow(expect.objectContaining({ code: "linux/detached" }));
  expect(inNetns(kernel, netns(), () => listInterfaces(kernel)).find((i) => i.name === "va")?.xdp).toEqual({});
});

test("XDP runs in the driver, and takes packets in several buffers", (t) => {
  needs(t, "xdp-link");
  using loaded = load("xdp", "xdp.frags", countAndReturn(PASS.xdp));
  loaded.attach(NAME, [{ attach: { kind: "xdp", ifindex: lab.ifindex, netns: netns(), mode: "native" } }]);
  lab.sendToNear(2);
  expectCounted(loaded, 2n);
});

test("XDP by netlink stays until it is taken away, as ip(8) sees it", (t) => {
  needs(t, "xdp-link");
  using loaded = load("xdp", "xdp", countAndReturn(PASS.xdp));
  const { id } = loaded.program(NAME);
  const programFd = loaded.programFd(NAME).number;
  const set = (fd: number) =>
    inNetns(kernel, netns(), () => setXdp(kernel, { ifindex: lab.ifindex, programFd: fd, mode: "generic" }));
  set(programFd);
  try {
    expect(lab.near.run("ip -d link show dev va")).toContain(`prog/xdp id ${id}`);
    expect(inNetns(kernel, netns(), () => listInterfaces(kernel)).find((i) => i.name === "va")?.xdp).toEqual({
      generic: id,
    });
  } finally {
    set(-1);
  }
  expect(lab.near.run("ip -d link show dev va")).not.toContain("prog/xdp");
});

// biome-ignore format: one case per line
test.for([
  { rule: "ingress by tcx",    direction: "ingress", via: "tcx" },
  { rule: "egress by tcx",     direction: "egress",  via: "tcx" },
  { rule: "ingress by clsact", direction: "ingress", via: "clsact" },
  { rule: "egress by clsact",  direction: "egress",  via: "clsact" },
  { rule: "what there is",     direction: "ingress", via: undefined },
] as const)("a traffic control program sees packets: $rule", ({ direction, via }, t) => {
  if (via === "tcx") needs(t, "tcx");
  const notes: string[] = [];
  using loaded = load("schedCls", "tc", countAndReturn(PASS.tcOk), (note) => notes.push(note));
  const attach: AttachSpec = { kind: "tc", ifindex: lab.ifindex, netns: netns(), direction, ...(via && { via }) };
  using link = loaded.link(NAME, attach);
  if (direction === "ingress") lab.sendToNear(3);
  else lab.near.run("for i in 1 2 3; do echo hi > /dev/udp/10.9.0.2/9999; done 2> /dev/null");
  expectCounted(loaded, 3n);
  if (via === "tcx") {
    const type = direction === "ingress" ? "tcxIngress" : "tcxEgress";
    expect(link.info().details).toMatchObject({ kind: "tcx", ifindex: lab.ifindex, attachType: type });
    const queried = inNetns(kernel, netns(), () => queryPrograms(kernel, lab.ifindex, type));
    expect(queried).toEqual([{ programId: loaded.program(NAME).id, linkId: link.info().id }]);
  }
  if (via === "clsact") {
    const filters = inNetns(kernel, netns(), () => listFilters(kernel, { ifindex: lab.ifindex, direction }));
    expect(filters).toMatchObject([{ name: NAME, programId: loaded.program(NAME).id }]);
    expect(lab.near.run(`tc filter show dev va ${direction}`)).toContain("direct-action");
    expect(() => link.info()).toThrow(expect.objectContaining({ code: "linux/no-single-link" }));
  }
  link.close();
  expect(lab.near.run("tc qdisc show dev va")).not.toContain("clsact");
  const there = readCounts(loaded.map("counts"))[0];
  lab.sendToNear(1);
  expect(readCounts(loaded.map("counts"))[0]).toBe(there);
  expect(notes.length > 0).toBe(via === undefined && backend.target.kernelVersion < (6 << 16) + (6 << 8));
});

test("tcx programs run in the order that was asked for", (t) => {
  needs(t, "tcx");
  const next = -1; // TCX_NEXT: the others decide
  using first = load("schedCls", "tcx/ingress", countAndReturn(next));
  using second = load("schedCls", "tcx/ingress", countAndReturn(2)); // drops
  const attach = { kind: "tc", ifindex: lab.ifindex, netns: netns(), direction: "ingress" } as const;
  using _drop = second.link(NAME, attach);
  using behind = first.link(NAME, attach);
  lab.sendToNear(2);
  expect(readCounts(first.map("counts"))[0]).toBe(0n);
  behind.close();
  const program = { id: second.program(NAME).id };
  using _before = first.link(NAME, { ...attach, order: { place: "before", program } });
  lab.sendToNear(2);
  expectCounted(first, 2n);
});

test("a netkit program sees what leaves its end of the pair", (t) => {
  needs(t, "netkit");
  const ifindex = lab.addNetkit(kernel);
  using loaded = load("schedCls", "netkit/primary", countAndReturn(0));
  const attach: AttachSpec = { kind: "netkit", ifindex, netns: netns(), peer: false };
  using link = loaded.link(NAME, attach);
  lab.near.run("for i in 1 2 3; do echo hi > /dev/udp/10.8.0.2/9999; done 2> /dev/null");
  expectCounted(loaded, 3n);
  expect(link.info().details).toEqual({ kind: "netkit", ifindex, attachType: "netkitPrimary" });
  using other = load("schedCls", "netkit/peer", countAndReturn(0));
  using _peer = other.link(NAME, { ...attach, peer: true });
});

// What a netfilter program drops does not arrive.
test("a netfilter program drops what comes in", (t) => {
  needs(t, "netfilter");
  using loaded = load("netfilter", "netfilter", countAndReturn(0));
  const attach: AttachSpec = {
    kind: "netfilter",
    family: "ipv4",
    hook: "localIn",
    priority: -10,
    netns: netns(),
  };
  using link = loaded.link(NAME, attach);
  lab.sendToNear(2);
  expectCounted(loaded, 2n);
  expect(link.info().details).toEqual({ kind: "netfilter", family: 2, hook: 1, priority: -10, flags: 0 });
  expect(() => loaded.link(NAME, attach)).toThrow(expect.objectContaining({ code: "system/EBUSY" }));
});

// biome-ignore format: one case per line
test.for([
  { hook: "xmit", type: "lwtXmit", section: "lwt_xmit" },
  { hook: "out",  type: "lwtOut",  section: "lwt_out" },
  { hook: "in",   type: "lwtIn",   section: "lwt_in" },
] as const)("a route's program sees packets: $hook", ({ hook, type, section }) => {
  using loaded = load(type, section, countAndReturn(0));
  const attach: AttachSpec = { kind: "route", hook, destination: "10.77.0.0/24", ifindex: lab.ifindex, netns: netns() };
  {
    using _link = loaded.link(NAME, attach);
    expect(lab.near.run("ip route show 10.77.0.0/24")).toContain("encap bpf");
    if (hook === "in") {
      // Packets that are forwarded come in: from far through near to a network that only near knows.
      lab.near.run("echo 1 > /proc/sys/net/ipv4/ip_forward; echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter");
      lab.far.run("ip route replace 10.77.0.0/24 via 10.9.0.1; echo hi > /dev/udp/10.77.0.5/99; echo hi > /dev/udp/10.77.0.5/99");
    } else lab.near.run("echo hi > /dev/udp/10.77.0.5/99; echo hi > /dev/udp/10.77.0.5/99");
    expectCounted(loaded, 2n);
    expect(() => loaded.link(NAME, attach)).toThrow(expect.objectContaining({ code: "system/EEXIST" }));
  }
  expect(lab.near.run("ip route show 10.77.0.0/24")).toBe("");
});

test("a segment routing program has a route of its own", () => {
  using loaded = load("lwtSeg6local", "lwt_seg6local", countAndReturn(0));
  const attach: AttachSpec = {
    kind: "route",
    hook: "seg6local",
    destination: "fd77::/64",
    ifindex: lab.ifindex,
    netns: netns(),
  };
  using _link = loaded.link(NAME, attach);
  expect(lab.near.run("ip -6 route show fd77::/64")).toContain("End.BPF");
});

test("a flow dissector is asked about packets", (t) => {
  needs(t, "netns-link");
  using loaded = load("flowDissector", "flow_dissector", countAndReturn(0));
  {
    using link = loaded.link(NAME, { kind: "flowDissector", netns: netns() });
    expect(link.info().details).toMatchObject({ kind: "netns", attachType: "flowDissector" });
    expect(() => loaded.link(NAME, { kind: "flowDissector", netns: netns() })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^system\/(EEXIST|E2BIG)$/) }),
    );
  }
  const packet = new Uint8Array(64);
  packet[12] = 8; // IPv4
  loaded.program(NAME).testRun({ data: packet });
  expect(readCounts(loaded.map("counts"))[0]).toBe(1n);
});

test("a socket lookup program is asked where packets go", (t) => {
  needs(t, "sk-lookup");
  using loaded = load("skLookup", "sk_lookup", countAndReturn(1));
  using link = loaded.link(NAME, { kind: "skLookup", netns: netns() });
  lab.sendToNear(2);
  expectCounted(loaded, 2n);
  expect(link.info().details).toMatchObject({ kind: "netns", attachType: "skLookup" });
});

// biome-ignore format: one case per line
test.for([
  { rule: "no such interface",          attach: () => ({ kind: "xdp", ifindex: 9999, netns: netns() }),                                     type: "xdp",      code: "linux/no-interface" },
  { rule: "no such interface, tc",      attach: () => ({ kind: "tc", ifindex: 9999, direction: "ingress", via: "clsact", netns: netns() }),  type: "schedCls", code: "linux/no-interface" },
  { rule: "no such namespace",          attach: () => ({ kind: "xdp", ifindex: 1, netns: "/no/such" }),                                     type: "xdp",      code: "linux/no-netns" },
  { rule: "a card without offload",     attach: () => ({ kind: "xdp", ifindex: lab.ifindex, mode: "offload", netns: netns() }),             type: "xdp",      code: expect.stringMatching(/^system\/E/) },
  { rule: "no network",                 attach: () => ({ kind: "route", hook: "xmit", destination: "10.0.0.0/99", ifindex: 1 }),            type: "lwtXmit",  code: "linux/bad-destination" },
  { rule: "no such interface, route",   attach: () => ({ kind: "route", hook: "xmit", destination: "10.5.0.0/16", ifindex: 9999, netns: netns() }), type: "lwtXmit", code: "linux/no-interface" },
] as const)("what cannot be attached says why: $rule", ({ attach, type, code }) => {
  const section = type === "lwtXmit" ? "lwt_xmit" : type === "xdp" ? "xdp" : "tc";
  using loaded = load(type, section, `${count(0)}\n r0 = 0\n exit`);
  expect(() => loaded.link(NAME, attach() as AttachSpec)).toThrow(
    expect.objectContaining({ code, remedy: expect.stringMatching(/.{10}/) }),
  );
});
