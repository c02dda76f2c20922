// Counts calls of a function in a library, and their returns.
// attach: from the section names, and to one process
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
__u64 returned;

SEC("uprobe/libc.so.6:write")
int on_write(void *ctx) {
  __sync_fetch_and_add(&seen, 1);
  return 0;
}

SEC("uretprobe/libc.so.6:write")
int on_return(void *ctx) {
  __sync_fetch_and_add(&returned, 1);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
