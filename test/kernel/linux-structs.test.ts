import { expect, test } from "vitest";
import * as link from "../../src/abi/attr-link.ts";
import * as info from "../../src/abi/attr-link-info.ts";
import * as map from "../../src/abi/attr-map.ts";
import * as object from "../../src/abi/attr-object.ts";
import { PERF_EVENT_FLAGS, perfEventAttr } from "../../src/abi/attr-perf.ts";
import * as prog from "../../src/abi/attr-prog.ts";
import { resolve, sizeOf } from "../../src/btf/layout.ts";
import { findMember, findStruct, findUnion, followPath } from "../../src/btf/lookup.ts";
import type { Btf, BtfId } from "../../src/btf/types.ts";
import { openKernelBtf } from "../../src/linux/kernel-btf.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { needs } from "./needs.ts";

type AnyStruct = Readonly<{ name: string; bytes: number; offsets: Readonly<Record<string, number>> }>;

/** Where a struct is: an arm of union bpf_attr by name, the unnamed arm that holds a field, or a struct by name. */
type Place = Readonly<
  | { arm: string }
  | { armWith: string }
  | { struct: string; at?: number }
  | { union: string; member: string }
  | { info: string; member?: string }
>;

// biome-ignore format: one struct per line
const STRUCTS: readonly Readonly<{ ours: AnyStruct; place: Place; renamed?: Readonly<Record<string, string>> }>[] = [
  { ours: map.mapCreateAttr,           place: { armWith: "map_type" } },
  { ours: map.mapElemAttr,             place: { armWith: "key" } },
  { ours: map.mapBatchAttr,            place: { arm: "batch" } },
  { ours: prog.progLoadAttr,           place: { armWith: "prog_type" } },
  { ours: prog.progTestRunAttr,        place: { arm: "test" } },
  { ours: prog.btfLoadAttr,            place: { armWith: "btf_log_buf" } },
  { ours: prog.progBindMapAttr,        place: { arm: "prog_bind_map" } },
  { ours: prog.enableStatsAttr,        place: { arm: "enable_stats" } },
  { ours: prog.funcInfo,               place: { struct: "bpf_func_info" } },
  { ours: prog.lineInfo,               place: { struct: "bpf_line_info" } },
  { ours: link.linkCreateAttr,         place: { arm: "link_create" }, renamed: { rest: "target_btf_id" } },
  { ours: link.linkUpdateAttr,         place: { arm: "link_update" } },
  { ours: link.linkDetachAttr,         place: { arm: "link_detach" } },
  { ours: link.rawTracepointAttr,      place: { arm: "raw_tracepoint" } },
  { ours: link.progAttachAttr,         place: { armWith: "attach_bpf_fd" } },
  { ours: link.iterCreateAttr,         place: { arm: "iter_create" } },
  { ours: object.getIdAttr,            place: { armWith: "start_id" }, renamed: { id: "start_id", tokenFd: "fd_by_id_token_fd" } },
  { ours: object.objInfoAttr,          place: { arm: "info" } },
  { ours: object.objPathAttr,          place: { armWith: "pathname" } },
  { ours: object.taskFdQueryAttr,      place: { arm: "task_fd_query" } },
  { ours: object.progInfo,             place: { struct: "bpf_prog_info" } },
  { ours: object.mapInfo,              place: { struct: "bpf_map_info" } },
  { ours: object.btfInfo,              place: { struct: "bpf_btf_info" } },
  { ours: object.linkInfo,             place: { struct: "bpf_link_info" }, renamed: { rest: "raw_tracepoint" } },
  { ours: link.progQueryAttr,          place: { arm: "query" } },
  { ours: link.iterMapInfo,            place: { union: "bpf_iter_link_info", member: "map" } },
  { ours: link.iterCgroupInfo,         place: { union: "bpf_iter_link_info", member: "cgroup" } },
  { ours: link.iterTaskInfo,           place: { union: "bpf_iter_link_info", member: "task" } },
  { ours: info.linkInfoRawTracepoint,  place: { info: "raw_tracepoint" }, renamed: { name: "tp_name", nameLen: "tp_name_len" } },
  { ours: info.linkInfoTracing,        place: { info: "tracing" } },
  { ours: info.linkInfoCgroup,         place: { info: "cgroup" } },
  { ours: info.linkInfoIter,           place: { info: "iter" }, renamed: { mapId: "map.map_id", cgroupId: "cgroup.cgroup_id", order: "cgroup.order" } },
  { ours: info.linkInfoNetns,          place: { info: "netns" } },
  { ours: info.linkInfoXdp,            place: { info: "xdp" } },
  { ours: info.linkInfoStructOps,      place: { info: "struct_ops" } },
  { ours: info.linkInfoNetfilter,      place: { info: "netfilter" } },
  { ours: info.linkInfoKprobeMulti,    place: { info: "kprobe_multi" } },
  { ours: info.linkInfoUprobeMulti,    place: { info: "uprobe_multi" } },
  { ours: info.linkInfoPerfEvent,      place: { info: "perf_event" } },
  { ours: info.linkInfoPerfUprobe,     place: { info: "perf_event", member: "uprobe" } },
  { ours: info.linkInfoPerfKprobe,     place: { info: "perf_event", member: "kprobe" } },
  { ours: info.linkInfoPerfTracepoint, place: { info: "perf_event", member: "tracepoint" } },
  { ours: info.linkInfoPerfConfig,     place: { info: "perf_event", member: "event" } },
  { ours: info.linkInfoTcx,            place: { info: "tcx" } },
  { ours: info.linkInfoSockmap,        place: { info: "sockmap" } },
  { ours: perfEventAttr,               place: { struct: "perf_event_attr" }, renamed: { flags: "disabled" } },
];

