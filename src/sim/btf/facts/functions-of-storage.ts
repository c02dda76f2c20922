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
`;
