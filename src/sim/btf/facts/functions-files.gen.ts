// Written by scripts/kernel-facts.mjs from a running kernel: change scripts/kernel-facts/choice.mjs instead.
export const FUNCTIONS_FILES = `
ssize_t vfs_read(struct file *file, char *buf, size_t count, loff_t *pos);
ssize_t vfs_write(struct file *file, const char *buf, size_t count, loff_t *pos);
ssize_t vfs_readv(struct file *file, const struct iovec *vec, unsigned long vlen, loff_t *pos, rwf_t flags);
ssize_t vfs_writev(struct file *file, const struct iovec *vec, unsigned long vlen, loff_t *pos, rwf_t flags);
ssize_t vfs_iter_read(struct file *file, struct iov_iter *iter, loff_t *ppos, rwf_t flags);
ssize_t vfs_iter_write(struct file *file, struct iov_iter *iter, loff_t *ppos, rwf_t flags);
int vfs_open(const struct path *path, struct file *file);
int vfs_create(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry, umode_t mode, bool want_excl);
int vfs_rmdir(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry);
int vfs_mknod(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry, umode_t mode, dev_t dev);
int vfs_unlink(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry,
  struct inode **delegated_inode);
int vfs_link(struct dentry *old_dentry, struct mnt_idmap *idmap, struct inode *dir, struct dentry *new_dentry,
  struct inode **delegated_inode);
int vfs_symlink(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry, const char *oldname);
int vfs_rename(struct renamedata *rd);
int vfs_fsync(struct file *file, int datasync);
int vfs_fsync_range(struct file *file, loff_t start, loff_t end, int datasync);
int vfs_getattr(const struct path *path, struct kstat *stat, u32 request_mask, unsigned int query_flags);
int vfs_getattr_nosec(const struct path *path, struct kstat *stat, u32 request_mask, unsigned int query_flags);
int vfs_statx(int dfd, struct filename *filename, int flags, struct kstat *stat, u32 request_mask);
int vfs_fstat(int fd, struct kstat *stat);
int vfs_fstatat(int dfd, const char *filename, struct kstat *stat, int flags);
int vfs_truncate(const struct path *path, loff_t length);
int vfs_fallocate(struct file *file, int mode, loff_t offset, loff_t len);
int vfs_readlink(struct dentry *dentry, char *buffer, int buflen);
const char *vfs_get_link(struct dentry *dentry, struct delayed_call *done);
loff_t vfs_llseek(struct file *file, loff_t offset, int whence);
int vfs_setxattr(struct mnt_idmap *idmap, struct dentry *dentry, const char *name, const void *value,
  size_t size, int flags);
ssize_t vfs_getxattr(struct mnt_idmap *idmap, struct dentry *dentry, const char *name, void *value,
  size_t size);
int vfs_removexattr(struct mnt_idmap *idmap, struct dentry *dentry, const char *name);
ssize_t vfs_listxattr(struct dentry *dentry, char *list, size_t size);
ssize_t vfs_copy_file_range(struct file *file_in, loff_t pos_in, struct file *file_out, loff_t pos_out,
  size_t len, unsigned int flags);
int vfs_tmpfile(struct mnt_idmap *idmap, const struct path *parentpath, struct file *file, umode_t mode);
int vfs_utimes(const struct path *path, struct timespec64 *times);
int vfs_get_tree(struct fs_context *fc);
ssize_t ksys_read(unsigned int fd, char *buf, size_t count);
ssize_t ksys_write(unsigned int fd, const char *buf, size_t count);
ssize_t ksys_pread64(unsigned int fd, char *buf, size_t count, loff_t pos);
ssize_t ksys_pwrite64(unsigned int fd, const char *buf, size_t count, loff_t pos);
int ksys_fallocate(int fd, int mode, loff_t offset, loff_t len);
int ksys_dup3(unsigned int oldfd, unsigned int newfd, int flags);
ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos);
ssize_t kernel_write(struct file *file, const void *buf, size_t count, loff_t *pos);
ssize_t __kernel_read(struct file *file, void *buf, size_t count, loff_t *pos);
ssize_t __kernel_write(struct file *file, const void *buf, size_t count, loff_t *pos);
int do_sys_open(int dfd, const char *filename, int flags, umode_t mode);
int do_sys_openat2(int dfd, const char *filename, struct open_how *how);
struct file *do_filp_open(int dfd, struct filename *pathname, const struct open_flags *op);
int do_dentry_open(struct file *f, int (*open)(struct inode *, struct file *));
struct file *do_open_execat(int fd, struct filename *name, int flags);
struct file *path_openat(struct nameidata *nd, const struct open_flags *op, unsigned int flags);
int path_lookupat(struct nameidata *nd, unsigned int flags, struct path *path);
int link_path_walk(const char *name, struct nameidata *nd);
const char *walk_component(struct nameidata *nd, int flags);
struct dentry *lookup_fast(struct nameidata *nd);
int filename_lookup(int dfd, struct filename *name, unsigned int flags, struct path *path,
  const struct path *root);
struct filename *getname_flags(const char *filename, int flags);
void putname(struct filename *name);
int may_open(struct mnt_idmap *idmap, const struct path *path, int acc_mode, int flag);
int inode_permission(struct mnt_idmap *idmap, struct inode *inode, int mask);
int generic_permission(struct mnt_idmap *idmap, struct inode *inode, int mask);
struct dentry *d_lookup(const struct dentry *parent, const struct qstr *name);
struct dentry *__d_lookup(const struct dentry *parent, const struct qstr *name);
struct dentry *__d_lookup_rcu(const struct dentry *parent, const struct qstr *name, unsigned int *seqp);
struct dentry *d_alloc(struct dentry *parent, const struct qstr *name);
struct dentry *d_alloc_parallel(struct dentry *parent, const struct qstr *name, wait_queue_head_t *wq);
void d_instantiate(struct dentry *entry, struct inode *inode);
void d_add(struct dentry *entry, struct inode *inode);
void d_delete(struct dentry *dentry);
void d_invalidate(struct dentry *dentry);
char *d_path(const struct path *path, char *buf, int buflen);
char *__d_path(const struct path *path, const struct path *root, char *buf, int buflen);
void dput(struct dentry *dentry);
struct dentry *dget_parent(struct dentry *dentry);
void d_move(struct dentry *dentry, struct dentry *target);
struct dentry *simple_lookup(struct inode *dir, struct dentry *dentry, unsigned int flags);
bool try_to_unlazy(struct nameidata *nd);
const char *step_into(struct nameidata *nd, int flags, struct dentry *dentry);
int do_unlinkat(int dfd, struct filename *name);
int do_rmdir(int dfd, struct filename *name);
int do_mkdirat(int dfd, struct filename *name, umode_t mode);
int do_mknodat(int dfd, struct filename *name, umode_t mode, unsigned int dev);
int do_renameat2(int olddfd, struct filename *from, int newdfd, struct filename *to, unsigned int flags);
int do_linkat(int olddfd, struct filename *old, int newdfd, struct filename *new, int flags);
int do_symlinkat(struct filename *from, int newdfd, struct filename *to);
int do_truncate(struct mnt_idmap *idmap, struct dentry *dentry, loff_t length, unsigned int time_attrs,
  struct file *filp);
int do_faccessat(int dfd, const char *filename, int mode, int flags);
int do_fchownat(int dfd, const char *filename, uid_t user, gid_t group, int flag);
int do_fchmodat(int dfd, const char *filename, umode_t mode, unsigned int flags);
int notify_change(struct mnt_idmap *idmap, struct dentry *dentry, struct iattr *attr,
  struct inode **delegated_inode);
struct inode *iget_locked(struct super_block *sb, unsigned long ino);
void iput(struct inode *inode);
void evict(struct inode *inode);
struct inode *new_inode(struct super_block *sb);
ssize_t generic_file_read_iter(struct kiocb *iocb, struct iov_iter *iter);
ssize_t generic_file_write_iter(struct kiocb *iocb, struct iov_iter *from);
ssize_t generic_perform_write(struct kiocb *iocb, struct iov_iter *i);
int generic_file_mmap(struct file *file, struct vm_area_struct *vma);
int generic_file_open(struct inode *inode, struct file *filp);
ssize_t generic_write_checks(struct kiocb *iocb, struct iov_iter *from);
int file_update_time(struct file *file);
void touch_atime(const struct path *path);
int filp_close(struct file *filp, fl_owner_t id);
int filp_flush(struct file *filp, fl_owner_t id);
void fput(struct file *file);
void __fput(struct file *file);
int get_unused_fd_flags(unsigned int flags);
void fd_install(unsigned int fd, struct file *file);
int alloc_fd(unsigned int start, unsigned int end, unsigned int flags);
int close_fd(unsigned int fd);
struct file *alloc_empty_file(int flags, const struct cred *cred);
int rw_verify_area(int read_write, struct file *file, const loff_t *ppos, size_t count);
int iterate_dir(struct file *file, struct dir_context *ctx);
ssize_t do_iter_readv_writev(struct file *filp, struct iov_iter *iter, loff_t *ppos, int type, rwf_t flags);
ssize_t splice_to_pipe(struct pipe_inode_info *pipe, struct splice_pipe_desc *spd);
ssize_t do_splice_direct(struct file *in, loff_t *ppos, struct file *out, loff_t *opos, size_t len,
  unsigned int flags);
ssize_t splice_file_to_pipe(struct file *in, struct pipe_inode_info *opipe, loff_t *offset, size_t len,
  unsigned int flags);
ssize_t filemap_splice_read(struct file *in, loff_t *ppos, struct pipe_inode_info *pipe, size_t len,
  unsigned int flags);
int do_pipe2(int *fildes, int flags);
int create_pipe_files(struct file **res, int flags);
ssize_t eventfd_read(struct kiocb *iocb, struct iov_iter *to);
ssize_t eventfd_write(struct file *file, const char *buf, size_t count, loff_t *ppos);
int do_epoll_wait(int epfd, struct epoll_event *events, int maxevents, struct timespec64 *to);
int do_epoll_ctl(int epfd, int op, int fd, struct epoll_event *epds, bool nonblock);
int ep_poll_callback(wait_queue_entry_t *wait, unsigned int mode, int sync, void *key);
int do_sys_poll(struct pollfd *ufds, unsigned int nfds, struct timespec64 *end_time);
int do_select(int n, fd_set_bits *fds, struct timespec64 *end_time);
int inotify_handle_inode_event(struct fsnotify_mark *inode_mark, u32 mask, struct inode *inode,
  struct inode *dir, const struct qstr *name, u32 cookie);
int fsnotify(__u32 mask, const void *data, int data_type, struct inode *dir, const struct qstr *file_name,
  struct inode *inode, u32 cookie);
int do_mount(const char *dev_name, const char *dir_name, const char *type_page, unsigned long flags,
  void *data_page);
int path_mount(const char *dev_name, const struct path *path, const char *type_page, unsigned long flags,
  void *data_page);
int path_umount(const struct path *path, int flags);
int attach_recursive_mnt(struct mount *source_mnt, const struct pinned_mountpoint *dest);
int mnt_want_write(struct vfsmount *m);
void mnt_drop_write(struct vfsmount *mnt);
int sync_filesystem(struct super_block *sb);
void ksys_sync(void);
int do_fsync(unsigned int fd, int datasync);
void iterate_supers(void (*f)(struct super_block *, void *), void *arg);
void sync_inodes_sb(struct super_block *sb);
unsigned long super_cache_scan(struct shrinker *shrink, struct shrink_control *sc);
int get_tree_bdev(struct fs_context *fc, int (*fill_super)(struct super_block *, struct fs_context *));
struct super_block *alloc_super(struct file_system_type *type, int flags, struct user_namespace *user_ns);
void generic_shutdown_super(struct super_block *sb);
long do_fcntl(int fd, unsigned int cmd, unsigned long arg, struct file *filp);
int fcntl_setlk(unsigned int fd, struct file *filp, unsigned int cmd, struct flock *flock);
int flock_lock_inode(struct inode *inode, struct file_lock *request);
int posix_lock_inode(struct inode *inode, struct file_lock *request, struct file_lock *conflock);
int locks_lock_inode_wait(struct inode *inode, struct file_lock *fl);
ssize_t ext4_file_read_iter(struct kiocb *iocb, struct iov_iter *to);
ssize_t ext4_file_write_iter(struct kiocb *iocb, struct iov_iter *from);
int ext4_file_open(struct inode *inode, struct file *filp);
int ext4_sync_file(struct file *file, loff_t start, loff_t end, int datasync);
int ext4_getattr(struct mnt_idmap *idmap, const struct path *path, struct kstat *stat, u32 request_mask,
  unsigned int query_flags);
int ext4_setattr(struct mnt_idmap *idmap, struct dentry *dentry, struct iattr *attr);
int ext4_create(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry, umode_t mode, bool excl);
struct dentry *ext4_lookup(struct inode *dir, struct dentry *dentry, unsigned int flags);
int ext4_unlink(struct inode *dir, struct dentry *dentry);
struct dentry *ext4_mkdir(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry, umode_t mode);
int ext4_rename2(struct mnt_idmap *idmap, struct inode *old_dir, struct dentry *old_dentry,
  struct inode *new_dir, struct dentry *new_dentry, unsigned int flags);
int ext4_rmdir(struct inode *dir, struct dentry *dentry);
int ext4_readdir(struct file *file, struct dir_context *ctx);
int ext4_writepages(struct address_space *mapping, struct writeback_control *wbc);
int ext4_map_blocks(handle_t *handle, struct inode *inode, struct ext4_map_blocks *map, int flags);
int ext4_ext_map_blocks(handle_t *handle, struct inode *inode, struct ext4_map_blocks *map, int flags);
ext4_fsblk_t ext4_mb_new_blocks(handle_t *handle, struct ext4_allocation_request *ar, int *errp);
int ext4_get_block(struct inode *inode, sector_t iblock, struct buffer_head *bh, int create);
int ext4_alloc_da_blocks(struct inode *inode);
int ext4_release_file(struct inode *inode, struct file *filp);
int ext4_statfs(struct dentry *dentry, struct kstatfs *buf);
int ext4_fill_super(struct super_block *sb, struct fs_context *fc);
int ext4_sync_fs(struct super_block *sb, int wait);
handle_t *__ext4_journal_start_sb(struct inode *inode, struct super_block *sb, unsigned int line, int type,
  int blocks, int rsv_blocks, int revoke_creds);
int __ext4_journal_stop(const char *where, unsigned int line, handle_t *handle);
ext4_fsblk_t ext4_new_meta_blocks(handle_t *handle, struct inode *inode, ext4_fsblk_t goal, unsigned int flags,
  unsigned long *count, int *errp);
void ext4_free_blocks(handle_t *handle, struct inode *inode, struct buffer_head *bh, ext4_fsblk_t block,
  unsigned long count, int flags);
int ext4_read_folio(struct file *file, struct folio *folio);
void ext4_readahead(struct readahead_control *rac);
void ext4_evict_inode(struct inode *inode);
int ext4_truncate(struct inode *inode);
long ext4_fallocate(struct file *file, int mode, loff_t offset, loff_t len);
handle_t *jbd2_journal_start(journal_t *journal, int nblocks);
int jbd2_journal_stop(handle_t *handle);
void jbd2_journal_commit_transaction(journal_t *journal);
int jbd2_log_wait_commit(journal_t *journal, tid_t tid);
handle_t *jbd2__journal_start(journal_t *journal, int nblocks, int rsv_blocks, int revoke_records,
  gfp_t gfp_mask, unsigned int type, unsigned int line_no);
int jbd2_complete_transaction(journal_t *journal, tid_t tid);
ssize_t xfs_file_read_iter(struct kiocb *iocb, struct iov_iter *to);
ssize_t xfs_file_write_iter(struct kiocb *iocb, struct iov_iter *from);
int xfs_file_open(struct inode *inode, struct file *file);
int xfs_file_fsync(struct file *file, loff_t start, loff_t end, int datasync);
int xfs_file_release(struct inode *inode, struct file *file);
struct dentry *xfs_vn_lookup(struct inode *dir, struct dentry *dentry, unsigned int flags);
int xfs_vn_create(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry, umode_t mode, bool flags);
int xfs_vn_unlink(struct inode *dir, struct dentry *dentry);
int xfs_vn_getattr(struct mnt_idmap *idmap, const struct path *path, struct kstat *stat, u32 request_mask,
  unsigned int query_flags);
int xfs_vn_rename(struct mnt_idmap *idmap, struct inode *odir, struct dentry *odentry, struct inode *ndir,
  struct dentry *ndentry, unsigned int flags);
ssize_t btrfs_file_read_iter(struct kiocb *iocb, struct iov_iter *to);
ssize_t btrfs_file_write_iter(struct kiocb *iocb, struct iov_iter *from);
int btrfs_file_open(struct inode *inode, struct file *filp);
int btrfs_sync_file(struct file *file, loff_t start, loff_t end, int datasync);
ssize_t btrfs_buffered_write(struct kiocb *iocb, struct iov_iter *iter);
ssize_t fuse_file_read_iter(struct kiocb *iocb, struct iov_iter *to);
ssize_t fuse_file_write_iter(struct kiocb *iocb, struct iov_iter *from);
int fuse_open(struct inode *inode, struct file *file);
ssize_t ovl_read_iter(struct kiocb *iocb, struct iov_iter *iter);
ssize_t ovl_write_iter(struct kiocb *iocb, struct iov_iter *iter);
int ovl_open(struct inode *inode, struct file *file);
ssize_t shmem_file_read_iter(struct kiocb *iocb, struct iov_iter *to);
int shmem_get_folio_gfp(struct inode *inode, unsigned long index, loff_t write_end, struct folio **foliop,
  enum sgp_type sgp, gfp_t gfp, struct vm_fault *vmf, vm_fault_t *fault_type);
ssize_t shmem_file_write_iter(struct kiocb *iocb, struct iov_iter *from);
ssize_t kernfs_fop_read_iter(struct kiocb *iocb, struct iov_iter *iter);
ssize_t kernfs_fop_write_iter(struct kiocb *iocb, struct iov_iter *iter);
struct dentry *kernfs_iop_lookup(struct inode *dir, struct dentry *dentry, unsigned int flags);
int kernfs_dop_revalidate(struct inode *dir, const struct qstr *name, struct dentry *dentry,
  unsigned int flags);
ssize_t proc_reg_read(struct file *file, char *buf, size_t count, loff_t *ppos);
int proc_pid_readdir(struct file *file, struct dir_context *ctx);
ssize_t seq_read_iter(struct kiocb *iocb, struct iov_iter *iter);
ssize_t seq_read(struct file *file, char *buf, size_t size, loff_t *ppos);
int io_submit_sqes(struct io_ring_ctx *ctx, unsigned int nr);
int io_issue_sqe(struct io_kiocb *req, unsigned int issue_flags);
int io_read(struct io_kiocb *req, unsigned int issue_flags);
int io_write(struct io_kiocb *req, unsigned int issue_flags);
void io_wq_submit_work(struct io_wq_work *work);
int io_cqring_wait(struct io_ring_ctx *ctx, int min_events, u32 flags, struct ext_arg *ext_arg);
int aio_read(struct kiocb *req, const struct iocb *iocb, bool vectored, bool compat);
int aio_write(struct kiocb *req, const struct iocb *iocb, bool vectored, bool compat);
`;
