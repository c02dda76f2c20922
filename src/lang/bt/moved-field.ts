import type { Composite } from "./composite.ts";

/** A field's other names or places by structure: what older kernels had there, and macros of headers that stand for members. */
// biome-ignore format: one structure per line or two
const MOVED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "struct task_struct": { state: "__state", cpu: "thread_info.cpu" }, // v5.14, v5.16
  "struct request": { rq_disk: "q->disk" }, // v5.17
  "struct bio": { bi_disk: "bi_bdev->bd_disk", bi_rw: "bi_opf", bi_error: "bi_status" }, // v5.12, v4.8, v4.13
  "struct file": { f_dentry: "f_path.dentry", f_vfsmnt: "f_path.mnt" }, // v3.19
  "struct inode": { i_atime: "i_atime_sec", i_mtime: "i_mtime_sec", i_ctime: "i_ctime_sec" }, // v6.11
  "struct dentry": { d_child: "d_sib", d_subdirs: "d_children" }, // v6.8
  "struct mm_struct": { mmap_sem: "mmap_lock" }, // v5.8
  "struct sock": { // include/net/sock.h
    sk_family: "__sk_common.skc_family", sk_state: "__sk_common.skc_state", sk_num: "__sk_common.skc_num", sk_dport: "__sk_common.skc_dport", sk_daddr: "__sk_common.skc_daddr", sk_rcv_saddr: "__sk_common.skc_rcv_saddr",
    sk_v6_daddr: "__sk_common.skc_v6_daddr", sk_v6_rcv_saddr: "__sk_common.skc_v6_rcv_saddr", sk_prot: "__sk_common.skc_prot", sk_net: "__sk_common.skc_net.net", sk_bound_dev_if: "__sk_common.skc_bound_dev_if",
  },
  "struct inet_sock": { // include/net/inet_sock.h
    inet_daddr: "sk.__sk_common.skc_daddr", inet_rcv_saddr: "sk.__sk_common.skc_rcv_saddr", inet_dport: "sk.__sk_common.skc_dport", inet_num: "sk.__sk_common.skc_num",
  },
};

/** Where a structure of the kernel has what other kernels call by this name; undefined where it has not. */
export function movedField(composite: Composite, name: string): string | undefined {
  const fields = MOVED[composite.name];
  const path = fields && Object.hasOwn(fields, name) ? fields[name] : undefined;
  const first = path && /^\w+/.exec(path)?.[0];
  return first && composite.field(first) ? path : undefined;
}
