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
  task_struct: {
    state: "int",
    pid: "int",
    tgid: "int",
    real_parent: "task_struct *",
    mm: "mm_struct *",
    fs: "fs_struct *",
    files: "files_struct *",
    comm: "char[16]",
  },
};

/** Arguments of raw tracepoints. */
const RAW_TRACEPOINTS: Structs = {
  sched_process_exec: { p: "task_struct *", old_pid: "int", bprm: "linux_binprm *" },
  sys_enter: { regs: "u64", id: "u64" },
  sys_exit: { regs: "u64", ret: "u64" },
};

/** BTF of a made-up kernel. */
export function fakeKernelBtf(): Btf {
  const btf = new BtfBuilder();
  const ids = new Map(Object.keys(STRUCTS).map((name) => [name, btf.reserve()]));
  const bytes = new Map<string, number>();
  for (const [name, fields] of Object.entries(STRUCTS)) {
    let at = 0;
    const members = Object.entries(fields).map(([field, type]): Member => {
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
  if (text === "u64") return btf.addInt(8, false);
  const id = ids.get(text);
  if (id === undefined) throw new Error(`bug: the made-up kernel has no ${text}`);
  return id;
}

function sizeOf(text: string, bytes: ReadonlyMap<string, number>): number {
  if (text.endsWith("*") || text === "u64") return 8;
  if (text === "int") return 4;
  return Number(/\[(\d+)\]/.exec(text)?.[1] ?? bytes.get(text) ?? 1);
}
