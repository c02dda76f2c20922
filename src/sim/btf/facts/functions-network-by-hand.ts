/**
 * Functions of the network that the kernel which `scripts/kernel-facts.mjs` asked has inlined, or does not give types of.
 * Source: the functions' definitions in v6.12; enumerations are shown as int.
 */
export const FUNCTIONS_NETWORK_BY_HAND = `
int inet_csk_wait_for_connect(struct sock *sk, long timeo);
long inet_wait_for_connect(struct sock *sk, long timeo, int writebias);
struct sk_buff *skb_recv_datagram(struct sock *sk, unsigned int flags, int *err);
int __skb_wait_for_more_packets(struct sock *sk, struct sk_buff_head *queue, int *err, long *timeo_p,
  const struct sk_buff *skb);
int inet_hash_connect(struct inet_timewait_death_row *death_row, struct sock *sk);
int sk_stream_wait_connect(struct sock *sk, long *timeo_p);
long unix_stream_data_wait(struct sock *sk, long timeo, struct sk_buff *last, unsigned int last_len, bool freezable);
int unix_stream_read_actor(struct sk_buff *skb, int skip, int chunk, struct unix_stream_read_state *state);
struct sk_buff *sock_alloc_send_pskb(struct sock *sk, unsigned long header_len, unsigned long data_len, int noblock,
  int *errcode, int max_page_order);
int __netif_rx(struct sk_buff *skb);
int netif_rx_internal(struct sk_buff *skb);
void __local_bh_enable_ip(unsigned long ip, unsigned int cnt);
void do_softirq(void);
void __irq_exit_rcu(void);
void run_timer_softirq(void);
void call_timer_fn(struct timer_list *timer, void (*fn)(struct timer_list *), unsigned long baseclk);
int process_backlog(struct napi_struct *napi, int quota);
int __napi_poll(struct napi_struct *n, bool *repoll);
void __napi_schedule(struct napi_struct *n);
int virtnet_poll_tx(struct napi_struct *napi, int budget);
int __netif_receive_skb_one_core(struct sk_buff *skb, bool pfmemalloc);
int skb_do_redirect(struct sk_buff *skb);
struct sk_buff *__skb_gso_segment(struct sk_buff *skb, netdev_features_t features, bool tx_path);
void __qdisc_run(struct Qdisc *q);
int tcp_v4_conn_request(struct sock *sk, struct sk_buff *skb);
int tcp_v6_conn_request(struct sock *sk, struct sk_buff *skb);
int tcp_v4_send_synack(const struct sock *sk, struct dst_entry *dst, struct flowi *fl, struct request_sock *req,
  struct tcp_fastopen_cookie *foc, enum tcp_synack_type synack_type, struct sk_buff *syn_skb);
int tcp_v6_send_synack(const struct sock *sk, struct dst_entry *dst, struct flowi *fl, struct request_sock *req,
  struct tcp_fastopen_cookie *foc, enum tcp_synack_type synack_type, struct sk_buff *syn_skb);
struct sk_buff *tcp_make_synack(const struct sock *sk, struct dst_entry *dst, struct request_sock *req,
  struct tcp_fastopen_cookie *foc, enum tcp_synack_type synack_type, struct sk_buff *syn_skb);
struct sock *inet_csk_reqsk_queue_add(struct sock *sk, struct request_sock *req, struct sock *child);
enum skb_drop_reason tcp_child_process(struct sock *parent, struct sock *child, struct sk_buff *skb);
struct sock *cookie_v4_check(struct sock *sk, struct sk_buff *skb);
struct sock *cookie_v6_check(struct sock *sk, struct sk_buff *skb);
void reqsk_timer_handler(struct timer_list *t);
int inet_rtx_syn_ack(const struct sock *parent, struct request_sock *req);
int tcp_rtx_synack(const struct sock *sk, struct request_sock *req);
void __release_sock(struct sock *sk);
void tcp_cong_avoid(struct sock *sk, u32 ack, u32 acked);
void tcp_init_transfer(struct sock *sk, int bpf_op, struct sk_buff *skb);
void sock_def_wakeup(struct sock *sk);
void sock_def_error_report(struct sock *sk);
void sk_stream_write_space(struct sock *sk);
void __tcp_send_ack(struct sock *sk, u32 rcv_nxt);
void tcp_push(struct sock *sk, int flags, int mss_now, int nonagle, int size_goal);
void __tcp_push_pending_frames(struct sock *sk, unsigned int cur_mss, int nonagle);
int tcp_queue_rcv(struct sock *sk, struct sk_buff *skb, bool *fragstolen);
void tcp_data_ready(struct sock *sk);
void tcp_data_queue_ofo(struct sock *sk, struct sk_buff *skb);
void tcp_ofo_queue(struct sock *sk);
void __tcp_ack_snd_check(struct sock *sk, int ofo_possible);
void tcp_send_delayed_ack(struct sock *sk);
void tcp_send_dupack(struct sock *sk, const struct sk_buff *skb);
void tcp_send_challenge_ack(struct sock *sk);
bool tcp_schedule_loss_probe(struct sock *sk, bool advancing_rto);
void tcp_xmit_retransmit_queue(struct sock *sk);
void tcp_write_timer(struct timer_list *t);
void tcp_delack_timer_handler(struct sock *sk);
void tcp_probe_timer(struct sock *sk);
void tcp_send_probe0(struct sock *sk);
int tcp_write_wakeup(struct sock *sk, int mib);
int tcp_xmit_probe_skb(struct sock *sk, int urgent, int mib);
void tcp_write_err(struct sock *sk);
void __tcp_cleanup_rbuf(struct sock *sk, int copied);
void tcp_rcv_space_adjust(struct sock *sk);
int tcp_fragment(struct sock *sk, enum tcp_queue tcp_queue, struct sk_buff *skb, u32 len, unsigned int mss_now, gfp_t gfp);
void tcp_drop(struct sock *sk, struct sk_buff *skb);
void kfree_skb_reason(struct sk_buff *skb, enum skb_drop_reason reason);
enum tcp_tw_status tcp_timewait_state_process(struct inet_timewait_sock *tw, struct sk_buff *skb, const struct tcphdr *th,
  u32 *tw_isn, enum skb_drop_reason *drop_reason);
void tw_timer_handler(struct timer_list *t);
int tcp_v4_err(struct sk_buff *skb, u32 info);
void tcp_v6_send_reset(const struct sock *sk, struct sk_buff *skb, enum sk_rst_reason reason);
int inet6_release(struct socket *sock);
void __sock_release(struct socket *sock, struct inode *inode);
void __sk_free(struct sock *sk);
void sk_common_release(struct sock *sk);
void udp_lib_close(struct sock *sk, long timeout);
int inet_dgram_connect(struct socket *sock, struct sockaddr *uaddr, int addr_len, int flags);
int sock_no_listen(struct socket *sock, int backlog);
int sock_no_accept(struct socket *sock, struct socket *newsock, struct proto_accept_arg *arg);
int security_socket_shutdown(struct socket *sock, int how);
int inet6_csk_xmit(struct sock *sk, struct sk_buff *skb, struct flowi *fl);
int ip6_finish_output(struct net *net, struct sock *sk, struct sk_buff *skb);
int ip6_fragment(struct net *net, struct sock *sk, struct sk_buff *skb, int (*output)(struct net *, struct sock *,
  struct sk_buff *));
int ip6_send_skb(struct sk_buff *skb);
int ip6_rcv_finish(struct net *net, struct sock *sk, struct sk_buff *skb);
int ip6_input_finish(struct net *net, struct sock *sk, struct sk_buff *skb);
void ip6_protocol_deliver_rcu(struct net *net, struct sk_buff *skb, int nexthdr, bool have_final);
void ip_expire(struct timer_list *t);
int __udp6_lib_rcv(struct sk_buff *skb, struct udp_table *udptable, int proto);
int udpv6_queue_rcv_skb(struct sock *sk, struct sk_buff *skb);
int udp_v6_send_skb(struct sk_buff *skb, struct flowi6 *fl6, struct inet_cork *cork);
int ping_v4_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);
int ping_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags);
void icmp6_send(struct sk_buff *skb, u8 type, u8 code, __u32 info, const struct in6_addr *force_saddr,
  const struct inet6_skb_parm *parm);
enum skb_drop_reason icmpv6_echo_reply(struct sk_buff *skb);
void arp_solicit(struct neighbour *neigh, struct sk_buff *skb);
void arp_error_report(struct neighbour *neigh, struct sk_buff *skb);
void neigh_timer_handler(struct timer_list *t);
void neigh_invalidate(struct neighbour *neigh);
int __scm_send(struct socket *sock, struct msghdr *msg, struct scm_cookie *p);
void scm_detach_fds(struct msghdr *msg, struct scm_cookie *scm);
void unix_release_sock(struct sock *sk, int embrion);
int unix_shutdown(struct socket *sock, int mode);
`;
