// Takes the place of function `part` of another program.
// attach: { kind: "freplace", program, function: "part" }, given when loading, too
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("freplace/part")
int other_part(struct __sk_buff *skb) {
  seen++;
  return 2;
}

char LICENSE[] SEC("license") = "GPL";
