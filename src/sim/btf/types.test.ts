import { expect, test } from "vitest";
import { findMember, findPrototype, followPath } from "../../btf/lookup.ts";
import { typeName } from "../../btf/print-c.ts";
import type { BtfId } from "../../btf/types.ts";
import { readTracepoints } from "./tracepoint-text.ts";
import { simKernelTables } from "./types.ts";

const { btf, tracepoints, syscalls, rawTracepoints } = simKernelTables();

function struct(name: string): BtfId {
  const id = btf.find(name, "struct")[0];
  if (id === undefined) throw new Error(`no struct ${name}`);
  return id;
}

// biome-ignore format: one path per line
test.each([
  { rule: "a task's parent's name", root: "task_struct", path: "real_parent", last: "struct task_struct *" },
  { rule: "a process's number in its namespace", root: "pid", path: "numbers[0].nr", last: "int" },
  { rule: "credentials", root: "cred", path: "euid.val", last: "uid_t" },
  { rule: "a file's name", root: "file", path: "f_path.dentry", last: "struct dentry *" },
  { rule: "a name's text", root: "dentry", path: "d_name.name", last: "const unsigned char *" },
  { rule: "a socket's addresses", root: "sock", path: "__sk_common.skc_rcv_saddr", last: "__be32" },
  { rule: "a TCP socket is a socket", root: "tcp_sock", path: "inet_conn.icsk_inet.sk.__sk_common.skc_dport", last: "__be16" },
  { rule: "a packet's data", root: "sk_buff", path: "network_header", last: "__u16" },
  { rule: "a request's disk", root: "request", path: "q", last: "struct request_queue *" },
  { rule: "a cgroup's number", root: "cgroup", path: "kn", last: "struct kernfs_node *" },
  { rule: "memory of a process", root: "mm_struct", path: "arg_start", last: "unsigned long" },
])("types have $rule", ({ root, path, last }) => {
  const found = followPath(btf, struct(root), path);
  if (found.kind !== "found") throw new Error(found.reason);
  expect(typeName(btf, found.target.type)).toBe(last);
});

test("a record has its fields where tracefs says", () => {
  const format = tracepoints.get("sched:sched_switch");
  expect(format?.fields.map((f) => `${f.type} ${f.name} ${f.offset}+${f.size}`)).toEqual([
    "unsigned short common_type 0+2",
    "unsigned char common_flags 2+1",
    "unsigned char common_preempt_count 3+1",
    "int common_pid 4+4",
    "char[16] prev_comm 8+16",
    "pid_t prev_pid 24+4",
    "int prev_prio 28+4",
    "long prev_state 32+8",
    "char[16] next_comm 40+16",
    "pid_t next_pid 56+4",
    "int next_prio 60+4",
  ]);
  expect(findMember(btf, struct("trace_event_raw_sched_switch"), "next_pid")?.bitOffset).toBe(56 * 8);
});

test("text of variable length is located by 4 bytes", () => {
  const filename = tracepoints.get("sched:sched_process_exec")?.fields[4];
  expect(filename).toEqual({
    name: "filename",
    type: "char[]",
    offset: 8,
    size: 4,
    signed: false,
    dataLoc: true,
  });
  expect(findMember(btf, struct("trace_event_raw_sched_process_exec"), "__data_loc_filename")).toBeDefined();
});

test("system calls have records of 8 bytes an argument", () => {
  expect(syscalls.get("openat")?.number).toBe(257);
  expect(tracepoints.get("syscalls:sys_enter_openat")?.fields.slice(4)).toEqual([
    { name: "__syscall_nr", type: "int", offset: 8, size: 4, signed: true, dataLoc: false },
    { name: "dfd", type: "int", offset: 16, size: 8, signed: false, dataLoc: false },
    { name: "filename", type: "const char *", offset: 24, size: 8, signed: false, dataLoc: false },
    { name: "flags", type: "int", offset: 32, size: 8, signed: false, dataLoc: false },
    { name: "mode", type: "umode_t", offset: 40, size: 8, signed: false, dataLoc: false },
  ]);
  expect(tracepoints.get("syscalls:sys_exit_openat")?.fields.at(-1)).toMatchObject({ name: "ret", offset: 16 });
  expect(findPrototype(btf, "__x64_sys_openat")?.params.map((p) => p.name)).toEqual(["regs"]);
  expect(findPrototype(btf, "__do_sys_openat")?.params.map((p) => p.name)).toEqual([
    "dfd",
    "filename",
    "flags",
    "mode",
  ]);
});

test("every tracepoint has a format, an id of its own, and a raw tracepoint", () => {
  const ids = new Set([...tracepoints.values()].map((format) => format.id));
  expect(ids.size).toBe(tracepoints.size);
  for (const [name, format] of tracepoints) {
    expect(format.fields.length, name).toBeGreaterThanOrEqual(4);
    if (name.startsWith("syscalls:")) continue;
    expect(btf.find(`btf_trace_${name.slice(name.indexOf(":") + 1)}`, "typedef"), name).toHaveLength(1);
  }
  expect(new Set(rawTracepoints).size).toBe(rawTracepoints.length);
});

test("functions that tools attach to have prototypes", () => {
  const wanted =
    "vfs_read vfs_write vfs_open do_sys_openat2 tcp_connect tcp_v4_connect inet_csk_accept tcp_close tcp_sendmsg " +
    "udp_sendmsg blk_mq_start_request submit_bio ext4_file_read_iter filemap_add_folio mark_page_accessed " +
    "oom_kill_process finish_task_switch cap_capable do_exit wake_up_new_task schedule security_file_open " +
    "bpf_lsm_file_open unix_stream_connect d_lookup lookup_fast mutex_lock down_read _printk __kmalloc_noprof";
  const missing = wanted.split(" ").filter((name) => findPrototype(btf, name) === undefined);
  expect(missing).toEqual([]);
});

test("a text of tracepoints is read: arguments, events, fields, lines that continue", () => {
  const text = `
# sched
wakeup_class(struct task_struct *p, void (*f)(int, int)) = wakeup
  wakeup_new {
  char comm[16]; __data_loc char[] name;
  unsigned long long at; }
plain(void) {
  int x; }
# -
raw_only(int a)
`;
  expect(readTracepoints(text)).toEqual([
    {
      category: "sched",
      name: "wakeup_class",
      params: ["struct task_struct *p", "void (*f)(int, int)"],
      events: ["wakeup", "wakeup_new"],
      fields: [
        { name: "comm", type: "char[16]", dataLoc: false, declaration: "char comm[16]" },
        { name: "name", type: "char[]", dataLoc: true, declaration: "u32 __data_loc_name" },
        { name: "at", type: "unsigned long long", dataLoc: false, declaration: "unsigned long long at" },
      ],
    },
    {
      category: "sched",
      name: "plain",
      params: [],
      events: ["plain"],
      fields: [{ name: "x", type: "int", dataLoc: false, declaration: "int x" }],
    },
    { category: undefined, name: "raw_only", params: ["int a"], events: ["raw_only"], fields: [] },
  ]);
});
