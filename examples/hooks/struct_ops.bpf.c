// A congestion control for TCP that never grows its window.
// attach: { kind: "structOps", map: "steady" }; then choose it for a socket by its name
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

__u64 seen;

struct sock;
struct tcp_congestion_ops {
  __u32 (*ssthresh)(struct sock *sk);
  void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
  __u32 (*undo_cwnd)(struct sock *sk);
  char name[16];
};

SEC("struct_ops/ssthresh")
__u32 BPF_PROG(steady_ssthresh, struct sock *sk) {
  return 2;
}

SEC("struct_ops/cong_avoid")
void BPF_PROG(steady_cong_avoid, struct sock *sk, __u32 ack, __u32 acked) {
  __sync_fetch_and_add(&seen, 1);
}

SEC("struct_ops/undo_cwnd")
__u32 BPF_PROG(steady_undo_cwnd, struct sock *sk) {
  return 10;
}

SEC(".struct_ops")
struct tcp_congestion_ops steady = {
  .ssthresh = (void *)steady_ssthresh,
  .cong_avoid = (void *)steady_cong_avoid,
  .undo_cwnd = (void *)steady_undo_cwnd,
  .name = "skep_steady",
};

char LICENSE[] SEC("license") = "GPL";
