/**
 * Fields whose objects are as sure to live as the object that they are read from. By struct, then by how: "rcu" within
 * an RCU section, "rcuOrNull" the same but it may be NULL, "trusted" always, "trustedOrNull".
 * Source: `BTF_TYPE_SAFE_*` in kernel/bpf/verifier.c, v6.18.
 */
export type Safety = "rcu" | "rcuOrNull" | "trusted" | "trustedOrNull";

const SAFE: Readonly<Record<string, Readonly<Record<string, Safety>>>> = {
  task_struct: { cpus_ptr: "rcu", cgroups: "rcu", real_parent: "rcu", group_leader: "rcu" },
  cgroup: { kn: "rcu" },
  css_set: { dfl_cgrp: "rcu" },
  cgroup_subsys_state: { cgroup: "rcu" },
  mm_struct: { exe_file: "rcuOrNull" },
  sk_buff: { sk: "rcuOrNull" },
  request_sock: { sk: "rcuOrNull" },
  bpf_iter_meta: { seq: "trusted" },
  bpf_iter__task: { meta: "trusted", task: "trusted" },
  linux_binprm: { file: "trusted" },
  file: { f_inode: "trusted" },
  dentry: { d_inode: "trustedOrNull" },
  socket: { sk: "trustedOrNull" },
  vm_area_struct: { vm_mm: "trustedOrNull", vm_file: "trustedOrNull" },
};

export function safetyOf(struct: string, field: string): Safety | undefined {
  return SAFE[struct]?.[field];
}
