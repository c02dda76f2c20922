import { expect, test } from "vitest";
import type { AttachSpec } from "../abi/attach-spec.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import { parseSection } from "../abi/section-names.ts";
import type { ProgramSpec } from "../object/object.ts";
import { PLACES, placeAdvice } from "./load-command-places.ts";

function programOf(section: string): ProgramSpec {
  const parsed = parseSection(section);
  if (parsed === undefined) throw new Error(`${section} says no type`);
  const { rule, target } = parsed;
  return {
    name: "p",
    type: rule.program,
    section,
    insns: [],
    functions: [],
    ...(rule.attach && { attachType: rule.attach }),
    ...(target !== undefined && { attachTo: target }),
  };
}

function read(section: string, place: string): AttachSpec | undefined {
  const [, word = "", rest = ""] = /^([a-z_]+):(.+)$/.exec(place) ?? [];
  return PLACES[word]?.(rest, programOf(section));
}

const cgroup = (path: string, hook: string) => ({ kind: "cgroup", cgroup: { path }, hook });

// biome-ignore format: one place per line
test.each<{ section: string; place: string; gives: unknown }>([
  { section: "cgroup/skb",            place: "cgroup:/c/x:egress",       gives: cgroup("/c/x", "cgroupInetEgress") },
  { section: "cgroup/skb",            place: "cgroup:/c/x:ingress",      gives: cgroup("/c/x", "cgroupInetIngress") },
  { section: "cgroup/skb",            place: "cgroup:/c/x",              gives: undefined },
  { section: "cgroup_skb/egress",     place: "cgroup:/c/x",              gives: cgroup("/c/x", "cgroupInetEgress") },
  { section: "cgroup/connect4",       place: "cgroup:/c/x",              gives: cgroup("/c/x", "cgroupInet4Connect") },
  { section: "cgroup/connect4",       place: "cgroup:/c/x:connect6",     gives: cgroup("/c/x", "cgroupInet6Connect") },
  { section: "cgroup/sock",           place: "cgroup:/c:x:sock_release", gives: cgroup("/c:x", "cgroupInetSockRelease") },
  { section: "cgroup/dev",            place: "cgroup:/c/a:b",            gives: cgroup("/c/a:b", "cgroupDevice") },
  { section: "sockops",               place: "cgroup:/c/x",              gives: cgroup("/c/x", "cgroupSockOps") },
  { section: "lsm_cgroup/socket_bind", place: "cgroup:/c/x",             gives: { kind: "lsmCgroup", hook: "socket_bind", cgroup: { path: "/c/x" } } },
  { section: "xdp",                   place: "cgroup:/c/x",              gives: undefined },
  { section: "sk_msg",                place: "sockmap:m",                gives: { kind: "sockmap", map: "m", hook: "message" } },
  { section: "sk_skb",                place: "sockmap:m",                gives: undefined },
  { section: "sk_skb",                place: "sockmap:m:parser",         gives: { kind: "sockmap", map: "m", hook: "streamParser" } },
  { section: "sk_skb",                place: "sockmap:m:verdict",        gives: { kind: "sockmap", map: "m", hook: "streamVerdict" } },
  { section: "sk_skb/stream_parser",  place: "sockmap:m",                gives: { kind: "sockmap", map: "m", hook: "streamParser" } },
  { section: "sk_skb/verdict",        place: "sockmap:m",                gives: { kind: "sockmap", map: "m", hook: "verdict" } },
  { section: "iter/bpf_map_elem",     place: "iter:m",                   gives: { kind: "iter", target: "bpf_map_elem", map: "m" } },
  { section: "iter/cgroup",           place: "iter:/c/x",                gives: { kind: "iter", target: "cgroup", cgroup: { path: "/c/x" } } },
  { section: "fentry/f",              place: "iter:m",                   gives: undefined },
  { section: "perf_event",            place: "software:page-faults:10",  gives: { kind: "software", event: "page-faults", period: 10 } },
  { section: "perf_event",            place: "software:page-faults",     gives: undefined },
  { section: "perf_event",            place: "hardware:cpu-cycles:99",   gives: { kind: "perfEvent", type: 0, config: 0n, period: 99n } },
  { section: "perf_event",            place: "profile:99",               gives: { kind: "profile", freqHz: 99 } },
  { section: "lwt_in",                place: "route:1:10.1.0.0/16",      gives: { kind: "route", hook: "in", destination: "10.1.0.0/16", ifindex: 1 } },
  { section: "lwt_seg6local",         place: "route:1:fd00::/64",        gives: { kind: "route", hook: "seg6local", destination: "fd00::/64", ifindex: 1 } },
  { section: "xdp",                   place: "route:1:10.1.0.0/16",      gives: undefined },
  { section: "xdp",                   place: "socket:1",                 gives: undefined },
  { section: "sk_lookup",             place: "netns:/n",                 gives: { kind: "skLookup", netns: "/n" } },
  { section: "netfilter",             place: "netfilter:ipv6:localIn:7", gives: { kind: "netfilter", family: "ipv6", hook: "localIn", priority: 7 } },
])("$section at $place", ({ section, place, gives }) => {
  expect(read(section, place)).toEqual(gives);
});

test("there is advice for every type of program, and it names the program", () => {
  for (const type of Object.keys(PROGRAM_TYPES) as ProgramSpec["type"][]) {
    const advice = placeAdvice({ name: "on_x", type, section: "", insns: [], functions: [] });
    expect(advice).not.toContain("NAME=");
    expect(advice.length).toBeGreaterThan(10);
  }
});

test.each(["software:toString:1", "hardware:cpu-cycels:1"])(
  "%s names no event, and near ones are told",
  (place) => {
    const [word = "", rest = ""] = [place.slice(0, 8), place.slice(9)];
    expect(() =>
      PLACES[word]?.(rest, { name: "p", type: "perfEvent", section: "perf_event", insns: [], functions: [] }),
    ).toThrow(expect.objectContaining({ code: "load/bad-place" }));
  },
);
