/**
 * Functions of disks, their drivers, the page cache and memory that stand in the way of input and output, beside those
 * that `scripts/kernel-facts.mjs` found: static ones, drivers that are modules, names of other versions.
 * Source: the functions' definitions in v6.12.
 */
export const FUNCTIONS_OF_STORAGE = `
void submit_bio_noacct_nocheck(struct bio *bio);
void __blk_account_io_start(struct request *rq);
void blk_account_io_done(struct request *req, u64 now);
void __blk_account_io_done(struct request *req, u64 now);
void blk_mq_try_issue_directly(struct blk_mq_hw_ctx *hctx, struct request *rq);
void blk_mq_run_work_fn(struct work_struct *work);
void blk_done_softirq(void);
void scsi_complete(struct request *rq);
void scsi_finish_command(struct scsi_cmnd *cmd);
void scsi_io_completion(struct scsi_cmnd *cmd, unsigned int good_bytes);
bool scsi_end_request(struct request *req, blk_status_t error, unsigned int bytes);
blk_status_t nvme_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd);
irqreturn_t nvme_irq(int irq, void *data);
void nvme_complete_rq(struct request *req);
irqreturn_t vring_interrupt(int irq, void *_vq);
void virtblk_request_done(struct request *req);
void md_submit_bio(struct bio *bio);
bool md_handle_request(struct mddev *mddev, struct bio *bio);
bool md_flush_request(struct mddev *mddev, struct bio *bio);
void mpage_readahead(struct readahead_control *rac, get_block_t *get_block);
int mpage_writepages(struct address_space *mapping, struct writeback_control *wbc, get_block_t *get_block);
int ext4_mpage_readpages(struct inode *inode, struct readahead_control *rac, struct folio *folio);
ssize_t ext4_buffered_write_iter(struct kiocb *iocb, struct iov_iter *from);
int __ext4_get_inode_loc(struct super_block *sb, unsigned long ino, struct inode *inode, struct ext4_iloc *iloc,
  ext4_fsblk_t *ret_block);
void ext4_io_submit(struct ext4_io_submit *io);
void xfs_vm_readahead(struct readahead_control *rac);
void iomap_readahead(struct readahead_control *rac, const struct iomap_ops *ops);
ssize_t xfs_file_buffered_write(struct kiocb *iocb, struct iov_iter *from);
ssize_t iomap_file_buffered_write(struct kiocb *iocb, struct iov_iter *i, const struct iomap_ops *ops, void *private);
int xfs_vm_writepages(struct address_space *mapping, struct writeback_control *wbc);
int xfs_buf_read_map(struct xfs_buftarg *target, struct xfs_buf_map *map, int nmaps, xfs_buf_flags_t flags,
  struct xfs_buf **bpp, const struct xfs_buf_ops *ops, xfs_failaddr_t fa);
int xfs_log_force(struct xfs_mount *mp, uint flags);
void btrfs_readahead(struct readahead_control *rac);
int btrfs_writepages(struct address_space *mapping, struct writeback_control *wbc);
struct extent_buffer *read_tree_block(struct btrfs_fs_info *fs_info, u64 bytenr,
  struct btrfs_tree_parent_check *check);
ssize_t iomap_dio_rw(struct kiocb *iocb, struct iov_iter *iter, const struct iomap_ops *ops,
  const struct iomap_dio_ops *dops, unsigned int dio_flags, void *private, size_t done_before);
int file_write_and_wait_range(struct file *file, loff_t lstart, loff_t lend);
void folio_account_dirtied(struct folio *folio, struct address_space *mapping);
void __mark_inode_dirty(struct inode *inode, int flags);
long wb_do_writeback(struct bdi_writeback *wb);
int kjournald2(void *arg);
int jbd2_journal_write_metadata_buffer(transaction_t *transaction, struct journal_head *jh_in,
  struct buffer_head **bh_out, sector_t blocknr);
void asm_exc_page_fault(struct pt_regs *regs, unsigned long error_code);
int ext4_fsync_journal(struct inode *inode, bool datasync, bool *needs_barrier);
unsigned long shrink_many(struct pglist_data *pgdat, struct scan_control *sc);
int swap_writeout(struct folio *folio);
struct page *alloc_anon_folio(struct vm_fault *vmf);
unsigned long do_read_fault(struct vm_fault *vmf);
unsigned long do_cow_fault(struct vm_fault *vmf);
unsigned long do_shared_fault(struct vm_fault *vmf);
`;
