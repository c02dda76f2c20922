// Drops what comes in for this machine.
// attach: { kind: "netfilter", family: "ipv4", hook: "localIn", priority }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("netfilter")
int drop(void *ctx) {
  __sync_fetch_and_add(&seen, 1);
  return 0; /* NF_DROP */
}

char LICENSE[] SEC("license") = "GPL";
