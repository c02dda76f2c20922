// One program on both ends of a function: it counts entries, asks for the return of every second one, and counts those.
// attach: from the section name
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
__u64 returned;
const volatile __u32 pid;

extern _Bool bpf_session_is_return(void) __ksym;

SEC("kprobe.session/vfs_read")
int on_both(void *ctx) {
  if (bpf_get_current_pid_tgid() >> 32 != pid) return 1; /* 1: without the return */
  if (bpf_session_is_return()) {
    __sync_fetch_and_add(&returned, 1);
    return 0;
  }
  return __sync_fetch_and_add(&seen, 1) & 1;
}

char LICENSE[] SEC("license") = "GPL";
