// Forbids the processes of a cgroup to make sockets.
// attach: { kind: "lsmCgroup", hook: "socket_create", cgroup }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

__u64 seen;

SEC("lsm_cgroup/socket_create")
int BPF_PROG(no_sockets) {
  seen++;
  return 0; /* 1 would allow */
}

char LICENSE[] SEC("license") = "GPL";
