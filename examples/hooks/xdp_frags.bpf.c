// Counts packets that come in several buffers, as large ones do: only the first buffer lies before data_end.
// attach: { kind: "xdp", ifindex, mode: "native" }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
__u64 longest;

SEC("xdp.frags")
int measure(struct xdp_md *ctx) {
  __u64 first = ctx->data_end - ctx->data;
  __u64 all = bpf_xdp_get_buff_len(ctx);

  if (all > first) __sync_fetch_and_add(&seen, 1);
  if (all > longest) longest = all;
  return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
