// Reads the argument of a probe that a program's authors put into it.
// attach: { kind: "usdt", path, provider, name }
#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/errno.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

__u64 seen;

SEC("usdt")
int BPF_USDT(on_sold, int number) {
  __sync_fetch_and_add(&seen, number);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