// biome-ignore format: one struct per line
const LINK_ARMS: readonly Readonly<{ ours: AnyStruct; arm: string | undefined }>[] = [
  { ours: link.linkPerfEvent,   arm: "perf_event" },
  { ours: link.linkTracing,     arm: "tracing" },
  { ours: link.linkKprobeMulti, arm: "kprobe_multi" },
  { ours: link.linkUprobeMulti, arm: "uprobe_multi" },
  { ours: link.linkIter,        arm: undefined },
  { ours: link.linkTcx,         arm: "tcx" },
  { ours: link.linkNetfilter,   arm: "netfilter" },
];

const btf = openKernelBtf(openKernel()) as Btf; // tests that need it skip without

function rootOf(place: Place): BtfId {
  if ("struct" in place) return found(findStruct(btf, place.struct));
  if ("union" in place) return found(findMember(btf, found(findUnion(btf, place.union)), place.member)?.type);
  if ("info" in place) {
    const root = found(findMember(btf, found(findStruct(btf, "bpf_link_info")), place.info)?.type);
    return place.member === undefined ? root : found(findMember(btf, root, place.member)?.type);
  }
  const attr = found(findUnion(btf, "bpf_attr"));
  if ("arm" in place) return found(findMember(btf, attr, place.arm)?.type);
  const union = resolve(btf, attr);
  if (union.kind !== "union") throw new Error("bpf_attr is no union");
  return found(union.members.find((m) => m.name === "" && findMember(btf, m.type, place.armWith))?.type);
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the kernel's BTF lacks it");
  return value;
}

/** Where the last member ends; padding behind it may hold what newer kernels add. */
function endOf(root: BtfId): number {
  const type = resolve(btf, root);
  if (type.kind !== "struct" && type.kind !== "union") throw new Error(`${type.kind} has no members`);
  return Math.max(...type.members.map((m) => m.bitOffset / 8 + sizeOf(btf, m.type)));
}

const snake = (name: string) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

function memberAt(root: BtfId, path: string): { bitOffset: number } | undefined {
  const found = followPath(btf, root, path);
  return found.kind === "found" ? found.target : undefined;
}

function differences(ours: AnyStruct, root: BtfId, renamed: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries(ours.offsets).flatMap(([name, offset]) => {
    if (/^(unused|reserved)/.test(name)) return [];
    const member = memberAt(root, renamed[name] ?? snake(name));
    // A field that this kernel does not have yet lies behind those that it has.
    if (member === undefined) return offset >= endOf(root) ? [] : [`${ours.name}: no ${name}`];
    return member.bitOffset === offset * 8
      ? []
      : [`${ours.name}.${name} is at ${member.bitOffset / 8}, not ${offset}`];
  });
}

test.for(STRUCTS)("$ours.name lies as in the kernel", (row, t) => {
  needs(t, "btf");
  expect(differences(row.ours, rootOf(row.place), row.renamed)).toEqual([]);
});

test.for(LINK_ARMS)("$ours.name lies as in the kernel", ({ ours, arm }, t) => {
  needs(t, "btf");
  const create = rootOf({ arm: "link_create" });
  const root = arm === undefined ? undefined : findMember(btf, create, arm)?.type;
  if (root !== undefined) expect(differences(ours, root)).toEqual([]);
  else if (arm === undefined)
    expect(findMember(btf, create, "iter_info_len")?.bitOffset).toBe(
      (16 + (ours.offsets["iterInfoLen"] ?? 0)) * 8,
    );
});

test("flags of perf events are the kernel's bits", (t) => {
  needs(t, "btf");
  const attr = found(findStruct(btf, "perf_event_attr"));
  const first = found(findMember(btf, attr, "disabled")).bitOffset;
  for (const [name, bit] of Object.entries(PERF_EVENT_FLAGS)) {
    const member = findMember(btf, attr, snake(name));
    if (member) expect(`${name} ${1n << BigInt(member.bitOffset - first)}`).toBe(`${name} ${bit}`);
  }
});
