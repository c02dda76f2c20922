// Written by scripts/kernel-facts.mjs from a running kernel: change scripts/kernel-facts/choice.mjs instead.
export const FUNCTIONS_NETWORK = `
int tcp_connect(struct sock *sk);
int tcp_v4_connect(struct sock *sk, struct sockaddr *uaddr, int addr_len);
int tcp_v6_connect(struct sock *sk, struct sockaddr *uaddr, int addr_len);
void tcp_close(struct sock *sk, long timeout);
void __tcp_close(struct sock *sk, long timeout);
void tcp_done(struct sock *sk);
void tcp_set_state(struct sock *sk, int state);
int tcp_sendmsg(struct sock *sk, struct msghdr *msg, size_t size);
int tcp_sendmsg_locked(struct sock *sk, struct msghdr *msg, size_t size);
int tcp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags);
int tcp_recvmsg_locked(struct sock *sk, struct msghdr *msg, size_t len, int flags,
  struct scm_timestamping_internal *tss, int *cmsg_flags);
void tcp_cleanup_rbuf(struct sock *sk, int copied);
int tcp_read_sock(struct sock *sk, read_descriptor_t *desc, sk_read_actor_t recv_actor);
void tcp_rcv_established(struct sock *sk, struct sk_buff *skb);
enum skb_drop_reason tcp_rcv_state_process(struct sock *sk, struct sk_buff *skb);
int tcp_v4_do_rcv(struct sock *sk, struct sk_buff *skb);
int tcp_v6_do_rcv(struct sock *sk, struct sk_buff *skb);
int tcp_v4_rcv(struct sk_buff *skb);
int tcp_v6_rcv(struct sk_buff *skb);
int tcp_conn_request(struct request_sock_ops *rsk_ops, const struct tcp_request_sock_ops *af_ops,
  struct sock *sk, struct sk_buff *skb);
struct sock *tcp_v4_syn_recv_sock(const struct sock *sk, struct sk_buff *skb, struct request_sock *req,
  struct dst_entry *dst, struct request_sock *req_unhash, bool *own_req, void (*opt_child_init)(struct sock *,
  const struct sock *));
struct sock *tcp_v6_syn_recv_sock(const struct sock *sk, struct sk_buff *skb, struct request_sock *req,
  struct dst_entry *dst, struct request_sock *req_unhash, bool *own_req, void (*opt_child_init)(struct sock *,
  const struct sock *));
struct sock *tcp_check_req(struct sock *sk, struct sk_buff *skb, struct request_sock *req, bool fastopen,
  bool *req_stolen, enum skb_drop_reason *drop_reason);
struct sock *tcp_create_openreq_child(const struct sock *sk, struct request_sock *req, struct sk_buff *skb);
void tcp_finish_connect(struct sock *sk, struct sk_buff *skb);
void tcp_fin(struct sock *sk);
void tcp_reset(struct sock *sk, struct sk_buff *skb);
void tcp_send_fin(struct sock *sk);
void tcp_send_active_reset(struct sock *sk, gfp_t priority, enum sk_rst_reason reason);
void tcp_send_ack(struct sock *sk);
void tcp_v4_send_reset(const struct sock *sk, struct sk_buff *skb, enum sk_rst_reason reason);
int tcp_disconnect(struct sock *sk, int flags);
void tcp_shutdown(struct sock *sk, int how);
int tcp_abort(struct sock *sk, int err);
int tcp_retransmit_skb(struct sock *sk, struct sk_buff *skb, int segs);
int __tcp_retransmit_skb(struct sock *sk, struct sk_buff *skb, int segs);
void tcp_retransmit_timer(struct sock *sk);
void tcp_write_timer_handler(struct sock *sk);
void tcp_enter_loss(struct sock *sk);
void tcp_enter_recovery(struct sock *sk, bool ece_ack);
void tcp_enter_cwr(struct sock *sk);
void tcp_fastretrans_alert(struct sock *sk, const u32 prior_snd_una, int num_dupack, int *ack_flag,
  int *rexmit);
void tcp_xmit_recovery(struct sock *sk, int rexmit);
void tcp_send_loss_probe(struct sock *sk);
int tcp_ack(struct sock *sk, const struct sk_buff *skb, int flag);
void tcp_data_queue(struct sock *sk, struct sk_buff *skb);
bool tcp_add_backlog(struct sock *sk, struct sk_buff *skb, enum skb_drop_reason *reason);
bool tcp_write_xmit(struct sock *sk, unsigned int mss_now, int nonagle, int push_one, gfp_t gfp);
int __tcp_transmit_skb(struct sock *sk, struct sk_buff *skb, int clone_it, gfp_t gfp_mask, u32 rcv_nxt);
void tcp_write_queue_purge(struct sock *sk);
void tcp_v4_destroy_sock(struct sock *sk);
int tcp_getsockopt(struct sock *sk, int level, int optname, char *optval, int *optlen);
int tcp_setsockopt(struct sock *sk, int level, int optname, sockptr_t optval, unsigned int optlen);
int do_tcp_getsockopt(struct sock *sk, int level, int optname, sockptr_t optval, sockptr_t optlen);
int do_tcp_setsockopt(struct sock *sk, int level, int optname, sockptr_t optval, unsigned int optlen);
void tcp_get_info(struct sock *sk, struct tcp_info *info);
void tcp_init_sock(struct sock *sk);
int tcp_v4_init_sock(struct sock *sk);
void tcp_time_wait(struct sock *sk, int state, int timeo);
void tcp_drop_reason(struct sock *sk, struct sk_buff *skb, enum skb_drop_reason reason);
void tcp_collapse(struct sock *sk, struct sk_buff_head *list, struct rb_root *root, struct sk_buff *head,
  struct sk_buff *tail, u32 start, u32 end);
int tcp_orphan_count_sum(void);
void tcp_cong_avoid_ai(struct tcp_sock *tp, u32 w, u32 acked);
u32 tcp_slow_start(struct tcp_sock *tp, u32 acked);
void tcp_reno_cong_avoid(struct sock *sk, u32 ack, u32 acked);
void cubictcp_cong_avoid(struct sock *sk, u32 ack, u32 acked);
void tcp_set_ca_state(struct sock *sk, const u8 ca_state);
void tcp_keepalive_timer(struct timer_list *t);
void tcp_delack_timer(struct timer_list *t);
struct sock *inet_csk_accept(struct sock *sk, struct proto_accept_arg *arg);
int inet_csk_listen_start(struct sock *sk);
void inet_csk_listen_stop(struct sock *sk);
struct sock *inet_csk_complete_hashdance(struct sock *sk, struct sock *child, struct request_sock *req,
  bool own_req);
bool inet_csk_reqsk_queue_hash_add(struct sock *sk, struct request_sock *req, unsigned long timeout);
int inet_csk_get_port(struct sock *sk, unsigned short snum);
void inet_csk_destroy_sock(struct sock *sk);
struct sock *inet_csk_clone_lock(const struct sock *sk, const struct request_sock *req, const gfp_t priority);
int inet_listen(struct socket *sock, int backlog);
int inet_accept(struct socket *sock, struct socket *newsock, struct proto_accept_arg *arg);
int inet_bind(struct socket *sock, struct sockaddr *uaddr, int addr_len);
int __inet_bind(struct sock *sk, struct sockaddr *uaddr, int addr_len, u32 flags);
int inet_stream_connect(struct socket *sock, struct sockaddr *uaddr, int addr_len, int flags);
int __inet_stream_connect(struct socket *sock, struct sockaddr *uaddr, int addr_len, int flags, int is_sendmsg);
int inet_sendmsg(struct socket *sock, struct msghdr *msg, size_t size);
int inet_recvmsg(struct socket *sock, struct msghdr *msg, size_t size, int flags);
int inet_release(struct socket *sock);
int inet_shutdown(struct socket *sock, int how);
int inet_create(struct net *net, struct socket *sock, int protocol, int kern);
int inet6_create(struct net *net, struct socket *sock, int protocol, int kern);
int inet6_bind(struct socket *sock, struct sockaddr *uaddr, int addr_len);
int inet6_sendmsg(struct socket *sock, struct msghdr *msg, size_t size);
int inet6_recvmsg(struct socket *sock, struct msghdr *msg, size_t size, int flags);
int inet_sk_rebuild_header(struct sock *sk);
bool inet_ehash_insert(struct sock *sk, struct sock *osk, bool *found_dup_sk);
struct sock *__inet_lookup_established(const struct net *net, const __be32 saddr, const __be16 sport,
  const __be32 daddr, const u16 hnum, const int dif, const int sdif);
struct sock *__inet_lookup_listener(const struct net *net, struct sk_buff *skb, int doff, const __be32 saddr,
  __be16 sport, const __be32 daddr, const unsigned short hnum, const int dif, const int sdif);
int udp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);
int udpv6_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);
int udp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags);
int udpv6_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags);
int udp_rcv(struct sk_buff *skb);
int udpv6_rcv(struct sk_buff *skb);
int __udp4_lib_rcv(struct sk_buff *skb, struct udp_table *udptable, int proto);
int udp_queue_rcv_skb(struct sock *sk, struct sk_buff *skb);
int __udp_enqueue_schedule_skb(struct sock *sk, struct sk_buff *skb);
int udp_send_skb(struct sk_buff *skb, struct flowi4 *fl4, struct inet_cork *cork);
void skb_consume_udp(struct sock *sk, struct sk_buff *skb, int len);
void udp_destroy_sock(struct sock *sk);
int udp_lib_get_port(struct sock *sk, unsigned short snum, unsigned int hash2_nulladdr);
int udp_disconnect(struct sock *sk, int flags);
int ip4_datagram_connect(struct sock *sk, struct sockaddr *uaddr, int addr_len);
int ip6_datagram_connect(struct sock *sk, struct sockaddr *uaddr, int addr_len);
int ip_rcv(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt, struct net_device *orig_dev);
struct sk_buff *ip_rcv_core(struct sk_buff *skb, struct net *net);
int ip_rcv_finish(struct net *net, struct sock *sk, struct sk_buff *skb);
int ip_local_deliver(struct sk_buff *skb);
int ip_local_deliver_finish(struct net *net, struct sock *sk, struct sk_buff *skb);
void ip_protocol_deliver_rcu(struct net *net, struct sk_buff *skb, int protocol);
int ip_forward(struct sk_buff *skb);
int ip_output(struct net *net, struct sock *sk, struct sk_buff *skb);
int ip_finish_output(struct net *net, struct sock *sk, struct sk_buff *skb);
int ip_finish_output2(struct net *net, struct sock *sk, struct sk_buff *skb);
int __ip_local_out(struct net *net, struct sock *sk, struct sk_buff *skb);
int ip_local_out(struct net *net, struct sock *sk, struct sk_buff *skb);
int __ip_queue_xmit(struct sock *sk, struct sk_buff *skb, struct flowi *fl, __u8 tos);
int ip_queue_xmit(struct sock *sk, struct sk_buff *skb, struct flowi *fl);
int ip_send_skb(struct net *net, struct sk_buff *skb);
int ip_append_data(struct sock *sk, struct flowi4 *fl4, int (*getfrag)(void *, char *, int, int, int,
  struct sk_buff *), void *from, int length, int transhdrlen, struct ipcm_cookie *ipc, struct rtable **rtp,
  unsigned int flags);
struct rtable *ip_route_output_key_hash(struct net *net, struct flowi4 *fl4, const struct sk_buff *skb);
struct rtable *ip_route_output_flow(struct net *net, struct flowi4 *flp4, const struct sock *sk);
enum skb_drop_reason ip_route_input_noref(struct sk_buff *skb, __be32 daddr, __be32 saddr, dscp_t dscp,
  struct net_device *dev);
int fib_table_lookup(struct fib_table *tb, const struct flowi4 *flp, struct fib_result *res, int fib_flags);
bool fib_lookup_good_nhc(const struct fib_nh_common *nhc, int fib_flags, const struct flowi4 *flp);
int ip_fragment(struct net *net, struct sock *sk, struct sk_buff *skb, unsigned int mtu,
  int (*output)(struct net *, struct sock *, struct sk_buff *));
int ip_do_fragment(struct net *net, struct sock *sk, struct sk_buff *skb, int (*output)(struct net *,
  struct sock *, struct sk_buff *));
int ip_defrag(struct net *net, struct sk_buff *skb, u32 user);
int icmp_rcv(struct sk_buff *skb);
void __icmp_send(struct sk_buff *skb_in, int type, int code, __be32 info, const struct inet_skb_parm *parm);
enum skb_drop_reason icmp_echo(struct sk_buff *skb);
void icmp_reply(struct icmp_bxm *icmp_param, struct sk_buff *skb);
int raw_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);
int raw_rcv(struct sock *sk, struct sk_buff *skb);
struct sk_buff *ip6_rcv_core(struct sk_buff *skb, struct net_device *dev, struct net *net);
int ipv6_rcv(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt, struct net_device *orig_dev);
int ip6_input(struct sk_buff *skb);
int ip6_output(struct net *net, struct sock *sk, struct sk_buff *skb);
int ip6_finish_output2(struct net *net, struct sock *sk, struct sk_buff *skb);
int ip6_xmit(const struct sock *sk, struct sk_buff *skb, struct flowi6 *fl6, __u32 mark,
  struct ipv6_txoptions *opt, int tclass, u32 priority);
int ip6_forward(struct sk_buff *skb);
int icmpv6_rcv(struct sk_buff *skb);
enum skb_drop_reason ndisc_rcv(struct sk_buff *skb);
int arp_rcv(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt, struct net_device *orig_dev);
void arp_send(int type, int ptype, __be32 dest_ip, struct net_device *dev, __be32 src_ip,
  const unsigned char *dest_hw, const unsigned char *src_hw, const unsigned char *target_hw);
int arp_process(struct net *net, struct sock *sk, struct sk_buff *skb);
int neigh_resolve_output(struct neighbour *neigh, struct sk_buff *skb);
int neigh_update(struct neighbour *neigh, const u8 *lladdr, u8 new, u32 flags, u32 nlmsg_pid);
int __neigh_event_send(struct neighbour *neigh, struct sk_buff *skb, const bool immediate_ok);
int __dev_queue_xmit(struct sk_buff *skb, struct net_device *sb_dev);
struct sk_buff *dev_hard_start_xmit(struct sk_buff *first, struct net_device *dev, struct netdev_queue *txq,
  int *ret);
bool sch_direct_xmit(struct sk_buff *skb, struct Qdisc *q, struct net_device *dev, struct netdev_queue *txq,
  spinlock_t *root_lock, bool validate);
void __qdisc_run(struct Qdisc *q);
struct sk_buff *validate_xmit_skb(struct sk_buff *skb, struct net_device *dev, bool *again);
int netif_rx(struct sk_buff *skb);
int netif_receive_skb(struct sk_buff *skb);
int __netif_receive_skb(struct sk_buff *skb);
int __netif_receive_skb_core(struct sk_buff **pskb, bool pfmemalloc, struct packet_type **ppt_prev);
void netif_receive_skb_list_internal(struct list_head *head);
int enqueue_to_backlog(struct sk_buff *skb, int cpu, unsigned int *qtail);
int process_backlog(struct napi_struct *napi, int quota);
void net_rx_action(void);
void net_tx_action(void);
bool napi_complete_done(struct napi_struct *n, int work_done);
int __napi_poll(struct napi_struct *n, bool *repoll);
void __napi_schedule(struct napi_struct *n);
enum gro_result dev_gro_receive(struct gro_node *gro, struct sk_buff *skb);
void napi_consume_skb(struct sk_buff *skb, int budget);
int skb_copy_datagram_iter(const struct sk_buff *skb, int offset, struct iov_iter *to, int len);
struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t gfp_mask);
struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp_mask);
struct sk_buff *__alloc_skb(unsigned int size, gfp_t gfp_mask, int flags, int node);
struct sk_buff *alloc_skb_with_frags(unsigned long header_len, unsigned long data_len, int order, int *errcode,
  gfp_t gfp_mask);
struct sk_buff *__netdev_alloc_skb(struct net_device *dev, unsigned int len, gfp_t gfp_mask);
struct sk_buff *napi_alloc_skb(struct napi_struct *napi, unsigned int len);
struct sk_buff *build_skb(void *data, unsigned int frag_size);
void kfree_skbmem(struct sk_buff *skb);
void sk_skb_reason_drop(struct sock *sk, struct sk_buff *skb, enum skb_drop_reason reason);
void __kfree_skb(struct sk_buff *skb);
void consume_skb(struct sk_buff *skb);
void skb_release_data(struct sk_buff *skb, enum skb_drop_reason reason);
void *skb_put(struct sk_buff *skb, unsigned int len);
void *skb_push(struct sk_buff *skb, unsigned int len);
void *skb_pull(struct sk_buff *skb, unsigned int len);
int pskb_expand_head(struct sk_buff *skb, int nhead, int ntail, gfp_t gfp_mask);
int __sk_receive_skb(struct sock *sk, struct sk_buff *skb, const int nested, unsigned int trim_cap,
  bool refcounted);
int sock_queue_rcv_skb_reason(struct sock *sk, struct sk_buff *skb, enum skb_drop_reason *reason);
int sk_filter_trim_cap(struct sock *sk, struct sk_buff *skb, unsigned int cap, enum skb_drop_reason *reason);
void sock_def_readable(struct sock *sk);
int sk_stream_wait_memory(struct sock *sk, long *timeo_p);
int sk_wait_data(struct sock *sk, long *timeo, const struct sk_buff *skb);
void __lock_sock(struct sock *sk);
void lock_sock_nested(struct sock *sk, int subclass);
void release_sock(struct sock *sk);
struct sock *sk_alloc(struct net *net, int family, gfp_t priority, struct proto *prot, int kern);
void sk_free(struct sock *sk);
struct sock *sk_clone_lock(const struct sock *sk, const gfp_t priority);
void sock_init_data(struct socket *sock, struct sock *sk);
int sock_sendmsg(struct socket *sock, struct msghdr *msg);
int sock_recvmsg(struct socket *sock, struct msghdr *msg, int flags);
ssize_t sock_write_iter(struct kiocb *iocb, struct iov_iter *from);
ssize_t sock_read_iter(struct kiocb *iocb, struct iov_iter *to);
int ____sys_sendmsg(struct socket *sock, struct msghdr *msg_sys, unsigned int flags,
  struct used_address *used_address, unsigned int allowed_msghdr_flags);
int ____sys_recvmsg(struct socket *sock, struct msghdr *msg_sys, struct user_msghdr *msg,
  struct sockaddr *uaddr, unsigned int flags, int nosec);
int __sys_sendto(int fd, void *buff, size_t len, unsigned int flags, struct sockaddr *addr, int addr_len);
int __sys_recvfrom(int fd, void *ubuf, size_t size, unsigned int flags, struct sockaddr *addr, int *addr_len);
int __sys_connect(int fd, struct sockaddr *uservaddr, int addrlen);
int __sys_accept4(int fd, struct sockaddr *upeer_sockaddr, int *upeer_addrlen, int flags);
int __sys_bind(int fd, struct sockaddr *umyaddr, int addrlen);
int __sys_listen(int fd, int backlog);
int __sys_socket(int family, int type, int protocol);
int __sys_shutdown(int fd, int how);
int sock_create(int family, int type, int protocol, struct socket **res);
int __sock_create(struct net *net, int family, int type, int protocol, struct socket **res, int kern);
void sock_release(struct socket *sock);
int sock_close(struct inode *inode, struct file *filp);
struct file *sock_alloc_file(struct socket *sock, int flags, const char *dname);
int sock_setsockopt(struct socket *sock, int level, int optname, sockptr_t optval, unsigned int optlen);
int sk_setsockopt(struct sock *sk, int level, int optname, sockptr_t optval, unsigned int optlen);
__poll_t sock_poll(struct file *file, poll_table *wait);
int kernel_connect(struct socket *sock, struct sockaddr *addr, int addrlen, int flags);
int kernel_sendmsg(struct socket *sock, struct msghdr *msg, struct kvec *vec, size_t num, size_t size);
int kernel_accept(struct socket *sock, struct socket **newsock, int flags);
int unix_stream_connect(struct socket *sock, struct sockaddr *uaddr, int addr_len, int flags);
int unix_stream_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);
int unix_stream_recvmsg(struct socket *sock, struct msghdr *msg, size_t size, int flags);
int unix_stream_read_generic(struct unix_stream_read_state *state, bool freezable);
int unix_dgram_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);
int unix_dgram_recvmsg(struct socket *sock, struct msghdr *msg, size_t size, int flags);
int unix_dgram_connect(struct socket *sock, struct sockaddr *addr, int alen, int flags);
int unix_accept(struct socket *sock, struct socket *newsock, struct proto_accept_arg *arg);
int unix_bind(struct socket *sock, struct sockaddr *uaddr, int addr_len);
int unix_listen(struct socket *sock, int backlog);
int unix_create(struct net *net, struct socket *sock, int protocol, int kern);
int unix_release(struct socket *sock);
struct sock *unix_find_other(struct net *net, struct sockaddr_un *sunaddr, int addr_len, int type, int flags);
int netlink_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);
int netlink_unicast(struct sock *ssk, struct sk_buff *skb, u32 portid, int nonblock);
int netlink_broadcast(struct sock *ssk, struct sk_buff *skb, u32 portid, u32 group, gfp_t allocation);
int rtnetlink_rcv_msg(struct sk_buff *skb, struct nlmsghdr *nlh, struct netlink_ext_ack *extack);
int packet_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);
int packet_rcv(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt,
  struct net_device *orig_dev);
int tpacket_rcv(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt,
  struct net_device *orig_dev);
int register_netdevice(struct net_device *dev);
void unregister_netdevice_queue(struct net_device *dev, struct list_head *head);
int dev_change_flags(struct net_device *dev, unsigned int flags, struct netlink_ext_ack *extack);
int __dev_change_flags(struct net_device *dev, unsigned int flags, struct netlink_ext_ack *extack);
int dev_open(struct net_device *dev, struct netlink_ext_ack *extack);
int dev_ioctl(struct net *net, unsigned int cmd, struct ifreq *ifr, void *data, bool *need_copyout);
int dev_change_name(struct net_device *dev, const char *newname);
netdev_tx_t veth_xmit(struct sk_buff *skb, struct net_device *dev);
rx_handler_result_t br_handle_frame(struct sk_buff **pskb);
void br_forward(const struct net_bridge_port *to, struct sk_buff *skb, bool local_rcv, bool local_orig);
netdev_tx_t br_dev_xmit(struct sk_buff *skb, struct net_device *dev);
netdev_tx_t loopback_xmit(struct sk_buff *skb, struct net_device *dev);
netdev_tx_t start_xmit(struct sk_buff *skb, struct net_device *dev);
int virtnet_poll(struct napi_struct *napi, int budget);
netdev_tx_t tun_net_xmit(struct sk_buff *skb, struct net_device *dev);
ssize_t tun_get_user(struct tun_struct *tun, struct tun_file *tfile, void *msg_control, struct iov_iter *from,
  int noblock, bool more);
netdev_tx_t vxlan_xmit(struct sk_buff *skb, struct net_device *dev);
int nf_hook_slow(struct sk_buff *skb, struct nf_hook_state *state, const struct nf_hook_entries *e,
  unsigned int s);
unsigned int ipt_do_table(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);
unsigned int nft_do_chain(struct nft_pktinfo *pkt, void *priv);
unsigned int nf_conntrack_in(struct sk_buff *skb, const struct nf_hook_state *state);
bool nf_ct_delete(struct nf_conn *ct, u32 portid, int report);
int __nf_conntrack_confirm(struct sk_buff *skb);
unsigned int nf_nat_inet_fn(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);
void __nf_ct_refresh_acct(struct nf_conn *ct, enum ip_conntrack_info ctinfo, u32 extra_jiffies,
  unsigned int bytes);
int xdp_do_redirect(struct net_device *dev, struct xdp_buff *xdp, const struct bpf_prog *xdp_prog);
u32 bpf_prog_run_generic_xdp(struct sk_buff *skb, struct xdp_buff *xdp, const struct bpf_prog *xdp_prog);
int do_xdp_generic(const struct bpf_prog *xdp_prog, struct sk_buff **pskb);
void generic_xdp_tx(struct sk_buff *skb, const struct bpf_prog *xdp_prog);
int tcf_classify(struct sk_buff *skb, const struct tcf_block *block, const struct tcf_proto *tp,
  struct tcf_result *res, bool compat_mode);
int cls_bpf_classify(struct sk_buff *skb, const struct tcf_proto *tp, struct tcf_result *res);
int tc_run(struct tcx_entry *entry, struct sk_buff *skb, enum skb_drop_reason *drop_reason);
int sk_reuseport_attach_bpf(u32 ufd, struct sock *sk);
int pfifo_fast_enqueue(struct sk_buff *skb, struct Qdisc *qdisc, struct sk_buff **to_free);
struct sk_buff *pfifo_fast_dequeue(struct Qdisc *qdisc);
int htb_enqueue(struct sk_buff *skb, struct Qdisc *sch, struct sk_buff **to_free);
`;
