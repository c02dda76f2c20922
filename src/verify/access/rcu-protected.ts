/** Structs whose objects live until an RCU section ends. Source: `rcu_protected_types` in kernel/bpf/verifier.c, v6.18. */
const RCU_PROTECTED: readonly string[] = [
  "prog_test_ref_kfunc",
  "cgroup",
  "bpf_cpumask",
  "task_struct",
  "bpf_crypto_ctx",
];

export function isRcuProtected(struct: string): boolean {
  return RCU_PROTECTED.includes(struct);
}
