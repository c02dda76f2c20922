import { parseBtf } from "../../src/btf/decode.ts";
import { BtfBuilder } from "../../src/btf/encode.ts";
import type { Btf, BtfId, Member } from "../../src/btf/types.ts";

// Structs by their members' C types: "int", "u64", "char[16]", "mm_struct *", "path" (a struct that stands above).
type Structs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What tools look at in the kernel; members are fewer than there, and elsewhere. */
const STRUCTS: Structs = {
  qstr: { hash: "u64", name: "char *" },
  dentry: { d_parent: "dentry *", d_name: "qstr" },
  vfsmount: { mnt_root: "dentry *" },
  path: { mnt: "vfsmount *", dentry: "dentry *" },
  mount: { before: "u64", mnt_parent: "mount *", mnt_mountpoint: "dentry *", mnt: "vfsmount" },
  file: { flags: "int", f_path: "path" },
  fdtable: { max_fds: "int", fd: "file * *" },
  files_struct: { count: "int", fdt: "fdtable *" },
  fs_struct: { users: "int", root: "path", pwd: "path" },
  mm_struct: { arg_start: "u64", arg_end: "u64" },
  linux_binprm: { argc: "int", filename: "char *", interp: "char *" },
  open_how: { flags: "u64", mode: "u64", resolve: "u64" },
  kuid_t: { val: "u32" },
  cred: { usage: "int", uid: "kuid_t" },
  sock_common: {
    skc_daddr: "u32",
    skc_rcv_saddr: "u32",
    skc_dport: "u16",
    skc_num: "u16",
    skc_family: "u16",
    skc_cookie: "u64",
  },
  sock: {
    __sk_common: "sock_common",
    sk_shutdown: "u8:2",
    sk_userlocks: "u8:4",
    sk_protocol: "u16",
    sk_mark: "u32",
  },
  sk_buff: { len: "u32", data_len: "u32", data: "char *" },
  pt_regs: { ip: "u64", sp: "u64", di: "u64", si: "u64", orig_ax: "u64" },
  task_struct: {
    state: "int",
    pid: "int",
    tgid: "int",
    real_parent: "task_struct *",
    mm: "mm_struct *",
    fs: "fs_struct *",
    files: "files_struct *",
    comm: "char[16]",
    flags: "u32",
    cred: "cred *",
    group_leader: "task_struct *",
    start_time: "u64",
  },
};

const ENUMS: Readonly<Record<string, Readonly<Record<string, bigint>>>> = {
  "": { TCP_ESTABLISHED: 1n, TCP_SYN_SENT: 2n, TCP_CLOSE: 7n },
  pid_type: { PIDTYPE_PID: 0n, PIDTYPE_TGID: 1n },
};

/** Arguments of raw tracepoints. */
const RAW_TRACEPOINTS: Structs = {
  sched_process_exec: { p: "task_struct *", old_pid: "int", bprm: "linux_binprm *" },
  sched_switch: { preempt: "int", prev: "task_struct *", next: "task_struct *" },
  sys_enter: { regs: "pt_regs *", id: "u64" },
  sys_exit: { regs: "pt_regs *", ret: "u64" },
};

/** BTF of a made-up kernel. */
export function fakeKernelBtf(): Btf {
  const btf = new BtfBuilder();
  const ids = new Map(Object.keys(STRUCTS).map((name) => [name, btf.reserve()]));
  const bytes = new Map<string, number>();
  for (const [name, fields] of Object.entries(STRUCTS)) {
    let at = 0;
    let bit = 0; // of the byte of bit-fields at `at`
    const members = Object.entries(fields).map(([field, type]): Member => {
      const [plain = "", width] = type.split(":");
      if (width !== undefined) {
        const member = {
          name: field,
          type: typeOf(btf, plain, ids),
          bitOffset: at * 8 + bit,
          bitWidth: Number(width),
        };
        bit += Number(width);
        return member;
      }
      if (bit > 0) at++;
      bit = 0;
      const size = sizeOf(type, bytes);
      const align = Math.min(8, type.includes("[") ? 1 : size);
      at = Math.ceil(at / align) * align;
      const member = { name: field, type: typeOf(btf, type, ids), bitOffset: at * 8 };
      at += size;
      return member;
    });
    bytes.set(name, Math.ceil(at / 8) * 8);
    btf.define(ids.get(name) as BtfId, { kind: "struct", name, bytes: bytes.get(name) ?? 0, members });
  }
  for (const [name, values] of Object.entries(ENUMS)) {
    const members = Object.entries(values).map(([member, value]) => ({ name: member, value }));
    btf.add({ kind: "enum", name, bytes: 4, signed: false, members });
  }
  for (const [name, args] of Object.entries(RAW_TRACEPOINTS)) addRawTracepoint(btf, name, args, ids);
  return parseBtf(btf.finish());
}

function addRawTracepoint(
  btf: BtfBuilder,
  name: string,
  args: Readonly<Record<string, string>>,
  ids: ReadonlyMap<string, BtfId>,
): void {
  const types = Object.entries(args).map(([arg, type]) => ({ name: arg, type: typeOf(btf, type, ids) }));
  const own = { name: "__data", type: btf.addPointer(0 as BtfId) };
  const returns = 0 as BtfId;
  const named = btf.add({ kind: "funcProto", returns, params: [own, ...types], variadic: false });
  btf.add({ kind: "func", name: `__probestub_${name}`, proto: named, linkage: "static" });
  const params = [own, ...types].map(({ type }) => ({ name: "", type }));
  const unnamed = btf.add({ kind: "funcProto", returns, params, variadic: false });
  btf.add({ kind: "typedef", name: `btf_trace_${name}`, to: btf.addPointer(unnamed) });
}

function typeOf(btf: BtfBuilder, text: string, ids: ReadonlyMap<string, BtfId>): BtfId {
  if (text.endsWith(" *")) return btf.addPointer(typeOf(btf, text.slice(0, -2), ids));
  const array = /^char\[(\d+)\]$/.exec(text);
  if (array) return btf.addArray(btf.addChar(), Number(array[1]));
  if (text === "char") return btf.addChar();
  if (text === "int") return btf.addInt(4, true);
  const unsigned = /^u(8|16|32|64)$/.exec(text);
  if (unsigned) return btf.addInt((Number(unsigned[1]) / 8) as 1 | 2 | 4 | 8, false);
  const id = ids.get(text);
  if (id === undefined) throw new Error(`bug: the made-up kernel has no ${text}`);
  return id;
}

function sizeOf(text: string, bytes: ReadonlyMap<string, number>): number {
  if (text.endsWith("*")) return 8;
  if (text === "int") return 4;
  const unsigned = /^u(8|16|32|64)$/.exec(text);
  if (unsigned) return Number(unsigned[1]) / 8;
  return Number(/\[(\d+)\]/.exec(text)?.[1] ?? bytes.get(text) ?? 1);
}
