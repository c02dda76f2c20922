/** Socket addresses and packet headers, as they are on the wire, in C: a selection of what Linux has, v6.12. */
export const PACKET_TYPES = `
struct sockaddr { sa_family_t sa_family; union { char sa_data_min[14]; char sa_data[14]; }; };
struct in_addr { __be32 s_addr; };
struct sockaddr_in {
  __kernel_sa_family_t sin_family; __be16 sin_port; struct in_addr sin_addr; unsigned char __pad[8];
};
struct in6_addr { union { __u8 u6_addr8[16]; __be16 u6_addr16[8]; __be32 u6_addr32[4]; } in6_u; };
struct sockaddr_in6 {
  unsigned short sin6_family; __be16 sin6_port; __be32 sin6_flowinfo; struct in6_addr sin6_addr;
  __u32 sin6_scope_id;
};
struct sockaddr_un { __kernel_sa_family_t sun_family; char sun_path[108]; };
struct sockaddr_nl { __kernel_sa_family_t nl_family; unsigned short nl_pad; __u32 nl_pid, nl_groups; };
struct sockaddr_ll {
  unsigned short sll_family; __be16 sll_protocol; int sll_ifindex; unsigned short sll_hatype;
  unsigned char sll_pkttype, sll_halen, sll_addr[8];
};
struct __kernel_sockaddr_storage {
  union { struct { __kernel_sa_family_t ss_family; char __data[126]; }; void *__align; };
};
struct ethhdr { unsigned char h_dest[6], h_source[6]; __be16 h_proto; };
struct vlan_hdr { __be16 h_vlan_TCI, h_vlan_encapsulated_proto; };
struct vlan_ethhdr {
  union {
    struct { unsigned char h_dest[6], h_source[6]; }; struct { unsigned char h_dest[6], h_source[6]; } addrs;
  };
  __be16 h_vlan_proto, h_vlan_TCI, h_vlan_encapsulated_proto;
};
struct arphdr { __be16 ar_hrd, ar_pro; unsigned char ar_hln, ar_pln; __be16 ar_op; };
typedef __u16 __sum16;
struct iphdr {
  __u8 ihl : 4, version : 4, tos; __be16 tot_len, id, frag_off; __u8 ttl, protocol; __sum16 check;
  union { struct { __be32 saddr, daddr; }; struct { __be32 saddr, daddr; } addrs; };
};
struct ipv6hdr {
  __u8 priority : 4, version : 4, flow_lbl[3]; __be16 payload_len; __u8 nexthdr, hop_limit;
  union { struct { struct in6_addr saddr, daddr; }; struct { struct in6_addr saddr, daddr; } addrs; };
};
struct ipv6_opt_hdr { __u8 nexthdr, hdrlen; };
struct frag_hdr { __u8 nexthdr, reserved; __be16 frag_off; __be32 identification; };
struct tcphdr {
  __be16 source, dest; __be32 seq, ack_seq;
  __u16 res1 : 4, doff : 4, fin : 1, syn : 1, rst : 1, psh : 1, ack : 1, urg : 1, ece : 1;
  __u16 cwr : 1; __be16 window; __sum16 check; __be16 urg_ptr;
};
struct udphdr { __be16 source, dest, len; __sum16 check; };
struct icmphdr {
  __u8 type, code; __sum16 checksum;
  union {
    struct { __be16 id, sequence; } echo; __be32 gateway; struct { __be16 __unused, mtu; } frag;
    __u8 reserved[4];
  } un;
};
struct icmpv6_echo { __be16 identifier, sequence; };
struct icmpv6_nd_advt { __u32 reserved : 5, override : 1, solicited : 1, router : 1, reserved2 : 24; };
struct icmpv6_nd_ra {
  __u8 hop_limit, reserved : 3, router_pref : 2, home_agent : 1, other : 1, managed : 1; __be16 rt_lifetime;
};
struct icmp6hdr {
  __u8 icmp6_type, icmp6_code; __sum16 icmp6_cksum;
  union {
    __be32 un_data32[1]; __be16 un_data16[2]; __u8 un_data8[4]; struct icmpv6_echo u_echo;
    struct icmpv6_nd_advt u_nd_advt; struct icmpv6_nd_ra u_nd_ra;
  } icmp6_dataun;
};
struct sctphdr { __be16 source, dest; __be32 vtag; __le32 checksum; };
`;
