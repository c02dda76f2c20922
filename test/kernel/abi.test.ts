// The tables of abi/ against the running kernel: its enums, and what its verifier lets each program type call.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, type TestContext, test } from "vitest";
import type { ProgramType } from "../../src/abi/attach-spec.ts";
import { ATTACH_TYPES, type AttachType } from "../../src/abi/attach-types.ts";
import { BPF_COMMANDS } from "../../src/abi/commands.ts";
import { HELPERS, helperById, mayCall } from "../../src/abi/helpers.ts";
import { LINK_TYPES } from "../../src/abi/link-types.ts";
import { ELEM_FLAGS, MAP_FLAGS, RINGBUF_FLAGS, STACK_FLAGS, TIMER_FLAGS } from "../../src/abi/map-flags.ts";
import { MAP_TYPES } from "../../src/abi/map-types.ts";
import * as perf from "../../src/abi/perf-event.ts";
import { PROGRAM_TYPES } from "../../src/abi/program-types.ts";
import { compareReleases } from "../../src/abi/release.ts";
import { parseBtf } from "../../src/btf/decode.ts";
import type { BtfType } from "../../src/btf/types.ts";
import { encodeProgram } from "../../src/isa/encode.ts";
import type { InsnBody } from "../../src/isa/insn.ts";
import { loadProgram } from "../../src/linux/bpf-prog.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { needs } from "./needs.ts";

const release = readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();

/** Every enumerator of the kernel, as bpftool reads it ("BPF_MAP_TYPE_HASH" is 1); undefined without BTF or bpftool. */
const enumerators = readEnumerators();

function readEnumerators(): ReadonlyMap<string, bigint> | undefined {
  const args = ["btf", "dump", "file", "/sys/kernel/btf/vmlinux", "format", "c"];
  const { status, stdout } = spawnSync("bpftool", args, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) return undefined;
  const lines = stdout.matchAll(/^\t([A-Z_a-z]\w*) = (-?\d+)(?:U?LL)?,$/gm);
  return new Map([...lines].map(([, name = "", value = "0"]) => [name, BigInt(value)]));
}

function kernelEnums(context: TestContext): ReadonlyMap<string, bigint> {
  needs(context, "btf");
  if (enumerators === undefined) context.skip("needs the command bpftool");
  return enumerators ?? new Map();
}

type Row = Readonly<{ name: string; number: number; since: string }>;

const rows = (table: Readonly<Record<string, { number: number; since: string; kernelName?: string }>>): Row[] =>
  Object.entries(table).map(([name, row]) => ({ ...row, name: row.kernelName ?? name }));

// biome-ignore format: one enum per line
test.for<{ rule: string; table: Row[]; prefix: RegExp }>([
  { rule: "enum bpf_map_type",    table: rows(MAP_TYPES),     prefix: /^BPF_MAP_TYPE_(?!UNSPEC|.*_DEPRECATED$)/ },
  { rule: "enum bpf_prog_type",   table: rows(PROGRAM_TYPES), prefix: /^BPF_PROG_TYPE_(?!UNSPEC)/ },
  { rule: "enum bpf_link_type",   table: rows(LINK_TYPES),    prefix: /^BPF_LINK_TYPE_(?!UNSPEC)/ },
  { rule: "enum bpf_attach_type", table: rows(ATTACH_TYPES),  prefix: /^BPF_(CGROUP_(?!ITER_|STORAGE_)|TRACE_|TCX_|NETKIT_P|LSM_(MAC|CGROUP)$|MODIFY_RETURN$)/ },
  { rule: "enum bpf_cmd",         table: rows(BPF_COMMANDS),  prefix: /^BPF_(MAP|PROG|OBJ|BTF|LINK)_(?!TYPE_)\w*(CREATE|ELEM|BATCH|LOAD|ATTACH|DETACH|_ID|_FD|PIN|UPDATE)$/ },
  { rule: "enum bpf_func_id",     table: HELPERS.map((h) => ({ name: h.name.replace("bpf_", "BPF_FUNC_"), number: h.id, since: h.since })), prefix: /^BPF_FUNC_(?!unspec)/ },
])("$rule: the same numbers; each is there from its release on", ({ table, prefix }, context) => {
  const kernel = kernelEnums(context);
  for (const { name, number, since } of table) {
    const there = compareReleases(release, since) >= 0;
    expect(kernel.get(name), `${name}, since ${since}, on ${release}`).toBe(there ? BigInt(number) : undefined);
  }
  const known = new Set(table.map((row) => row.name));
  const newer = [...kernel.keys()].filter((name) => prefix.test(name) && !known.has(name));
  if (compareReleases(release, "6.18") <= 0) expect(newer).toEqual([]);
});

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

