/** What BPF programs get as context and pass to helpers, in C: a selection of what Linux has, v6.12. */
export const CONTEXT_TYPES = `
struct __sk_buff {
  __u32 len, pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto, priority;
  __u32 ingress_ifindex, ifindex, tc_index, cb[5], hash, tc_classid, data, data_end, napi_id;
  __u32 family, remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port; __u32 data_meta;
  struct bpf_flow_keys *flow_keys; __u64 tstamp; __u32 wire_len, gso_segs;
  struct bpf_sock *sk; __u32 gso_size; __u8 tstamp_type; __u64 hwtstamp;
};
struct xdp_md { __u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex; };
struct bpf_sock {
  __u32 bound_dev_if, family, type, protocol, mark, priority, src_ip4, src_ip6[4], src_port; __be16 dst_port;
  __u32 dst_ip4, dst_ip6[4], state; __s32 rx_queue_mapping;
};
struct bpf_tcp_sock {
  __u32 snd_cwnd, srtt_us, rtt_min, snd_ssthresh, rcv_nxt, snd_nxt, snd_una, mss_cache, ecn_flags;
  __u32 rate_delivered, rate_interval_us, packets_out, retrans_out, total_retrans, segs_in;
  __u32 data_segs_in, segs_out, data_segs_out, lost_out, sacked_out; __u64 bytes_received, bytes_acked;
  __u32 dsack_dups, delivered, delivered_ce, icsk_retransmits;
};
struct bpf_sock_tuple {
  union {
    struct { __be32 saddr, daddr; __be16 sport, dport; } ipv4;
    struct { __be32 saddr[4], daddr[4]; __be16 sport, dport; } ipv6;
  };
};
struct bpf_sock_addr {
  __u32 user_family, user_ip4, user_ip6[4], user_port, family, type, protocol, msg_src_ip4;
  __u32 msg_src_ip6[4]; struct bpf_sock *sk;
};
struct bpf_sock_ops {
  __u32 op; union { __u32 args[4], reply, replylong[4]; };
  __u32 family, remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port;
  __u32 is_fullsock, snd_cwnd, srtt_us, bpf_sock_ops_cb_flags, state, rtt_min, snd_ssthresh;
  __u32 rcv_nxt, snd_nxt, snd_una, mss_cache, ecn_flags, rate_delivered, rate_interval_us;
  __u32 packets_out, retrans_out, total_retrans, segs_in, data_segs_in, segs_out, data_segs_out;
  __u32 lost_out, sacked_out, sk_txhash; __u64 bytes_received, bytes_acked; struct bpf_sock *sk;
  void *skb_data; void *skb_data_end; __u32 skb_len, skb_tcp_flags; __u64 skb_hwtstamp;
};
struct sk_msg_md {
  void *data; void *data_end;
  __u32 family, remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port; __u32 size;
  struct bpf_sock *sk;
};
struct sk_reuseport_md {
  void *data; void *data_end; __u32 len, eth_protocol, ip_protocol, bind_inany, hash;
  struct bpf_sock *sk; struct bpf_sock *migrating_sk;
};
typedef struct pt_regs bpf_user_pt_regs_t;
struct bpf_perf_event_data { bpf_user_pt_regs_t regs; __u64 sample_period, addr; };
struct bpf_perf_event_value { __u64 counter, enabled, running; };
struct bpf_sysctl { __u32 write, file_pos; };
struct bpf_sockopt {
  struct bpf_sock *sk; void *optval; void *optval_end;
  __s32 level, optname, optlen, retval;
};
struct bpf_cgroup_dev_ctx { __u32 access_type, major, minor; };
struct bpf_sk_lookup {
  union { struct bpf_sock *sk; __u64 cookie; }; __u32 family, protocol, remote_ip4, remote_ip6[4];
  __be16 remote_port; __u32 local_ip4, local_ip6[4], local_port, ingress_ifindex;
};
struct bpf_nf_ctx { const struct nf_hook_state *state; struct sk_buff *skb; };
struct bpf_flow_keys {
  __u16 nhoff, thoff, addr_proto; __u8 is_frag, is_first_frag, is_encap, ip_proto;
  __be16 n_proto, sport, dport;
  union { struct { __be32 ipv4_src, ipv4_dst; }; struct { __u32 ipv6_src[4], ipv6_dst[4]; }; }; __u32 flags;
  __be32 flow_label;
};
struct bpf_fib_lookup {
  __u8 family, l4_protocol; __be16 sport, dport; union { __u16 tot_len, mtu_result; }; __u32 ifindex;
  union { __u8 tos; __be32 flowinfo; __u32 rt_metric; }; union { __be32 ipv4_src; __u32 ipv6_src[4]; };
  union { __be32 ipv4_dst; __u32 ipv6_dst[4]; };
  union { struct { __be16 h_vlan_proto, h_vlan_TCI; }; __u32 tbid; };
  union { struct { __u32 mark; }; struct { __u8 smac[6], dmac[6]; }; };
};
struct bpf_redir_neigh { __u32 nh_family; union { __be32 ipv4_nh; __u32 ipv6_nh[4]; }; };
struct bpf_tunnel_key {
  __u32 tunnel_id; union { __u32 remote_ipv4, remote_ipv6[4]; }; __u8 tunnel_tos, tunnel_ttl;
  union { __u16 tunnel_ext; __be16 tunnel_flags; }; __u32 tunnel_label;
  union { __u32 local_ipv4, local_ipv6[4]; };
};
struct bpf_xfrm_state { __u32 reqid, spi; __u16 family, ext; union { __u32 remote_ipv4, remote_ipv6[4]; }; };
struct bpf_pidns_info { __u32 pid, tgid; };
struct bpf_cgroup_storage_key { __u64 cgroup_inode_id; __u32 attach_type; };
struct bpf_spin_lock { __u32 val; };
struct bpf_timer { __u64 __opaque[2]; };
struct bpf_wq { __u64 __opaque[2]; };
struct bpf_dynptr { __u64 __opaque[2]; };
struct bpf_list_head { __u64 __opaque[2]; };
struct bpf_list_node { __u64 __opaque[3]; };
struct bpf_rb_root { __u64 __opaque[2]; };
struct bpf_rb_node { __u64 __opaque[4]; };
struct bpf_refcount { __u32 __opaque[1]; };
struct bpf_iter_num { __u64 __opaque[1]; };
struct bpf_local_storage { void *owner; };
struct bpf_raw_tracepoint_args { __u64 args[0]; };
struct bpf_btf_info { __u64 btf; __u32 btf_size, id; __u64 name; __u32 name_len, kernel_btf; };
struct bpf_map_info {
  __u32 type, id, key_size, value_size, max_entries, map_flags; char name[16];
  __u32 ifindex, btf_vmlinux_value_type_id; __u64 netns_dev, netns_ino;
  __u32 btf_id, btf_key_type_id, btf_value_type_id, btf_vmlinux_id; __u64 map_extra, hash; __u32 hash_size;
};
struct bpf_prog_info { __u32 type, id; __u8 tag[8]; char name[16]; };
struct bpf_lpm_trie_key_hdr { __u32 prefixlen; };
struct bpf_lpm_trie_key_u8 { union { struct bpf_lpm_trie_key_hdr hdr; __u32 prefixlen; }; __u8 data[0]; };
struct bpf_sock_addr_kern { struct sock *sk; struct sockaddr *uaddr; u64 tmp_reg; void *t_ctx; u32 uaddrlen; };
struct bpf_sock_ops_kern { struct sock *sk; struct sk_buff *skb; u8 op, is_fullsock, remaining_opt_len; };
struct bpf_sysctl_kern {
  struct ctl_table_header *head; const struct ctl_table *table; void *cur_val; size_t cur_len; void *new_val;
  size_t new_len; int new_updated, write; loff_t *ppos; u64 tmp_reg;
};
struct bpf_sockopt_kern {
  struct sock *sk; u8 *optval, *optval_end; s32 level, optname, optlen; struct task_struct *current_task;
  u64 tmp_reg;
};
struct scatterlist {
  unsigned long page_link; unsigned int offset, length; dma_addr_t dma_address;
  unsigned int dma_length, dma_flags;
};
struct sk_msg_sg { u32 start, curr, end, size, copybreak; unsigned long copy[1]; struct scatterlist data[19]; };
struct sk_msg {
  struct sk_msg_sg sg; void *data, *data_end; u32 apply_bytes, cork_bytes, flags; struct sock *sk;
};
struct bpf_perf_event_data_kern {
  bpf_user_pt_regs_t *regs; struct perf_sample_data *data; struct perf_event *event;
};
`;
