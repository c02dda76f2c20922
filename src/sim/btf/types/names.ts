/** Names and objects that only functions and tracepoints use, in C: a selection of what Linux has, v6.12. */
export const NAMED_TYPES = `
typedef void (*kthread_work_func_t)(struct kthread_work *); typedef void (*smp_call_func_t)(void *);
struct __call_single_node {
  struct llist_node llist; union { unsigned int u_flags; atomic_t a_flags; }; u16 src, dst;
};
struct __call_single_data { struct __call_single_node node; smp_call_func_t func; void *info; };
typedef struct __call_single_data call_single_data_t; typedef __kernel_ulong_t ino_t;
typedef struct transaction_s transaction_t; typedef int ext4_grpblk_t; typedef __s64 xfs_daddr_t;
typedef unsigned long long xfs_ino_t; typedef s64 int64_t; typedef int64_t xfs_fsize_t;
typedef uint32_t xfs_agnumber_t; typedef uint32_t xfs_agino_t; typedef int64_t xfs_lsn_t;
typedef __s64 xfs_off_t; typedef u64 uint64_t; typedef u8 uint8_t; typedef u16 uint16_t;
typedef struct { unsigned long fds_bits[16]; } __kernel_fd_set; typedef __kernel_fd_set fd_set;
typedef struct __user_cap_header_struct *cap_user_header_t;
typedef struct __user_cap_data_struct *cap_user_data_t; typedef struct siginfo siginfo_t;
struct sigaltstack { void *ss_sp; int ss_flags; __kernel_size_t ss_size; };
typedef struct sigaltstack stack_t; typedef __kernel_long_t __kernel_old_time_t;
typedef unsigned int blk_insert_t; typedef int get_block_t(struct inode *, sector_t, struct buffer_head *, int);
enum gro_result { GRO_MERGED, GRO_MERGED_FREE, GRO_HELD, GRO_NORMAL, GRO_CONSUMED };
typedef enum gro_result gro_result_t; typedef struct wait_queue_entry wait_queue_entry_t;
typedef struct { unsigned long *in, *out, *ex, *res_in, *res_out, *res_ex; } fd_set_bits;
typedef struct jbd2_journal_handle handle_t; typedef unsigned int fgf_t;
typedef int filler_t(struct file *, struct folio *); typedef struct kmem_cache *kmem_buckets[14];
typedef struct pglist_data pg_data_t; typedef struct folio *new_folio_t(struct folio *, unsigned long);
typedef void free_folio_t(struct folio *, unsigned long);
typedef struct { size_t written, count; union { char *buf; void *data; } arg; int error; } read_descriptor_t;
typedef int (*sk_read_actor_t)(read_descriptor_t *, struct sk_buff *, unsigned int, size_t);
typedef struct poll_table_struct poll_table;
enum rx_handler_result { RX_HANDLER_CONSUMED, RX_HANDLER_ANOTHER, RX_HANDLER_EXACT, RX_HANDLER_PASS };
typedef enum rx_handler_result rx_handler_result_t; typedef void (*rcu_callback_t)(struct callback_head *);
typedef sockptr_t bpfptr_t; typedef int (*cpu_stop_fn_t)(void *);
typedef struct __key_reference_with_attributes *key_ref_t; typedef unsigned long ulong;
enum numa_vmaskip_reason {
  NUMAB_SKIP_UNSUITABLE, NUMAB_SKIP_SHARED_RO, NUMAB_SKIP_INACCESSIBLE, NUMAB_SKIP_SCAN_DELAY,
  NUMAB_SKIP_PID_INACTIVE, NUMAB_SKIP_IGNORE_PID, NUMAB_SKIP_SEQ_COMPLETED
};
enum hrtimer_mode {
  HRTIMER_MODE_ABS, HRTIMER_MODE_REL, HRTIMER_MODE_PINNED, HRTIMER_MODE_SOFT = 4, HRTIMER_MODE_HARD = 8,
  HRTIMER_MODE_ABS_PINNED = 2, HRTIMER_MODE_REL_PINNED, HRTIMER_MODE_ABS_SOFT, HRTIMER_MODE_REL_SOFT,
  HRTIMER_MODE_ABS_PINNED_SOFT, HRTIMER_MODE_REL_PINNED_SOFT, HRTIMER_MODE_ABS_HARD, HRTIMER_MODE_REL_HARD,
  HRTIMER_MODE_ABS_PINNED_HARD, HRTIMER_MODE_REL_PINNED_HARD
};
enum dev_pm_qos_req_type {
  DEV_PM_QOS_RESUME_LATENCY = 1, DEV_PM_QOS_LATENCY_TOLERANCE, DEV_PM_QOS_MIN_FREQUENCY,
  DEV_PM_QOS_MAX_FREQUENCY, DEV_PM_QOS_FLAGS
};
enum pm_qos_req_action { PM_QOS_ADD_REQ, PM_QOS_UPDATE_REQ, PM_QOS_REMOVE_REQ };
enum error_detector { ERROR_DETECTOR_KFENCE, ERROR_DETECTOR_KASAN, ERROR_DETECTOR_WARN };
enum fuse_opcode {
  FUSE_LOOKUP = 1, FUSE_FORGET, FUSE_GETATTR, FUSE_SETATTR, FUSE_READLINK, FUSE_SYMLINK, FUSE_MKNOD = 8,
  FUSE_MKDIR, FUSE_UNLINK, FUSE_RMDIR, FUSE_RENAME, FUSE_LINK, FUSE_OPEN, FUSE_READ, FUSE_WRITE, FUSE_STATFS,
  FUSE_RELEASE, FUSE_FSYNC = 20, FUSE_SETXATTR, FUSE_GETXATTR, FUSE_LISTXATTR, FUSE_REMOVEXATTR, FUSE_FLUSH,
  FUSE_INIT, FUSE_OPENDIR, FUSE_READDIR, FUSE_RELEASEDIR, FUSE_FSYNCDIR, FUSE_GETLK, FUSE_SETLK, FUSE_SETLKW,
  FUSE_ACCESS, FUSE_CREATE, FUSE_INTERRUPT, FUSE_BMAP, FUSE_DESTROY, FUSE_IOCTL, FUSE_POLL, FUSE_NOTIFY_REPLY,
  FUSE_BATCH_FORGET, FUSE_FALLOCATE, FUSE_READDIRPLUS, FUSE_RENAME2, FUSE_LSEEK, FUSE_COPY_FILE_RANGE,
  FUSE_SETUPMAPPING, FUSE_REMOVEMAPPING, FUSE_SYNCFS, FUSE_TMPFILE, FUSE_STATX, FUSE_COPY_FILE_RANGE_64,
  CUSE_INIT = 4096, CUSE_INIT_BSWAP_RESERVED = 1048576, FUSE_INIT_BSWAP_RESERVED = 436207616
};
struct bus_type { const char *name, *dev_name; };
struct device_type { const char *name; };
struct kthread_work {
  struct list_head node; kthread_work_func_t func; struct kthread_worker *worker; int canceling;
};
struct kthread_worker { unsigned int flags; struct task_struct *task; };
struct hrtimer_sleeper { struct hrtimer timer; struct task_struct *task; };
struct hrtimer_clock_base { struct hrtimer_cpu_base *cpu_base; unsigned int index; clockid_t clockid; };
struct worker_pool { int cpu, node, id; unsigned int flags; int nr_workers, nr_idle; };
struct pool_workqueue { struct worker_pool *pool; struct workqueue_struct *wq; int refcnt, nr_active; };
struct proto_accept_arg { int flags, err, is_empty; bool kern; };
struct fib_nh_common {
  struct net_device *nhc_dev; int nhc_oif; unsigned char nhc_scope; u8 nhc_family, nhc_gw_family;
  unsigned char nhc_flags;
};
struct neigh_table { int family; unsigned int entry_size, key_len; __be16 protocol; char *id; };
struct inet_cork {
  unsigned int flags; __be32 addr; struct ip_options *opt; unsigned int fragsize; int length;
  struct dst_entry *dst; u8 tx_flags; __u8 ttl; __s16 tos;
};
struct ip_options {
  __be32 faddr, nexthop;
  unsigned char optlen, srr, rr, ts, is_strictroute : 1, srr_is_hit : 1, is_changed : 1, rr_needaddr : 1;
  unsigned char ts_needtime : 1, ts_needaddr : 1, router_alert, cipso, __pad2, __data[0];
};
struct inet_skb_parm { int iif; struct ip_options opt; u16 flags, frag_max_size; };
struct fib6_table { u32 tb6_id; unsigned int flags; };
struct net_bridge { spinlock_t lock; struct net_device *dev; };
struct net_bridge_port { struct net_bridge *br; struct net_device *dev; u8 state; u16 port_no; };
struct Qdisc_class_ops {
  int (*graft)(struct Qdisc *, unsigned long, struct Qdisc *, struct Qdisc **, struct netlink_ext_ack *);
  struct Qdisc *(*leaf)(struct Qdisc *, unsigned long);
};
struct ext4_map_blocks { ext4_fsblk_t m_pblk; ext4_lblk_t m_lblk; unsigned int m_len, m_flags; };
struct iomap {
  u64 addr; loff_t offset; u64 length; u16 type, flags; struct block_device *bdev; struct dax_device *dax_dev;
};
struct xfs_inode { struct xfs_mount *i_mount; xfs_ino_t i_ino; unsigned long i_flags; struct inode i_vnode; };
struct xfs_name { const unsigned char *name; int len, type; };
struct btrfs_inode { struct btrfs_root *root; u32 flags; struct inode vfs_inode; };
struct lruvec { unsigned long anon_cost, file_cost, refaults[2]; struct pglist_data *pgdat; };
struct zoneref { struct zone *zone; int zone_idx; };
struct zonelist { struct zoneref _zonerefs[6]; };
struct alloc_context {
  struct zonelist *zonelist; struct zoneref *preferred_zoneref; int migratetype;
  enum zone_type highest_zoneidx;
};
struct reclaim_stat {
  unsigned int nr_dirty, nr_unqueued_dirty, nr_congested, nr_writeback, nr_immediate, nr_pageout;
  unsigned int nr_activate[2], nr_ref_keep, nr_unmap_fail, nr_lazyfree_fail, nr_demoted;
};
struct bio_list { struct bio *head, *tail; };
struct blk_mq_tag_set {
  unsigned int nr_hw_queues, queue_depth; int numa_node; unsigned int timeout; void *driver_data;
};
struct partition_meta_info { char uuid[37]; u8 volname[64]; };
enum rq_qos_id { RQ_QOS_WBT, RQ_QOS_LATENCY, RQ_QOS_COST };
struct rq_qos { enum rq_qos_id id; };
struct virtqueue { const char *name; unsigned int index, num_free; };
struct fuse_req { unsigned long flags; };
struct kvm_vcpu { int cpu, vcpu_id, vcpu_idx; };
struct kernfs_open_node { atomic_t event; };
struct folio_batch { unsigned char nr; struct folio *folios[31]; };
struct swap_iocb { int pages, len; };
struct wake_q_head { struct wake_q_node *first, **lastp; };
struct sched_domain {
  struct sched_domain *parent, *child; struct sched_group *groups; unsigned int imbalance_pct;
  int flags, level; char *name;
};
struct input_dev { const char *name, *phys, *uniq; };
struct cpufreq_governor { char name[16]; };
struct io_uring_task { const struct io_ring_ctx *last; };
struct tcf_proto { __be16 protocol; u32 prio; };
struct unix_stream_read_state { size_t size; int flags; };
struct ctl_table { const char *procname; int maxlen; umode_t mode; };
typedef unsigned int xfs_buf_flags_t; typedef void *xfs_failaddr_t; typedef unsigned int uint;
`;
