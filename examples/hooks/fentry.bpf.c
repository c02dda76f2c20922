// Reads a function's argument on its entry, and its result on its return. The function is one that
// the kernel keeps for tests: it is called when the program is run by hand.
// attach: from the section names
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

__u64 seen;
__u64 returned;

SEC("fentry/bpf_fentry_test1")
int BPF_PROG(on_entry, int a) {
  seen = a;
  return 0;
}

SEC("fexit/bpf_fentry_test1")
int BPF_PROG(on_return, int a, int result) {
  returned = result;
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
