/**
 * Functions of the kernel that have had several names, in the order of time, and do the same with the same first argument
 * under each. Sources: the commits that renamed them; the release that has the newer name first.
 */
// biome-ignore format: one function per line
const RENAMED: readonly (readonly string[])[] = [
  ["_do_fork", "kernel_clone"],                                             // v5.10
  ["account_page_dirtied", "folio_account_dirtied"],                        // v5.16: a page is the first of its folio
  ["blk_start_request", "blk_mq_start_request"],                            // v5.0, each in its kind of queue before
  ["blk_account_io_done", "__blk_account_io_done"],                         // v5.16, taken back in v6.4
  ["blk_account_io_start", "__blk_account_io_start"],                       // v5.16, taken back in v6.4
  ["kfree_skb", "kfree_skb_reason"],                                        // v5.17, a wrapper without code since
  ["migrate_misplaced_page", "migrate_misplaced_folio"],                    // v6.7: a page is the first of its folio
  ["napi_poll", "__napi_poll"],                                             // v5.12, which split it
  ["scsi_init_io", "scsi_alloc_sgtables"],                                  // v5.10
  ["scsi_mq_done", "scsi_done"],                                            // v5.16
  ["shrink_page_list", "shrink_folio_list"],                                // v6.0
  ["generic_make_request", "submit_bio_noacct"],                            // v5.9
  ["__alloc_pages_nodemask", "__alloc_pages", "__alloc_pages_noprof"],      // v5.13, v6.10
  ["__kmalloc", "__kmalloc_noprof"],                                        // v6.10
  ["__kmalloc_node", "__kmalloc_node_noprof"],                              // v6.10
  ["__vmalloc", "__vmalloc_noprof"],                                        // v6.10
  ["kmem_cache_alloc", "kmem_cache_alloc_noprof"],                          // v6.10
  ["kmem_cache_alloc_node", "kmem_cache_alloc_node_noprof"],                // v6.10
  ["swap_readpage", "swap_read_folio"],                                     // v6.8: a page is the first of its folio
  ["vmalloc", "vmalloc_noprof"],                                            // v6.10
];

/** What other kernels call a function, the nearest in time first. */
export function otherNamesOf(name: string): readonly string[] {
  const all = RENAMED.find((names) => names.includes(name)) ?? [];
  const at = all.indexOf(name);
  return all
    .filter((other) => other !== name)
    .sort((a, b) => Math.abs(all.indexOf(a) - at) - Math.abs(all.indexOf(b) - at));
}