// biome-ignore format: one set per line
test.for<{ rule: string; flags: Readonly<Record<string, number | bigint>>; name: (key: string) => string; since?: string }>([
  { rule: "map flags",        flags: MAP_FLAGS,             name: (k) => `BPF_F_${snake(k).replace("READ_ONLY", "RDONLY").replace("WRITE_ONLY", "WRONLY")}`, since: "6.9" },
  { rule: "element flags",    flags: ELEM_FLAGS,            name: (k) => (k === "lock" ? "BPF_F_LOCK" : `BPF_${k.toUpperCase()}`) },
  { rule: "ring buffer",      flags: RINGBUF_FLAGS,         name: (k) => `BPF_RB_${snake(k)}` },
  { rule: "timers",           flags: TIMER_FLAGS,           name: (k) => ({ absolute: "BPF_F_TIMER_ABS", pinCpu: "BPF_F_TIMER_CPU_PIN" })[k] ?? k, since: "6.7" },
  { rule: "stacks",           flags: STACK_FLAGS,           name: (k) => `BPF_F_${snake(k).replace("SKIP_FRAMES", "SKIP_FIELD_MASK").replace("FAST_COMPARE", "FAST_STACK_CMP").replace("REUSE_ID", "REUSE_STACKID").replace(/^USER$/, "USER_STACK")}` },
  { rule: "samples",          flags: perf.SAMPLE,           name: (k) => `PERF_SAMPLE_${snake(k)}`, since: "5.12" },
  { rule: "perf types",       flags: perf.PERF_TYPES,       name: (k) => `PERF_TYPE_${snake(k)}` },
  { rule: "perf records",     flags: perf.PERF_RECORDS,     name: (k) => `PERF_RECORD_${snake(k)}`, since: "5.16" },
  { rule: "call chains",      flags: perf.CALLCHAIN_CONTEXT, name: (k) => `PERF_CONTEXT_${snake(k).replace("HYPERVISOR", "HV")}` },
  { rule: "branch samples",   flags: perf.BRANCH_SAMPLE,    name: (k) => `PERF_SAMPLE_BRANCH_${snake(k).replace("HYPERVISOR", "HV").replace("INDIRECT", "IND").replace("CONDITIONAL", "COND")}`, since: "6.8" },
  { rule: "software events",  flags: perf.SOFTWARE_EVENTS,  name: (k) => `PERF_COUNT_SW_${k.replace("minor-faults", "page-faults-min").replace("major-faults", "page-faults-maj").replace("-", "_").replace("-", "_").toUpperCase()}`, since: "5.13" },
])("$rule have the kernel's numbers", ({ flags, name, since = "5.8" }, context) => {
  if (compareReleases(release, since) < 0) context.skip(`needs Linux ${since}, this is ${release}`);
  const kernel = kernelEnums(context);
  for (const [key, value] of Object.entries(flags)) {
    const seen = kernel.get(name(key));
    expect(seen === undefined ? undefined : BigInt.asUintN(64, seen), name(key)).toBe(BigInt(value));
  }
});

// ---- which program types may call which helpers: a call is offered to the verifier in a program of each

type Probe = Readonly<{
  program: ProgramType;
  attach?: AttachType;
  target?: readonly [BtfType["kind"], string];
  flags?: number;
}>;

const SLEEPABLE = 16;
const NEEDS_TARGET: ReadonlySet<ProgramType> = new Set(["tracing", "lsm", "structOps", "ext"]);
const OF_ONE_TYPE = (Object.keys(PROGRAM_TYPES) as ProgramType[])
  .filter((program) => !NEEDS_TARGET.has(program))
  .flatMap((program): Probe[] => {
    const attach = PROGRAM_TYPES[program].attach;
    const free =
      attach.length === 0 ||
      program === "kprobe" ||
      program === "schedCls" ||
      program === "tracepoint" ||
      program === "skSkb";
    if (free) return [{ program, ...(program === "syscall" && { flags: SLEEPABLE }) }];
    return attach.map((type) => ({ program, attach: type }));
  });
// An emulated guest is some hundred times slower: there one of attach types that differ in address family only.
const MORE_OF_THE_SAME =
  /^cgroup(Inet6|Udp|Inet4(Get|PostBind)|Unix|InetEgress|InetSockRelease)|^skReuseportSelectOr|^xdp[DC]/;
