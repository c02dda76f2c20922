import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { parseBtf } from "../../src/btf/decode.ts";
import { type Aggregate, resolve, sizeOf } from "../../src/btf/layout.ts";
import { findFunction, findMember, findPrototype, idsOfKind } from "../../src/btf/lookup.ts";
import { typeName } from "../../src/btf/print-c.ts";
import type { Btf, BtfId, Member } from "../../src/btf/types.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { Tracefs } from "../../src/linux/tracefs.ts";
import type { TracepointFormat } from "../../src/plan/target.ts";
import { simKernelTables } from "../../src/sim/btf/types.ts";

const { btf: ours, tracepoints, syscalls, rawTracepoints } = simKernelTables();
const real = parseBtf(new Uint8Array(readFileSync("/sys/kernel/btf/vmlinux")));
const tracefs = new Tracefs(openKernel());
afterAll(() => tracefs[Symbol.dispose]());

const version = readFileSync("/proc/sys/kernel/osrelease", "utf8");
/** The facts were asked of Linux 6.18: other versions may have other records, arguments and members. */
const isOfFacts = version.startsWith("6.18.");

/** Types as one compiler spells them, and without what only some kernels say. */
function spelled(type: string): string {
  return type
    .replace(/\blong long unsigned int\b/g, "unsigned long long")
    .replace(/\blong unsigned int\b/g, "unsigned long")
    .replace(/\bshort unsigned int\b/g, "unsigned short")
    .replace(/\blong long int\b/g, "long long")
    .replace(/\b(long|short) int\b/g, "$1")
    .replace(/ __seg_gs\b/g, "")
    .replace(/\s*\*\s*/g, "*");
}

function shown({ fields }: TracepointFormat): string[] {
  return fields.map(
    (f) =>
      `${spelled(f.type)} ${f.name} ${f.offset}+${f.size} ${f.signed ? "s" : "u"} ${f.dataLoc ? "loc" : ""}`,
  );
}

test.runIf(isOfFacts)("records are those of the real kernel, field by field", () => {
  const differences: string[] = [];
  let compared = 0;
  for (const [name, format] of tracepoints) {
    const [category = "", event = ""] = name.split(":");
    const theirs = tracefs.format(category, event);
    if (theirs === undefined) continue;
    compared++;
    const [a, b] = [shown(format).join("\n"), shown(theirs).join("\n")];
    if (a !== b) differences.push(`${name}\n${a}\n-- real:\n${b}`);
  }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(1100);
});

/** Tracepoints of kernels that are built with more: their records are as in v6.12, which this test cannot see. */
const ELSEWHERE =
  /^(sched:sched_stat_(wait|sleep|iowait|blocked)|(module|preemptirq|context_tracking|scsi|nvme):.*)$/;

test.runIf(isOfFacts)("tracepoints that this kernel lacks are known", () => {
  const missing = [...tracepoints.keys()].filter((name) => {
    const [category = "", event = ""] = name.split(":");
    return tracefs.id(category, event) === undefined;
  });
  expect(missing.filter((name) => !ELSEWHERE.test(name))).toEqual([]);
});

test.runIf(isOfFacts)("raw tracepoints have the real kernel's arguments", () => {
  const differences: string[] = [];
  let compared = 0;
  for (const name of rawTracepoints) {
    const theirs = rawArguments(real, name);
    if (theirs === undefined) continue;
    compared++;
    const [a, b] = [rawArguments(ours, name), theirs];
    if (a !== b) differences.push(`${name}(${a}); real: (${b})`);
  }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(450);
});

function rawArguments(btf: Btf, name: string): string | undefined {
  const typedef = btf.find(`btf_trace_${name}`, "typedef")[0];
  const pointer = typedef === undefined ? undefined : resolve(btf, typedef);
  const proto = pointer?.kind === "pointer" ? btf.type(pointer.to) : undefined;
  if (proto?.kind !== "funcProto") return undefined;
  return proto.params
    .slice(1)
    .map((param) => spelled(typeName(btf, param.type)))
    .join(", ");
}

