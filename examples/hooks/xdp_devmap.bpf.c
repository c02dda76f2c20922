// Sends what one interface receives out of another, where a second program looks at it once more.
// attach: forward to { kind: "xdp", ifindex }; put the other interface's index and the descriptor of
// `last_look` into map `out` as entry 0, and nothing more
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
__u64 looked;

struct {
  __uint(type, BPF_MAP_TYPE_DEVMAP);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct bpf_devmap_val);
} out SEC(".maps");

SEC("xdp")
int forward(struct xdp_md *ctx) {
  __sync_fetch_and_add(&seen, 1);
  return bpf_redirect_map(&out, 0, XDP_PASS); /* XDP_PASS: where there is no entry */
}

SEC("xdp/devmap")
int last_look(struct xdp_md *ctx) {
  __sync_fetch_and_add(&looked, 1);
  return ctx->egress_ifindex > 0 ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
