// Counts reads of one process, on the entry of a kernel function and on its return.
// attach: from the section names
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
__u64 returned;
const volatile __u32 pid;

SEC("kprobe/vfs_read")
int on_entry(void *ctx) {
  if (bpf_get_current_pid_tgid() >> 32 == pid) __sync_fetch_and_add(&seen, 1);
  return 0;
}

SEC("kretprobe/vfs_read")
int on_return(void *ctx) {
  if (bpf_get_current_pid_tgid() >> 32 == pid) __sync_fetch_and_add(&returned, 1);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