const isGuest = process.env["SKEP_GUEST_KERNEL"] !== undefined;
const PROBES: readonly Probe[] = [
  ...OF_ONE_TYPE.filter((probe) => !isGuest || !MORE_OF_THE_SAME.test(probe.attach ?? "")),
  { program: "tracing", attach: "traceRawTp", target: ["typedef", "btf_trace_sched_switch"] },
  { program: "tracing", attach: "traceFentry", target: ["func", "vfs_read"] },
  { program: "tracing", attach: "traceFexit", target: ["func", "vfs_read"] },
  { program: "tracing", attach: "modifyReturn", target: ["func", "security_file_open"] },
  { program: "tracing", attach: "traceIter", target: ["func", "bpf_iter_task"] },
  { program: "lsm", attach: "lsmMac", target: ["func", "bpf_lsm_file_open"] },
  { program: "lsm", attach: "lsmCgroup", target: ["func", "bpf_lsm_socket_bind"] },
];

// Kernels leave them out by configuration or lockdown, or allow them in some hooks only.
const OPTIONAL =
  /^bpf_(probe_write_user|override_return|rc_\w+|inode_storage_\w+|ima_\w+|bprm_opts_set|get_func_(arg|ret|arg_cnt)|skb_get_xfrm_state|lwt_seg6_\w+|tcp_send_ack|[gs]etsockopt|get_branch_snapshot|tcp_raw_\w+)$/;

const EXIT: InsnBody = { kind: "exit" };
const ZERO: InsnBody = { kind: "alu", op: "mov", bits: 64, dst: 0, src: { kind: "imm", imm: 0 } };
const ONE: InsnBody = { kind: "alu", op: "mov", bits: 64, dst: 0, src: { kind: "imm", imm: 1 } };

test("each program type may call exactly the helpers that the table gives it", (context) => {
  needs(context, "btf");
  const kernel = openKernel();
  const btf = parseBtf(new Uint8Array(readFileSync("/sys/kernel/btf/vmlinux")));
  const load = ({ program, attach, target, flags }: Probe, insns: readonly InsnBody[]) => {
    const result = loadProgram(kernel, {
      name: "probe",
      type: PROGRAM_TYPES[program].number,
      insns: encodeProgram(insns),
      license: "GPL",
      logLevel: 1,
      flags: flags ?? 0,
      expectedAttachType: attach === undefined ? 0 : ATTACH_TYPES[attach].number,
      ...(target && { attachBtfId: btf.find(target[1], target[0])[0] ?? 0 }),
    });
    if (result.kind === "loaded") result.fd.close();
    return result;
  };
  const wrong: string[] = [];
  let asked = 0;
  for (const probe of PROBES) {
    const works = [ZERO, ONE].some((value) => load(probe, [value, EXIT]).kind === "loaded");
    if (!works) continue; // an older kernel, a kernel without the option, or policy
    for (const helper of HELPERS) {
      if (compareReleases(release, helper.since) < 0) continue;
      const result = load(probe, [{ kind: "call", target: { kind: "helper", id: helper.id } }, EXIT]);
      const { log } = result;
      if (/helper call is not allowed/.test(log)) continue; // depends on the function that is probed
      const refused =
        /cannot use helper|unknown func|invalid func|not supported for program type|supported only for/;
      const allowed = !refused.test(log);
      const expected = mayCall(helper, { ...probe, release });
      asked++;
      if (allowed === expected || (expected && OPTIONAL.test(helper.name))) continue;
      wrong.push(
        `${helper.name} in ${probe.program} ${probe.attach ?? ""}: ${allowed ? "allowed" : "refused"}`,
      );
    }
  }
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(isGuest ? 2000 : 4000);
});

test("helpers that the kernel knows have the name that its log prints", () => {
  const kernel = openKernel();
  const insns = (id: number) => encodeProgram([{ kind: "call", target: { kind: "helper", id } }, EXIT]);
  for (const helper of HELPERS) {
    if (compareReleases(release, helper.since) < 0) continue;
    const result = loadProgram(kernel, {
      name: "name",
      type: 1,
      insns: insns(helper.id),
      license: "GPL",
      logLevel: 2,
    });
    if (result.kind === "loaded") result.fd.close();
    const [, name, id] = /call (\w+)#(\d+)/.exec(result.log) ?? [];
    expect(`${name}#${id}`).toBe(`${helper.name}#${helper.id}`);
    expect(helperById(Number(id))?.name).toBe(name);
  }
});
