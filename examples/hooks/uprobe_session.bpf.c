// One program on both ends of a function of a library: what it keeps on entry it finds again on the return.
// attach: from the section name
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
__u64 returned;
const volatile __u32 pid;

extern _Bool bpf_session_is_return(void) __ksym;
extern __u64 *bpf_session_cookie(void) __ksym;

SEC("uprobe.session/libc.so.6:getppid")
int on_both(void *ctx) {
  if (bpf_get_current_pid_tgid() >> 32 != pid) return 1; /* 1: without the return */
  __u64 *kept = (__u64 *)bpf_session_cookie();
  if (bpf_session_is_return()) {
    if (*kept == 42) __sync_fetch_and_add(&returned, 1);
    return 0;
  }
  *kept = 42;
  __sync_fetch_and_add(&seen, 1);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
