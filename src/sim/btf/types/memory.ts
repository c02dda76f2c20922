/** Memory: address spaces, pages, reclaim, write-back, in C: a selection of what Linux has, v6.12. */
export const MEMORY_TYPES = `
typedef unsigned long pgprotval_t;
struct pgprot { pgprotval_t pgprot; };
typedef struct pgprot pgprot_t; typedef unsigned long vm_flags_t;
struct vm_area_struct {
  unsigned long vm_start, vm_end; struct mm_struct *vm_mm; pgprot_t vm_page_prot;
  const vm_flags_t vm_flags; struct anon_vma *anon_vma; const struct vm_operations_struct *vm_ops;
  unsigned long vm_pgoff; struct file *vm_file; void *vm_private_data;
};
typedef unsigned int vm_fault_t;
struct vm_operations_struct {
  void (*open)(struct vm_area_struct *); void (*close)(struct vm_area_struct *);
  vm_fault_t (*fault)(struct vm_fault *); const char *(*name)(struct vm_area_struct *);
};
enum fault_flag {
  FAULT_FLAG_WRITE = 1, FAULT_FLAG_MKWRITE, FAULT_FLAG_ALLOW_RETRY = 4, FAULT_FLAG_RETRY_NOWAIT = 8,
  FAULT_FLAG_KILLABLE = 16, FAULT_FLAG_TRIED = 32, FAULT_FLAG_USER = 64, FAULT_FLAG_REMOTE = 128,
  FAULT_FLAG_INSTRUCTION = 256, FAULT_FLAG_INTERRUPTIBLE = 512, FAULT_FLAG_UNSHARE = 1024,
  FAULT_FLAG_ORIG_PTE_VALID = 2048, FAULT_FLAG_VMA_LOCK = 4096
};
typedef unsigned long pmdval_t; typedef struct { pmdval_t pmd; } pmd_t; typedef unsigned long pudval_t;
typedef struct { pudval_t pud; } pud_t; typedef unsigned long pteval_t; typedef struct { pteval_t pte; } pte_t;
struct vm_fault {
  struct { struct vm_area_struct *vma; gfp_t gfp_mask; unsigned long pgoff, address, real_address; };
  enum fault_flag flags; pmd_t *pmd; pud_t *pud; pte_t orig_pte; struct page *page;
};
typedef unsigned long pgdval_t; typedef struct { pgdval_t pgd; } pgd_t;
struct mm_struct {
  struct {
    struct { atomic_t mm_count; }; struct maple_tree mm_mt; unsigned long mmap_base, task_size; pgd_t *pgd;
    atomic_t mm_users; int map_count; spinlock_t page_table_lock; struct rw_semaphore mmap_lock;
    struct list_head mmlist; unsigned long hiwater_rss, hiwater_vm, total_vm, locked_vm; atomic64_t pinned_vm;
    unsigned long data_vm, exec_vm, stack_vm; vm_flags_t def_flags;
    unsigned long start_code, end_code, start_data, end_data, start_brk, brk, start_stack, arg_start;
    unsigned long arg_end, env_start, env_end, saved_auxv[56]; struct percpu_counter rss_stat[4];
    struct linux_binfmt *binfmt; struct task_struct *owner; struct user_namespace *user_ns;
    struct file *exe_file; atomic_long_t hugetlb_usage;
  };
};
struct page {
  unsigned long flags;
  union {
    struct { struct list_head lru; struct address_space *mapping; unsigned long index, private; };
    struct { unsigned long compound_head; };
  };
  atomic_t _mapcount, _refcount;
  unsigned long memcg_data;
};
struct folio {
  union {
    struct {
      unsigned long flags;
      struct list_head lru;
      struct address_space *mapping;
      unsigned long index;
      void *private;
      atomic_t _mapcount, _refcount;
      unsigned long memcg_data;
    };
    struct page page;
  };
};
struct address_space {
  struct inode *host; struct xarray i_pages; struct rw_semaphore invalidate_lock; gfp_t gfp_mask;
  atomic_t i_mmap_writable; unsigned long nrpages, writeback_index;
  const struct address_space_operations *a_ops; unsigned long flags; errseq_t wb_err;
};
struct address_space_operations {
  int (*read_folio)(struct file *, struct folio *);
  int (*writepages)(struct address_space *, struct writeback_control *);
  bool (*dirty_folio)(struct address_space *, struct folio *); void (*readahead)(struct readahead_control *);
  int (*write_begin)(const struct kiocb *, struct address_space *, loff_t, unsigned int, struct folio **,
    void **);
  int (*write_end)(const struct kiocb *, struct address_space *, loff_t, unsigned int, unsigned int,
    struct folio *, void *);
};
struct readahead_control {
  struct file *file; struct address_space *mapping; struct file_ra_state *ra; unsigned long _index;
  unsigned int _nr_pages, _batch_count;
};
struct file_ra_state {
  unsigned long start; unsigned int size, async_size, ra_pages; unsigned short order, mmap_miss;
  loff_t prev_pos;
};
struct mem_cgroup_id { int id; refcount_t ref; };
struct page_counter {
  atomic_long_t usage; unsigned long failcnt, watermark, min, low, high, max; struct page_counter *parent;
};
struct mem_cgroup {
  struct cgroup_subsys_state css; struct mem_cgroup_id id; struct page_counter memory;
  union { struct page_counter swap, memsw; }; bool oom_group; struct memcg_vmstats *vmstats;
};
struct zone {
  unsigned long _watermark[4]; struct pglist_data *zone_pgdat; unsigned long zone_start_pfn;
  atomic_long_t managed_pages; unsigned long spanned_pages, present_pages; const char *name;
};
struct pglist_data {
  struct zone node_zones[5]; int nr_zones;
  unsigned long node_start_pfn, node_present_pages, node_spanned_pages; int node_id;
  struct task_struct *kswapd; int kswapd_order;
};
struct scan_control {
  unsigned long nr_to_reclaim; s8 order, priority, reclaim_idx; gfp_t gfp_mask;
  unsigned long nr_scanned, nr_reclaimed;
};
enum oom_constraint { CONSTRAINT_NONE, CONSTRAINT_CPUSET, CONSTRAINT_MEMORY_POLICY, CONSTRAINT_MEMCG };
struct oom_control {
  struct zonelist *zonelist; nodemask_t *nodemask; struct mem_cgroup *memcg; const gfp_t gfp_mask;
  const int order; unsigned long totalpages; struct task_struct *chosen; long chosen_points;
  enum oom_constraint constraint;
};
typedef unsigned int slab_flags_t;
struct kmem_cache {
  slab_flags_t flags; unsigned long min_partial; unsigned int size, object_size; int refcount;
  unsigned int align; const char *name; struct list_head list;
};
struct kmem_cache_cpu { unsigned long tid; };
struct shrink_control {
  gfp_t gfp_mask; int nid; unsigned long nr_to_scan, nr_scanned; struct mem_cgroup *memcg;
};
struct shrinker {
  unsigned long (*count_objects)(struct shrinker *, struct shrink_control *);
  unsigned long (*scan_objects)(struct shrinker *, struct shrink_control *); long batch; int seeks;
  unsigned int flags; int id;
};
struct shrinker_info { struct callback_head rcu; int map_nr_max; struct shrinker_info_unit *unit[0]; };
enum writeback_sync_modes { WB_SYNC_NONE, WB_SYNC_ALL };
struct writeback_control {
  long nr_to_write, pages_skipped; loff_t range_start, range_end; enum writeback_sync_modes sync_mode;
  unsigned int for_kupdate : 1, for_background : 1, tagged_writepages : 1, for_reclaim : 1, range_cyclic : 1,
    for_sync : 1;
};
struct bdi_writeback {
  struct backing_dev_info *bdi; unsigned long state, last_old_flush;
  struct list_head b_dirty, b_io, b_more_io, b_dirty_time;
  unsigned long dirtied_stamp, written_stamp, write_bandwidth, avg_write_bandwidth, dirty_ratelimit;
  unsigned long balanced_dirty_ratelimit;
};
struct backing_dev_info {
  u64 id; unsigned long ra_pages, io_pages; struct bdi_writeback wb; struct device *dev; char dev_name[64];
  struct device *owner;
};
enum wb_reason {
  WB_REASON_BACKGROUND, WB_REASON_VMSCAN, WB_REASON_SYNC, WB_REASON_PERIODIC, WB_REASON_LAPTOP_TIMER,
  WB_REASON_FS_FREE_SPACE, WB_REASON_FORKER_THREAD, WB_REASON_FOREIGN_FLUSH, WB_REASON_MAX
};
struct wb_writeback_work {
  long nr_pages; struct super_block *sb; enum writeback_sync_modes sync_mode; enum wb_reason reason;
};
struct swap_info_struct {
  unsigned long flags; short prio; signed char type; unsigned int max, pages; atomic_long_t inuse_pages;
  struct block_device *bdev; struct file *swap_file;
};
struct vmap_area { unsigned long va_start, va_end; };
struct vm_struct {
  struct vm_struct *next; void *addr; unsigned long size, flags; unsigned int nr_pages; phys_addr_t phys_addr;
  const void *caller;
};
struct anon_vma { struct anon_vma *root; atomic_t refcount; };
struct mempolicy { atomic_t refcnt; unsigned short mode, flags; int home_node; };
struct slab { struct kmem_cache *slab_cache; void *freelist; };
enum zone_type { ZONE_DMA, ZONE_DMA32, ZONE_NORMAL, ZONE_MOVABLE, ZONE_DEVICE, __MAX_NR_ZONES };
enum node_stat_item {
  NR_LRU_BASE, NR_INACTIVE_ANON = 0, NR_ACTIVE_ANON, NR_INACTIVE_FILE, NR_ACTIVE_FILE, NR_UNEVICTABLE,
  NR_SLAB_RECLAIMABLE_B, NR_SLAB_UNRECLAIMABLE_B, NR_ISOLATED_ANON, NR_ISOLATED_FILE, WORKINGSET_NODES,
  WORKINGSET_REFAULT_BASE, WORKINGSET_REFAULT_ANON = 10, WORKINGSET_REFAULT_FILE, WORKINGSET_ACTIVATE_BASE,
  WORKINGSET_ACTIVATE_ANON = 12, WORKINGSET_ACTIVATE_FILE, WORKINGSET_RESTORE_BASE,
  WORKINGSET_RESTORE_ANON = 14, WORKINGSET_RESTORE_FILE, WORKINGSET_NODERECLAIM, NR_ANON_MAPPED,
  NR_FILE_MAPPED, NR_FILE_PAGES, NR_FILE_DIRTY, NR_WRITEBACK, NR_SHMEM, NR_SHMEM_THPS, NR_SHMEM_PMDMAPPED,
  NR_FILE_THPS, NR_FILE_PMDMAPPED, NR_ANON_THPS, NR_VMSCAN_WRITE, NR_VMSCAN_IMMEDIATE, NR_DIRTIED, NR_WRITTEN,
  NR_THROTTLED_WRITTEN, NR_KERNEL_MISC_RECLAIMABLE, NR_FOLL_PIN_ACQUIRED, NR_FOLL_PIN_RELEASED,
  NR_KERNEL_STACK_KB, NR_PAGETABLE, NR_SECONDARY_PAGETABLE, NR_IOMMU_PAGES, NR_SWAPCACHE, PGPROMOTE_SUCCESS,
  PGPROMOTE_CANDIDATE, PGPROMOTE_CANDIDATE_NRL, PGDEMOTE_KSWAPD, PGDEMOTE_DIRECT, PGDEMOTE_KHUGEPAGED,
  PGDEMOTE_PROACTIVE, NR_HUGETLB, NR_BALLOON_PAGES, NR_KERNEL_FILE_PAGES, NR_VM_NODE_STAT_ITEMS
};
enum zone_stat_item {
  NR_FREE_PAGES, NR_FREE_PAGES_BLOCKS, NR_ZONE_LRU_BASE, NR_ZONE_INACTIVE_ANON = 2, NR_ZONE_ACTIVE_ANON,
  NR_ZONE_INACTIVE_FILE, NR_ZONE_ACTIVE_FILE, NR_ZONE_UNEVICTABLE, NR_ZONE_WRITE_PENDING, NR_MLOCK, NR_ZSPAGES,
  NR_FREE_CMA_PAGES, NR_VM_ZONE_STAT_ITEMS
};
enum migrate_mode { MIGRATE_ASYNC, MIGRATE_SYNC_LIGHT, MIGRATE_SYNC };
enum lru_list {
  LRU_INACTIVE_ANON, LRU_ACTIVE_ANON, LRU_INACTIVE_FILE, LRU_ACTIVE_FILE, LRU_UNEVICTABLE, NR_LRU_LISTS
};
enum { MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES, NR_MM_COUNTERS };
struct compact_control { unsigned int nr_migratepages; struct zone *zone; int order; enum migrate_mode mode; };
`;
