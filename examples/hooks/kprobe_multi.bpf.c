// Counts entries of several kernel functions by one link.
// attach: from the section name, a pattern
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
const volatile __u32 pid;

SEC("kprobe.multi/vfs_rea*")
int on_entry(void *ctx) {
  if (bpf_get_current_pid_tgid() >> 32 == pid) __sync_fetch_and_add(&seen, 1);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
