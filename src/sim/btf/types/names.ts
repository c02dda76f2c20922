/** Names that only functions and tracepoints use, in C: a selection of what Linux has, v6.12. */
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
`;
