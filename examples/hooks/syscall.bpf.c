// Runs when user space says so, with a struct that user space gives and gets back.
// run: program.testRun({ context })
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

struct numbers {
  __u64 a, b, sum;
};

SEC("syscall")
int add(struct numbers *n) {
  n->sum = n->a + n->b;
  seen++;
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
