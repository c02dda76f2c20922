// Written by scripts/kernel-facts.mjs from a running kernel: change scripts/kernel-facts/choice.mjs instead.
export const TRACEPOINTS_NETWORK = `
# net
net_dev_rx_exit_template(int ret) = napi_gro_frags_exit napi_gro_receive_exit netif_receive_skb_exit
  netif_receive_skb_list_exit netif_rx_exit {
  int ret; }
net_dev_rx_verbose_template(const struct sk_buff *skb) = napi_gro_frags_entry napi_gro_receive_entry
  netif_receive_skb_entry netif_receive_skb_list_entry netif_rx_entry {
  __data_loc char[] name; unsigned int napi_id; u16 queue_mapping; const void *skbaddr; bool vlan_tagged;
  u16 vlan_proto; u16 vlan_tci; u16 protocol; u8 ip_summed; u32 hash; bool l4_hash; unsigned int len;
  unsigned int data_len; unsigned int truesize; bool mac_header_valid; int mac_header; unsigned char nr_frags;
  u16 gso_size; u16 gso_type; }
net_dev_start_xmit(const struct sk_buff *skb, const struct net_device *dev) {
  __data_loc char[] name; u16 queue_mapping; const void *skbaddr; bool vlan_tagged; u16 vlan_proto;
  u16 vlan_tci; u16 protocol; u8 ip_summed; unsigned int len; unsigned int data_len; int network_offset;
  bool transport_offset_valid; int transport_offset; u8 tx_flags; u16 gso_size; u16 gso_segs; u16 gso_type; }
net_dev_template(struct sk_buff *skb) = net_dev_queue netif_receive_skb netif_rx {
  void *skbaddr; unsigned int len; __data_loc char[] name; }
net_dev_xmit(struct sk_buff *skb, int rc, struct net_device *dev, unsigned int skb_len) {
  void *skbaddr; unsigned int len; int rc; __data_loc char[] name; }
net_dev_xmit_timeout(struct net_device *dev, int queue_index) {
  __data_loc char[] name; __data_loc char[] driver; int queue_index; }
# napi
dql_stall_detected(unsigned short thrs, unsigned int len, unsigned long last_reap, unsigned long hist_head,
  unsigned long now, unsigned long *hist) {
  unsigned short thrs; unsigned int len; unsigned long last_reap; unsigned long hist_head; unsigned long now;
  unsigned long hist[4]; }
napi_poll(struct napi_struct *napi, int work, int budget) {
  struct napi_struct *napi; __data_loc char[] dev_name; int work; int budget; }
# sock
inet_sk_error_report(const struct sock *sk) {
  int error; __u16 sport; __u16 dport; __u16 family; __u16 protocol; __u8 saddr[4]; __u8 daddr[4];
  __u8 saddr_v6[16]; __u8 daddr_v6[16]; }
inet_sock_set_state(const struct sock *sk, const int oldstate, const int newstate) {
  const void *skaddr; int oldstate; int newstate; __u16 sport; __u16 dport; __u16 family; __u16 protocol;
  __u8 saddr[4]; __u8 daddr[4]; __u8 saddr_v6[16]; __u8 daddr_v6[16]; }
sk_data_ready(const struct sock *sk) {
  const void *skaddr; __u16 family; __u16 protocol; unsigned long ip; }
sock_exceed_buf_limit(struct sock *sk, struct proto *prot, long allocated, int kind) {
  char name[32]; long sysctl_mem[3]; long allocated; int sysctl_rmem; int rmem_alloc; int sysctl_wmem;
  int wmem_alloc; int wmem_queued; int kind; }
sock_msg_length(struct sock *sk, int ret, int flags) = sock_recv_length sock_send_length {
  void *sk; __u16 family; __u16 protocol; int ret; int flags; }
sock_rcvqueue_full(struct sock *sk, struct sk_buff *skb) {
  int rmem_alloc; unsigned int truesize; int sk_rcvbuf; }
# skb
consume_skb(struct sk_buff *skb, void *location) {
  void *skbaddr; void *location; }
kfree_skb(struct sk_buff *skb, void *location, enum skb_drop_reason reason, struct sock *rx_sk) {
  void *skbaddr; void *location; void *rx_sk; unsigned short protocol; enum skb_drop_reason reason; }
skb_copy_datagram_iovec(const struct sk_buff *skb, int len) {
  const void *skbaddr; int len; }
# tcp
tcp_ao_event(const struct sock *sk, const struct sk_buff *skb, const __u8 keyid, const __u8 rnext,
  const __u8 maclen) = tcp_ao_handshake_failure {
  __u64 net_cookie; const void *skbaddr; const void *skaddr; int state; __u8 saddr[28]; __u8 daddr[28];
  int l3index; __u16 sport; __u16 dport; __u16 family; bool fin; bool syn; bool rst; bool psh; bool ack;
  __u8 keyid; __u8 rnext; __u8 maclen; }
tcp_cong_state_set(struct sock *sk, const u8 ca_state) {
  const void *skaddr; __u16 sport; __u16 dport; __u16 family; __u8 saddr[4]; __u8 daddr[4]; __u8 saddr_v6[16];
  __u8 daddr_v6[16]; __u8 cong_state; }
tcp_event_sk(struct sock *sk) = tcp_destroy_sock tcp_rcv_space_adjust tcp_receive_reset {
  const void *skaddr; __u16 sport; __u16 dport; __u16 family; __u8 saddr[4]; __u8 daddr[4]; __u8 saddr_v6[16];
  __u8 daddr_v6[16]; __u64 sock_cookie; }
tcp_event_skb(const struct sk_buff *skb) = tcp_bad_csum {
  const void *skbaddr; __u8 saddr[28]; __u8 daddr[28]; }
tcp_hash_event(const struct sock *sk, const struct sk_buff *skb) = tcp_hash_ao_required tcp_hash_bad_header
  tcp_hash_md5_mismatch tcp_hash_md5_required tcp_hash_md5_unexpected {
  __u64 net_cookie; const void *skbaddr; const void *skaddr; int state; __u8 saddr[28]; __u8 daddr[28];
  int l3index; __u16 sport; __u16 dport; __u16 family; bool fin; bool syn; bool rst; bool psh; bool ack; }
tcp_probe(struct sock *sk, const struct sk_buff *skb) {
  __u8 saddr[28]; __u8 daddr[28]; __u16 sport; __u16 dport; __u16 family; __u32 mark; __u16 data_len;
  __u32 snd_nxt; __u32 snd_una; __u32 snd_cwnd; __u32 ssthresh; __u32 snd_wnd; __u32 srtt; __u32 rcv_wnd;
  __u64 sock_cookie; const void *skbaddr; const void *skaddr; }
tcp_rcvbuf_grow(struct sock *sk, int time) {
  int time; __u32 rtt_us; __u32 copied; __u32 inq; __u32 space; __u32 ooo_space; __u32 rcvbuf;
  __u32 rcv_ssthresh; __u32 window_clamp; __u32 rcv_wnd; __u8 scaling_ratio; __u16 sport; __u16 dport;
  __u16 family; __u8 saddr[4]; __u8 daddr[4]; __u8 saddr_v6[16]; __u8 daddr_v6[16]; const void *skaddr;
  __u64 sock_cookie; }
tcp_retransmit_skb(const struct sock *sk, const struct sk_buff *skb, int err) {
  const void *skbaddr; const void *skaddr; int state; __u16 sport; __u16 dport; __u16 family; __u8 saddr[4];
  __u8 daddr[4]; __u8 saddr_v6[16]; __u8 daddr_v6[16]; int err; }
tcp_retransmit_synack(const struct sock *sk, const struct request_sock *req) {
  const void *skaddr; const void *req; __u16 sport; __u16 dport; __u16 family; __u8 saddr[4]; __u8 daddr[4];
  __u8 saddr_v6[16]; __u8 daddr_v6[16]; }
tcp_send_reset(const struct sock *sk, const struct sk_buff *skb__nullable, const enum sk_rst_reason reason) {
  const void *skbaddr; const void *skaddr; int state; enum sk_rst_reason reason; __u8 saddr[28]; __u8 daddr[28];
  }
tcp_sendmsg_locked(const struct sock *sk, const struct msghdr *msg, const struct sk_buff *skb, int size_goal) {
  const void *skb_addr; int skb_len; int msg_left; int size_goal; }
# udp
udp_fail_queue_rcv_skb(int rc, struct sock *sk, struct sk_buff *skb) {
  int rc; __u16 sport; __u16 dport; __u16 family; __u8 saddr[28]; __u8 daddr[28]; }
# icmp
icmp_send(const struct sk_buff *skb, int type, int code) {
  const void *skbaddr; int type; int code; __u8 saddr[4]; __u8 daddr[4]; __u16 sport; __u16 dport;
  unsigned short ulen; }
# fib
fib_table_lookup(u32 tb_id, const struct flowi4 *flp, const struct fib_nh_common *nhc, int err) {
  u32 tb_id; int err; int oif; int iif; u8 proto; __u8 tos; __u8 scope; __u8 flags; __u8 src[4]; __u8 dst[4];
  __u8 gw4[4]; __u8 gw6[16]; u16 sport; u16 dport; char name[16]; }
# fib6
fib6_table_lookup(const struct net *net, const struct fib6_result *res, struct fib6_table *table,
  const struct flowi6 *flp) {
  u32 tb_id; int err; int oif; int iif; u32 flowlabel; __u8 tos; __u8 scope; __u8 flags; __u8 src[16];
  __u8 dst[16]; u16 sport; u16 dport; u8 proto; u8 rt_type; char name[16]; __u8 gw[16]; }
# neigh
neigh__update(struct neighbour *n, int err) = neigh_cleanup_and_release neigh_event_send_dead
  neigh_event_send_done neigh_timer_handler neigh_update_done {
  u32 family; __data_loc char[] dev; u8 lladdr[32]; u8 lladdr_len; u8 flags; u8 nud_state; u8 type; u8 dead;
  int refcnt; __u8 primary_key4[4]; __u8 primary_key6[16]; unsigned long confirmed; unsigned long updated;
  unsigned long used; u32 err; }
neigh_create(struct neigh_table *tbl, struct net_device *dev, const void *pkey, const struct neighbour *n,
  bool exempt_from_gc) {
  u32 family; __data_loc char[] dev; int entries; u8 created; u8 gc_exempt; u8 primary_key4[4];
  u8 primary_key6[16]; }
neigh_update(struct neighbour *n, const u8 *lladdr, u8 new, u32 flags, u32 nlmsg_pid) {
  u32 family; __data_loc char[] dev; u8 lladdr[32]; u8 lladdr_len; u8 flags; u8 nud_state; u8 type; u8 dead;
  int refcnt; __u8 primary_key4[4]; __u8 primary_key6[16]; unsigned long confirmed; unsigned long updated;
  unsigned long used; u8 new_lladdr[32]; u8 new_state; u32 update_flags; u32 pid; }
# netlink
netlink_extack(const char *msg) {
  __data_loc char[] msg; }
# qdisc
qdisc_create(const struct Qdisc_ops *ops, struct net_device *dev, u32 parent) {
  __data_loc char[] dev; __data_loc char[] kind; u32 parent; }
qdisc_dequeue(struct Qdisc *qdisc, const struct netdev_queue *txq, int packets, struct sk_buff *skb) {
  struct Qdisc *qdisc; const struct netdev_queue *txq; int packets; void *skbaddr; int ifindex; u32 handle;
  u32 parent; unsigned long txq_state; }
qdisc_destroy(struct Qdisc *q) {
  __data_loc char[] dev; __data_loc char[] kind; u32 parent; u32 handle; }
qdisc_enqueue(struct Qdisc *qdisc, const struct netdev_queue *txq, struct sk_buff *skb) {
  struct Qdisc *qdisc; const struct netdev_queue *txq; void *skbaddr; int ifindex; u32 handle; u32 parent; }
qdisc_reset(struct Qdisc *q) {
  __data_loc char[] dev; __data_loc char[] kind; u32 parent; u32 handle; }
# bridge
br_fdb_add(struct ndmsg *ndm, struct net_device *dev, const unsigned char *addr, u16 vid, u16 nlh_flags) {
  u8 ndm_flags; __data_loc char[] dev; unsigned char addr[6]; u16 vid; u16 nlh_flags; }
br_fdb_external_learn_add(struct net_bridge *br, struct net_bridge_port *p, const unsigned char *addr, u16 vid)
  {
  __data_loc char[] br_dev; __data_loc char[] dev; unsigned char addr[6]; u16 vid; }
br_fdb_update(struct net_bridge *br, struct net_bridge_port *source, const unsigned char *addr, u16 vid,
  unsigned long flags) {
  __data_loc char[] br_dev; __data_loc char[] dev; unsigned char addr[6]; u16 vid; unsigned long flags; }
br_mdb_full(const struct net_device *dev, const struct br_ip *group) {
  __data_loc char[] dev; int af; u16 vid; __u8 src[16]; __u8 grp[16]; __u8 grpmac[6]; }
fdb_delete(struct net_bridge *br, struct net_bridge_fdb_entry *f) {
  __data_loc char[] br_dev; __data_loc char[] dev; unsigned char addr[6]; u16 vid; }
# xdp
bpf_xdp_link_attach_failed(const char *msg) {
  __data_loc char[] msg; }
mem_connect(const struct xdp_mem_allocator *xa, const struct xdp_rxq_info *rxq) {
  const struct xdp_mem_allocator *xa; u32 mem_id; u32 mem_type; const void *allocator;
  const struct xdp_rxq_info *rxq; int ifindex; }
mem_disconnect(const struct xdp_mem_allocator *xa) {
  const struct xdp_mem_allocator *xa; u32 mem_id; u32 mem_type; const void *allocator; }
xdp_bulk_tx(const struct net_device *dev, int sent, int drops, int err) {
  int ifindex; u32 act; int drops; int sent; int err; }
xdp_cpumap_enqueue(int map_id, unsigned int processed, unsigned int drops, int to_cpu) {
  int map_id; u32 act; int cpu; unsigned int drops; unsigned int processed; int to_cpu; }
xdp_cpumap_kthread(int map_id, unsigned int processed, unsigned int drops, int sched,
  struct xdp_cpumap_stats *xdp_stats) {
  int map_id; u32 act; int cpu; unsigned int drops; unsigned int processed; int sched; unsigned int xdp_pass;
  unsigned int xdp_drop; unsigned int xdp_redirect; }
xdp_devmap_xmit(const struct net_device *from_dev, const struct net_device *to_dev, int sent, int drops,
  int err) {
  int from_ifindex; u32 act; int to_ifindex; int drops; int sent; int err; }
xdp_exception(const struct net_device *dev, const struct bpf_prog *xdp, u32 act) {
  int prog_id; u32 act; int ifindex; }
xdp_redirect_template(const struct net_device *dev, const struct bpf_prog *xdp, const void *tgt, int err,
  enum bpf_map_type map_type, u32 map_id, u32 index) = xdp_redirect xdp_redirect_err {
  int prog_id; u32 act; int ifindex; int err; int to_ifindex; u32 map_id; int map_index; }
# vsock
virtio_transport_alloc_pkt(__u32 src_cid, __u32 src_port, __u32 dst_cid, __u32 dst_port, __u32 len, __u16 type,
  __u16 op, __u32 flags, bool zcopy) {
  __u32 src_cid; __u32 src_port; __u32 dst_cid; __u32 dst_port; __u32 len; __u16 type; __u16 op; __u32 flags;
  bool zcopy; }
virtio_transport_recv_pkt(__u32 src_cid, __u32 src_port, __u32 dst_cid, __u32 dst_port, __u32 len, __u16 type,
  __u16 op, __u32 flags, __u32 buf_alloc, __u32 fwd_cnt) {
  __u32 src_cid; __u32 src_port; __u32 dst_cid; __u32 dst_port; __u32 len; __u16 type; __u16 op; __u32 flags;
  __u32 buf_alloc; __u32 fwd_cnt; }
`;
