// Makes a system call fail for one process: a result other than 0 is returned in place of the
// function's own.
// attach: from the section name
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

__u64 seen;
const volatile __u32 pid;

SEC("fmod_ret/security_inode_mkdir")
int BPF_PROG(no_mkdir) {
  if (bpf_get_current_pid_tgid() >> 32 != pid) return 0;
  seen++;
  return -1; /* EPERM */
}

char LICENSE[] SEC("license") = "GPL";
