// Forbids one process to make folders.
// attach: from the section name
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

__u64 seen;
const volatile __u32 pid;

SEC("lsm/inode_mkdir")
int BPF_PROG(no_mkdir) {
  if (bpf_get_current_pid_tgid() >> 32 != pid) return 0;
  seen++;
  return -1; /* EPERM */
}

char LICENSE[] SEC("license") = "GPL";
