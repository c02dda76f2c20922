// Counts one system call of a process, whatever this architecture calls its function.
// attach: from the section name
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
const volatile __u32 pid;

SEC("ksyscall/getpid")
int on_getpid(void *ctx) {
  if (bpf_get_current_pid_tgid() >> 32 == pid) __sync_fetch_and_add(&seen, 1);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
