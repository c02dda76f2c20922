/** Sockets: TCP, UDP, UNIX, packet and netlink, in C: a selection of what Linux has, v6.12. */
export const SOCKET_TYPES = `
typedef struct { union { void *kernel, *user; }; bool is_kernel : 1; } sockptr_t;
struct proto {
  void (*close)(struct sock *, long); int (*connect)(struct sock *, struct sockaddr *, int);
  int (*disconnect)(struct sock *, int); struct sock *(*accept)(struct sock *, struct proto_accept_arg *);
  int (*ioctl)(struct sock *, int, int *); int (*init)(struct sock *); void (*destroy)(struct sock *);
  void (*shutdown)(struct sock *, int); int (*setsockopt)(struct sock *, int, int, sockptr_t, unsigned int);
  int (*getsockopt)(struct sock *, int, int, char *, int *);
  int (*sendmsg)(struct sock *, struct msghdr *, size_t);
  int (*recvmsg)(struct sock *, struct msghdr *, size_t, int);
  int (*bind)(struct sock *, struct sockaddr *, int); int (*backlog_rcv)(struct sock *, struct sk_buff *);
  int (*hash)(struct sock *); void (*unhash)(struct sock *); int (*get_port)(struct sock *, unsigned short);
  unsigned int obj_size; struct module *owner; char name[32];
};
struct proto_ops {
  int family; struct module *owner; int (*release)(struct socket *);
  int (*bind)(struct socket *, struct sockaddr *, int);
  int (*connect)(struct socket *, struct sockaddr *, int, int);
  int (*socketpair)(struct socket *, struct socket *);
  int (*accept)(struct socket *, struct socket *, struct proto_accept_arg *);
  int (*getname)(struct socket *, struct sockaddr *, int);
  __poll_t (*poll)(struct file *, struct socket *, struct poll_table_struct *);
  int (*ioctl)(struct socket *, unsigned int, unsigned long); int (*listen)(struct socket *, int);
  int (*shutdown)(struct socket *, int); int (*setsockopt)(struct socket *, int, int, sockptr_t, unsigned int);
  int (*getsockopt)(struct socket *, int, int, char *, int *);
  int (*sendmsg)(struct socket *, struct msghdr *, size_t);
  int (*recvmsg)(struct socket *, struct msghdr *, size_t, int);
};
struct socket_wq { wait_queue_head_t wait; struct fasync_struct *fasync_list; unsigned long flags; };
typedef enum { SS_FREE = 0, SS_UNCONNECTED = 1, SS_CONNECTING = 2, SS_CONNECTED = 3, SS_DISCONNECTING = 4,
  } socket_state;
struct socket {
  socket_state state; short type; unsigned long flags; struct file *file; struct sock *sk;
  const struct proto_ops *ops; struct socket_wq wq;
};
struct socket_alloc { struct socket socket; struct inode vfs_inode; };
struct msghdr {
  void *msg_name; int msg_namelen, msg_inq; struct iov_iter msg_iter; void *msg_control;
  bool msg_control_is_user : 1, msg_get_inq : 1; unsigned int msg_flags; __kernel_size_t msg_controllen;
};
struct user_msghdr {
  void *msg_name; int msg_namelen; struct iovec *msg_iov; __kernel_size_t msg_iovlen; void *msg_control;
  __kernel_size_t msg_controllen; unsigned int msg_flags;
};
struct cmsghdr { __kernel_size_t cmsg_len; int cmsg_level, cmsg_type; };
struct scm_fp_list { short count, count_unix, max; struct user_struct *user; struct file *fp[253]; };
struct scm_cookie { struct pid *pid; struct scm_fp_list *fp; };
struct mmsghdr { struct user_msghdr msg_hdr; unsigned int msg_len; };
struct sk_buff_head { struct sk_buff *next, *prev; __u32 qlen; spinlock_t lock; };
struct sk_buff_list { struct sk_buff *next, *prev; };
typedef __u64 __addrpair; typedef __u32 __portpair;
struct hlist_nulls_node { struct hlist_nulls_node *next, **pprev; };
struct sock_common {
  union { __addrpair skc_addrpair; struct { __be32 skc_daddr, skc_rcv_saddr; }; };
  union { unsigned int skc_hash; __u16 skc_u16hashes[2]; };
  union { __portpair skc_portpair; struct { __be16 skc_dport; __u16 skc_num; }; }; unsigned short skc_family;
  volatile unsigned char skc_state;
  unsigned char skc_reuse : 4, skc_reuseport : 1, skc_ipv6only : 1, skc_net_refcnt : 1; int skc_bound_dev_if;
  struct hlist_node skc_bind_node; struct proto *skc_prot; possible_net_t skc_net;
  struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr; atomic64_t skc_cookie;
  union { unsigned long skc_flags; struct sock *skc_listener; };
  union { struct hlist_node skc_node; struct hlist_nulls_node skc_nulls_node; };
  unsigned short skc_tx_queue_mapping, skc_rx_queue_mapping; int skc_incoming_cpu;
  refcount_t skc_refcnt; u32 skc_rxhash;
};
typedef struct { spinlock_t slock; int owned; wait_queue_head_t wq; } socket_lock_t;
struct sock_cgroup_data { struct cgroup *cgroup; u32 classid; u16 prioidx; };
struct sk_filter { refcount_t refcnt; struct bpf_prog *prog; };
typedef u64 netdev_features_t;
struct sock {
  struct sock_common __sk_common; atomic_t sk_drops; __s32 sk_peek_off;
  struct sk_buff_head sk_error_queue, sk_receive_queue;
  struct { atomic_t rmem_alloc; int len; struct sk_buff *head, *tail; } sk_backlog;
  struct dst_entry *sk_rx_dst; u8 sk_userlocks; int sk_rcvbuf; struct sk_filter *sk_filter;
  struct socket_wq *sk_wq; void (*sk_data_ready)(struct sock *); long sk_rcvtimeo;
  int sk_rcvlowat, sk_err; struct socket *sk_socket; struct mem_cgroup *sk_memcg; socket_lock_t sk_lock;
  int sk_forward_alloc; u32 sk_tsflags; int sk_write_pending; atomic_t sk_omem_alloc;
  int sk_err_soft, sk_wmem_queued; refcount_t sk_wmem_alloc; unsigned long sk_tsq_flags;
  union { struct sk_buff *sk_send_head; struct rb_root tcp_rtx_queue; }; struct sk_buff_head sk_write_queue;
  u32 sk_pacing_status; struct timer_list sk_timer; unsigned long sk_pacing_rate, sk_max_pacing_rate;
  long sk_sndtimeo; u32 sk_priority, sk_mark; kuid_t sk_uid; u16 sk_protocol, sk_type;
  struct dst_entry *sk_dst_cache; netdev_features_t sk_route_caps; u16 sk_gso_max_segs;
  unsigned int sk_gso_max_size; gfp_t sk_allocation; u32 sk_txhash; int sk_sndbuf;
  u8 sk_gso_disabled : 1, sk_kern_sock : 1, sk_no_check_tx : 1, sk_no_check_rx : 1, sk_shutdown;
  unsigned long sk_lingertime; struct proto *sk_prot_creator; u32 sk_ack_backlog, sk_max_ack_backlog;
  struct pid *sk_peer_pid; const struct cred *sk_peer_cred; ktime_t sk_stamp; void *sk_user_data, *sk_security;
  struct sock_cgroup_data sk_cgrp_data; void (*sk_state_change)(struct sock *);
  void (*sk_write_space)(struct sock *); void (*sk_error_report)(struct sock *);
  int (*sk_backlog_rcv)(struct sock *, struct sk_buff *); void (*sk_destruct)(struct sock *);
  struct sock_reuseport *sk_reuseport_cb; struct bpf_local_storage *sk_bpf_storage;
};
struct inet_sock {
  struct sock sk; struct ipv6_pinfo *pinet6; unsigned long inet_flags; __be32 inet_saddr; __s16 uc_ttl;
  __be16 inet_sport; struct ip_options_rcu *inet_opt; atomic_t inet_id; __u8 tos, min_ttl, mc_ttl, pmtudisc;
  int uc_index, mc_index; __be32 mc_addr;
};
struct ipv6_pinfo {
  struct in6_addr saddr; __be32 flow_label; s16 hop_limit; bool daddr_cache; u8 mcast_hops; u32 frag_size;
  int ucast_oif;
};
struct request_sock {
  struct sock_common __req_common; struct request_sock *dl_next; u16 mss;
  u8 num_retrans, syncookie : 1, num_timeout : 7; u32 ts_recent; struct timer_list rsk_timer;
  const struct request_sock_ops *rsk_ops; struct sock *sk; struct saved_syn *saved_syn; u32 secid, timeout;
};
struct request_sock_ops { int family; unsigned int obj_size; char *slab_name; };
struct request_sock_queue {
  u8 rskq_defer_accept, synflood_warned; atomic_t qlen, young;
  struct request_sock *rskq_accept_head, *rskq_accept_tail;
};
struct inet_request_sock {
  struct request_sock req;
  u16 snd_wscale : 4, rcv_wscale : 4, tstamp_ok : 1, sack_ok : 1, wscale_ok : 1, ecn_ok : 1; u16 acked : 1;
  u32 ir_mark;
  union {
    struct ip_options_rcu *ireq_opt; struct { struct ipv6_txoptions *ipv6_opt; struct sk_buff *pktopts; };
  };
};
struct tcp_request_sock {
  struct inet_request_sock req; u64 snt_synack; bool is_mptcp; u32 txhash, rcv_isn, snt_isn, ts_off, rcv_nxt;
};
struct inet_timewait_sock {
  struct sock_common __tw_common; __u32 tw_mark; unsigned char tw_substate, tw_rcv_wscale; __be16 tw_sport;
  struct timer_list tw_timer;
};
struct tcp_timewait_sock { struct inet_timewait_sock tw_sk; u32 tw_rcv_wnd, tw_ts_recent; };
struct inet_connection_sock {
  struct inet_sock icsk_inet; struct request_sock_queue icsk_accept_queue;
  struct inet_bind_bucket *icsk_bind_hash; struct timer_list icsk_retransmit_timer, icsk_delack_timer;
  __u32 icsk_rto, icsk_rto_min, icsk_delack_max, icsk_pmtu_cookie;
  const struct tcp_congestion_ops *icsk_ca_ops; const struct inet_connection_sock_af_ops *icsk_af_ops;
  __u8 icsk_ca_state : 5, icsk_ca_initialized : 1, icsk_retransmits, icsk_pending, icsk_backoff;
  __u8 icsk_syn_retries, icsk_probes_out; __u16 icsk_ext_hdr_len;
  struct {
    __u8 pending, quick, pingpong, retry; __u32 ato : 8, lrcv_flowlabel : 20, lrcvtime;
    __u16 last_seg_size, rcv_mss;
  } icsk_ack;
  u32 icsk_user_timeout; u64 icsk_ca_priv[13];
};
enum tcp_ca_event {
  CA_EVENT_TX_START, CA_EVENT_CWND_RESTART, CA_EVENT_COMPLETE_CWR, CA_EVENT_LOSS, CA_EVENT_ECN_NO_CE,
  CA_EVENT_ECN_IS_CE
};
struct tcp_congestion_ops {
  u32 (*ssthresh)(struct sock *); void (*cong_avoid)(struct sock *, u32, u32);
  void (*set_state)(struct sock *, u8); void (*cwnd_event)(struct sock *, enum tcp_ca_event);
  u32 (*undo_cwnd)(struct sock *); char name[16]; u32 key, flags; void (*init)(struct sock *);
  void (*release)(struct sock *);
};
struct inet_bind_bucket {
  possible_net_t ib_net; int l3mdev; unsigned short port; signed char fastreuse, fastreuseport;
};
struct minmax_sample { u32 t, v; };
struct minmax { struct minmax_sample s[3]; };
struct tcp_options_received {
  int ts_recent_stamp; u32 ts_recent, rcv_tsval, rcv_tsecr;
  u16 saw_tstamp : 1, tstamp_ok : 1, dsack : 1, wscale_ok : 1, sack_ok : 3, snd_wscale : 4; u16 rcv_wscale : 4;
  u8 num_sacks; u16 user_mss, mss_clamp;
};
struct tcp_rack {
  u64 mstamp; u32 rtt_us, end_seq, last_delivered;
  u8 reo_wnd_steps, reo_wnd_persist : 5, dsack_seen : 1, advanced : 1;
};
struct tcp_sack_block { u32 start_seq, end_seq; };
struct tcp_skb_cb {
  __u32 seq, end_seq; u16 tcp_gso_segs, tcp_gso_size; __u16 tcp_flags;
  __u8 sacked, ip_dsfield, txstamp_ack : 2, eor : 1; __u32 ack_seq;
};
struct tcp_info {
  __u8 tcpi_state, tcpi_ca_state, tcpi_retransmits, tcpi_probes, tcpi_backoff, tcpi_options;
  __u8 tcpi_snd_wscale : 4, tcpi_rcv_wscale : 4, tcpi_delivery_rate_app_limited : 1,
    tcpi_fastopen_client_fail : 2;
  __u32 tcpi_rto, tcpi_ato, tcpi_snd_mss, tcpi_rcv_mss, tcpi_unacked, tcpi_sacked, tcpi_lost;
  __u32 tcpi_retrans, tcpi_fackets, tcpi_last_data_sent, tcpi_last_ack_sent, tcpi_last_data_recv;
  __u32 tcpi_last_ack_recv, tcpi_pmtu, tcpi_rcv_ssthresh, tcpi_rtt, tcpi_rttvar, tcpi_snd_ssthresh;
  __u32 tcpi_snd_cwnd, tcpi_advmss, tcpi_reordering, tcpi_rcv_rtt, tcpi_rcv_space, tcpi_total_retrans;
  __u64 tcpi_pacing_rate, tcpi_max_pacing_rate, tcpi_bytes_acked, tcpi_bytes_received;
  __u32 tcpi_segs_out, tcpi_segs_in, tcpi_notsent_bytes, tcpi_min_rtt, tcpi_data_segs_in, tcpi_data_segs_out;
  __u64 tcpi_delivery_rate, tcpi_busy_time, tcpi_rwnd_limited, tcpi_sndbuf_limited;
  __u32 tcpi_delivered, tcpi_delivered_ce; __u64 tcpi_bytes_sent, tcpi_bytes_retrans;
  __u32 tcpi_dsack_dups, tcpi_reord_seen, tcpi_rcv_ooopack, tcpi_snd_wnd, tcpi_rcv_wnd, tcpi_rehash;
  __u16 tcpi_total_rto, tcpi_total_rto_recoveries;
  __u32 tcpi_total_rto_time, tcpi_received_ce, tcpi_delivered_e1_bytes, tcpi_delivered_e0_bytes;
  __u32 tcpi_delivered_ce_bytes, tcpi_received_e1_bytes, tcpi_received_e0_bytes, tcpi_received_ce_bytes;
  __u16 tcpi_accecn_fail_mode, tcpi_accecn_opt_seen;
};
struct tcp_sock {
  struct inet_connection_sock inet_conn; u32 max_window, rcv_ssthresh, reordering, notsent_lowat; u16 gso_segs;
  u32 snd_wnd, mss_cache, snd_cwnd, prr_out, lost_out, sacked_out; u16 tcp_header_len;
  u8 repair : 1, is_cwnd_limited : 1; u32 copied_seq, snd_wl1, rttvar_us, retrans_out; u16 advmss, urg_data;
  u32 lost, snd_ssthresh; struct minmax rtt_min; struct rb_root out_of_order_queue;
  u32 segs_out, data_segs_out; u64 bytes_sent; u8 chrono_type;
  u32 write_seq, pushed_seq, lsndtime, mdev_us, rtt_seq; u64 tcp_wstamp_ns;
  struct list_head tsorted_sent_queue; u8 nonagle : 4, rate_app_limited : 1; __be32 pred_flags;
  u64 tcp_clock_cache, tcp_mstamp;
  u32 rcv_nxt, snd_nxt, snd_una, window_clamp, srtt_us, packets_out, snd_up, delivered, delivered_ce;
  u32 app_limited, rcv_wnd, rcv_tstamp; struct tcp_options_received rx_opt; u64 bytes_received;
  u32 segs_in, data_segs_in, rcv_wup, max_packets_out, rate_delivered, rate_interval_us; u64 bytes_acked;
  struct { u32 rtt_us, seq; u64 time; } rcv_rtt_est; struct { int space; u32 seq; u64 time; } rcvq_space;
  u32 dsack_dups, mdev_max_us, reord_seen, snd_cwnd_cnt, snd_cwnd_clamp, snd_cwnd_used, snd_cwnd_stamp;
  u32 prior_cwnd, prr_delivered, high_seq, retrans_stamp, undo_marker; int undo_retrans; u64 bytes_retrans;
  u32 total_retrans; unsigned int keepalive_time, keepalive_intvl; int linger2; u8 bpf_sock_ops_cb_flags;
};
struct udp_sock {
  struct inet_sock inet; int pending; __u8 encap_type; __u16 len, gso_size, pcslen, pcrlen;
  struct sk_buff_head reader_queue; int forward_deficit;
};
struct raw_sock { struct inet_sock inet; };
struct tcp6_sock { struct tcp_sock tcp; struct ipv6_pinfo inet6; };
struct udp6_sock { struct udp_sock udp; struct ipv6_pinfo inet6; };
struct unix_address { refcount_t refcnt; int len; struct sockaddr_un name[0]; };
struct unix_sock {
  struct sock sk; struct unix_address *addr; struct path path; struct mutex iolock, bindlock;
  struct sock *peer; spinlock_t lock;
};
struct unix_skb_parms { struct pid *pid; kuid_t uid; kgid_t gid; struct scm_fp_list *fp; u32 secid, consumed; };
struct netlink_sock { struct sock sk; unsigned long flags; u32 portid, dst_portid, dst_group; };
struct packet_sock { struct sock sk; int ifindex; __be16 num; };
struct sock_fprog_kern { u16 len; struct sock_filter *filter; };
struct sock_reuseport { u16 max_socks, num_socks; unsigned int reuseport_id; };
`;
