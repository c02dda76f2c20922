import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { ProgramType } from "../../src/abi/attach-spec.ts";
import { PROGRAM_KINDS } from "../../src/abi/program-kinds.ts";
import { compareReleases } from "../../src/abi/release.ts";
import { openLinux } from "../../src/linux/backend.ts";
import type { TestRun } from "../../src/linux/bpf-prog.ts";
import { countAndReturn, expectGone, programs } from "./linux-lab.ts";
import { readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";

// BPF_PROG_TEST_RUN for every type of program that docs/program-types.md says it runs, and the refusal of the others.

const NAME = "skep_rn_prog";
const backend = openLinux();
const release = readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();

afterAll(() => {
  backend[Symbol.dispose]();
  expectGone(NAME);
});

// An IPv4 header behind one of Ethernet.
const packet = new Uint8Array(64);
packet.set([8, 0, 0x45, 0, 0, 50, 0, 0, 0, 0, 64, 17], 12);

/** A struct bpf_sk_lookup: AF_INET, UDP, and ports that are set. */
const skLookup = new Uint8Array(64);
new DataView(skLookup.buffer).setUint32(8, 2, true);
new DataView(skLookup.buffer).setUint32(12, 17, true);

type Row = Readonly<{
  kind: string;
  type: ProgramType;
  section: string;
  result: number;
  run?: TestRun;
  needs?: "fentry" | "raw-tp" | "syscall-program";
}>;

// biome-ignore format: one type per line
const ROWS: readonly Row[] = [
  { kind: "XDP",                      type: "xdp",           section: "xdp",                     result: 2, run: { data: packet } },
  { kind: "Traffic control",          type: "schedCls",      section: "tc",                      result: 3, run: { data: packet } },
  { kind: "Traffic control action",   type: "schedAct",      section: "action",                  result: 3, run: { data: packet } },
  { kind: "netkit",                   type: "schedCls",      section: "netkit/primary",          result: 3, run: { data: packet } },
  { kind: "netfilter",                type: "netfilter",     section: "netfilter",               result: 1, run: { data: packet } },
  { kind: "Route",                    type: "lwtIn",         section: "lwt_in",                  result: 2, run: { data: packet } },
  { kind: "Route",                    type: "lwtOut",        section: "lwt_out",                 result: 2, run: { data: packet } },
  { kind: "Route",                    type: "lwtXmit",       section: "lwt_xmit",                result: 2, run: { data: packet } },
  { kind: "Flow dissector",           type: "flowDissector", section: "flow_dissector",          result: 1, run: { data: packet } },
  { kind: "Socket lookup",            type: "skLookup",      section: "sk_lookup",               result: 1, run: { context: skLookup } },
  { kind: "Socket filter",            type: "socketFilter",  section: "socket",                  result: 9, run: { data: packet } },
  { kind: "Packets of a cgroup",      type: "cgroupSkb",     section: "cgroup_skb/ingress",      result: 1, run: { data: packet } },
  { kind: "Run by hand",              type: "syscall",       section: "syscall",                 result: 9, needs: "syscall-program" },
  { kind: "Raw tracepoint",           type: "rawTracepoint", section: "raw_tp/sys_enter",        result: 9, needs: "raw-tp" },
  { kind: "Function, by BTF",         type: "tracing",       section: "fentry/bpf_fentry_test1", result: 0, needs: "fentry" },
  { kind: "Function, by BTF",         type: "tracing",       section: "fexit/bpf_fentry_test1",  result: 0, needs: "fentry" },
];

test.for(ROWS)("a program is run by itself: $section", (row, t) => {
  const since = PROGRAM_KINDS.find(({ name }) => name === row.kind)?.testRun;
  if (since === undefined) throw new Error(`the table says that ${row.kind} cannot be run by itself`);
  if (row.needs) needs(t, row.needs);
  if (compareReleases(release, since) < 0) return t.skip(`needs Linux ${since}`);
  using loaded = backend.load(programs(NAME, [{ ...row, name: NAME, text: countAndReturn(row.result) }]));
  const traced = row.needs === "fentry";
  if (traced) loaded.attach(NAME, [{ attach: attachOf(row.section) }]);
  const { returned } = loaded.program(NAME).testRun(row.run);
  if (!traced) expect(returned).toBe(row.result);
  expect(readCounts(loaded.map("counts"))[0]).toBe(1n);
});

function attachOf(section: string) {
  const [kind, name = ""] = section.split("/");
  return { kind: kind === "fexit" ? "fexit" : "fentry", function: name } as const;
}

test("every type that can be run by itself is in the table", () => {
  const said = PROGRAM_KINDS.filter((kind) => kind.testRun !== undefined).map(({ name }) => name);
  expect([...new Set(ROWS.map(({ kind }) => kind))].sort()).toEqual(said.sort());
});

// biome-ignore format: one type per line
test.each<{ type: ProgramType; section: string; result: number }>([
  { type: "tracepoint",     section: "tracepoint",          result: 0 },
  { type: "perfEvent",      section: "perf_event",          result: 0 },
  { type: "sockOps",        section: "sockops",             result: 1 },
  { type: "skMsg",          section: "sk_msg",              result: 1 },
  { type: "cgroupSock",     section: "cgroup/sock_create",  result: 1 },
  { type: "cgroupSockAddr", section: "cgroup/connect4",     result: 1 },
  { type: "cgroupSockopt",  section: "cgroup/setsockopt",   result: 1 },
  { type: "cgroupDevice",   section: "cgroup/dev",          result: 1 },
  { type: "skReuseport",    section: "sk_reuseport",        result: 1 },
  { type: "lwtSeg6local",   section: "lwt_seg6local",       result: 0 },
  { type: "tracing",        section: "tp_btf/sys_enter",    result: 0 },
  { type: "tracing",        section: "iter/task",           result: 0 },
])("a type that cannot says so: $type", ({ type, section, result }) => {
  using loaded = backend.load(programs(NAME, [{ type, section, text: countAndReturn(result) }]));
  expect(() => loaded.program(NAME).testRun({ data: packet })).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining("attach it") }),
  );
});
