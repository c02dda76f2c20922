// Counts the files that a process opens, with the record that the tracepoint's format describes.
// attach: from the section name
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
const volatile __u32 pid;

struct sys_enter_openat {
  __u64 common;
  __u64 number, folder, path, flags, mode;
};

SEC("tracepoint/syscalls/sys_enter_openat")
int on_openat(struct sys_enter_openat *ctx) {
  if (bpf_get_current_pid_tgid() >> 32 == pid && ctx->path != 0) __sync_fetch_and_add(&seen, 1);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
