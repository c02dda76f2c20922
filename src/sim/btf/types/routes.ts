/** Network namespaces, routes and neighbours, in C: a selection of what Linux has, v6.12. */
export const ROUTE_TYPES = `
typedef struct { struct net *net; } possible_net_t;
struct netns_core { int sysctl_somaxconn; };
struct netns_ipv4 {
  int sysctl_tcp_wmem[3], sysctl_tcp_rmem[3]; u8 sysctl_ip_default_ttl, sysctl_tcp_syn_retries;
  int sysctl_tcp_fin_timeout, sysctl_max_syn_backlog;
};
struct net {
  refcount_t passive; unsigned int dev_base_seq; u32 ifindex; struct user_namespace *user_ns;
  struct ucounts *ucounts; struct ns_common ns; struct list_head dev_base_head;
  struct proc_dir_entry *proc_net; struct hlist_head *dev_name_head; struct net_device *loopback_dev;
  struct netns_core core; struct netns_ipv4 ipv4; u64 net_cookie;
};
struct dst_entry {
  struct net_device *dev; struct dst_ops *ops; unsigned long _metrics, expires;
  unsigned short flags; short obsolete; int __use; unsigned long lastuse; short error;
};
struct dst_ops { unsigned short family; };
struct rtable {
  struct dst_entry dst; int rt_genid; unsigned int rt_flags; __u16 rt_type; __u8 rt_is_input; int rt_iif;
  u8 rt_gw_family; __be32 rt_gw4;
};
struct rt6_info { struct dst_entry dst; struct inet6_dev *rt6i_idev; u32 rt6i_flags; };
struct fib_table { u32 tb_id; int tb_num_default; };
struct fib_result { __be32 prefix; unsigned char prefixlen, nh_sel, type, scope; u32 tclassid; };
struct fib_info { unsigned char fib_dead, fib_protocol, fib_scope, fib_type; u32 fib_priority; int fib_nhs; };
typedef u8 dscp_t;
struct flowi_tunnel { __be64 tun_id; };
struct flowi_common {
  int flowic_oif, flowic_iif, flowic_l3mdev; __u32 flowic_mark; dscp_t flowic_dscp;
  __u8 flowic_scope, flowic_proto, flowic_flags; __u32 flowic_secid; kuid_t flowic_uid;
  __u32 flowic_multipath_hash; struct flowi_tunnel flowic_tun_key;
};
union flowi_uli {
  struct { __be16 dport, sport; } ports; struct { __u8 type, code; } icmpt; __be32 gre_key;
  struct { __u8 type; } mht;
};
struct flowi4 { struct flowi_common __fl_common; __be32 saddr, daddr; union flowi_uli uli; };
struct flowi6 {
  struct flowi_common __fl_common; struct in6_addr daddr, saddr; __be32 flowlabel; union flowi_uli uli;
};
struct neighbour {
  struct neigh_table *tbl; struct neigh_parms *parms; unsigned long confirmed, updated;
  u8 nud_state, type, dead; u32 flags; unsigned char ha[32]; struct net_device *dev; u8 primary_key[0];
};
`;
