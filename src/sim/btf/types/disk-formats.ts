/** Kernel file systems: kernfs, ext4 and its journal, keys, in C: a selection of what Linux has, v6.12. */
export const DISK_FORMAT_TYPES = `
struct kernfs_elem_dir {
  unsigned long subdirs; struct rb_root children; struct kernfs_root *root; unsigned long rev;
};
struct kernfs_elem_symlink { struct kernfs_node *target_kn; };
struct kernfs_elem_attr {
  const struct kernfs_ops *ops; struct kernfs_open_node *open; loff_t size; struct kernfs_node *notify_next;
};
struct kernfs_node {
  atomic_t count, active;
  struct kernfs_node *parent;
  const char *name;
  struct rb_node rb;
  const void *ns;
  unsigned int hash;
  unsigned short flags;
  umode_t mode;
  union { struct kernfs_elem_dir dir; struct kernfs_elem_symlink symlink; struct kernfs_elem_attr attr; };
  u64 id;
  void *priv;
  struct kernfs_iattrs *iattr;
};
struct kernfs_open_file { struct kernfs_node *kn; struct file *file; void *priv; };
struct kernfs_root { struct kernfs_node *kn; unsigned int flags; };
typedef unsigned long long ext4_fsblk_t; typedef unsigned int ext4_group_t;
struct ext4_inode_info {
  ext4_fsblk_t i_file_acl; ext4_group_t i_block_group; unsigned long i_flags; loff_t i_disksize;
  struct rw_semaphore i_data_sem; struct inode vfs_inode; unsigned int i_reserved_data_blocks;
};
struct ext4_sb_info {
  unsigned long s_blocks_per_group, s_inodes_per_group; ext4_group_t s_groups_count;
  struct ext4_super_block *s_es; unsigned int s_mount_opt; struct super_block *s_sb;
};
struct ext4_super_block {
  __le32 s_inodes_count, s_blocks_count_lo, s_free_blocks_count_lo, s_log_block_size; __le16 s_magic;
  char s_volume_name[16];
};
typedef __u32 ext4_lblk_t;
struct ext4_allocation_request {
  struct inode *inode; unsigned int len; ext4_lblk_t logical, lleft, lright; ext4_fsblk_t goal, pleft, pright;
  unsigned int flags;
};
typedef unsigned int tid_t;
struct journal_s {
  unsigned long j_flags; int j_errno; struct block_device *j_dev; char j_devname[56];
  tid_t j_tail_sequence, j_transaction_sequence, j_commit_sequence;
};
typedef struct journal_s journal_t;
struct transaction_s {
  journal_t *t_journal; tid_t t_tid;
  enum { T_RUNNING = 0, T_LOCKED = 1, T_SWITCH = 2, T_FLUSH = 3, T_COMMIT = 4, T_COMMIT_DFLUSH = 5,
    T_COMMIT_JFLUSH = 6, T_COMMIT_CALLBACK = 7, T_FINISHED = 8, } t_state;
  unsigned long t_log_start; int t_nr_buffers; ktime_t t_start_time;
};
struct jbd2_journal_handle { int h_total_credits, h_revoke_credits, h_ref, h_err; };
struct buffer_head {
  unsigned long b_state; struct buffer_head *b_this_page; sector_t b_blocknr; size_t b_size; char *b_data;
  struct block_device *b_bdev; void *b_private; struct address_space *b_assoc_map; atomic_t b_count;
};
struct xattr_handler { const char *name, *prefix; int flags; };
struct posix_acl { unsigned int a_count; };
typedef uint32_t key_perm_t;
struct key {
  refcount_t usage; key_serial_t serial; kuid_t uid; kgid_t gid; key_perm_t perm;
  struct key_type *type; char *description;
};
struct key_type { const char *name; size_t def_datalen; };
enum rw_hint {
  WRITE_LIFE_NOT_SET, WRITE_LIFE_NONE, WRITE_LIFE_SHORT, WRITE_LIFE_MEDIUM, WRITE_LIFE_LONG,
  WRITE_LIFE_EXTREME, WRITE_LIFE_HINT_NR
} __attribute__((mode(QI)));
enum kernfs_node_type { KERNFS_DIR = 1, KERNFS_FILE, KERNFS_LINK = 4 };
enum fsconfig_command {
  FSCONFIG_SET_FLAG, FSCONFIG_SET_STRING, FSCONFIG_SET_BINARY, FSCONFIG_SET_PATH, FSCONFIG_SET_PATH_EMPTY,
  FSCONFIG_SET_FD, FSCONFIG_CMD_CREATE, FSCONFIG_CMD_RECONFIGURE, FSCONFIG_CMD_CREATE_EXCL
};
`;
