/** A kind of file system: the functions of the kernel that its files go through, and where its data lives. */
export type FileSystemKind = Readonly<{
  name: string;
  /** Source: include/uapi/linux/magic.h, v6.12. */
  magic: number;
  /** Data comes from a device through the page cache. */
  onDisk: boolean;
  open?: string;
  /** Called with (struct kiocb *, struct iov_iter *). */
  readIter?: string;
  writeIter?: string;
  /** Called with (struct file *, loff_t, loff_t, int). */
  fsync?: string;
  lookup?: string;
  create?: string;
  unlink?: string;
  getattr?: string;
}>;

const EXT4: FileSystemKind = {
  name: "ext4",
  magic: 0xef53,
  onDisk: true,
  open: "ext4_file_open",
  readIter: "ext4_file_read_iter",
  writeIter: "ext4_file_write_iter",
  fsync: "ext4_sync_file",
  lookup: "ext4_lookup",
  create: "ext4_create",
  unlink: "ext4_unlink",
  getattr: "ext4_getattr",
};

const XFS: FileSystemKind = {
  name: "xfs",
  magic: 0x58465342,
  onDisk: true,
  open: "xfs_file_open",
  readIter: "xfs_file_read_iter",
  writeIter: "xfs_file_write_iter",
  fsync: "xfs_file_fsync",
  lookup: "xfs_vn_lookup",
  create: "xfs_vn_create",
  unlink: "xfs_vn_unlink",
};

const BTRFS: FileSystemKind = {
  name: "btrfs",
  magic: 0x9123683e,
  onDisk: true,
  open: "btrfs_file_open",
  readIter: "btrfs_file_read_iter",
  writeIter: "btrfs_file_write_iter",
  fsync: "btrfs_sync_file",
};

const NFS: FileSystemKind = {
  name: "nfs",
  magic: 0x6969,
  onDisk: true,
  open: "nfs_file_open",
  readIter: "nfs_file_read",
  writeIter: "nfs_file_write",
  fsync: "nfs_file_fsync",
  getattr: "nfs_getattr",
};

const TMPFS: FileSystemKind = {
  name: "tmpfs",
  magic: 0x01021994,
  onDisk: false,
  readIter: "shmem_file_read_iter",
  writeIter: "shmem_file_write_iter",
  lookup: "simple_lookup",
  create: "shmem_create",
  unlink: "shmem_unlink",
};

/** File systems by the name that mount(2) takes. */
export const FILE_SYSTEMS: Readonly<Record<string, FileSystemKind>> = {
  ext4: EXT4,
  xfs: XFS,
  btrfs: BTRFS,
  nfs: NFS,
  tmpfs: TMPFS,
  devtmpfs: { ...TMPFS, name: "devtmpfs" },
  overlay: {
    name: "overlay",
    magic: 0x794c7630,
    onDisk: true,
    open: "ovl_open",
    readIter: "ovl_read_iter",
    writeIter: "ovl_write_iter",
  },
  proc: { name: "proc", magic: 0x9fa0, onDisk: false, readIter: "seq_read_iter" },
  sysfs: { name: "sysfs", magic: 0x62656572, onDisk: false, readIter: "kernfs_fop_read_iter" },
  cgroup2: { name: "cgroup2", magic: 0x63677270, onDisk: false, readIter: "kernfs_fop_read_iter" },
  pipefs: { name: "pipefs", magic: 0x50495045, onDisk: false },
  sockfs: { name: "sockfs", magic: 0x534f434b, onDisk: false },
  anon_inodefs: { name: "anon_inodefs", magic: 0x09041934, onDisk: false },
};
