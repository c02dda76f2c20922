// Drops UDP datagrams for one port as they arrive, and passes everything else.
// attach: { kind: "xdp", ifindex }
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
const volatile __u16 port;

struct headers {
  struct ethhdr eth;
  struct iphdr ip;
  struct udphdr udp;
} __attribute__((packed));

SEC("xdp")
int drop_port(struct xdp_md *ctx) {
  struct headers *h = (void *)(long)ctx->data;
  if ((void *)(h + 1) > (void *)(long)ctx->data_end) return XDP_PASS;
  if (h->eth.h_proto != bpf_htons(ETH_P_IP) || h->ip.protocol != IPPROTO_UDP || h->ip.ihl != 5) return XDP_PASS;
  if (h->udp.dest != bpf_htons(port)) return XDP_PASS;
  __sync_fetch_and_add(&seen, 1);
  return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
