import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AttachSpec, ProgramType } from "../../src/abi/attach-spec.ts";
import type { LinkType } from "../../src/abi/link-types.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { linkRow } from "../../src/cli/link-command-json.ts";
import { LinkNames } from "../../src/cli/link-names.ts";
import { openLinux } from "../../src/linux/backend.ts";
import type { LinkDescription } from "../../src/linux/link-info.ts";
import { openLink } from "../../src/linux/open.ts";
import { LinuxResolver } from "../../src/linux/resolver.ts";
import type { FeatureName } from "./features.ts";
import {
  asm,
  BpfFs,
  Cgroup,
  count,
  countAndReturn,
  expectGone,
  NetLab,
  programs,
  waitFor,
} from "./linux-lab.ts";
import { COUNTS, ifProcess, readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";

// A link of each type: another program takes the first one's place where the kernel can do that; pinned, it stays when
// all else is closed; opened again by its file, it is detached.

const NAME = "skep_lk_prog";
const backend = openLinux();
const { kernel } = backend;
let lab: NetLab;
let cgroup: Cgroup;

beforeAll(() => {
  lab = new NetLab();
  cgroup = new Cgroup("links");
});

afterAll(() => {
  lab[Symbol.dispose]();
  cgroup[Symbol.dispose]();
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
const netns = () => lab.near.path;
const arrive = () => lab.sendToNear(2);
const callSomething = () => {
  for (let i = 0; i < 5; i++) kernel.call("epoll_create1", -1);
};

type Row = Readonly<{
  link: LinkType;
  needed: readonly FeatureName[];
  type: ProgramType;
  section: string;
  result: number;
  attach: () => AttachSpec;
  /** Makes it run. */
  act?: () => void;
  /** Runs only in this process. */
  own?: true;
  updates: boolean;
  /** The kernel has it since this release. */
  since?: readonly [number, number];
}>;

// biome-ignore format: one link per line
const ROWS: readonly Row[] = [
  { link: "xdp",           needed: ["xdp-link"],   type: "xdp",           section: "xdp",               result: 2, updates: true,  attach: () => ({ kind: "xdp", ifindex: lab.ifindex, netns: netns(), mode: "generic" }), act: arrive },
  { link: "tcx",           needed: ["tcx"],        type: "schedCls",      section: "tcx/ingress",       result: 0, updates: true,  attach: () => ({ kind: "tc", ifindex: lab.ifindex, netns: netns(), direction: "ingress", via: "tcx" }), act: arrive },
  { link: "netkit",        needed: ["netkit"],     type: "schedCls",      section: "netkit/primary",    result: 0, updates: true,  attach: () => ({ kind: "netkit", ifindex: lab.addNetkit(kernel), netns: netns(), peer: false }), act: () => lab.near.run("for i in 1 2; do echo hi > /dev/udp/10.8.0.2/9999; done 2> /dev/null || true") },
  { link: "netns",         needed: ["sk-lookup"],  type: "skLookup",      section: "sk_lookup",         result: 1, updates: true,  attach: () => ({ kind: "skLookup", netns: netns() }), act: arrive },
  { link: "netfilter",     needed: ["netfilter"],  type: "netfilter",     section: "netfilter",         result: 1, updates: false, attach: () => ({ kind: "netfilter", family: "ipv4", hook: "localIn", priority: 7, netns: netns() }), act: arrive },
  { link: "cgroup",        needed: ["cgroup2"],    type: "cgroupSkb",     section: "cgroup_skb/egress", result: 1, updates: true,  attach: () => ({ kind: "cgroup", cgroup: { path: cgroup.path }, hook: "cgroupInetEgress" }), act: () => void cgroup.run("echo x > /dev/udp/127.0.0.1/9", lab.near) },
  { link: "sockmap",       needed: ["sk-skb-verdict"], type: "skMsg",     section: "sk_msg",            result: 1, updates: true,  attach: () => ({ kind: "sockmap", map: "sockets", hook: "message" }), since: [6, 10] },
  { link: "rawTracepoint", needed: ["raw-tp"],     type: "rawTracepoint", section: "raw_tp/sys_enter",  result: 0, updates: false, attach: () => ({ kind: "rawTracepoint", name: "sys_enter" }), act: callSomething, own: true },
  { link: "perfEvent",     needed: ["tracefs", "cookie"], type: "tracepoint", section: "tp/raw_syscalls/sys_enter", result: 0, updates: false, attach: () => ({ kind: "tracepoint", category: "raw_syscalls", name: "sys_enter" }), act: callSomething, own: true },
  { link: "kprobeMulti",   needed: ["kprobe-multi"], type: "kprobe",      section: "kprobe.multi",      result: 0, updates: false, attach: () => ({ kind: "kprobeMulti", functions: ["__x64_sys_epoll_create1"], return: false }), act: callSomething, own: true },
  { link: "tracing",       needed: ["fentry"],     type: "tracing",       section: "fentry/__x64_sys_epoll_create1", result: 0, updates: false, attach: () => ({ kind: "fentry", function: "__x64_sys_epoll_create1" }), act: callSomething, own: true },
];

const load = ({ type, section, result, own }: Row) => {
  const text = own ? undefined : countAndReturn(result);
  const object = programs(NAME, [{ type, section, text: text ?? "r0 = 0\n exit" }], [COUNTS, SOCKETS]);
  if (text !== undefined) return backend.load(object);
  const insns = ifProcess(process.pid, asm(count(0)));
  return backend.load({ ...object, programs: object.programs.map((program) => ({ ...program, insns })) });
};

/** What `skep link show --json` says of a link holds what bpftool says. */
function expectAsBpftool(link: LinkDescription): void {
  const args = ["-j", "link", "show", "id", String(link.id)];
  const { pids: _, type, ...theirs } = JSON.parse(execFileSync("bpftool", args, { encoding: "utf8" }));
  const ours = linkRow(new LinkNames(kernel, new LinuxResolver(() => kernel)), link);
  const numbers = (_key: string, value: unknown) => (typeof value === "bigint" ? Number(value) : value);
  expect(JSON.parse(JSON.stringify(ours, numbers))).toMatchObject(theirs);
  if (typeof type === "string") expect(ours.type).toBe(type); // else it is too old to know it
  if (link.type === "kprobeMulti")
    expect(ours).toMatchObject({ funcs: [{ func: "__x64_sys_epoll_create1", module: null, cookie: 0n }] });
}

test.for(ROWS)("a link is updated, pinned and opened again: $link", (row, t) => {
  needs(t, ...row.needed);
  const [major = 0, minor = 0] = row.since ?? [];
  if (backend.target.kernelVersion < (major << 16) + (minor << 8))
    return t.skip(`needs Linux ${major}.${minor}`);
  using files = new BpfFs(kernel);
  const path = `${files.path}/link`;
  const first = load(row);
  using second = load(row);
  const link = first.link(NAME, row.attach());
  const { id } = link.info();
  expect(link.info()).toMatchObject({ type: row.link, programId: first.program(NAME).id });
  expectAsBpftool(link.info());
  const seen = (loaded: typeof first) => readCounts(loaded.map("counts"))[0] ?? 0n;
  row.act?.();
  if (row.act) expect(seen(first)).toBeGreaterThan(0n);
  if (row.updates) {
    link.update(second.programFd(NAME), first.programFd(NAME));
    expect(link.info()).toMatchObject({ id, programId: second.program(NAME).id });
    expect(() => link.update(second.programFd(NAME), first.programFd(NAME))).toThrow(
      expect.objectContaining({ code: "system/EPERM" }),
    );
  } else
    expect(() => link.update(second.programFd(NAME))).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining("attach the new program") }),
    );
  const mine = row.updates ? second : first;
  const before = seen(mine);
  link.pin(path);
  link.close();
  row.act?.();
  if (row.act) expect(seen(mine)).toBeGreaterThan(before);
  {
    using again = openLink(kernel, { pinned: path });
    expect(again.info()).toMatchObject({ id, type: row.link });
    again.detach();
    expect(() => again.detach()).toThrow(expect.objectContaining({ code: "linux/detached" }));
  }
  // Links that cannot be detached while others hold them go with their last file, a moment later.
  rmSync(path);
  waitFor(() => {
    const there = seen(mine);
    row.act?.();
    return seen(mine) === there;
  });
  first.close();
});