test("system calls have the real kernel's numbers and arguments", () => {
  expect(syscalls.get("openat")).toEqual({
    number: 257,
    args: [
      { name: "dfd", type: "int" },
      { name: "filename", type: "const char *" },
      { name: "flags", type: "int" },
      { name: "mode", type: "umode_t" },
    ],
  });
  if (!isOfFacts) return;
  const differences = [...syscalls].flatMap(([name, { args }]) => {
    const theirs = tracefs.format("syscalls", `sys_enter_${name}`)?.fields.slice(5) ?? [];
    const [a, b] = [args, theirs].map((list) =>
      list.map((arg) => `${spelled(arg.type)} ${arg.name}`).join(", "),
    );
    return a === b ? [] : [`${name}(${a}); real: (${b})`];
  });
  expect(differences).toEqual([]);
});

/** Members that are as in Linux 6.12, where 6.18 has others, and those that need an option which this kernel lacks. */
const OTHER_MEMBERS = new Set(
  Object.entries({
    // until 6.17
    cfs_rq: "nr_running h_nr_running idle_nr_running idle_h_nr_running avg_vruntime avg_load min_vruntime",
    ns_common: "count",
    mnt_namespace: "seq",
    page: "flags index",
    folio: "flags",
    inode: "i_state",
    dentry: "d_name d_iname",
    file: "f_count f_path",
    writeback_control: "for_reclaim",
    mountpoint: "m_count",
    renamedata: "old_mnt_idmap old_dir new_mnt_idmap new_dir",
    io_kiocb: "task",
    kernfs_node: "parent",
    bio: "bi_inline_vecs",
    request: "write_hint ioprio",
    tcphdr: "res1",
    napi_struct: "gro_bitmask rx_count napi_id",
    bpf_tracing_link: "attach_type",
    // CONFIG_SCHEDSTATS, CONFIG_AUDITSYSCALL
    sched_statistics:
      "wait_start wait_max wait_count wait_sum iowait_count iowait_sum sleep_start sleep_max sum_sleep_runtime " +
      "block_start block_max sum_block_runtime exec_max slice_max nr_migrations_cold nr_forced_migrations nr_wakeups " +
      "nr_wakeups_sync nr_wakeups_migrate nr_wakeups_local nr_wakeups_remote",
    audit_context: "serial",
  }).flatMap(([struct, members]) => members.split(" ").map((member) => `${struct}.${member}`)),
);

test.runIf(isOfFacts)("members of structs are the real kernel's, with its types", () => {
  const differences: string[] = [];
  let compared = 0;
  for (const kind of ["struct", "union"] as const)
    for (const id of idsOfKind(ours, kind)) {
      const type = ours.type(id) as Aggregate;
      const theirs = real.find(type.name, kind)[0];
      if (type.name === "" || type.name.startsWith("trace_event_raw_") || theirs === undefined) continue;
      for (const member of named(ours, type)) {
        const name = `${type.name}.${member.name}`;
        if (OTHER_MEMBERS.has(name)) continue;
        compared++;
        const other = findMember(real, theirs, member.name);
        const [a, b] = [spelledMember(ours, member), other && spelledMember(real, other)];
        if (a !== b) differences.push(`${name}: ${a}; real: ${b}`);
      }
    }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(3000);
});

/** Members, those of unnamed members among them. */
function named(btf: Btf, type: Aggregate): Member[] {
  return type.members.flatMap((member) => {
    if (member.name !== "") return [member];
    const inner = resolve(btf, member.type);
    return inner.kind === "struct" || inner.kind === "union" ? named(btf, inner) : [];
  });
}

function spelledMember(btf: Btf, member: Member): string {
  const width = member.bitWidth === undefined ? "" : ` : ${member.bitWidth}`;
  return spelled(typeName(btf, member.type)).replace(/\[\d+\]/g, "[]") + width;
}

