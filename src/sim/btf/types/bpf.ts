/** The BPF subsystem's own objects and iterators, in C: a selection of what Linux has, v6.12. */
export const BPF_TYPES = `
struct bpf_insn { __u8 code, dst_reg : 4, src_reg : 4; __s16 off; __s32 imm; };
struct bpf_map_ops {
  int (*map_alloc_check)(union bpf_attr *); struct bpf_map *(*map_alloc)(union bpf_attr *);
  void (*map_free)(struct bpf_map *); void *(*map_lookup_elem)(struct bpf_map *, void *);
  long (*map_update_elem)(struct bpf_map *, void *, void *, u64);
  long (*map_delete_elem)(struct bpf_map *, void *);
};
enum bpf_map_type {
  BPF_MAP_TYPE_UNSPEC, BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_PROG_ARRAY,
  BPF_MAP_TYPE_PERF_EVENT_ARRAY, BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_PERCPU_ARRAY, BPF_MAP_TYPE_STACK_TRACE,
  BPF_MAP_TYPE_CGROUP_ARRAY, BPF_MAP_TYPE_LRU_HASH, BPF_MAP_TYPE_LRU_PERCPU_HASH, BPF_MAP_TYPE_LPM_TRIE,
  BPF_MAP_TYPE_ARRAY_OF_MAPS, BPF_MAP_TYPE_HASH_OF_MAPS, BPF_MAP_TYPE_DEVMAP, BPF_MAP_TYPE_SOCKMAP,
  BPF_MAP_TYPE_CPUMAP, BPF_MAP_TYPE_XSKMAP, BPF_MAP_TYPE_SOCKHASH, BPF_MAP_TYPE_CGROUP_STORAGE_DEPRECATED,
  BPF_MAP_TYPE_CGROUP_STORAGE = 19, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY,
  BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE_DEPRECATED, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE = 21, BPF_MAP_TYPE_QUEUE,
  BPF_MAP_TYPE_STACK, BPF_MAP_TYPE_SK_STORAGE, BPF_MAP_TYPE_DEVMAP_HASH, BPF_MAP_TYPE_STRUCT_OPS,
  BPF_MAP_TYPE_RINGBUF, BPF_MAP_TYPE_INODE_STORAGE, BPF_MAP_TYPE_TASK_STORAGE, BPF_MAP_TYPE_BLOOM_FILTER,
  BPF_MAP_TYPE_USER_RINGBUF, BPF_MAP_TYPE_CGRP_STORAGE, BPF_MAP_TYPE_ARENA, __MAX_BPF_MAP_TYPE
};
struct bpf_map {
  const struct bpf_map_ops *ops; struct bpf_map *inner_map_meta; enum bpf_map_type map_type;
  u32 key_size, value_size, max_entries; u64 map_extra; u32 map_flags, id; int numa_node;
  u32 btf_key_type_id, btf_value_type_id; struct btf *btf; char name[16]; atomic64_t refcnt, usercnt, writecnt;
  bool frozen;
};
struct bpf_array { struct bpf_map map; u32 elem_size, index_mask; char value[0]; };
struct bpf_htab { struct bpf_map map; u32 n_buckets, elem_size; };
struct bpf_ringbuf { u64 mask; int nr_pages; unsigned long consumer_pos, producer_pos; };
struct bpf_ringbuf_map { struct bpf_map map; struct bpf_ringbuf *rb; };
typedef struct { local_t a; } local64_t; typedef struct { local64_t v; } u64_stats_t;
struct u64_stats_sync {  };
struct bpf_prog_stats { u64_stats_t cnt, nsecs, misses; struct u64_stats_sync syncp; };
struct bpf_ksym { unsigned long start, end; char name[512]; bool prog; };
enum bpf_prog_type {
  BPF_PROG_TYPE_UNSPEC, BPF_PROG_TYPE_SOCKET_FILTER, BPF_PROG_TYPE_KPROBE, BPF_PROG_TYPE_SCHED_CLS,
  BPF_PROG_TYPE_SCHED_ACT, BPF_PROG_TYPE_TRACEPOINT, BPF_PROG_TYPE_XDP, BPF_PROG_TYPE_PERF_EVENT,
  BPF_PROG_TYPE_CGROUP_SKB, BPF_PROG_TYPE_CGROUP_SOCK, BPF_PROG_TYPE_LWT_IN, BPF_PROG_TYPE_LWT_OUT,
  BPF_PROG_TYPE_LWT_XMIT, BPF_PROG_TYPE_SOCK_OPS, BPF_PROG_TYPE_SK_SKB, BPF_PROG_TYPE_CGROUP_DEVICE,
  BPF_PROG_TYPE_SK_MSG, BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
  BPF_PROG_TYPE_LWT_SEG6LOCAL, BPF_PROG_TYPE_LIRC_MODE2, BPF_PROG_TYPE_SK_REUSEPORT,
  BPF_PROG_TYPE_FLOW_DISSECTOR, BPF_PROG_TYPE_CGROUP_SYSCTL, BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE,
  BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_PROG_TYPE_TRACING, BPF_PROG_TYPE_STRUCT_OPS, BPF_PROG_TYPE_EXT,
  BPF_PROG_TYPE_LSM, BPF_PROG_TYPE_SK_LOOKUP, BPF_PROG_TYPE_SYSCALL, BPF_PROG_TYPE_NETFILTER,
  __MAX_BPF_PROG_TYPE
};
struct bpf_prog_aux {
  atomic64_t refcnt;
  u32 used_map_cnt, max_ctx_offset, max_pkt_offset, max_tp_access, stack_depth, id, func_cnt;
  u32 func_idx, attach_btf_id; struct btf *attach_btf; struct bpf_prog *dst_prog;
  struct bpf_trampoline *dst_trampoline; enum bpf_prog_type saved_dst_prog_type;
  bool verifier_zext, attach_btf_trace, attach_tracing_prog, tail_call_reachable;
  const struct btf_type *attach_func_proto; const char *attach_func_name; struct bpf_ksym ksym;
  struct bpf_map **used_maps; struct bpf_prog *prog; struct user_struct *user; u64 load_time;
  u32 verified_insns; char name[16]; void *security; struct btf *btf;
};
enum bpf_attach_type {
  BPF_CGROUP_INET_INGRESS, BPF_CGROUP_INET_EGRESS, BPF_CGROUP_INET_SOCK_CREATE, BPF_CGROUP_SOCK_OPS,
  BPF_SK_SKB_STREAM_PARSER, BPF_SK_SKB_STREAM_VERDICT, BPF_CGROUP_DEVICE, BPF_SK_MSG_VERDICT,
  BPF_CGROUP_INET4_BIND, BPF_CGROUP_INET6_BIND, BPF_CGROUP_INET4_CONNECT, BPF_CGROUP_INET6_CONNECT,
  BPF_CGROUP_INET4_POST_BIND, BPF_CGROUP_INET6_POST_BIND, BPF_CGROUP_UDP4_SENDMSG, BPF_CGROUP_UDP6_SENDMSG,
  BPF_LIRC_MODE2, BPF_FLOW_DISSECTOR, BPF_CGROUP_SYSCTL, BPF_CGROUP_UDP4_RECVMSG, BPF_CGROUP_UDP6_RECVMSG,
  BPF_CGROUP_GETSOCKOPT, BPF_CGROUP_SETSOCKOPT, BPF_TRACE_RAW_TP, BPF_TRACE_FENTRY, BPF_TRACE_FEXIT,
  BPF_MODIFY_RETURN, BPF_LSM_MAC, BPF_TRACE_ITER, BPF_CGROUP_INET4_GETPEERNAME, BPF_CGROUP_INET6_GETPEERNAME,
  BPF_CGROUP_INET4_GETSOCKNAME, BPF_CGROUP_INET6_GETSOCKNAME, BPF_XDP_DEVMAP, BPF_CGROUP_INET_SOCK_RELEASE,
  BPF_XDP_CPUMAP, BPF_SK_LOOKUP, BPF_XDP, BPF_SK_SKB_VERDICT, BPF_SK_REUSEPORT_SELECT,
  BPF_SK_REUSEPORT_SELECT_OR_MIGRATE, BPF_PERF_EVENT, BPF_TRACE_KPROBE_MULTI, BPF_LSM_CGROUP, BPF_STRUCT_OPS,
  BPF_NETFILTER, BPF_TCX_INGRESS, BPF_TCX_EGRESS, BPF_TRACE_UPROBE_MULTI, BPF_CGROUP_UNIX_CONNECT,
  BPF_CGROUP_UNIX_SENDMSG, BPF_CGROUP_UNIX_RECVMSG, BPF_CGROUP_UNIX_GETPEERNAME, BPF_CGROUP_UNIX_GETSOCKNAME,
  BPF_NETKIT_PRIMARY, BPF_NETKIT_PEER, BPF_TRACE_KPROBE_SESSION, BPF_TRACE_UPROBE_SESSION,
  __MAX_BPF_ATTACH_TYPE
};
struct bpf_prog {
  u16 pages, jited : 1, jit_requested : 1, gpl_compatible : 1, is_func : 1; enum bpf_prog_type type;
  enum bpf_attach_type expected_attach_type; u32 len, jited_len; union { u8 digest[32], tag[8]; };
  struct bpf_prog_stats *stats; int *active; unsigned int (*bpf_func)(const void *, const struct bpf_insn *);
  struct bpf_prog_aux *aux; struct bpf_insn insnsi[0];
};
enum bpf_link_type {
  BPF_LINK_TYPE_UNSPEC, BPF_LINK_TYPE_RAW_TRACEPOINT, BPF_LINK_TYPE_TRACING, BPF_LINK_TYPE_CGROUP,
  BPF_LINK_TYPE_ITER, BPF_LINK_TYPE_NETNS, BPF_LINK_TYPE_XDP, BPF_LINK_TYPE_PERF_EVENT,
  BPF_LINK_TYPE_KPROBE_MULTI, BPF_LINK_TYPE_STRUCT_OPS, BPF_LINK_TYPE_NETFILTER, BPF_LINK_TYPE_TCX,
  BPF_LINK_TYPE_UPROBE_MULTI, BPF_LINK_TYPE_NETKIT, BPF_LINK_TYPE_SOCKMAP, __MAX_BPF_LINK_TYPE
};
struct bpf_link {
  atomic64_t refcnt; u32 id; enum bpf_link_type type; const struct bpf_link_ops *ops; struct bpf_prog *prog;
};
struct bpf_link_ops { void (*release)(struct bpf_link *); void (*dealloc)(struct bpf_link *); };
struct bpf_tramp_link { struct bpf_link link; struct hlist_node tramp_hlist; u64 cookie; };
struct bpf_tracing_link {
  struct bpf_tramp_link link;
  enum bpf_attach_type attach_type;
  struct bpf_trampoline *trampoline;
  struct bpf_prog *tgt_prog;
};
struct bpf_trampoline { refcount_t refcnt; u32 flags; u64 key; struct bpf_tramp_image *cur_image; };
struct bpf_iter_meta { struct seq_file *seq; u64 session_id, seq_num; };
struct bpf_iter__bpf_map { struct bpf_iter_meta *meta; struct bpf_map *map; };
struct bpf_iter__bpf_map_elem {
  struct bpf_iter_meta *meta; struct bpf_map *map; void *key;
  void *value;
};
struct bpf_iter__bpf_sk_storage_map {
  struct bpf_iter_meta *meta; struct bpf_map *map; struct sock *sk;
  void *value;
};
struct bpf_iter__bpf_prog { struct bpf_iter_meta *meta; struct bpf_prog *prog; };
struct bpf_iter__bpf_link { struct bpf_iter_meta *meta; struct bpf_link *link; };
struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; };
struct bpf_iter__task_file {
  struct bpf_iter_meta *meta; struct task_struct *task; u32 fd;
  struct file *file;
};
struct bpf_iter__task_vma {
  struct bpf_iter_meta *meta; struct task_struct *task;
  struct vm_area_struct *vma;
};
struct bpf_iter__tcp {
  struct bpf_iter_meta *meta; struct sock_common *sk_common; uid_t uid;
};
struct bpf_iter__udp {
  struct bpf_iter_meta *meta; struct udp_sock *udp_sk; uid_t uid; int bucket;
};
struct bpf_iter__unix {
  struct bpf_iter_meta *meta; struct unix_sock *unix_sk; uid_t uid;
};
struct bpf_iter__netlink { struct bpf_iter_meta *meta; struct netlink_sock *sk; };
struct bpf_iter__sockmap {
  struct bpf_iter_meta *meta; struct bpf_map *map; void *key;
  struct sock *sk;
};
struct bpf_iter__cgroup { struct bpf_iter_meta *meta; struct cgroup *cgroup; };
struct bpf_iter__ksym { struct bpf_iter_meta *meta; struct kallsym_iter *ksym; };
struct kallsym_iter { unsigned long value; char type, name[512], module_name[56]; };
struct btf {
  void *data; struct btf_type **types; u32 *resolved_ids; const char *strings; u32 nr_types, data_size;
  refcount_t refcnt; u32 id; char name[56]; bool kernel_btf;
};
struct btf_type { __u32 name_off, info; union { __u32 size, type; }; };
`;
