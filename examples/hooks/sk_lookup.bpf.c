// Is asked for the socket of each packet, and leaves it to the stack.
// attach: { kind: "skLookup", netns }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("sk_lookup")
int look(struct bpf_sk_lookup *ctx) {
  if (ctx->protocol == 17) __sync_fetch_and_add(&seen, 1);
  return 1; /* SK_PASS */
}

char LICENSE[] SEC("license") = "GPL";
