/** Names of the kernel functions that a file system's reading and writing goes through. */
export type FsPaths = Readonly<{
  /** Below read_pages(), given (struct readahead_control *). */
  readahead: readonly string[];
  /** Around the change of one page. */
  writeBegin?: string;
  writeEnd?: string;
  /** Below vfs' file_write_iter, down to the loop over pages, given (struct kiocb *, struct iov_iter *). */
  write: readonly string[];
  /** Given (struct address_space *, struct writeback_control *). */
  writepages: string;
  /** What reads an inode from its table. */
  readInode: string;
  usesBuffers: boolean;
  journal: "jbd2" | "xfs" | "btrfs" | "none";
}>;

const GENERIC: FsPaths = {
  readahead: ["mpage_readahead"],
  write: ["generic_perform_write"],
  writepages: "mpage_writepages",
  readInode: "__bread_gfp",
  usesBuffers: true,
  journal: "none",
};

const PATHS: Readonly<Record<string, FsPaths>> = {
  ext4: {
    readahead: ["ext4_readahead", "ext4_mpage_readpages"],
    writeBegin: "ext4_da_write_begin",
    writeEnd: "ext4_da_write_end",
    write: ["ext4_buffered_write_iter", "generic_perform_write"],
    writepages: "ext4_writepages",
    readInode: "__ext4_get_inode_loc",
    usesBuffers: true,
    journal: "jbd2",
  },
  xfs: {
    readahead: ["xfs_vm_readahead", "iomap_readahead"],
    write: ["xfs_file_buffered_write", "iomap_file_buffered_write"],
    writepages: "xfs_vm_writepages",
    readInode: "xfs_buf_read_map",
    usesBuffers: false,
    journal: "xfs",
  },
  btrfs: {
    readahead: ["btrfs_readahead"],
    write: ["btrfs_buffered_write"],
    writepages: "btrfs_writepages",
    readInode: "read_tree_block",
    usesBuffers: false,
    journal: "btrfs",
  },
};

/** The paths of a file system, by its name. */
export function fsPaths(name: string): FsPaths {
  return PATHS[name] ?? GENERIC;
}
