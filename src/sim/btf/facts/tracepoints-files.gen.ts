// Written by scripts/kernel-facts.mjs from a running kernel: change scripts/kernel-facts/choice.mjs instead.
export const TRACEPOINTS_FILES = `
# block
blkdev_zone_mgmt(struct bio *bio, sector_t nr_sectors) {
  dev_t dev; sector_t sector; sector_t nr_sectors; char rwbs[10]; }
block_bio(struct bio *bio) = block_bio_backmerge block_bio_frontmerge block_bio_queue block_getrq {
  dev_t dev; sector_t sector; unsigned int nr_sector; char rwbs[10]; char comm[16]; }
block_bio_complete(struct request_queue *q, struct bio *bio) {
  dev_t dev; sector_t sector; unsigned nr_sector; int error; char rwbs[10]; }
block_bio_remap(struct bio *bio, dev_t dev, sector_t from) {
  dev_t dev; sector_t sector; unsigned int nr_sector; dev_t old_dev; sector_t old_sector; char rwbs[10]; }
block_buffer(struct buffer_head *bh) = block_dirty_buffer block_touch_buffer {
  dev_t dev; sector_t sector; size_t size; }
block_plug(struct request_queue *q) {
  char comm[16]; }
block_rq(struct request *rq) = blk_zone_append_update_request_bio block_io_done block_io_start block_rq_insert
  block_rq_issue block_rq_merge {
  dev_t dev; sector_t sector; unsigned int nr_sector; unsigned int bytes; unsigned short ioprio; char rwbs[10];
  char comm[16]; __data_loc char[] cmd; }
block_rq_completion(struct request *rq, blk_status_t error, unsigned int nr_bytes) = block_rq_complete
  block_rq_error {
  dev_t dev; sector_t sector; unsigned int nr_sector; int error; unsigned short ioprio; char rwbs[10];
  __data_loc char[] cmd; }
block_rq_remap(struct request *rq, dev_t dev, sector_t from) {
  dev_t dev; sector_t sector; unsigned int nr_sector; dev_t old_dev; sector_t old_sector; unsigned int nr_bios;
  char rwbs[10]; }
block_rq_requeue(struct request *rq) {
  dev_t dev; sector_t sector; unsigned int nr_sector; unsigned short ioprio; char rwbs[10];
  __data_loc char[] cmd; }
block_split(struct bio *bio, unsigned int new_sector) {
  dev_t dev; sector_t sector; sector_t new_sector; char rwbs[10]; char comm[16]; }
block_unplug(struct request_queue *q, unsigned int depth, bool explicit) {
  int nr_rq; char comm[16]; }
block_zwplug(struct request_queue *q, unsigned int zno, sector_t sector, unsigned int nr_sectors) =
  blk_zone_wplug_bio disk_zone_wplug_add_bio {
  dev_t dev; unsigned int zno; sector_t sector; unsigned int nr_sectors; }
# wbt
wbt_lat(struct backing_dev_info *bdi, unsigned long lat) {
  char name[32]; unsigned long lat; }
wbt_stat(struct backing_dev_info *bdi, struct blk_rq_stat *stat) {
  char name[32]; s64 rmean; u64 rmin; u64 rmax; s64 rnr_samples; s64 rtime; s64 wmean; u64 wmin; u64 wmax;
  s64 wnr_samples; s64 wtime; }
wbt_step(struct backing_dev_info *bdi, const char *msg, int step, unsigned long window, unsigned int bg,
  unsigned int normal, unsigned int max) {
  char name[32]; const char *msg; int step; unsigned long window; unsigned int bg; unsigned int normal;
  unsigned int max; }
wbt_timer(struct backing_dev_info *bdi, unsigned int status, int step, unsigned int inflight) {
  char name[32]; unsigned int status; int step; unsigned int inflight; }
# kyber
kyber_adjust(dev_t dev, const char *domain, unsigned int depth) {
  dev_t dev; char domain[16]; unsigned int depth; }
kyber_latency(dev_t dev, const char *domain, const char *type, unsigned int percentile, unsigned int numerator,
  unsigned int denominator, unsigned int samples) {
  dev_t dev; char domain[16]; char type[8]; u8 percentile; u8 numerator; u8 denominator; unsigned int samples; }
kyber_throttled(dev_t dev, const char *domain) {
  dev_t dev; char domain[16]; }
# filelock
filelock_lease(struct inode *inode, struct file_lease *fl) = break_lease_block break_lease_noblock
  break_lease_unblock generic_delete_lease time_out_leases {
  struct file_lease *fl; unsigned long i_ino; dev_t s_dev; struct file_lock_core *blocker; fl_owner_t owner;
  unsigned int flags; unsigned char type; unsigned long break_time; unsigned long downgrade_time; }
filelock_lock(struct inode *inode, struct file_lock *fl, int ret) = fcntl_setlk flock_lock_inode
  locks_remove_posix posix_lock_inode {
  struct file_lock *fl; unsigned long i_ino; dev_t s_dev; struct file_lock_core *blocker; fl_owner_t owner;
  unsigned int pid; unsigned int flags; unsigned char type; loff_t fl_start; loff_t fl_end; int ret; }
generic_add_lease(struct inode *inode, struct file_lease *fl) {
  unsigned long i_ino; int wcount; int rcount; int icount; dev_t s_dev; fl_owner_t owner; unsigned int flags;
  unsigned char type; }
leases_conflict(bool conflict, struct file_lease *lease, struct file_lease *breaker) {
  void *lease; void *breaker; unsigned int l_fl_flags; unsigned int b_fl_flags; unsigned char l_fl_type;
  unsigned char b_fl_type; bool conflict; }
locks_get_lock_context(struct inode *inode, int type, struct file_lock_context *ctx) {
  unsigned long i_ino; dev_t s_dev; unsigned char type; struct file_lock_context *ctx; }
# filemap
file_check_and_advance_wb_err(struct file *file, errseq_t old) {
  struct file *file; unsigned long i_ino; dev_t s_dev; errseq_t old; errseq_t new; }
filemap_set_wb_err(struct address_space *mapping, errseq_t eseq) {
  unsigned long i_ino; dev_t s_dev; errseq_t errseq; }
mm_filemap_fault(struct address_space *mapping, unsigned long index) {
  unsigned long i_ino; dev_t s_dev; unsigned long index; }
mm_filemap_op_page_cache(struct folio *folio) = mm_filemap_add_to_page_cache mm_filemap_delete_from_page_cache {
  unsigned long pfn; unsigned long i_ino; unsigned long index; dev_t s_dev; unsigned char order; }
mm_filemap_op_page_cache_range(struct address_space *mapping, unsigned long index, unsigned long last_index) =
  mm_filemap_get_pages mm_filemap_map_pages {
  unsigned long i_ino; dev_t s_dev; unsigned long index; unsigned long last_index; }
# readahead
page_cache_ra_op(struct inode *inode, unsigned long index, struct file_ra_state *ra, unsigned long req_count) =
  page_cache_async_ra page_cache_sync_ra {
  unsigned long i_ino; dev_t s_dev; unsigned long index; unsigned int order; unsigned int size;
  unsigned int async_size; unsigned int ra_pages; unsigned int mmap_miss; loff_t prev_pos;
  unsigned long req_count; }
page_cache_ra_order(struct inode *inode, unsigned long index, struct file_ra_state *ra) {
  unsigned long i_ino; dev_t s_dev; unsigned long index; unsigned int order; unsigned int size;
  unsigned int async_size; unsigned int ra_pages; }
page_cache_ra_unbounded(struct inode *inode, unsigned long index, unsigned long nr_to_read,
  unsigned long lookahead_size) {
  unsigned long i_ino; dev_t s_dev; unsigned long index; unsigned long nr_to_read; unsigned long lookahead_size;
  }
# writeback
balance_dirty_pages(struct bdi_writeback *wb, struct dirty_throttle_control *dtc, unsigned long dirty_ratelimit,
  unsigned long task_ratelimit, unsigned long dirtied, unsigned long period, long pause,
  unsigned long start_time) {
  char bdi[32]; unsigned long limit; unsigned long setpoint; unsigned long dirty; unsigned long wb_setpoint;
  unsigned long wb_dirty; unsigned long dirty_ratelimit; unsigned long task_ratelimit; unsigned int dirtied;
  unsigned int dirtied_pause; unsigned long paused; long pause; unsigned long period; long think;
  ino_t cgroup_ino; }
bdi_dirty_ratelimit(struct bdi_writeback *wb, unsigned long dirty_rate, unsigned long task_ratelimit) {
  char bdi[32]; unsigned long write_bw; unsigned long avg_write_bw; unsigned long dirty_rate;
  unsigned long dirty_ratelimit; unsigned long task_ratelimit; unsigned long balanced_dirty_ratelimit;
  ino_t cgroup_ino; }
flush_foreign(struct bdi_writeback *wb, unsigned int frn_bdi_id, unsigned int frn_memcg_id) {
  char name[32]; ino_t cgroup_ino; unsigned int frn_bdi_id; unsigned int frn_memcg_id; }
global_dirty_state(unsigned long background_thresh, unsigned long dirty_thresh) {
  unsigned long nr_dirty; unsigned long nr_writeback; unsigned long background_thresh;
  unsigned long dirty_thresh; unsigned long dirty_limit; unsigned long nr_dirtied; unsigned long nr_written; }
inode_foreign_history(struct inode *inode, struct writeback_control *wbc, unsigned int history) {
  char name[32]; ino_t ino; ino_t cgroup_ino; unsigned int history; }
inode_switch_wbs(struct inode *inode, struct bdi_writeback *old_wb, struct bdi_writeback *new_wb) {
  char name[32]; ino_t ino; ino_t old_cgroup_ino; ino_t new_cgroup_ino; }
inode_switch_wbs_queue(struct bdi_writeback *old_wb, struct bdi_writeback *new_wb, unsigned int count) {
  char name[32]; ino_t old_cgroup_ino; ino_t new_cgroup_ino; unsigned int count; }
track_foreign_dirty(struct folio *folio, struct bdi_writeback *wb) {
  char name[32]; u64 bdi_id; ino_t ino; unsigned int memcg_id; ino_t cgroup_ino; ino_t page_cgroup_ino; }
wbc_class(struct writeback_control *wbc, struct backing_dev_info *bdi) = wbc_writepage {
  char name[32]; long nr_to_write; long pages_skipped; int sync_mode; int for_kupdate; int for_background;
  int range_cyclic; long range_start; long range_end; ino_t cgroup_ino; }
writeback_bdi_register(struct backing_dev_info *bdi) {
  char name[32]; }
writeback_class(struct bdi_writeback *wb) = writeback_wake_background {
  char name[32]; ino_t cgroup_ino; }
writeback_dirty_inode_template(struct inode *inode, int flags) = writeback_dirty_inode
  writeback_dirty_inode_start writeback_mark_inode_dirty {
  char name[32]; ino_t ino; unsigned long state; unsigned long flags; }
writeback_folio_template(struct folio *folio, struct address_space *mapping) = folio_wait_writeback
  writeback_dirty_folio {
  char name[32]; ino_t ino; unsigned long index; }
writeback_inode_template(struct inode *inode) = sb_clear_inode_writeback sb_mark_inode_writeback
  writeback_dirty_inode_enqueue writeback_lazytime writeback_lazytime_iput {
  dev_t dev; ino_t ino; unsigned long state; __u16 mode; unsigned long dirtied_when; }
writeback_pages_written(long pages_written) {
  long pages; }
writeback_queue_io(struct bdi_writeback *wb, struct wb_writeback_work *work, unsigned long dirtied_before,
  int moved) {
  char name[32]; unsigned long older; long age; int moved; int reason; ino_t cgroup_ino; }
writeback_sb_inodes_requeue(struct inode *inode) {
  char name[32]; ino_t ino; unsigned long state; unsigned long dirtied_when; ino_t cgroup_ino; }
writeback_single_inode_template(struct inode *inode, struct writeback_control *wbc, unsigned long nr_to_write) =
  writeback_single_inode writeback_single_inode_start {
  char name[32]; ino_t ino; unsigned long state; unsigned long dirtied_when; unsigned long writeback_index;
  long nr_to_write; unsigned long wrote; ino_t cgroup_ino; }
writeback_work_class(struct bdi_writeback *wb, struct wb_writeback_work *work) = writeback_exec writeback_queue
  writeback_start writeback_wait writeback_written {
  char name[32]; long nr_pages; dev_t sb_dev; int sync_mode; int for_kupdate; int range_cyclic;
  int for_background; int reason; ino_t cgroup_ino; }
writeback_write_inode_template(struct inode *inode, struct writeback_control *wbc) = writeback_write_inode
  writeback_write_inode_start {
  char name[32]; ino_t ino; int sync_mode; ino_t cgroup_ino; }
# io_uring
io_uring_complete(struct io_ring_ctx *ctx, void *req, struct io_uring_cqe *cqe) {
  void *ctx; void *req; u64 user_data; int res; unsigned cflags; u64 extra1; u64 extra2; }
io_uring_cqe_overflow(void *ctx, unsigned long long user_data, s32 res, u32 cflags, void *ocqe) {
  void *ctx; unsigned long long user_data; s32 res; u32 cflags; void *ocqe; }
io_uring_cqring_wait(void *ctx, int min_events) {
  void *ctx; int min_events; }
io_uring_create(int fd, void *ctx, u32 sq_entries, u32 cq_entries, u32 flags) {
  int fd; void *ctx; u32 sq_entries; u32 cq_entries; u32 flags; }
io_uring_defer(struct io_kiocb *req) {
  void *ctx; void *req; unsigned long long data; u8 opcode; __data_loc char[] op_str; }
io_uring_fail_link(struct io_kiocb *req, struct io_kiocb *link) {
  void *ctx; void *req; unsigned long long user_data; u8 opcode; void *link; __data_loc char[] op_str; }
io_uring_file_get(struct io_kiocb *req, int fd) {
  void *ctx; void *req; u64 user_data; int fd; }
io_uring_link(struct io_kiocb *req, struct io_kiocb *target_req) {
  void *ctx; void *req; void *target_req; }
io_uring_local_work_run(void *ctx, int count, unsigned int loops) {
  void *ctx; int count; unsigned int loops; }
io_uring_poll_arm(struct io_kiocb *req, int mask, int events) {
  void *ctx; void *req; unsigned long long user_data; u8 opcode; int mask; int events; __data_loc char[] op_str;
  }
io_uring_queue_async_work(struct io_kiocb *req, int rw) {
  void *ctx; void *req; u64 user_data; u8 opcode; unsigned long long flags; struct io_wq_work *work; int rw;
  __data_loc char[] op_str; }
io_uring_register(void *ctx, unsigned int opcode, unsigned int nr_files, unsigned int nr_bufs, long ret) {
  void *ctx; unsigned opcode; unsigned nr_files; unsigned nr_bufs; long ret; }
io_uring_req_failed(const struct io_uring_sqe *sqe, struct io_kiocb *req, int error) {
  void *ctx; void *req; unsigned long long user_data; u8 opcode; u8 flags; u8 ioprio; u64 off; u64 addr;
  u32 len; u32 op_flags; u16 buf_index; u16 personality; u32 file_index; u64 pad1; u64 addr3; int error;
  __data_loc char[] op_str; }
io_uring_short_write(void *ctx, u64 fpos, u64 wanted, u64 got) {
  void *ctx; u64 fpos; u64 wanted; u64 got; }
io_uring_submit_req(struct io_kiocb *req) {
  void *ctx; void *req; unsigned long long user_data; u8 opcode; unsigned long long flags; bool sq_thread;
  __data_loc char[] op_str; }
io_uring_task_add(struct io_kiocb *req, int mask) {
  void *ctx; void *req; unsigned long long user_data; u8 opcode; int mask; __data_loc char[] op_str; }
io_uring_task_work_run(void *tctx, unsigned int count) {
  void *tctx; unsigned int count; }
# jbd2
jbd2_checkpoint(journal_t *journal, int result) {
  dev_t dev; int result; }
jbd2_checkpoint_stats(dev_t dev, tid_t tid, struct transaction_chp_stats_s *stats) {
  dev_t dev; tid_t tid; unsigned long chp_time; __u32 forced_to_close; __u32 written; __u32 dropped; }
jbd2_commit(journal_t *journal, transaction_t *commit_transaction) = jbd2_commit_flushing jbd2_commit_locking
  jbd2_commit_logging jbd2_drop_transaction jbd2_start_commit {
  dev_t dev; char sync_commit; tid_t transaction; }
jbd2_end_commit(journal_t *journal, transaction_t *commit_transaction) {
  dev_t dev; char sync_commit; tid_t transaction; tid_t head; }
jbd2_handle_extend(dev_t dev, tid_t tid, unsigned int type, unsigned int line_no, int buffer_credits,
  int requested_blocks) {
  dev_t dev; tid_t tid; unsigned int type; unsigned int line_no; int buffer_credits; int requested_blocks; }
jbd2_handle_start_class(dev_t dev, tid_t tid, unsigned int type, unsigned int line_no, int requested_blocks) =
  jbd2_handle_restart jbd2_handle_start {
  dev_t dev; tid_t tid; unsigned int type; unsigned int line_no; int requested_blocks; }
jbd2_handle_stats(dev_t dev, tid_t tid, unsigned int type, unsigned int line_no, int interval, int sync,
  int requested_blocks, int dirtied_blocks) {
  dev_t dev; tid_t tid; unsigned int type; unsigned int line_no; int interval; int sync; int requested_blocks;
  int dirtied_blocks; }
jbd2_journal_shrink(journal_t *journal, unsigned long nr_to_scan, unsigned long count) = jbd2_shrink_count
  jbd2_shrink_scan_enter {
  dev_t dev; unsigned long nr_to_scan; unsigned long count; }
jbd2_lock_buffer_stall(dev_t dev, unsigned long stall_ms) {
  dev_t dev; unsigned long stall_ms; }
jbd2_run_stats(dev_t dev, tid_t tid, struct transaction_run_stats_s *stats) {
  dev_t dev; tid_t tid; unsigned long wait; unsigned long request_delay; unsigned long running;
  unsigned long locked; unsigned long flushing; unsigned long logging; __u32 handle_count; __u32 blocks;
  __u32 blocks_logged; }
jbd2_shrink_checkpoint_list(journal_t *journal, tid_t first_tid, tid_t tid, tid_t last_tid,
  unsigned long nr_freed, tid_t next_tid) {
  dev_t dev; tid_t first_tid; tid_t tid; tid_t last_tid; unsigned long nr_freed; tid_t next_tid; }
jbd2_shrink_scan_exit(journal_t *journal, unsigned long nr_to_scan, unsigned long nr_shrunk,
  unsigned long count) {
  dev_t dev; unsigned long nr_to_scan; unsigned long nr_shrunk; unsigned long count; }
jbd2_submit_inode_data(struct inode *inode) {
  dev_t dev; ino_t ino; }
jbd2_update_log_tail(journal_t *journal, tid_t first_tid, unsigned long block_nr, unsigned long freed) {
  dev_t dev; tid_t tail_sequence; tid_t first_tid; unsigned long block_nr; unsigned long freed; }
jbd2_write_superblock(journal_t *journal, blk_opf_t write_flags) {
  dev_t dev; blk_opf_t write_flags; }
# ext4
ext4__fallocate_mode(struct inode *inode, loff_t offset, loff_t len, int mode) = ext4_fallocate_enter
  ext4_punch_hole {
  dev_t dev; ino_t ino; loff_t offset; loff_t len; int mode; }
ext4__folio_op(struct inode *inode, struct folio *folio) = ext4_read_folio ext4_release_folio {
  dev_t dev; ino_t ino; unsigned long index; }
ext4__map_blocks_enter(struct inode *inode, ext4_lblk_t lblk, unsigned int len, unsigned int flags) =
  ext4_ext_map_blocks_enter {
  dev_t dev; ino_t ino; ext4_lblk_t lblk; unsigned int len; unsigned int flags; }
ext4__map_blocks_exit(struct inode *inode, unsigned int flags, struct ext4_map_blocks *map, int ret) =
  ext4_ext_map_blocks_exit {
  dev_t dev; ino_t ino; unsigned int flags; ext4_fsblk_t pblk; ext4_lblk_t lblk; unsigned int len;
  unsigned int mflags; int ret; }
ext4__mballoc(struct super_block *sb, struct inode *inode, ext4_group_t group, ext4_grpblk_t start,
  ext4_grpblk_t len) = ext4_mballoc_discard ext4_mballoc_free {
  dev_t dev; ino_t ino; int result_start; __u32 result_group; int result_len; }
ext4__truncate(struct inode *inode) = ext4_truncate_enter ext4_truncate_exit {
  dev_t dev; ino_t ino; __u64 blocks; }
ext4__write_begin(struct inode *inode, loff_t pos, unsigned int len) = ext4_da_write_begin ext4_write_begin {
  dev_t dev; ino_t ino; loff_t pos; unsigned int len; }
ext4__write_end(struct inode *inode, loff_t pos, unsigned int len, unsigned int copied) = ext4_da_write_end
  ext4_journalled_write_end ext4_write_end {
  dev_t dev; ino_t ino; loff_t pos; unsigned int len; unsigned int copied; }
ext4_alloc_da_blocks(struct inode *inode) {
  dev_t dev; ino_t ino; unsigned int data_blocks; }
ext4_allocate_blocks(struct ext4_allocation_request *ar, unsigned long long block) {
  dev_t dev; ino_t ino; __u64 block; unsigned int len; __u32 logical; __u32 lleft; __u32 lright; __u64 goal;
  __u64 pleft; __u64 pright; unsigned int flags; }
ext4_allocate_inode(struct inode *inode, struct inode *dir, int mode) {
  dev_t dev; ino_t ino; ino_t dir; __u16 mode; }
ext4_begin_ordered_truncate(struct inode *inode, loff_t new_size) {
  dev_t dev; ino_t ino; loff_t new_size; }
ext4_da_release_space(struct inode *inode, int freed_blocks) {
  dev_t dev; ino_t ino; __u64 i_blocks; int freed_blocks; int reserved_data_blocks; __u16 mode; }
ext4_da_reserve_space(struct inode *inode, int nr_resv) {
  dev_t dev; ino_t ino; __u64 i_blocks; int reserve_blocks; int reserved_data_blocks; __u16 mode; }
ext4_da_update_reserve_space(struct inode *inode, int used_blocks, int quota_claim) {
  dev_t dev; ino_t ino; __u64 i_blocks; int used_blocks; int reserved_data_blocks; int quota_claim; __u16 mode;
  }
ext4_da_write_folios_end(struct inode *inode, loff_t start_pos, loff_t next_pos, struct writeback_control *wbc,
  int ret) {
  dev_t dev; ino_t ino; loff_t start_pos; loff_t next_pos; long nr_to_write; int ret; }
ext4_da_write_folios_start(struct inode *inode, loff_t start_pos, loff_t next_pos,
  struct writeback_control *wbc) {
  dev_t dev; ino_t ino; loff_t start_pos; loff_t next_pos; long nr_to_write; int sync_mode; }
ext4_da_write_pages_extent(struct inode *inode, struct ext4_map_blocks *map) {
  dev_t dev; ino_t ino; __u64 lblk; __u32 len; __u32 flags; }
ext4_discard_blocks(struct super_block *sb, unsigned long long blk, unsigned long long count) {
  dev_t dev; __u64 blk; __u64 count; }
ext4_drop_inode(struct inode *inode, int drop) {
  dev_t dev; ino_t ino; int drop; }
ext4_error(struct super_block *sb, const char *function, unsigned int line) {
  dev_t dev; const char *function; unsigned line; }
ext4_es_lookup_extent_enter(struct inode *inode, ext4_lblk_t lblk) {
  dev_t dev; ino_t ino; ext4_lblk_t lblk; }
ext4_es_lookup_extent_exit(struct inode *inode, struct extent_status *es, int found) {
  dev_t dev; ino_t ino; ext4_lblk_t lblk; ext4_lblk_t len; ext4_fsblk_t pblk; char status; int found; }
ext4_evict_inode(struct inode *inode) {
  dev_t dev; ino_t ino; int nlink; }
ext4_fallocate_exit(struct inode *inode, loff_t offset, unsigned int max_blocks, int ret) {
  dev_t dev; ino_t ino; loff_t pos; unsigned int blocks; int ret; }
ext4_free_blocks(struct inode *inode, __u64 block, unsigned long count, int flags) {
  dev_t dev; ino_t ino; __u64 block; unsigned long count; int flags; __u16 mode; }
ext4_free_inode(struct inode *inode) {
  dev_t dev; ino_t ino; uid_t uid; gid_t gid; __u64 blocks; __u16 mode; }
ext4_journal_start_inode(struct inode *inode, int blocks, int rsv_blocks, int revoke_creds, int type,
  unsigned long IP) {
  unsigned long ino; dev_t dev; unsigned long ip; int blocks; int rsv_blocks; int revoke_creds; int type; }
ext4_journal_start_reserved(struct super_block *sb, int blocks, unsigned long IP) {
  dev_t dev; unsigned long ip; int blocks; }
ext4_journal_start_sb(struct super_block *sb, int blocks, int rsv_blocks, int revoke_creds, int type,
  unsigned long IP) {
  dev_t dev; unsigned long ip; int blocks; int rsv_blocks; int revoke_creds; int type; }
ext4_load_inode(struct super_block *sb, unsigned long ino) {
  dev_t dev; ino_t ino; }
ext4_mark_inode_dirty(struct inode *inode, unsigned long IP) {
  dev_t dev; ino_t ino; unsigned long ip; }
ext4_mballoc_alloc(struct ext4_allocation_context *ac) {
  dev_t dev; ino_t ino; __u32 orig_logical; int orig_start; __u32 orig_group; int orig_len; __u32 goal_logical;
  int goal_start; __u32 goal_group; int goal_len; __u32 result_logical; int result_start; __u32 result_group;
  int result_len; __u16 found; __u16 groups; __u16 buddy; __u16 flags; __u16 tail; __u8 cr; }
ext4_mballoc_prealloc(struct ext4_allocation_context *ac) {
  dev_t dev; ino_t ino; __u32 orig_logical; int orig_start; __u32 orig_group; int orig_len;
  __u32 result_logical; int result_start; __u32 result_group; int result_len; }
ext4_request_blocks(struct ext4_allocation_request *ar) {
  dev_t dev; ino_t ino; unsigned int len; __u32 logical; __u32 lleft; __u32 lright; __u64 goal; __u64 pleft;
  __u64 pright; unsigned int flags; }
ext4_request_inode(struct inode *dir, int mode) {
  dev_t dev; ino_t dir; __u16 mode; }
ext4_shutdown(struct super_block *sb, unsigned long flags) {
  dev_t dev; unsigned flags; }
ext4_sync_file_enter(struct file *file, int datasync) {
  dev_t dev; ino_t ino; ino_t parent; int datasync; }
ext4_sync_file_exit(struct inode *inode, int ret) {
  dev_t dev; ino_t ino; int ret; }
ext4_sync_fs(struct super_block *sb, int wait) {
  dev_t dev; int wait; }
ext4_unlink_enter(struct inode *parent, struct dentry *dentry) {
  dev_t dev; ino_t ino; ino_t parent; loff_t size; }
ext4_unlink_exit(struct dentry *dentry, int ret) {
  dev_t dev; ino_t ino; int ret; }
ext4_writepages(struct inode *inode, struct writeback_control *wbc) {
  dev_t dev; ino_t ino; long nr_to_write; long pages_skipped; loff_t range_start; loff_t range_end;
  unsigned long writeback_index; int sync_mode; char for_kupdate; char range_cyclic; }
ext4_writepages_result(struct inode *inode, struct writeback_control *wbc, int ret, int pages_written) {
  dev_t dev; ino_t ino; int ret; int pages_written; long pages_skipped; unsigned long writeback_index;
  int sync_mode; }
# xfs
xfs_buf_class(struct xfs_buf *bp, unsigned long caller_ip) = xfs_buf_iowait xfs_buf_submit {
  dev_t dev; xfs_daddr_t bno; int nblks; int hold; int pincount; unsigned lockval; unsigned flags;
  unsigned long caller_ip; const void *buf_ops; }
xfs_file_class(struct kiocb *iocb, struct iov_iter *iter) = xfs_file_buffered_read xfs_file_buffered_write
  xfs_file_dax_read xfs_file_dax_write xfs_file_direct_read xfs_file_direct_write {
  dev_t dev; xfs_ino_t ino; xfs_fsize_t size; loff_t offset; size_t count; }
xfs_inode_class(struct xfs_inode *ip) = xfs_file_compat_ioctl xfs_file_fsync xfs_file_ioctl xfs_getattr
  xfs_inode_clear_cowblocks_tag xfs_inode_clear_eofblocks_tag xfs_inode_free_cowblocks_invalid
  xfs_inode_free_eofblocks_invalid xfs_inode_inactivating xfs_inode_reclaiming xfs_inode_set_cowblocks_tag
  xfs_inode_set_eofblocks_tag xfs_inode_set_need_inactive xfs_inode_set_reclaimable xfs_ioctl_setattr
  xfs_readdir xfs_setattr {
  dev_t dev; xfs_ino_t ino; unsigned long iflags; }
xfs_inode_corrupt_class(struct xfs_inode *ip, unsigned int flags) = xfs_inode_mark_corrupt
  xfs_inode_mark_healthy xfs_inode_mark_sick xfs_inode_unfixed_corruption {
  dev_t dev; xfs_ino_t ino; unsigned int flags; }
xfs_inode_reload_unlinked_bucket(struct xfs_inode *ip) {
  dev_t dev; xfs_agnumber_t agno; xfs_agino_t agino; }
xfs_inode_timestamp_range(struct xfs_mount *mp, long long min, long long max) {
  dev_t dev; long long min; long long max; }
xfs_iref_class(struct xfs_inode *ip, unsigned long caller_ip) = xfs_inode_pin xfs_inode_push_pinned
  xfs_inode_push_stale xfs_inode_unpin xfs_inode_unpin_nowait {
  dev_t dev; xfs_ino_t ino; int count; int pincount; unsigned long iflags; unsigned long caller_ip; }
xfs_lock_class(struct xfs_inode *ip, unsigned int lock_flags, unsigned long caller_ip) = xfs_ilock xfs_iunlock {
  dev_t dev; xfs_ino_t ino; int lock_flags; unsigned long caller_ip; }
xfs_log_force(struct xfs_mount *mp, xfs_lsn_t lsn, unsigned long caller_ip) {
  dev_t dev; xfs_lsn_t lsn; unsigned long caller_ip; }
xfs_namespace_class(struct xfs_inode *dp, const struct xfs_name *name) = xfs_create xfs_link xfs_lookup
  xfs_remove xfs_symlink {
  dev_t dev; xfs_ino_t dp_ino; int namelen; __data_loc char[] name; }
xfs_rename(struct xfs_inode *src_dp, struct xfs_inode *target_dp, struct xfs_name *src_name,
  struct xfs_name *target_name) {
  dev_t dev; xfs_ino_t src_dp_ino; xfs_ino_t target_dp_ino; int src_namelen; int target_namelen;
  __data_loc char[] src_name; __data_loc char[] target_name; }
xfs_simple_io_class(struct xfs_inode *ip, xfs_off_t offset, ssize_t count) = xfs_file_splice_read {
  dev_t dev; xfs_ino_t ino; loff_t isize; loff_t disize; loff_t offset; size_t count; }
# btrfs
btrfs__chunk(const struct btrfs_fs_info *fs_info, const struct btrfs_chunk_map *map, u64 offset, u64 size) =
  btrfs_chunk_alloc {
  u8 fsid[16]; int num_stripes; u64 type; int sub_stripes; u64 offset; u64 size; u64 root_objectid; }
btrfs__inode(const struct inode *inode) = btrfs_inode_evict btrfs_inode_new {
  u8 fsid[16]; u64 ino; u64 blocks; u64 disk_i_size; u64 generation; u64 last_trans; u64 logged_trans;
  u64 root_objectid; }
btrfs__ordered_extent(const struct btrfs_inode *inode, const struct btrfs_ordered_extent *ordered) =
  btrfs_ordered_extent_add {
  u8 fsid[16]; u64 ino; u64 file_offset; u64 start; u64 len; u64 disk_len; u64 bytes_left; unsigned long flags;
  int compress_type; int refs; u64 root_objectid; u64 truncated_len; }
btrfs__reserve_extent(const struct btrfs_block_group *block_group, const struct find_free_extent_ctl *ffe_ctl) =
  btrfs_reserve_extent {
  u8 fsid[16]; u64 bg_objectid; u64 flags; int bg_size_class; u64 start; u64 len; u64 loop; bool hinted;
  int size_class; }
btrfs_cow_block(const struct btrfs_root *root, const struct extent_buffer *buf, const struct extent_buffer *cow)
  {
  u8 fsid[16]; u64 root_objectid; u64 buf_start; int refs; u64 cow_start; int buf_level; int cow_level; }
btrfs_get_extent(const struct btrfs_root *root, const struct btrfs_inode *inode, const struct extent_map *map) {
  u8 fsid[16]; u64 root_objectid; u64 ino; u64 start; u64 len; u32 flags; int refs; }
btrfs_sync_file(const struct file *file, int datasync) {
  u8 fsid[16]; u64 ino; u64 parent; int datasync; u64 root_objectid; }
btrfs_sync_fs(const struct btrfs_fs_info *fs_info, int wait) {
  u8 fsid[16]; int wait; }
btrfs_transaction_commit(const struct btrfs_fs_info *fs_info) {
  u8 fsid[16]; u64 generation; u64 root_objectid; }
# fuse
fuse_request_end(const struct fuse_req *req) {
  dev_t connection; uint64_t unique; uint32_t len; int32_t error; }
fuse_request_send(const struct fuse_req *req) {
  dev_t connection; uint64_t unique; enum fuse_opcode opcode; uint32_t len; }
# iomap
iomap_dio_complete(struct kiocb *iocb, int error, ssize_t ret) {
  dev_t dev; ino_t ino; loff_t isize; loff_t pos; int ki_flags; bool aio; int error; ssize_t ret; }
iomap_dio_rw_begin(struct kiocb *iocb, struct iov_iter *iter, unsigned int dio_flags, size_t done_before) {
  dev_t dev; ino_t ino; loff_t isize; loff_t pos; size_t count; size_t done_before; int ki_flags;
  unsigned int dio_flags; bool aio; }
iomap_range_class(struct inode *inode, loff_t off, u64 len) = iomap_dio_invalidate_fail iomap_dio_rw_queued
  iomap_writeback_folio {
  dev_t dev; u64 ino; loff_t size; loff_t offset; u64 length; }
iomap_readpage_class(struct inode *inode, int nr_pages) = iomap_readahead iomap_readpage {
  dev_t dev; u64 ino; int nr_pages; }
`;
