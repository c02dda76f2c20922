// Counts calls of many functions of a library by one link.
// attach: from the section name, a pattern
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
const volatile __u32 pid;

SEC("uprobe.multi/libc.so.6:getp*id")
int on_call(void *ctx) {
  if (bpf_get_current_pid_tgid() >> 32 == pid) __sync_fetch_and_add(&seen, 1);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
