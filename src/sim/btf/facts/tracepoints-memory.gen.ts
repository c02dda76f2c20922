// Written by scripts/kernel-facts.mjs from a running kernel: change scripts/kernel-facts/choice.mjs instead.
export const TRACEPOINTS_MEMORY = `
# kmem
kfree(unsigned long call_site, const void *ptr) {
  unsigned long call_site; const void *ptr; }
kmalloc(unsigned long call_site, const void *ptr, size_t bytes_req, size_t bytes_alloc, gfp_t gfp_flags,
  int node) {
  unsigned long call_site; const void *ptr; size_t bytes_req; size_t bytes_alloc; unsigned long gfp_flags;
  int node; }
kmem_cache_alloc(unsigned long call_site, const void *ptr, struct kmem_cache *s, gfp_t gfp_flags, int node) {
  unsigned long call_site; const void *ptr; __data_loc char[] name; size_t bytes_req; size_t bytes_alloc;
  unsigned long gfp_flags; int node; bool accounted; }
kmem_cache_free(unsigned long call_site, const void *ptr, const struct kmem_cache *s) {
  unsigned long call_site; const void *ptr; __data_loc char[] name; }
mm_calculate_totalreserve_pages(unsigned long totalreserve_pages) {
  unsigned long totalreserve_pages; }
mm_page(struct page *page, unsigned int order, int migratetype, int percpu_refill) = mm_page_alloc_zone_locked {
  unsigned long pfn; unsigned int order; int migratetype; int percpu_refill; }
mm_page_alloc(struct page *page, unsigned int order, gfp_t gfp_flags, int migratetype) {
  unsigned long pfn; unsigned int order; unsigned long gfp_flags; int migratetype; }
mm_page_alloc_extfrag(struct page *page, int alloc_order, int fallback_order, int alloc_migratetype,
  int fallback_migratetype) {
  unsigned long pfn; int alloc_order; int fallback_order; int alloc_migratetype; int fallback_migratetype;
  int change_ownership; }
mm_page_free(struct page *page, unsigned int order) {
  unsigned long pfn; unsigned int order; }
mm_page_free_batched(struct page *page) {
  unsigned long pfn; }
mm_page_pcpu_drain(struct page *page, unsigned int order, int migratetype) {
  unsigned long pfn; unsigned int order; int migratetype; }
mm_setup_per_zone_lowmem_reserve(struct zone *zone, struct zone *upper_zone, long lowmem_reserve) {
  int node_id; __data_loc char[] name; __data_loc char[] upper_name; long lowmem_reserve; }
mm_setup_per_zone_wmarks(struct zone *zone) {
  int node_id; __data_loc char[] name; unsigned long watermark_min; unsigned long watermark_low;
  unsigned long watermark_high; unsigned long watermark_promo; }
rss_stat(struct mm_struct *mm, int member) {
  unsigned int mm_id; unsigned int curr; int member; long size; }
# oom
compact_retry(int order, enum compact_priority priority, enum compact_result result, int retries,
  int max_retries, bool ret) {
  int order; int priority; int result; int retries; int max_retries; bool ret; }
finish_task_reaping(int pid) {
  int pid; }
mark_victim(struct task_struct *task, uid_t uid) {
  int pid; __data_loc char[] comm; unsigned long total_vm; unsigned long anon_rss; unsigned long file_rss;
  unsigned long shmem_rss; uid_t uid; unsigned long pgtables; short oom_score_adj; }
oom_score_adj_update(struct task_struct *task) {
  pid_t pid; char comm[16]; short oom_score_adj; }
reclaim_retry_zone(struct zoneref *zoneref, int order, unsigned long reclaimable, unsigned long available,
  unsigned long min_wmark, int no_progress_loops, bool wmark_check) {
  int node; int zone_idx; int order; unsigned long reclaimable; unsigned long available;
  unsigned long min_wmark; int no_progress_loops; bool wmark_check; }
skip_task_reaping(int pid) {
  int pid; }
start_task_reaping(int pid) {
  int pid; }
wake_reaper(int pid) {
  int pid; }
# vmscan
mm_shrink_slab_end(struct shrinker *shr, int nid, int shrinker_retval, long unused_scan_cnt, long new_scan_cnt,
  long total_scan) {
  struct shrinker *shr; int nid; void *shrink; long unused_scan; long new_scan; int retval; long total_scan; }
mm_shrink_slab_start(struct shrinker *shr, struct shrink_control *sc, long nr_objects_to_shrink,
  unsigned long cache_items, unsigned long long delta, unsigned long total_scan, int priority) {
  struct shrinker *shr; void *shrink; int nid; long nr_objects_to_shrink; unsigned long gfp_flags;
  unsigned long cache_items; unsigned long long delta; unsigned long total_scan; int priority; }
mm_vmscan_direct_reclaim_begin_template(int order, gfp_t gfp_flags) = mm_vmscan_direct_reclaim_begin
  mm_vmscan_memcg_reclaim_begin mm_vmscan_memcg_softlimit_reclaim_begin {
  int order; unsigned long gfp_flags; }
mm_vmscan_direct_reclaim_end_template(unsigned long nr_reclaimed) = mm_vmscan_direct_reclaim_end
  mm_vmscan_memcg_reclaim_end mm_vmscan_memcg_softlimit_reclaim_end mm_vmscan_node_reclaim_end {
  unsigned long nr_reclaimed; }
mm_vmscan_kswapd_sleep(int nid) {
  int nid; }
mm_vmscan_kswapd_wake(int nid, int zid, int order) {
  int nid; int zid; int order; }
mm_vmscan_lru_isolate(int highest_zoneidx, int order, unsigned long nr_requested, unsigned long nr_scanned,
  unsigned long nr_skipped, unsigned long nr_taken, int lru) {
  int highest_zoneidx; int order; unsigned long nr_requested; unsigned long nr_scanned;
  unsigned long nr_skipped; unsigned long nr_taken; int lru; }
mm_vmscan_lru_shrink_active(int nid, unsigned long nr_taken, unsigned long nr_active,
  unsigned long nr_deactivated, unsigned long nr_referenced, int priority, int file) {
  int nid; unsigned long nr_taken; unsigned long nr_active; unsigned long nr_deactivated;
  unsigned long nr_referenced; int priority; int reclaim_flags; }
mm_vmscan_lru_shrink_inactive(int nid, unsigned long nr_scanned, unsigned long nr_reclaimed,
  struct reclaim_stat *stat, int priority, int file) {
  int nid; unsigned long nr_scanned; unsigned long nr_reclaimed; unsigned long nr_dirty;
  unsigned long nr_writeback; unsigned long nr_congested; unsigned long nr_immediate; unsigned int nr_activate0;
  unsigned int nr_activate1; unsigned long nr_ref_keep; unsigned long nr_unmap_fail; int priority;
  int reclaim_flags; }
mm_vmscan_node_reclaim_begin(int nid, int order, gfp_t gfp_flags) {
  int nid; int order; unsigned long gfp_flags; }
mm_vmscan_reclaim_pages(int nid, unsigned long nr_scanned, unsigned long nr_reclaimed,
  struct reclaim_stat *stat) {
  int nid; unsigned long nr_scanned; unsigned long nr_reclaimed; unsigned long nr_dirty;
  unsigned long nr_writeback; unsigned long nr_congested; unsigned long nr_immediate; unsigned int nr_activate0;
  unsigned int nr_activate1; unsigned long nr_ref_keep; unsigned long nr_unmap_fail; }
mm_vmscan_throttled(int nid, int usec_timeout, int usec_delayed, int reason) {
  int nid; int usec_timeout; int usec_delayed; int reason; }
mm_vmscan_wakeup_kswapd(int nid, int zid, int order, gfp_t gfp_flags) {
  int nid; int zid; int order; unsigned long gfp_flags; }
mm_vmscan_write_folio(struct folio *folio) {
  unsigned long pfn; int reclaim_flags; }
# compaction
kcompactd_wake_template(int nid, int order, enum zone_type highest_zoneidx) = mm_compaction_kcompactd_wake
  mm_compaction_wakeup_kcompactd {
  int nid; int order; enum zone_type highest_zoneidx; }
mm_compaction_begin(struct compact_control *cc, unsigned long zone_start, unsigned long zone_end, bool sync) {
  unsigned long zone_start; unsigned long migrate_pfn; unsigned long free_pfn; unsigned long zone_end;
  bool sync; }
mm_compaction_defer_template(struct zone *zone, int order) = mm_compaction_defer_compaction
  mm_compaction_defer_reset mm_compaction_deferred {
  int nid; enum zone_type idx; int order; unsigned int considered; unsigned int defer_shift; int order_failed; }
mm_compaction_end(struct compact_control *cc, unsigned long zone_start, unsigned long zone_end, bool sync,
  int status) {
  unsigned long zone_start; unsigned long migrate_pfn; unsigned long free_pfn; unsigned long zone_end;
  bool sync; int status; }
mm_compaction_isolate_template(unsigned long start_pfn, unsigned long end_pfn, unsigned long nr_scanned,
  unsigned long nr_taken) = mm_compaction_fast_isolate_freepages mm_compaction_isolate_freepages
  mm_compaction_isolate_migratepages {
  unsigned long start_pfn; unsigned long end_pfn; unsigned long nr_scanned; unsigned long nr_taken; }
mm_compaction_kcompactd_sleep(int nid) {
  int nid; }
mm_compaction_migratepages(unsigned int nr_migratepages, unsigned int nr_succeeded) {
  unsigned long nr_migrated; unsigned long nr_failed; }
mm_compaction_suitable_template(struct zone *zone, int order, int ret) = mm_compaction_finished
  mm_compaction_suitable {
  int nid; enum zone_type idx; int order; int ret; }
mm_compaction_try_to_compact_pages(int order, gfp_t gfp_mask, int prio) {
  int order; unsigned long gfp_mask; int prio; }
# migrate
migration_pte(unsigned long addr, unsigned long pte, int order) = remove_migration_pte set_migration_pte {
  unsigned long addr; unsigned long pte; int order; }
mm_migrate_pages(unsigned long succeeded, unsigned long failed, unsigned long thp_succeeded,
  unsigned long thp_failed, unsigned long thp_split, unsigned long large_folio_split, enum migrate_mode mode,
  int reason) {
  unsigned long succeeded; unsigned long failed; unsigned long thp_succeeded; unsigned long thp_failed;
  unsigned long thp_split; unsigned long large_folio_split; enum migrate_mode mode; int reason; }
mm_migrate_pages_start(enum migrate_mode mode, int reason) {
  enum migrate_mode mode; int reason; }
# huge_memory
mm_collapse_huge_page(struct mm_struct *mm, int isolated, int status) {
  struct mm_struct *mm; int isolated; int status; }
mm_collapse_huge_page_isolate(struct folio *folio, int none_or_zero, int referenced, int status) {
  unsigned long pfn; int none_or_zero; int referenced; int status; }
mm_collapse_huge_page_swapin(struct mm_struct *mm, int swapped_in, int referenced, int ret) {
  struct mm_struct *mm; int swapped_in; int referenced; int ret; }
mm_khugepaged_collapse_file(struct mm_struct *mm, struct folio *new_folio, unsigned long index,
  unsigned long addr, bool is_shmem, struct file *file, int nr, int result) {
  struct mm_struct *mm; unsigned long hpfn; unsigned long index; unsigned long addr; bool is_shmem;
  __data_loc char[] filename; int nr; int result; }
mm_khugepaged_scan_file(struct mm_struct *mm, struct folio *folio, struct file *file, int present, int swap,
  int result) {
  struct mm_struct *mm; unsigned long pfn; __data_loc char[] filename; int present; int swap; int result; }
mm_khugepaged_scan_pmd(struct mm_struct *mm, struct folio *folio, int referenced, int none_or_zero, int status,
  int unmapped) {
  struct mm_struct *mm; unsigned long pfn; int referenced; int none_or_zero; int status; int unmapped; }
# mmap
exit_mmap(struct mm_struct *mm) {
  struct mm_struct *mm; struct maple_tree *mt; }
vm_unmapped_area(unsigned long addr, struct vm_unmapped_area_info *info) {
  unsigned long addr; unsigned long total_vm; unsigned long flags; unsigned long length;
  unsigned long low_limit; unsigned long high_limit; unsigned long align_mask; unsigned long align_offset; }
# mmap_lock
mmap_lock(struct mm_struct *mm, bool write) = mmap_lock_released mmap_lock_start_locking {
  struct mm_struct *mm; u64 memcg_id; bool write; }
mmap_lock_acquire_returned(struct mm_struct *mm, bool write, bool success) {
  struct mm_struct *mm; u64 memcg_id; bool write; bool success; }
# pagemap
mm_lru_activate(struct folio *folio) {
  struct folio *folio; unsigned long pfn; }
mm_lru_insertion(struct folio *folio) {
  struct folio *folio; unsigned long pfn; enum lru_list lru; unsigned long flags; }
# percpu
percpu_alloc_percpu(unsigned long call_site, bool reserved, bool is_atomic, size_t size, size_t align,
  void *base_addr, int off, void *ptr, size_t bytes_alloc, gfp_t gfp_flags) {
  unsigned long call_site; bool reserved; bool is_atomic; size_t size; size_t align; void *base_addr; int off;
  void *ptr; size_t bytes_alloc; unsigned long gfp_flags; }
percpu_alloc_percpu_fail(bool reserved, bool is_atomic, size_t size, size_t align) {
  bool reserved; bool is_atomic; size_t size; size_t align; }
percpu_create_chunk(void *base_addr) {
  void *base_addr; }
percpu_destroy_chunk(void *base_addr) {
  void *base_addr; }
percpu_free_percpu(void *base_addr, int off, void *ptr) {
  void *base_addr; int off; void *ptr; }
# page_isolation
test_pages_isolated(unsigned long start_pfn, unsigned long end_pfn, unsigned long fin_pfn) {
  unsigned long start_pfn; unsigned long end_pfn; unsigned long fin_pfn; }
# page_pool
page_pool_release(const struct page_pool *pool, s32 inflight, u32 hold, u32 release) {
  const struct page_pool *pool; s32 inflight; u32 hold; u32 release; u64 cnt; }
page_pool_state_hold(const struct page_pool *pool, netmem_ref netmem, u32 hold) {
  const struct page_pool *pool; unsigned long netmem; u32 hold; unsigned long pfn; }
page_pool_state_release(const struct page_pool *pool, netmem_ref netmem, u32 release) {
  const struct page_pool *pool; unsigned long netmem; u32 release; unsigned long pfn; }
page_pool_update_nid(const struct page_pool *pool, int new_nid) {
  const struct page_pool *pool; int pool_nid; int new_nid; }
# memcg
memcg_flush_stats(struct mem_cgroup *memcg, s64 stats_updates, bool force, bool needs_flush) {
  u64 id; s64 stats_updates; bool force; bool needs_flush; }
memcg_rstat_events(struct mem_cgroup *memcg, int item, unsigned long val) = count_memcg_events {
  u64 id; int item; unsigned long val; }
memcg_rstat_stats(struct mem_cgroup *memcg, int item, int val) = mod_memcg_lruvec_state mod_memcg_state {
  u64 id; int item; int val; }
# thp
migration_pmd(unsigned long addr, unsigned long pmd) = remove_migration_pmd set_migration_pmd {
  unsigned long addr; unsigned long pmd; }
# tlb
tlb_flush(int reason, unsigned long pages) {
  int reason; unsigned long pages; }
# vmalloc
alloc_vmap_area(unsigned long addr, unsigned long size, unsigned long align, unsigned long vstart,
  unsigned long vend, int failed) {
  unsigned long addr; unsigned long size; unsigned long align; unsigned long vstart; unsigned long vend;
  int failed; }
free_vmap_area_noflush(unsigned long va_start, unsigned long nr_lazy, unsigned long nr_lazy_max) {
  unsigned long va_start; unsigned long nr_lazy; unsigned long nr_lazy_max; }
purge_vmap_area_lazy(unsigned long start, unsigned long end, unsigned int npurged) {
  unsigned long start; unsigned long end; unsigned int npurged; }
# kvm
kvm_entry(struct kvm_vcpu *vcpu, bool force_immediate_exit) {
  unsigned int vcpu_id; unsigned long rip; bool immediate_exit; u32 intr_info; u32 error_code; }
kvm_exit(struct kvm_vcpu *vcpu, u32 isa) {
  unsigned int exit_reason; unsigned long guest_rip; u32 isa; u64 info1; u64 info2; u32 intr_info;
  u32 error_code; unsigned int vcpu_id; u64 requests; }
kvm_halt_poll_ns(bool grow, unsigned int vcpu_id, unsigned int new, unsigned int old) {
  bool grow; unsigned int vcpu_id; unsigned int new; unsigned int old; }
kvm_hypercall(unsigned long nr, unsigned long a0, unsigned long a1, unsigned long a2, unsigned long a3) {
  unsigned long nr; unsigned long a0; unsigned long a1; unsigned long a2; unsigned long a3; }
kvm_mmio(int type, int len, u64 gpa, void *val) {
  u32 type; u32 len; u64 gpa; u64 val; }
kvm_msr(unsigned int write, u32 ecx, u64 data, bool exception) {
  unsigned write; u32 ecx; u64 data; u8 exception; }
kvm_page_fault(struct kvm_vcpu *vcpu, u64 fault_address, u64 error_code) {
  unsigned int vcpu_id; unsigned long guest_rip; u64 fault_address; u64 error_code; }
kvm_pio(unsigned int rw, unsigned int port, unsigned int size, unsigned int count, const void *data) {
  unsigned int rw; unsigned int port; unsigned int size; unsigned int count; unsigned int val; }
kvm_userspace_exit(__u32 reason, int errno) {
  __u32 reason; int errno; }
kvm_vcpu_wakeup(__u64 ns, bool waited, bool valid) {
  __u64 ns; bool waited; bool valid; }
`;
