/** Files, directory entries, inodes, super blocks and mounts, in C: a selection of what Linux has, v6.12. */
export const FILE_SYSTEM_TYPES = `
struct qstr { union { struct { u32 hash, len; }; u64 hash_len; }; const unsigned char *name; };
struct path { struct vfsmount *mnt; struct dentry *dentry; };
typedef unsigned int __poll_t; typedef void *fl_owner_t;
struct file_operations {
  struct module *owner; loff_t (*llseek)(struct file *, loff_t, int);
  ssize_t (*read)(struct file *, char *, size_t, loff_t *);
  ssize_t (*write)(struct file *, const char *, size_t, loff_t *);
  ssize_t (*read_iter)(struct kiocb *, struct iov_iter *);
  ssize_t (*write_iter)(struct kiocb *, struct iov_iter *);
  int (*iterate_shared)(struct file *, struct dir_context *);
  __poll_t (*poll)(struct file *, struct poll_table_struct *);
  long (*unlocked_ioctl)(struct file *, unsigned int, unsigned long);
  int (*mmap)(struct file *, struct vm_area_struct *); int (*open)(struct inode *, struct file *);
  int (*flush)(struct file *, fl_owner_t); int (*release)(struct inode *, struct file *);
  int (*fsync)(struct file *, loff_t, loff_t, int);
  ssize_t (*splice_write)(struct pipe_inode_info *, struct file *, loff_t *, size_t, unsigned int);
  ssize_t (*splice_read)(struct file *, loff_t *, struct pipe_inode_info *, size_t, unsigned int);
  long (*fallocate)(struct file *, int, loff_t, loff_t);
};
struct inode_operations {
  struct dentry *(*lookup)(struct inode *, struct dentry *, unsigned int);
  int (*permission)(struct mnt_idmap *, struct inode *, int);
  int (*create)(struct mnt_idmap *, struct inode *, struct dentry *, umode_t, bool);
  int (*link)(struct dentry *, struct inode *, struct dentry *);
  int (*unlink)(struct inode *, struct dentry *);
  int (*symlink)(struct mnt_idmap *, struct inode *, struct dentry *, const char *);
  struct dentry *(*mkdir)(struct mnt_idmap *, struct inode *, struct dentry *, umode_t);
  int (*rmdir)(struct inode *, struct dentry *);
  int (*mknod)(struct mnt_idmap *, struct inode *, struct dentry *, umode_t, dev_t);
  int (*rename)(struct mnt_idmap *, struct inode *, struct dentry *, struct inode *, struct dentry *,
    unsigned int);
  int (*setattr)(struct mnt_idmap *, struct dentry *, struct iattr *);
  int (*getattr)(struct mnt_idmap *, const struct path *, struct kstat *, u32, unsigned int);
};
struct dentry_operations {
  int (*d_revalidate)(struct inode *, const struct qstr *, struct dentry *, unsigned int);
  int (*d_hash)(const struct dentry *, struct qstr *);
  int (*d_compare)(const struct dentry *, unsigned int, const char *, const struct qstr *);
  int (*d_delete)(const struct dentry *); void (*d_release)(struct dentry *);
};
struct super_operations {
  struct inode *(*alloc_inode)(struct super_block *); void (*destroy_inode)(struct inode *);
  void (*dirty_inode)(struct inode *, int); int (*write_inode)(struct inode *, struct writeback_control *);
  void (*evict_inode)(struct inode *); void (*put_super)(struct super_block *);
  int (*sync_fs)(struct super_block *, int); int (*statfs)(struct dentry *, struct kstatfs *);
};
struct file_system_type {
  const char *name; int fs_flags; struct module *owner; struct file_system_type *next;
  struct hlist_head fs_supers;
};
struct inode {
  umode_t i_mode; unsigned short i_opflags; kuid_t i_uid; kgid_t i_gid; unsigned int i_flags;
  const struct inode_operations *i_op; struct super_block *i_sb; struct address_space *i_mapping;
  void *i_security; unsigned long i_ino; const unsigned int i_nlink; dev_t i_rdev; loff_t i_size;
  time64_t i_atime_sec, i_mtime_sec, i_ctime_sec; u32 i_atime_nsec, i_mtime_nsec, i_ctime_nsec, i_generation;
  spinlock_t i_lock; unsigned short i_bytes; u8 i_blkbits; blkcnt_t i_blocks; u32 i_state;
  struct rw_semaphore i_rwsem;
  unsigned long dirtied_when; struct hlist_node i_hash; struct list_head i_sb_list;
  struct hlist_head i_dentry; atomic64_t i_version; atomic_t i_count, i_writecount;
  const struct file_operations *i_fop; struct file_lock_context *i_flctx;
  struct address_space i_data; union { struct pipe_inode_info *i_pipe; struct cdev *i_cdev; char *i_link; };
  void *i_private;
};
struct lockref { union { __u64 lock_count; struct { spinlock_t lock; int count; }; }; };
struct fown_struct { struct file *file; struct pid *pid; enum pid_type pid_type; kuid_t uid, euid; int signum; };
struct kiocb {
  struct file *ki_filp; loff_t ki_pos; void (*ki_complete)(struct kiocb *, long); void *private; int ki_flags;
  u16 ki_ioprio;
};
struct kvec { void *iov_base; size_t iov_len; };
struct iovec { void *iov_base; __kernel_size_t iov_len; };
struct iov_iter {
  u8 iter_type; bool nofault, data_source; size_t iov_offset;
  union {
    struct iovec __ubuf_iovec;
    struct {
      union {
        const struct iovec *__iov; const struct kvec *kvec; const struct bio_vec *bvec;
        const struct folio_queue *folioq; struct xarray *xarray; void *ubuf;
      };
      size_t count;
    };
  };
  union { unsigned long nr_segs; u8 folioq_slot; loff_t xarray_start; };
};
struct super_block {
  struct list_head s_list; dev_t s_dev; unsigned char s_blocksize_bits; unsigned long s_blocksize;
  loff_t s_maxbytes; struct file_system_type *s_type; const struct super_operations *s_op;
  unsigned long s_flags, s_iflags, s_magic; struct dentry *s_root; struct rw_semaphore s_umount; int s_count;
  atomic_t s_active; void *s_security; struct block_device *s_bdev; struct backing_dev_info *s_bdi;
  struct hlist_node s_instances; void *s_fs_info; u32 s_time_gran; char s_id[32]; uuid_t s_uuid;
  struct user_namespace *s_user_ns; int s_stack_depth; struct list_head s_inodes;
};
struct vfsmount {
  struct dentry *mnt_root; struct super_block *mnt_sb; int mnt_flags; struct mnt_idmap *mnt_idmap;
};
struct uid_gid_extent { u32 first, lower_first, count; };
struct uid_gid_map {
  union {
    struct { struct uid_gid_extent extent[5]; u32 nr_extents; };
    struct { struct uid_gid_extent *forward, *reverse; };
  };
};
struct mnt_idmap { struct uid_gid_map uid_map, gid_map; refcount_t count; };
struct mnt_namespace {
  struct ns_common ns; struct mount *root; struct user_namespace *user_ns; struct ucounts *ucounts; u64 event;
  u64 seq; unsigned int nr_mounts, pending_mounts;
};
struct mount {
  struct hlist_node mnt_hash; struct mount *mnt_parent; struct dentry *mnt_mountpoint; struct vfsmount mnt;
  struct list_head mnt_mounts, mnt_child; const char *mnt_devname; struct list_head mnt_list;
  struct mount *mnt_master; struct mnt_namespace *mnt_ns; struct mountpoint *mnt_mp; int mnt_id;
  u64 mnt_id_unique; int mnt_group_id;
};
struct mountpoint { struct dentry *m_dentry; int m_count; };
struct fdtable {
  unsigned int max_fds; struct file **fd; unsigned long *close_on_exec, *open_fds, *full_fds_bits;
  struct callback_head rcu;
};
struct files_struct {
  atomic_t count; struct fdtable *fdt, fdtab; spinlock_t file_lock; unsigned int next_fd;
  struct file *fd_array[64];
};
struct fs_struct { int users, umask, in_exec; struct path root, pwd; };
struct filename { const char *name, *uptr; atomic_t refcnt; struct audit_names *aname; };
struct open_flags { int open_flag; umode_t mode; int acc_mode, intent, lookup_flags; };
struct open_how { __u64 flags, mode, resolve; };
struct nameidata {
  struct path path; struct qstr last; struct path root; struct inode *inode; unsigned int flags, state, seq;
  int last_type; unsigned int depth; int total_link_count; struct filename *name; int dfd;
};
struct renamedata {
  struct mnt_idmap *old_mnt_idmap;
  struct inode *old_dir;
  struct dentry *old_dentry;
  struct mnt_idmap *new_mnt_idmap;
  struct inode *new_dir;
  struct dentry *new_dentry;
  struct inode **delegated_inode;
  unsigned int flags;
};
struct iattr {
  unsigned int ia_valid; umode_t ia_mode; loff_t ia_size; struct timespec64 ia_atime, ia_mtime, ia_ctime;
  struct file *ia_file;
};
typedef u32 uint32_t;
struct kstat {
  u32 result_mask; umode_t mode; unsigned int nlink; uint32_t blksize; u64 attributes, attributes_mask, ino;
  dev_t dev, rdev; kuid_t uid; kgid_t gid; loff_t size; struct timespec64 atime, mtime, ctime, btime;
  u64 blocks, mnt_id, change_cookie, subvol;
  u32 dio_mem_align, dio_offset_align, dio_read_offset_align, atomic_write_unit_min, atomic_write_unit_max;
  u32 atomic_write_unit_max_opt, atomic_write_segments_max;
};
struct stat {
  __kernel_ulong_t st_dev, st_ino, st_nlink; unsigned int st_mode, st_uid, st_gid, __pad0;
  __kernel_ulong_t st_rdev; __kernel_long_t st_size, st_blksize, st_blocks;
  __kernel_ulong_t st_atime, st_atime_nsec, st_mtime, st_mtime_nsec, st_ctime, st_ctime_nsec;
  __kernel_long_t __unused[3];
};
struct statx_timestamp { __s64 tv_sec; __u32 tv_nsec; __s32 __reserved; };
struct statx {
  __u32 stx_mask, stx_blksize; __u64 stx_attributes; __u32 stx_nlink, stx_uid, stx_gid;
  __u16 stx_mode, __spare0[1]; __u64 stx_ino, stx_size, stx_blocks, stx_attributes_mask;
  struct statx_timestamp stx_atime, stx_btime, stx_ctime, stx_mtime;
  __u32 stx_rdev_major, stx_rdev_minor, stx_dev_major, stx_dev_minor; __u64 stx_mnt_id;
  __u32 stx_dio_mem_align, stx_dio_offset_align; __u64 stx_subvol;
  __u32 stx_atomic_write_unit_min, stx_atomic_write_unit_max, stx_atomic_write_segments_max;
  __u32 stx_dio_read_offset_align, stx_atomic_write_unit_max_opt, __spare2[1]; __u64 __spare3[8];
};
typedef struct { int val[2]; } __kernel_fsid_t;
struct statfs {
  __kernel_long_t f_type, f_bsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree; __kernel_fsid_t f_fsid;
  __kernel_long_t f_namelen, f_frsize, f_flags, f_spare[4];
};
struct kstatfs {
  long f_type, f_bsize; u64 f_blocks, f_bfree, f_bavail, f_files, f_ffree; long f_namelen, f_flags;
};
typedef bool (*filldir_t)(struct dir_context *, const char *, int, loff_t, u64, unsigned int);
struct dir_context { filldir_t actor; loff_t pos; int count; unsigned int dt_flags_mask; };
struct linux_dirent64 { u64 d_ino; s64 d_off; unsigned short d_reclen; unsigned char d_type; char d_name[0]; };
struct linux_dirent { unsigned long d_ino, d_off; unsigned short d_reclen; char d_name[0]; };
struct dentry {
  unsigned int d_flags; seqcount_spinlock_t d_seq; struct hlist_bl_node d_hash; struct dentry *d_parent;
  struct qstr d_name; struct inode *d_inode; unsigned char d_iname[40];
  const struct dentry_operations *d_op; struct super_block *d_sb; unsigned long d_time; void *d_fsdata;
  struct lockref d_lockref; union { struct list_head d_lru; wait_queue_head_t *d_wait; };
  struct hlist_node d_sib; struct hlist_head d_children;
  union { struct hlist_node d_alias; struct callback_head d_rcu; } d_u;
};
struct file {
  atomic_long_t f_count; spinlock_t f_lock; fmode_t f_mode; const struct file_operations *f_op;
  struct address_space *f_mapping; void *private_data; struct inode *f_inode;
  unsigned int f_flags, f_iocb_flags; const struct cred *f_cred; struct path f_path;
  union { struct mutex f_pos_lock; u64 f_pipe; }; loff_t f_pos; void *f_security; struct fown_struct *f_owner;
  errseq_t f_wb_err, f_sb_err; struct hlist_head *f_ep; struct file_ra_state f_ra;
};
`;
