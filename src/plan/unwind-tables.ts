// What programs that walk user stacks without frame pointers, and user space that gives them the tables, agree on.

/**
 * Value of the map of files: chunk 0 holds the number of the chunks behind it in its first 4 bytes, the others hold rows
 * of two u32: the offset in the file from which on the row's rule holds (dwarf/frame-rules.ts), and the rule. Rows are
 * sorted over all chunks; those that are not needed have the highest offset.
 */
export const UNWIND_CHUNK = { rows: 64, rowBytes: 8, bytes: 512 } as const;

/** Key of the map of files: the device as the kernel has it (major << 20 | minor), then the inode; u64 each. */
export const UNWIND_FILE_KEY_BYTES = 16;

/** Files that can have tables at the same time. */
export const UNWIND_FILES = 1024;

/**
 * Key of the map of regions, a trie: u32 length of the prefix in bits, then in network byte order u32 process and u64
 * address. Value, u64 each: first address, the one behind the last, what to subtract for the offset in the file, and the
 * file's key; a key of zeros stands for memory without a file.
 */
export const UNWIND_REGION = { keyBytes: 16, valueBytes: 40, entries: 1 << 16 } as const;

/**
 * What programs note of the memory that they meet, for names when the process has ended. Key, u64 each: process, first
 * address. Value: as that of the map of regions, from the second word on.
 */
export const UNWIND_SEEN = { keyBytes: 16, valueBytes: 32, entries: 16_384 } as const;