/** Structs whose bytes programs and processes see: they have the real kernel's size, and members where it has them. */
const INTERFACE = (
  "xdp_md __sk_buff bpf_sock bpf_tcp_sock bpf_sock_addr bpf_sock_ops sk_msg_md sk_reuseport_md bpf_sysctl " +
  "bpf_sockopt bpf_cgroup_dev_ctx bpf_sk_lookup bpf_nf_ctx bpf_flow_keys bpf_fib_lookup bpf_tunnel_key " +
  "bpf_perf_event_value bpf_pidns_info bpf_redir_neigh bpf_xfrm_state bpf_sock_tuple bpf_map_info bpf_btf_info " +
  "bpf_insn bpf_spin_lock bpf_timer bpf_dynptr pt_regs trace_entry ethhdr iphdr ipv6hdr tcphdr udphdr icmphdr " +
  "icmp6hdr arphdr vlan_hdr sockaddr sockaddr_in sockaddr_in6 sockaddr_un sockaddr_nl sockaddr_ll in6_addr iovec " +
  "user_msghdr mmsghdr pollfd epoll_event stat statx statfs rusage rlimit sigaction siginfo flock open_how " +
  "sched_attr sched_param new_utsname __kernel_timespec linux_dirent64 tcp_info sigaltstack " +
  "iocb io_event mq_attr clone_args io_uring_cqe sembuf tms rlimit64 mount_attr futex_waitv file_handle xattr_args rseq"
).split(" ");

test.runIf(isOfFacts).each(INTERFACE)("struct %s is laid out as the real one", (name) => {
  const [own, theirs] = [ours, real].map((btf) => ({ btf, id: btf.find(name, "struct")[0] }));
  if (own?.id === undefined || theirs?.id === undefined) throw new Error(`no struct ${name}`);
  expect(sizeOf(own.btf, own.id)).toBe(sizeOf(theirs.btf, theirs.id));
  const places = new Set(memberPlaces(theirs.btf, theirs.id, 0));
  expect(memberPlaces(own.btf, own.id, 0).filter((place) => !places.has(place))).toEqual([]);
});

/** Names and places of all members, those of unnamed ones too. */
function memberPlaces(btf: Btf, id: BtfId, base: number): string[] {
  const type = btf.type(id) as Aggregate;
  return type.members.flatMap((member) => {
    const bit = base + member.bitOffset;
    if (member.name !== "")
      return OTHER_MEMBERS.has(`${type.name}.${member.name}`)
        ? []
        : [`${member.name} ${bit} ${member.bitWidth ?? ""}`];
    const inner = resolve(btf, member.type);
    return inner.kind === "struct" || inner.kind === "union" ? memberPlaces(btf, member.type, bit) : [];
  });
}

/** As in Linux 6.12, where 6.18 has other parameters. */
const OTHER_FUNCTIONS = new Set(
  (
    "vfs_mkdir ext4_da_write_begin ext4_da_write_end __kvmalloc_node_noprof security_bpf bpf_lsm_bpf " +
    "submit_bio_noacct_nocheck iomap_file_buffered_write swap_writeout __tcp_send_ack tcp_send_challenge_ack inet6_csk_xmit"
  ).split(" "),
);

test.runIf(isOfFacts)("functions have the real kernel's prototypes", () => {
  const differences: string[] = [];
  for (const id of idsOfKind(ours, "func")) {
    const name = ours.nameOf(id);
    if (findFunction(real, name) === undefined || OTHER_FUNCTIONS.has(name)) continue;
    const [a, b] = [prototype(ours, name), prototype(real, name)];
    if (a !== b) differences.push(`${name}: ${a}; real: ${b}`);
  }
  expect(differences).toEqual([]);
});

function prototype(btf: Btf, name: string): string {
  const proto = findPrototype(btf, name);
  if (proto === undefined) return "none";
  const params = proto.params.map((param) => `${spelled(typeName(btf, param.type))} ${nameOf(param.name)}`);
  return `${spelled(typeName(btf, proto.returns))}(${params.join(", ")})`;
}

/** The registers of a system call that some kernels are built without have this name. */
function nameOf(param: string): string {
  return param === "__unused" ? "regs" : param;
}
