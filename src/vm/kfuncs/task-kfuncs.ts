import { readDynptr } from "../dynptr.ts";
import { ERRNO } from "../errno.ts";
import { writeTo } from "../helpers/dynptr-helpers.ts";
import type { KfuncRecord } from "../helpers/helper.ts";
import type { HelperCall } from "../helpers/helper-call.ts";

const PAD_ZEROS = 1n; // BPF_F_PAD_ZEROS, include/uapi/linux/bpf.h, v6.18

/** Objects of the environment stay as long as it does, so that a reference is the object itself. */
const itself = (call: HelperCall): bigint => call.u64(1);
const nothing = (): number => 0;

/** bpf_copy_from_user_str(to, size, address, flags) and, of a task, (to, size, address, task, flags): bytes read. */
function copyText(ofTask: boolean) {
  return (call: HelperCall): number => {
    const size = call.size(2);
    const flags = call.u64(ofTask ? 5 : 4);
    if ((flags & ~PAD_ZEROS) !== 0n) return -ERRNO.EINVAL;
    if (size === 0) return 0;
    const into = call.write(1, size);
    const length = call.readText(call.u64(3), into, "user", ofTask ? call.u64(4) : undefined);
    if (length < 0) {
      if (flags === PAD_ZEROS) into.fill(0);
      return length;
    }
    if (flags === PAD_ZEROS) into.fill(0, length);
    return length;
  };
}

/** bpf_path_d_path(path, buffer, size): bytes, the NUL included. */
function pathText(call: HelperCall): number {
  const size = call.size(3);
  if (size === 0) return -ERRNO.EINVAL;
  const path = call.env.path(call.u64(1));
  if (path === undefined) return -ERRNO.EINVAL;
  const bytes = new TextEncoder().encode(`${path}\0`);
  if (bytes.length > size) return -ERRNO.ENAMETOOLONG;
  call.write(2, size).set(bytes);
  return bytes.length;
}

/** bpf_get_file_xattr(file, name, dynptr) and the like: bytes of the value, or -errno. */
function attribute(call: HelperCall): number {
  const name = call.text(2, 256);
  const value = call.env.objects?.extendedAttribute?.(call.u64(1), name);
  const into = readDynptr(call, 3);
  if (!name.startsWith("user.") && !name.startsWith("security.bpf.")) return -ERRNO.EPERM;
  if (value === undefined) return -ERRNO.ENODATA;
  if (into === undefined) return -ERRNO.EINVAL;
  if (value.length > into.size) return -ERRNO.ERANGE;
  return writeTo(call, into, 0, value) || value.length;
}

/** bpf_send_signal_task(task, signal, PIDTYPE, value): 0 or -errno. */
function signalTask(call: HelperCall): number {
  const kind = call.u32(3);
  if (kind > 1) return -ERRNO.EINVAL; // PIDTYPE_PID, PIDTYPE_TGID
  return call.env.objects?.signalTask?.(call.u64(1), call.u32(2), kind === 1) ?? -ERRNO.EINVAL;
}

/** Tasks, cgroups, files. */
export const TASK_KFUNCS: readonly KfuncRecord[] = [
  { name: "bpf_task_acquire", args: 1, run: itself },
  { name: "bpf_task_release", args: 1, run: nothing },
  {
    name: "bpf_task_from_pid",
    args: 1,
    run: (call) => call.env.objects?.taskByPid?.(call.u32(1) | 0, false) ?? ownTask(call),
  },
  {
    name: "bpf_task_from_vpid",
    args: 1,
    run: (call) => call.env.objects?.taskByPid?.(call.u32(1) | 0, true) ?? ownTask(call),
  },
  {
    name: "bpf_task_under_cgroup",
    args: 2,
    run: (call) => (call.env.objects?.isTaskIn?.(call.u64(1), call.u64(2)) ? 1 : 0),
  },
  {
    name: "bpf_task_get_cgroup1",
    args: 2,
    run: (call) => call.env.objects?.taskCgroup1?.(call.u64(1), call.u32(2) | 0) ?? 0n,
  },
  { name: "bpf_cgroup_acquire", args: 1, run: itself },
  { name: "bpf_cgroup_release", args: 1, run: nothing },
  {
    name: "bpf_cgroup_ancestor",
    args: 2,
    run: (call) => call.env.objects?.cgroupAncestor?.(call.u64(1), call.u32(2) | 0) ?? 0n,
  },
  { name: "bpf_cgroup_from_id", args: 1, run: (call) => call.env.objects?.cgroupById?.(call.u64(1)) ?? 0n },
  { name: "bpf_get_task_exe_file", args: 1, run: (call) => call.env.objects?.executable?.(call.u64(1)) ?? 0n },
  { name: "bpf_put_file", args: 1, run: nothing },
  { name: "bpf_path_d_path", args: 3, run: pathText },
  { name: "bpf_get_file_xattr", args: 3, run: attribute },
  { name: "bpf_get_dentry_xattr", args: 3, run: attribute },
  { name: "bpf_cgroup_read_xattr", args: 3, run: attribute },
  { name: "bpf_copy_from_user_str", args: 4, run: copyText(false) },
  { name: "bpf_copy_from_user_task_str", args: 5, run: copyText(true) },
  { name: "bpf_send_signal_task", args: 4, run: signalTask },
  { name: "bpf_get_kmem_cache", args: 1, run: (call) => call.env.objects?.slabCache?.(call.u64(1)) ?? 0n },
  { name: "bpf_session_is_return", args: 0, run: (call) => (call.env.hook?.session?.()?.isReturn ? 1 : 0) },
  { name: "bpf_session_cookie", args: 0, run: (call) => call.env.hook?.session?.()?.cookie ?? 0n },
  { name: "cgroup_rstat_updated", args: 2, run: nothing },
  { name: "cgroup_rstat_flush", args: 1, run: nothing },
];

function ownTask(call: HelperCall): bigint {
  const { tid, address } = call.env.task();
  return (call.u32(1) | 0) === tid ? address : 0n;
}
