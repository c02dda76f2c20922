/** Block devices, queues, requests and SCSI, in C: a selection of what Linux has, v6.12. */
export const BLOCK_TYPES = `
struct bvec_iter { sector_t bi_sector; unsigned int bi_size, bi_idx, bi_bvec_done; };
struct bio_vec { struct page *bv_page; unsigned int bv_len, bv_offset; };
typedef __u32 blk_opf_t; typedef u8 blk_status_t; typedef void bio_end_io_t(struct bio *);
struct bio {
  struct bio *bi_next; struct block_device *bi_bdev; blk_opf_t bi_opf; unsigned short bi_flags, bi_ioprio;
  enum rw_hint bi_write_hint; blk_status_t bi_status; atomic_t __bi_remaining; struct bvec_iter bi_iter;
  bio_end_io_t *bi_end_io; void *bi_private; struct blkcg_gq *bi_blkg; u64 issue_time_ns;
  unsigned short bi_vcnt, bi_max_vecs; atomic_t __bi_cnt; struct bio_vec *bi_io_vec; struct bio_set *bi_pool;
  struct bio_vec bi_inline_vecs[];
};
struct block_device {
  sector_t bd_start_sect, bd_nr_sectors; struct gendisk *bd_disk; struct request_queue *bd_queue;
  struct disk_stats *bd_stats; unsigned long bd_stamp; atomic_t __bd_flags; dev_t bd_dev;
  struct address_space *bd_mapping; atomic_t bd_openers; void *bd_holder;
  struct partition_meta_info *bd_meta_info; struct device bd_device;
};
typedef struct { atomic_long_t a; } local_t;
struct disk_stats { u64 nsecs[4]; unsigned long sectors[4], ios[4], merges[4], io_ticks; local_t in_flight[2]; };
typedef unsigned int blk_mode_t;
struct block_device_operations {
  void (*submit_bio)(struct bio *); int (*open)(struct gendisk *, blk_mode_t);
  void (*release)(struct gendisk *);
  int (*ioctl)(struct block_device *, blk_mode_t, unsigned int, unsigned long); struct module *owner;
};
struct gendisk {
  int major, first_minor, minors; char disk_name[32]; unsigned short events; struct block_device *part0;
  const struct block_device_operations *fops; struct request_queue *queue; void *private_data; int flags;
  unsigned long state; struct mutex open_mutex; unsigned int open_partitions; struct backing_dev_info *bdi;
  int node_id; u64 diskseq;
};
typedef unsigned int blk_features_t; typedef unsigned int blk_flags_t;
struct queue_limits {
  blk_features_t features; blk_flags_t flags;
  unsigned int max_hw_sectors, max_dev_sectors, max_sectors, physical_block_size, logical_block_size;
  unsigned int io_min, io_opt; unsigned short max_segments;
};
struct elevator_queue { struct elevator_type *type; void *elevator_data; };
struct elevator_type { const char *elevator_name; };
struct request_queue {
  void *queuedata; struct elevator_queue *elevator; const struct blk_mq_ops *mq_ops;
  struct blk_mq_ctx *queue_ctx; unsigned long queue_flags; unsigned int rq_timeout, queue_depth, nr_hw_queues;
  struct gendisk *disk; struct kobject *mq_kobj; struct queue_limits limits; struct blk_queue_stats *stats;
  struct rq_qos *rq_qos; int id; unsigned long nr_requests; int node;
};
typedef struct cpumask cpumask_var_t[1];
struct blk_mq_hw_ctx {
  struct { unsigned long state; }; cpumask_var_t cpumask; unsigned long flags; struct request_queue *queue;
  unsigned short nr_ctx; unsigned int numa_node, queue_num; atomic_t nr_active;
};
struct blk_mq_ctx { unsigned int cpu; struct request_queue *queue; };
struct blk_mq_queue_data { struct request *rq; bool last; };
typedef __u32 blk_mq_req_flags_t;
struct blk_mq_alloc_data { struct request_queue *q; blk_mq_req_flags_t flags; blk_opf_t cmd_flags; };
enum blk_eh_timer_return { BLK_EH_DONE, BLK_EH_RESET_TIMER };
struct blk_mq_ops {
  blk_status_t (*queue_rq)(struct blk_mq_hw_ctx *, const struct blk_mq_queue_data *);
  enum blk_eh_timer_return (*timeout)(struct request *); void (*complete)(struct request *);
  int (*init_request)(struct blk_mq_tag_set *, struct request *, unsigned int, unsigned int);
};
struct blk_plug {
  unsigned short nr_ios, rq_count; bool multiple_queues, has_elevator; struct list_head cb_list;
};
typedef __u32 req_flags_t;
enum mq_rq_state { MQ_RQ_IDLE, MQ_RQ_IN_FLIGHT, MQ_RQ_COMPLETE };
enum rq_end_io_ret { RQ_END_IO_NONE, RQ_END_IO_FREE };
typedef enum rq_end_io_ret rq_end_io_fn(struct request *, blk_status_t);
struct request {
  struct request_queue *q; struct blk_mq_ctx *mq_ctx; struct blk_mq_hw_ctx *mq_hctx; blk_opf_t cmd_flags;
  req_flags_t rq_flags; int tag, internal_tag; unsigned int timeout, __data_len; sector_t __sector;
  struct bio *bio, *biotail; struct list_head queuelist; struct block_device *part;
  u64 alloc_time_ns, start_time_ns, io_start_time_ns; unsigned short stats_sectors, nr_phys_segments;
  enum rw_hint write_hint; unsigned short ioprio; enum mq_rq_state state; atomic_t ref;
  unsigned long deadline; rq_end_io_fn *end_io; void *end_io_data;
};
struct io_context { atomic_long_t refcount; atomic_t active_ref; unsigned short ioprio; };
struct blkcg_gq { struct request_queue *q; struct blkcg *blkcg; struct blkcg_gq *parent; bool online; };
struct blkcg { struct cgroup_subsys_state css; atomic_t congestion_count; };
struct Scsi_Host { unsigned int host_no, max_channel, max_id; u64 max_lun; };
struct scsi_device {
  struct Scsi_Host *host;
  struct request_queue *request_queue;
  unsigned int id, channel;
  u64 lun;
  const char *vendor, *model, *rev;
};
struct scsi_cmnd {
  struct scsi_device *device;
  unsigned long jiffies_at_alloc;
  unsigned short cmd_len;
  unsigned char cmnd[32];
  int result;
};
enum req_op {
  REQ_OP_READ, REQ_OP_WRITE, REQ_OP_FLUSH, REQ_OP_DISCARD, REQ_OP_SECURE_ERASE = 5, REQ_OP_ZONE_APPEND = 7,
  REQ_OP_WRITE_ZEROES = 9, REQ_OP_ZONE_OPEN = 11, REQ_OP_ZONE_CLOSE = 13, REQ_OP_ZONE_FINISH = 15,
  REQ_OP_ZONE_RESET = 17, REQ_OP_ZONE_RESET_ALL = 19, REQ_OP_DRV_IN = 34, REQ_OP_DRV_OUT, REQ_OP_LAST
};
enum req_flag_bits {
  __REQ_FAILFAST_DEV = 8, __REQ_FAILFAST_TRANSPORT, __REQ_FAILFAST_DRIVER, __REQ_SYNC, __REQ_META, __REQ_PRIO,
  __REQ_NOMERGE, __REQ_IDLE, __REQ_INTEGRITY, __REQ_FUA, __REQ_PREFLUSH, __REQ_RAHEAD, __REQ_BACKGROUND,
  __REQ_NOWAIT, __REQ_POLLED, __REQ_ALLOC_CACHE, __REQ_SWAP, __REQ_DRV, __REQ_FS_PRIVATE, __REQ_ATOMIC,
  __REQ_P2PDMA, __REQ_NOUNMAP, __REQ_NR_BITS
};
enum stat_group { STAT_READ, STAT_WRITE, STAT_DISCARD, STAT_FLUSH, NR_STAT_GROUPS };
enum {
  BIO_PAGE_PINNED, BIO_CLONED, BIO_QUIET, BIO_CHAIN, BIO_REFFED, BIO_BPS_THROTTLED, BIO_TRACE_COMPLETION,
  BIO_CGROUP_ACCT, BIO_QOS_THROTTLED, BIO_TG_BPS_THROTTLED = 8, BIO_QOS_MERGED, BIO_REMAPPED,
  BIO_ZONE_WRITE_PLUGGING, BIO_EMULATES_ZONE_APPEND, BIO_FLAG_LAST
};
`;
