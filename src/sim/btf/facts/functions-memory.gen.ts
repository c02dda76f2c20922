// Written by scripts/kernel-facts.mjs from a running kernel: change scripts/kernel-facts/choice.mjs instead.
export const FUNCTIONS_MEMORY = `
vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags,
  struct pt_regs *regs);
vm_fault_t __handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags);
vm_fault_t do_anonymous_page(struct vm_fault *vmf);
vm_fault_t do_fault(struct vm_fault *vmf);
vm_fault_t do_swap_page(struct vm_fault *vmf);
vm_fault_t do_wp_page(struct vm_fault *vmf);
void exc_page_fault(struct pt_regs *regs, unsigned long error_code);
vm_fault_t filemap_fault(struct vm_fault *vmf);
vm_fault_t filemap_map_pages(struct vm_fault *vmf, unsigned long start_pgoff, unsigned long end_pgoff);
ssize_t filemap_read(struct kiocb *iocb, struct iov_iter *iter, ssize_t already_read);
int filemap_get_pages(struct kiocb *iocb, size_t count, struct folio_batch *fbatch, bool need_uptodate);
int filemap_add_folio(struct address_space *mapping, struct folio *folio, unsigned long index, gfp_t gfp);
void filemap_remove_folio(struct folio *folio);
struct folio *__filemap_get_folio(struct address_space *mapping, unsigned long index, fgf_t fgp_flags,
  gfp_t gfp);
void *filemap_get_entry(struct address_space *mapping, unsigned long index);
int filemap_write_and_wait_range(struct address_space *mapping, loff_t lstart, loff_t lend);
int filemap_fdatawrite_wbc(struct address_space *mapping, struct writeback_control *wbc);
int filemap_read_folio(struct file *file, filler_t *filler, struct folio *folio);
bool filemap_dirty_folio(struct address_space *mapping, struct folio *folio);
void folio_mark_accessed(struct folio *folio);
bool folio_mark_dirty(struct folio *folio);
void mark_page_accessed(struct page *page);
int folio_wait_bit_common(struct folio *folio, int bit_nr, int state, enum behavior behavior);
void folio_wait_writeback(struct folio *folio);
void folio_end_writeback(struct folio *folio);
void folio_add_lru(struct folio *folio);
int add_to_page_cache_lru(struct page *page, struct address_space *mapping, unsigned long index, gfp_t gfp);
struct page *pagecache_get_page(struct address_space *mapping, unsigned long index, fgf_t fgp_flags, gfp_t gfp);
void page_cache_ra_unbounded(struct readahead_control *ractl, unsigned long nr_to_read,
  unsigned long lookahead_size);
void page_cache_ra_order(struct readahead_control *ractl, struct file_ra_state *ra);
void page_cache_sync_ra(struct readahead_control *ractl, unsigned long req_count);
void page_cache_async_ra(struct readahead_control *ractl, struct folio *folio, unsigned long req_count);
void force_page_cache_ra(struct readahead_control *ractl, unsigned long nr_to_read);
void read_pages(struct readahead_control *rac);
void readahead_expand(struct readahead_control *ractl, loff_t new_start, size_t new_len);
void truncate_inode_pages_range(struct address_space *mapping, loff_t lstart, loff_t lend);
unsigned long invalidate_mapping_pages(struct address_space *mapping, unsigned long start, unsigned long end);
int do_writepages(struct address_space *mapping, struct writeback_control *wbc);
int __writeback_single_inode(struct inode *inode, struct writeback_control *wbc);
long writeback_sb_inodes(struct super_block *sb, struct bdi_writeback *wb, struct wb_writeback_work *work);
void wb_workfn(struct work_struct *work);
long wb_writeback(struct bdi_writeback *wb, struct wb_writeback_work *work);
void wb_start_background_writeback(struct bdi_writeback *wb);
void balance_dirty_pages_ratelimited(struct address_space *mapping);
int balance_dirty_pages_ratelimited_flags(struct address_space *mapping, unsigned int flags);
struct page *__alloc_pages_noprof(gfp_t gfp, unsigned int order, int preferred_nid, nodemask_t *nodemask);
struct page *alloc_pages_noprof(gfp_t gfp, unsigned int order);
void __free_pages(struct page *page, unsigned int order);
struct page *get_page_from_freelist(gfp_t gfp_mask, unsigned int order, int alloc_flags,
  const struct alloc_context *ac);
struct page *__alloc_pages_slowpath(gfp_t gfp_mask, unsigned int order, struct alloc_context *ac);
void __folio_put(struct folio *folio);
void *__kmalloc_noprof(size_t size, gfp_t flags);
void *__kmalloc_node_noprof(size_t size, kmem_buckets *b, gfp_t flags, int node);
void *__kmalloc_cache_noprof(struct kmem_cache *s, gfp_t gfpflags, size_t size);
void *kmem_cache_alloc_noprof(struct kmem_cache *s, gfp_t gfpflags);
void *kmem_cache_alloc_lru_noprof(struct kmem_cache *s, struct list_lru *lru, gfp_t gfpflags);
void *kmem_cache_alloc_node_noprof(struct kmem_cache *s, gfp_t gfpflags, int node);
void kfree(const void *object);
void kmem_cache_free(struct kmem_cache *s, void *x);
void kvfree(const void *addr);
void *vmalloc_noprof(unsigned long size);
void vfree(const void *addr);
void *__vmalloc_noprof(unsigned long size, gfp_t gfp_mask);
struct kmem_cache *__kmem_cache_create_args(const char *name, unsigned int object_size,
  struct kmem_cache_args *args, slab_flags_t flags);
void kmem_cache_destroy(struct kmem_cache *s);
void *___slab_alloc(struct kmem_cache *s, gfp_t gfpflags, int node, unsigned long addr,
  struct kmem_cache_cpu *c, unsigned int orig_size);
void __slab_free(struct kmem_cache *s, struct slab *slab, void *head, void *tail, int cnt, unsigned long addr);
void *pcpu_alloc_noprof(size_t size, size_t align, bool reserved, gfp_t gfp);
void free_percpu(void *ptr);
bool out_of_memory(struct oom_control *oc);
void oom_kill_process(struct oom_control *oc, const char *message);
long oom_badness(struct task_struct *p, unsigned long totalpages);
bool mem_cgroup_out_of_memory(struct mem_cgroup *memcg, gfp_t gfp_mask, int order);
void __oom_kill_process(struct task_struct *victim, const char *message);
void wake_oom_reaper(struct timer_list *timer);
int try_charge_memcg(struct mem_cgroup *memcg, gfp_t gfp_mask, unsigned int nr_pages);
int __mem_cgroup_charge(struct folio *folio, struct mm_struct *mm, gfp_t gfp);
unsigned long try_to_free_pages(struct zonelist *zonelist, int order, gfp_t gfp_mask, nodemask_t *nodemask);
unsigned long try_to_free_mem_cgroup_pages(struct mem_cgroup *memcg, unsigned long nr_pages, gfp_t gfp_mask,
  unsigned int reclaim_options, int *swappiness);
void shrink_node(pg_data_t *pgdat, struct scan_control *sc);
unsigned long shrink_slab(gfp_t gfp_mask, int nid, struct mem_cgroup *memcg, int priority);
void shrink_lruvec(struct lruvec *lruvec, struct scan_control *sc);
unsigned int shrink_folio_list(struct list_head *folio_list, struct pglist_data *pgdat, struct scan_control *sc,
  struct reclaim_stat *stat, bool ignore_references, struct mem_cgroup *memcg);
int kswapd(void *p);
int balance_pgdat(pg_data_t *pgdat, int order, int highest_zoneidx);
void wakeup_kswapd(struct zone *zone, gfp_t gfp_flags, int order, enum zone_type highest_zoneidx);
bool throttle_direct_reclaim(gfp_t gfp_mask, struct zonelist *zonelist, nodemask_t *nodemask);
unsigned long do_try_to_free_pages(struct zonelist *zonelist, struct scan_control *sc);
void drop_slab(void);
int drop_caches_sysctl_handler(const struct ctl_table *table, int write, void *buffer, size_t *length,
  loff_t *ppos);
enum compact_result try_to_compact_pages(gfp_t gfp_mask, unsigned int order, unsigned int alloc_flags,
  const struct alloc_context *ac, enum compact_priority prio, struct page **capture);
int kcompactd(void *p);
int migrate_pages(struct list_head *from, new_folio_t *get_new_folio, free_folio_t *put_new_folio,
  unsigned long private, enum migrate_mode mode, int reason, unsigned int *ret_succeeded);
int migrate_folio(struct address_space *mapping, struct folio *dst, struct folio *src, enum migrate_mode mode);
unsigned long do_mmap(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
  unsigned long flags, vm_flags_t vm_flags, unsigned long pgoff, unsigned long *populate, struct list_head *uf);
unsigned long vm_mmap_pgoff(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
  unsigned long flag, unsigned long pgoff);
unsigned long mmap_region(struct file *file, unsigned long addr, unsigned long len, vm_flags_t vm_flags,
  unsigned long pgoff, struct list_head *uf);
unsigned long __mmap_region(struct file *file, unsigned long addr, unsigned long len, vm_flags_t vm_flags,
  unsigned long pgoff, struct list_head *uf);
int do_munmap(struct mm_struct *mm, unsigned long start, size_t len, struct list_head *uf);
int do_vmi_munmap(struct vma_iterator *vmi, struct mm_struct *mm, unsigned long start, size_t len,
  struct list_head *uf, bool unlock);
int __vm_munmap(unsigned long start, size_t len, bool unlock);
int do_brk_flags(struct vma_iterator *vmi, struct vm_area_struct *vma, unsigned long addr, unsigned long len,
  vm_flags_t vm_flags);
int mprotect_fixup(struct vma_iterator *vmi, struct mmu_gather *tlb, struct vm_area_struct *vma,
  struct vm_area_struct **pprev, unsigned long start, unsigned long end, vm_flags_t newflags);
int do_mprotect_pkey(unsigned long start, size_t len, unsigned long prot, int pkey);
int do_madvise(struct mm_struct *mm, unsigned long start, size_t len_in, int behavior);
int __split_vma(struct vma_iterator *vmi, struct vm_area_struct *vma, unsigned long addr, int new_below);
void unmap_region(struct ma_state *mas, struct vm_area_struct *vma, struct vm_area_struct *prev,
  struct vm_area_struct *next);
void exit_mmap(struct mm_struct *mm);
void mmput(struct mm_struct *mm);
struct mm_struct *mm_init(struct mm_struct *mm, struct task_struct *p, struct user_namespace *user_ns);
int dup_mmap(struct mm_struct *mm, struct mm_struct *oldmm);
void swap_read_folio(struct folio *folio, struct swap_iocb **plug);
int get_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags, struct page **pages);
long pin_user_pages(unsigned long start, unsigned long nr_pages, unsigned int gup_flags, struct page **pages);
int access_process_vm(struct task_struct *tsk, unsigned long addr, void *buf, int len, unsigned int gup_flags);
int __access_remote_vm(struct mm_struct *mm, unsigned long addr, void *buf, int len, unsigned int gup_flags);
long get_user_pages_remote(struct mm_struct *mm, unsigned long start, unsigned long nr_pages,
  unsigned int gup_flags, struct page **pages, int *locked);
vm_fault_t hugetlb_fault(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address,
  unsigned int flags);
vm_fault_t do_huge_pmd_anonymous_page(struct vm_fault *vmf);
int khugepaged(void *none);
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start, unsigned long end, unsigned int stride_shift,
  bool freed_tables);
void flush_tlb_all(void);
`;
