// Counts samples of a process's work.
// attach: { kind: "profile", freqHz, pid }, or any other counted event
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("perf_event")
int on_sample(void *ctx) {
  __sync_fetch_and_add(&seen, 1);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
