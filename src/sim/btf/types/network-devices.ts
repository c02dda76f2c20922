/** Socket buffers, network devices, queues, connection tracking, XDP, in C: a selection of what Linux has, v6.12. */
export const NETWORK_DEVICE_TYPES = `
typedef __u32 __wsum; typedef unsigned int sk_buff_data_t;
struct sk_buff {
  union {
    struct { struct sk_buff *next, *prev; union { struct net_device *dev; unsigned long dev_scratch; }; };
    struct rb_node rbnode; struct list_head list;
  };
  struct sock *sk; union { ktime_t tstamp; u64 skb_mstamp_ns; }; char cb[48];
  union {
    struct { unsigned long _skb_refdst; void (*destructor)(struct sk_buff *); };
    struct list_head tcp_tsorted_anchor;
  };
  unsigned long _nfct; unsigned int len, data_len; __u16 mac_len, hdr_len, queue_mapping;
  __u8 cloned : 1, nohdr : 1, fclone : 2, peeked : 1, head_frag : 1, pfmemalloc : 1, pp_recycle : 1;
  __u8 active_extensions;
  union {
    struct {
      __u8 pkt_type : 3, ignore_df : 1, ip_summed : 2, ooo_okay : 1, tstamp_type : 2, tc_at_ingress : 1;
      __u8 csum_level : 2, l4_hash : 1, sw_hash : 1, encapsulation : 1, csum_valid : 1, redirected : 1;
      __u8 slow_gro : 1; __u16 tc_index; union { __wsum csum; struct { __u16 csum_start, csum_offset; }; };
      __u32 priority; int skb_iif; __u32 hash;
      union { u32 vlan_all; struct { __be16 vlan_proto; __u16 vlan_tci; }; };
      union { unsigned int napi_id, sender_cpu; }; __u32 mark;
      union { __be16 inner_protocol; __u8 inner_ipproto; };
      __u16 inner_transport_header, inner_network_header, inner_mac_header; __be16 protocol;
      __u16 transport_header, network_header, mac_header;
    };
    struct {
      __u8 pkt_type : 3, ignore_df : 1, ip_summed : 2, ooo_okay : 1, tstamp_type : 2, tc_at_ingress : 1;
      __u8 csum_level : 2, l4_hash : 1, sw_hash : 1, encapsulation : 1, csum_valid : 1, redirected : 1;
      __u8 slow_gro : 1; __u16 tc_index; union { __wsum csum; struct { __u16 csum_start, csum_offset; }; };
      __u32 priority; int skb_iif; __u32 hash;
      union { u32 vlan_all; struct { __be16 vlan_proto; __u16 vlan_tci; }; };
      union { unsigned int napi_id, sender_cpu; }; __u32 mark;
      union { __be16 inner_protocol; __u8 inner_ipproto; };
      __u16 inner_transport_header, inner_network_header, inner_mac_header; __be16 protocol;
      __u16 transport_header, network_header, mac_header;
    } headers;
  };
  sk_buff_data_t tail, end; unsigned char *head, *data; unsigned int truesize; refcount_t users;
  struct skb_ext *extensions;
};
typedef unsigned long netmem_ref;
struct skb_frag { netmem_ref netmem; unsigned int len, offset; };
struct skb_shared_hwtstamps { union { ktime_t hwtstamp; void *netdev_data; }; };
typedef struct skb_frag skb_frag_t;
struct skb_shared_info {
  __u8 flags, meta_len, nr_frags, tx_flags; unsigned short gso_size, gso_segs; struct sk_buff *frag_list;
  struct skb_shared_hwtstamps hwtstamps; unsigned int gso_type; u32 tskey; atomic_t dataref;
  union { struct { u32 xdp_frags_size, xdp_frags_truesize; }; void *destructor_arg; }; skb_frag_t frags[17];
};
struct net_device_stats {
  union { unsigned long rx_packets; atomic_long_t __rx_packets; };
  union { unsigned long tx_packets; atomic_long_t __tx_packets; };
  union { unsigned long rx_bytes; atomic_long_t __rx_bytes; };
  union { unsigned long tx_bytes; atomic_long_t __tx_bytes; };
  union { unsigned long rx_errors; atomic_long_t __rx_errors; };
  union { unsigned long tx_errors; atomic_long_t __tx_errors; };
  union { unsigned long rx_dropped; atomic_long_t __rx_dropped; };
  union { unsigned long tx_dropped; atomic_long_t __tx_dropped; };
  union { unsigned long multicast; atomic_long_t __multicast; };
  union { unsigned long collisions; atomic_long_t __collisions; };
  union { unsigned long rx_length_errors; atomic_long_t __rx_length_errors; };
  union { unsigned long rx_over_errors; atomic_long_t __rx_over_errors; };
  union { unsigned long rx_crc_errors; atomic_long_t __rx_crc_errors; };
  union { unsigned long rx_frame_errors; atomic_long_t __rx_frame_errors; };
  union { unsigned long rx_fifo_errors; atomic_long_t __rx_fifo_errors; };
  union { unsigned long rx_missed_errors; atomic_long_t __rx_missed_errors; };
  union { unsigned long tx_aborted_errors; atomic_long_t __tx_aborted_errors; };
  union { unsigned long tx_carrier_errors; atomic_long_t __tx_carrier_errors; };
  union { unsigned long tx_fifo_errors; atomic_long_t __tx_fifo_errors; };
  union { unsigned long tx_heartbeat_errors; atomic_long_t __tx_heartbeat_errors; };
  union { unsigned long tx_window_errors; atomic_long_t __tx_window_errors; };
  union { unsigned long rx_compressed; atomic_long_t __rx_compressed; };
  union { unsigned long tx_compressed; atomic_long_t __tx_compressed; };
};
struct rtnl_link_stats64 {
  __u64 rx_packets, tx_packets, rx_bytes, tx_bytes, rx_errors, tx_errors, rx_dropped, tx_dropped;
  __u64 multicast, collisions;
};
enum netdev_tx { __NETDEV_TX_MIN = -2147483648, NETDEV_TX_OK = 0, NETDEV_TX_BUSY = 16 };
typedef enum netdev_tx netdev_tx_t;
struct net_device_ops {
  int (*ndo_open)(struct net_device *); int (*ndo_stop)(struct net_device *);
  netdev_tx_t (*ndo_start_xmit)(struct sk_buff *, struct net_device *);
  int (*ndo_bpf)(struct net_device *, struct netdev_bpf *);
  int (*ndo_xdp_xmit)(struct net_device *, int, struct xdp_frame **, u32);
};
struct rtnl_link_ops { const char *kind; size_t priv_size; };
struct header_ops {
  int (*create)(struct sk_buff *, struct net_device *, unsigned short, const void *, const void *,
    unsigned int);
  int (*parse)(const struct sk_buff *, const struct net_device *, unsigned char *);
};
struct netdev_queue { struct net_device *dev; struct Qdisc *qdisc; unsigned long trans_start, state; };
struct xdp_rxq_info { struct net_device *dev; u32 queue_index, reg_state; };
struct netdev_rx_queue { struct xdp_rxq_info xdp_rxq; struct net_device *dev; };
struct gnet_stats_queue { __u32 qlen, backlog, drops, requeues, overlimits; };
struct Qdisc {
  int (*enqueue)(struct sk_buff *, struct Qdisc *, struct sk_buff **);
  struct sk_buff *(*dequeue)(struct Qdisc *); unsigned int flags; u32 limit; const struct Qdisc_ops *ops;
  u32 handle, parent; struct netdev_queue *dev_queue; struct gnet_stats_queue qstats; unsigned long state;
};
struct Qdisc_ops { struct Qdisc_ops *next; const struct Qdisc_class_ops *cl_ops; char id[16]; int priv_size; };
struct napi_struct {
  struct list_head poll_list;
  unsigned long state;
  int weight;
  unsigned long gro_bitmask;
  int (*poll)(struct napi_struct *, int);
  int list_owner;
  struct net_device *dev;
  struct sk_buff *skb;
  int rx_count;
  unsigned int napi_id;
};
struct packet_type {
  __be16 type; struct net_device *dev;
  int (*func)(struct sk_buff *, struct net_device *, struct packet_type *, struct net_device *);
};
struct net_device {
  unsigned long priv_flags : 32; const struct net_device_ops *netdev_ops;
  const struct header_ops *header_ops; struct netdev_queue *_tx;
  unsigned int real_num_tx_queues, gso_max_size, mtu; unsigned short needed_headroom; unsigned long state;
  unsigned int flags; unsigned short hard_header_len; netdev_features_t features; struct inet6_dev *ip6_ptr;
  struct bpf_prog *xdp_prog; int ifindex; unsigned int real_num_rx_queues; struct netdev_rx_queue *_rx;
  possible_net_t nd_net; char name[16]; unsigned long mem_end, mem_start, base_addr;
  struct list_head dev_list, napi_list; netdev_features_t hw_features; unsigned int min_mtu, max_mtu;
  unsigned short type; int group; struct net_device_stats stats; unsigned int operstate;
  unsigned char link_mode, if_port, perm_addr[32], addr_assign_type, addr_len; unsigned short dev_id, dev_port;
  int irq; unsigned int promiscuity, allmulti; struct in_device *ip_ptr; const unsigned char *dev_addr;
  unsigned int num_rx_queues; unsigned char broadcast[32]; unsigned int num_tx_queues; struct Qdisc *qdisc;
  unsigned int tx_queue_len; u8 reg_state; struct device dev; const struct rtnl_link_ops *rtnl_link_ops;
};
struct in_device { struct net_device *dev; int dead; struct in_ifaddr *ifa_list; };
struct in_ifaddr {
  struct in_ifaddr *ifa_next; struct in_device *ifa_dev;
  __be32 ifa_local, ifa_address, ifa_mask, ifa_broadcast; unsigned char ifa_prefixlen; char ifa_label[16];
};
struct nf_hook_state {
  u8 hook, pf; struct net_device *in, *out; struct sock *sk; struct net *net;
  int (*okfn)(struct net *, struct sock *, struct sk_buff *);
};
typedef unsigned int nf_hookfn(void *, struct sk_buff *, const struct nf_hook_state *);
struct nf_hook_ops {
  nf_hookfn *hook; struct net_device *dev; void *priv; u8 pf; unsigned int hooknum; int priority;
};
struct nf_conntrack { refcount_t use; };
union nf_inet_addr { __u32 all[4]; __be32 ip, ip6[4]; struct in_addr in; struct in6_addr in6; };
union nf_conntrack_man_proto {
  __be16 all; struct { __be16 port; } tcp; struct { __be16 port; } udp; struct { __be16 id; } icmp;
  struct { __be16 port; } dccp; struct { __be16 port; } sctp; struct { __be16 key; } gre;
};
typedef u16 u_int16_t;
struct nf_conntrack_man { union nf_inet_addr u3; union nf_conntrack_man_proto u; u_int16_t l3num; };
typedef u8 u_int8_t;
struct nf_conntrack_tuple {
  struct nf_conntrack_man src;
  struct {
    union nf_inet_addr u3;
    union {
      __be16 all; struct { __be16 port; } tcp; struct { __be16 port; } udp;
      struct { u_int8_t type, code; } icmp; struct { __be16 port; } dccp; struct { __be16 port; } sctp;
      struct { __be16 key; } gre;
    } u;
    u_int8_t protonum; struct { } __nfct_hash_offsetend; u_int8_t dir;
  } dst;
};
struct nf_conntrack_tuple_hash { struct hlist_nulls_node hnnode; struct nf_conntrack_tuple tuple; };
struct nf_conntrack_zone { u16 id; u8 flags, dir; };
typedef u32 u_int32_t;
enum sctp_conntrack {
  SCTP_CONNTRACK_NONE, SCTP_CONNTRACK_CLOSED, SCTP_CONNTRACK_COOKIE_WAIT, SCTP_CONNTRACK_COOKIE_ECHOED,
  SCTP_CONNTRACK_ESTABLISHED, SCTP_CONNTRACK_SHUTDOWN_SENT, SCTP_CONNTRACK_SHUTDOWN_RECD,
  SCTP_CONNTRACK_SHUTDOWN_ACK_SENT, SCTP_CONNTRACK_HEARTBEAT_SENT, SCTP_CONNTRACK_HEARTBEAT_ACKED,
  SCTP_CONNTRACK_MAX
};
struct ip_ct_sctp { enum sctp_conntrack state; __be32 vtag[2]; u8 init[2], last_dir, flags; };
struct ip_ct_tcp_state { u_int32_t td_end, td_maxend, td_maxwin, td_maxack; u_int8_t td_scale, flags; };
struct ip_ct_tcp {
  struct ip_ct_tcp_state seen[2]; u_int8_t state, last_dir, retrans, last_index;
  u_int32_t last_seq, last_ack, last_end; u_int16_t last_win; u_int8_t last_wscale, last_flags;
};
struct nf_ct_udp { unsigned long stream_ts; };
struct nf_ct_gre { unsigned int stream_timeout, timeout; };
union nf_conntrack_proto {
  struct ip_ct_sctp sctp; struct ip_ct_tcp tcp; struct nf_ct_udp udp; struct nf_ct_gre gre;
  unsigned int tmpl_padto;
};
struct nf_conn {
  struct nf_conntrack ct_general; spinlock_t lock; u32 timeout; struct nf_conntrack_zone zone;
  struct nf_conntrack_tuple_hash tuplehash[2]; unsigned long status; possible_net_t ct_net;
  u_int32_t mark, secmark; union nf_conntrack_proto proto;
};
struct tcf_result { union { struct { unsigned long class; u32 classid; }; const struct tcf_proto *goto_tp; }; };
struct xdp_buff {
  void *data, *data_end, *data_meta, *data_hard_start; struct xdp_rxq_info *rxq; struct xdp_txq_info *txq;
  u32 frame_sz, flags;
};
struct xdp_txq_info { struct net_device *dev; };
struct xdp_frame { void *data; u32 len, headroom, metasize, frame_sz, flags; };
enum dma_data_direction { DMA_BIDIRECTIONAL, DMA_TO_DEVICE, DMA_FROM_DEVICE, DMA_NONE };
struct page_pool_params_fast {
  unsigned int order, pool_size; int nid; struct device *dev; struct napi_struct *napi;
  enum dma_data_direction dma_dir; unsigned int max_len, offset;
};
struct page_pool { struct page_pool_params_fast p; };
struct page_pool_params { unsigned int order, pool_size; int nid; struct device *dev; };
`;
