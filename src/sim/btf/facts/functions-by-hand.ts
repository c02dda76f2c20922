/**
 * Functions that the kernel which `scripts/kernel-facts.mjs` asked does not have, or has with other parameters: parts
 * that are modules elsewhere, functions that its compiler merged into their callers, changes after 6.12.
 * Source: the functions' definitions in v6.12.
 */
export const FUNCTIONS_BY_HAND = `
int vfs_statfs(const struct path *path, struct kstatfs *buf);
int vfs_mkdir(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry, umode_t mode);
struct dentry *lookup_dcache(const struct qstr *name, struct dentry *dir, unsigned int flags);
struct dentry *lookup_slow(const struct qstr *name, struct dentry *dir, unsigned int flags);
struct dentry *lookup_open(struct nameidata *nd, struct file *file, const struct open_flags *op, bool got_write);
const char *open_last_lookups(struct nameidata *nd, struct file *file, const struct open_flags *op);
ssize_t pipe_read(struct kiocb *iocb, struct iov_iter *to);
ssize_t pipe_write(struct kiocb *iocb, struct iov_iter *from);
int do_new_mount(struct path *path, const char *fstype, int sb_flags, int mnt_flags, const char *name, void *data);
int do_umount(struct mount *mnt, int flags);
int ksys_umount(char *name, int flags);
int do_move_mount(struct path *old_path, struct path *new_path, bool beneath);
int ext4_file_mmap(struct file *file, struct vm_area_struct *vma);
int ext4_da_write_begin(struct file *file, struct address_space *mapping, loff_t pos, unsigned int len,
  struct folio **foliop, void **fsdata);
int ext4_da_write_end(struct file *file, struct address_space *mapping, loff_t pos, unsigned int len,
  unsigned int copied, struct folio *folio, void *fsdata);
int __ext4_mark_inode_dirty(handle_t *handle, struct inode *inode, const char *func,
  unsigned int line);
int xfs_file_mmap(struct file *file, struct vm_area_struct *vma);
ssize_t nfs_file_read(struct kiocb *iocb, struct iov_iter *to);
ssize_t nfs_file_write(struct kiocb *iocb, struct iov_iter *from);
int nfs_file_open(struct inode *inode, struct file *filp);
int nfs4_file_open(struct inode *inode, struct file *filp);
int nfs_file_fsync(struct file *file, loff_t start, loff_t end, int datasync);
int nfs_getattr(struct mnt_idmap *idmap, const struct path *path, struct kstat *stat, u32 request_mask,
  unsigned int query_flags);
bool __blk_throtl_bio(struct bio *bio);
vm_fault_t do_numa_page(struct vm_fault *vmf);
void do_user_addr_fault(struct pt_regs *regs, unsigned long error_code, unsigned long address);
void do_page_cache_ra(struct readahead_control *ractl, unsigned long nr_to_read, unsigned long lookahead_size);
void free_unref_page(struct page *page, unsigned int order);
void *krealloc_noprof(const void *p, size_t new_size, gfp_t flags);
void *__kvmalloc_node_noprof(size_t size, kmem_buckets *b, gfp_t flags, int node);
bool add_to_swap(struct folio *folio);
int swap_writepage(struct page *page, struct writeback_control *wbc);
unsigned long shrink_inactive_list(unsigned long nr_to_scan, struct lruvec *lruvec, struct scan_control *sc,
  enum lru_list lru);
void __mem_cgroup_handle_over_high(gfp_t gfp_mask);
void exit_notify(struct task_struct *tsk, int group_dead);
struct task_struct *dup_task_struct(struct task_struct *orig, int node);
int do_execveat_common(int fd, struct filename *filename, int flags);
int exec_binprm(struct linux_binprm *bprm);
int load_elf_binary(struct linux_binprm *bprm);
int search_binary_handler(struct linux_binprm *bprm);
void enqueue_entity(struct cfs_rq *cfs_rq, struct sched_entity *se, int flags);
bool dequeue_entity(struct cfs_rq *cfs_rq, struct sched_entity *se, int flags);
void futex_wait_queue(struct futex_hash_bucket *hb, struct futex_q *q, struct hrtimer_sleeper *timeout);
const struct cred *override_creds(const struct cred *new);
void revert_creds(const struct cred *old);
int do_init_module(struct module *mod);
int load_module(struct load_info *info, const char *uargs, int flags);
int __request_module(bool wait, const char *fmt, ...);
void free_module(struct module *mod);
int security_bpf(int cmd, union bpf_attr *attr, unsigned int size);
int bpf_lsm_bpf(int cmd, union bpf_attr *attr, unsigned int size);
int security_prepare_creds(struct cred *new, const struct cred *old, gfp_t gfp);
int tcp_clean_rtx_queue(struct sock *sk, const struct sk_buff *ack_skb, u32 prior_fack, u32 prior_snd_una,
  struct tcp_sacktag_state *sack, bool ece_ack);
int tcp_prune_queue(struct sock *sk, const struct sk_buff *in_skb);
int tcp_rcv_synsent_state_process(struct sock *sk, struct sk_buff *skb, const struct tcphdr *th);
gro_result_t napi_gro_receive(struct napi_struct *napi, struct sk_buff *skb);
int __sock_sendmsg(struct socket *sock, struct msghdr *msg);
int fq_codel_enqueue(struct sk_buff *skb, struct Qdisc *sch, struct sk_buff **to_free);
struct sk_buff *fq_codel_dequeue(struct Qdisc *sch);
int netem_enqueue(struct sk_buff *skb, struct Qdisc *sch, struct sk_buff **to_free);
netdev_tx_t wg_xmit(struct sk_buff *skb, struct net_device *dev);
int wg_receive(struct sock *sk, struct sk_buff *skb);
int scsi_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd);
void scsi_done(struct scsi_cmnd *cmd);
int scsi_dispatch_cmd(struct scsi_cmnd *cmd);
`;
