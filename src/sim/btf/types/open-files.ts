/** What files can be besides files on a disk: programs, pipes, locks, polling, io_uring, in C: a selection of what Linux has, v6.12. */
export const OPEN_FILE_TYPES = `
struct linux_binprm {
  struct vm_area_struct *vma; struct mm_struct *mm; unsigned long p;
  struct file *executable, *interpreter, *file; struct cred *cred; int unsafe, argc, envc;
  const char *filename, *interp, *fdpath; unsigned int interp_flags; int execfd; unsigned long exec;
  char buf[256];
};
struct linux_binfmt { struct list_head lh; struct module *module; int (*load_binary)(struct linux_binprm *); };
typedef unsigned int pipe_index_t;
struct pipe_inode_info {
  pipe_index_t head, tail;
  unsigned int max_usage, ring_size, nr_accounted, readers, writers, files; struct pipe_buffer *bufs;
  struct user_struct *user;
};
struct pipe_buffer { struct page *page; unsigned int offset, len, flags; unsigned long private; };
struct cdev {
  struct kobject kobj; struct module *owner; const struct file_operations *ops; struct list_head list;
  dev_t dev; unsigned int count;
};
struct fd { unsigned long word; };
struct file_lock_core {
  struct file_lock_core *flc_blocker; fl_owner_t flc_owner; unsigned int flc_flags; unsigned char flc_type;
  pid_t flc_pid; struct file *flc_file;
};
struct file_lock { struct file_lock_core c; loff_t fl_start, fl_end; };
struct flock { short l_type, l_whence; __kernel_off_t l_start, l_len; __kernel_pid_t l_pid; };
struct file_lock_context { struct list_head flc_flock, flc_posix, flc_lease; };
enum fs_context_purpose { FS_CONTEXT_FOR_MOUNT, FS_CONTEXT_FOR_SUBMOUNT, FS_CONTEXT_FOR_RECONFIGURE };
enum fs_context_phase {
  FS_CONTEXT_CREATE_PARAMS, FS_CONTEXT_CREATING, FS_CONTEXT_AWAITING_MOUNT, FS_CONTEXT_AWAITING_RECONF,
  FS_CONTEXT_RECONF_PARAMS, FS_CONTEXT_RECONFIGURING, FS_CONTEXT_FAILED
};
struct fs_context {
  struct file_system_type *fs_type; void *fs_private; struct dentry *root; struct user_namespace *user_ns;
  struct net *net_ns; const struct cred *cred; const char *source; unsigned int sb_flags;
  enum fs_context_purpose purpose : 8; enum fs_context_phase phase : 8;
};
struct seq_file {
  char *buf; size_t size, from, count; loff_t index; const struct seq_operations *op; const struct file *file;
  void *private;
};
struct seq_operations {
  void *(*start)(struct seq_file *, loff_t *); void (*stop)(struct seq_file *, void *);
  void *(*next)(struct seq_file *, void *, loff_t *); int (*show)(struct seq_file *, void *);
};
struct proc_ops {
  unsigned int proc_flags; int (*proc_open)(struct inode *, struct file *);
  ssize_t (*proc_read)(struct file *, char *, size_t, loff_t *);
  ssize_t (*proc_read_iter)(struct kiocb *, struct iov_iter *);
  ssize_t (*proc_write)(struct file *, const char *, size_t, loff_t *);
  loff_t (*proc_lseek)(struct file *, loff_t, int); int (*proc_release)(struct inode *, struct file *);
  __poll_t (*proc_poll)(struct file *, struct poll_table_struct *);
  long (*proc_ioctl)(struct file *, unsigned int, unsigned long);
  long (*proc_compat_ioctl)(struct file *, unsigned int, unsigned long);
  int (*proc_mmap)(struct file *, struct vm_area_struct *);
  unsigned long (*proc_get_unmapped_area)(struct file *, unsigned long, unsigned long, unsigned long,
    unsigned long);
};
struct proc_dir_entry {
  const struct inode_operations *proc_iops; void *data; unsigned int low_ino; loff_t size;
  struct proc_dir_entry *parent; char *name; umode_t mode; u8 namelen;
};
struct fsnotify_mark { __u32 mask; refcount_t refcnt; unsigned int flags; };
struct inotify_inode_mark { struct fsnotify_mark fsn_mark; int wd; };
struct fsnotify_group { const struct fsnotify_ops *ops; refcount_t refcnt; unsigned int max_events; };
struct dnotify_struct { struct dnotify_struct *dn_next; __u32 dn_mask; int dn_fd; };
struct epoll_filefd { struct file *file; int fd; };
struct epoll_event { __poll_t events; __u64 data; } __attribute__((packed));
struct epitem { struct epoll_filefd ffd; struct eventpoll *ep; struct epoll_event event; };
struct eventpoll {
  struct mutex mtx; wait_queue_head_t wq; struct list_head rdllist; struct rb_root_cached rbr;
  struct file *file;
};
struct eventfs_inode { const char *name; };
typedef void (*poll_queue_proc)(struct file *, wait_queue_head_t *, struct poll_table_struct *);
struct poll_table_struct { poll_queue_proc _qproc; __poll_t _key; };
struct pollfd { int fd; short events, revents; };
struct timerfd_ctx { int clockid; unsigned short expired; };
struct io_ring_ctx {
  struct { unsigned int flags; }; unsigned int sq_entries; unsigned int cq_entries;
};
typedef u64 io_req_flags_t;
struct io_kiocb { struct file *file; u8 opcode; io_req_flags_t flags; struct io_ring_ctx *ctx; struct task_struct *task; };
struct io_uring_sqe {
  __u8 opcode, flags; __u16 ioprio; __s32 fd; __u64 off; __u64 addr; __u32 len;
  __u64 user_data;
};
`;
