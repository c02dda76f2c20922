// Forbids the processes of a cgroup sockets of IPv6.
// attach: { kind: "cgroup", cgroup, hook: "cgroupInetSockCreate" }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("cgroup/sock_create")
int no_ipv6(struct bpf_sock *sk) {
  __sync_fetch_and_add(&seen, 1);
  return sk->family != 10; /* AF_INET6 */
}

char LICENSE[] SEC("license") = "GPL";
