import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { AttachSpec, ProgramType } from "../../src/abi/attach-spec.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { compareReleases } from "../../src/abi/release.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { Cgroup, countAndReturn, expectGone, programs } from "./linux-lab.ts";
import { COUNTS } from "./linux-programs.ts";
import { needs } from "./needs.ts";

// What a kernel is too old for is refused with the release that brought it, and nothing stays loaded or attached.

const NAME = "skep_od_prog";
const backend = openLinux();
const release = readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();

afterAll(() => {
  backend[Symbol.dispose]();
  expectGone(NAME);
});

const arena: MapSpec = { name: "m", type: "arena", keySize: 0, valueSize: 0, maxEntries: 4, flags: 1 << 10 };
const libc = () => backend.target.resolveBinary("libc") ?? "";

type Row = Readonly<{
  rule: string;
  since: string;
  type: ProgramType;
  section: string;
  attach: (cgroup: string) => AttachSpec;
  maps?: readonly MapSpec[];
}>;

// biome-ignore format: one case per line
const ROWS: readonly Row[] = [
  { rule: "netfilter",           since: "6.4",  type: "netfilter",      section: "netfilter",       attach: () => ({ kind: "netfilter", family: "ipv4", hook: "localIn", priority: 9 }) },
  { rule: "tcx",                 since: "6.6",  type: "schedCls",       section: "tcx/ingress",     attach: () => ({ kind: "tc", ifindex: 1, direction: "ingress", via: "tcx" }) },
  { rule: "netkit",              since: "6.7",  type: "schedCls",       section: "netkit/primary",  attach: () => ({ kind: "netkit", ifindex: 1, peer: false }) },
  { rule: "names of the file system", since: "6.7", type: "cgroupSockAddr", section: "cgroup/connect_unix", attach: (path) => ({ kind: "cgroup", cgroup: { path }, hook: "cgroupUnixConnect" }) },
  { rule: "arenas",              since: "6.9",  type: "socketFilter",   section: "socket",          attach: () => ({ kind: "manual" }), maps: [COUNTS, arena] },
  { rule: "sessions of kprobes", since: "6.10", type: "kprobe",         section: "kprobe.session",  attach: () => ({ kind: "kprobeMulti", functions: ["vfs_read"], return: false, session: true }) },
  { rule: "sessions of uprobes", since: "6.13", type: "kprobe",         section: "uprobe.session",  attach: () => ({ kind: "uprobeMulti", path: libc(), offsets: [0x1000], return: false, session: true, pid: process.pid }) },
];

test.for(ROWS)("a kernel before $since has no $rule, and that is said", (row, t) => {
  needs(t, "cgroup2");
  if (compareReleases(release, row.since) >= 0) return t.skip(`this kernel, ${release}, has it`);
  using cgroup = new Cgroup("old");
  const object = programs(NAME, [{ ...row, name: NAME, text: countAndReturn(0) }], row.maps ?? [COUNTS]);
  const use = () => {
    using loaded = backend.load(object);
    loaded.link(NAME, row.attach(cgroup.path));
  };
  expect(use).toThrow(
    expect.objectContaining({
      code: expect.stringMatching(/^(system|linux)\//),
      remedy: expect.stringMatching(new RegExp(`\\b${row.since.replace(".", "\\.")}\\b`)),
    }),
  );
  expectGone(NAME);
});
