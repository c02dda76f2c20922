import type { AttachType } from "../../abi/attach-types.ts";
import { compareReleases } from "../../abi/release.ts";
import type { KernelProfile } from "../profile/profile.ts";

/**
 * What an argument of a program that is attached by type holds, where its type alone does not say. `trusted` and
 * `untrusted` objects are there; `…OrNull` may be NULL; `number`: sometimes an error number in an address's place, which
 * nothing can be read through; `buffer`: bytes whose number is checked when the program is attached.
 */
export type ArgumentFact =
  | "trusted"
  | "untrusted"
  | "trustedOrNull"
  | "untrustedOrNull"
  | "number"
  | "bufferOrNull"
  | "readOnlyBufferOrNull";

/** Arguments, by number from 0, that are sometimes NULL. Measured on Linux 6.12 and 6.18, tracepoint by tracepoint. */
// biome-ignore format: one family per line
const NULL_IN_TRACEPOINTS: Readonly<Record<string, readonly number[]>> = {
  sched_pi_setprio: [1], sched_stick_numa: [2], sched_swap_numa: [2],
  tmigr_update_events: [0],
  mm_page_alloc: [0], mm_page_alloc_zone_locked: [0], mm_page_pcpu_drain: [0], mm_khugepaged_scan_pmd: [1],
  mm_collapse_huge_page_isolate: [0], mm_khugepaged_scan_file: [1], mm_khugepaged_collapse_file: [1],
  writeback_dirty_folio: [1], folio_wait_writeback: [1],
  posix_lock_inode: [1], fcntl_setlk: [1], locks_remove_posix: [1], flock_lock_inode: [1],
  break_lease_noblock: [1], break_lease_block: [1], break_lease_unblock: [1], generic_delete_lease: [1], time_out_leases: [1],
  ext4_mballoc_discard: [1], ext4_mballoc_free: [1], hugetlbfs_alloc_inode: [1],
  xfs_inodegc_flush: [0], xfs_inodegc_push: [0], xfs_inodegc_start: [0], xfs_inodegc_stop: [0], xfs_inodegc_queue: [0],
  xfs_inodegc_throttle: [0], xfs_fs_sync_fs: [0], xfs_blockgc_start: [0], xfs_blockgc_stop: [0], xfs_blockgc_worker: [0],
  xfs_blockgc_flush_all: [0], xfs_blockgc_free_space: [1], xfs_ioc_free_eofblocks: [1],
  xfs_map_blocks_found: [4], xfs_map_blocks_alloc: [4], xfs_btree_updkeys: [2], xfs_btree_overlapped_query_range: [2],
  xfs_defer_create_intent: [0], xfs_defer_cancel_list: [0], xfs_defer_pending_finish: [0], xfs_defer_pending_abort: [0],
  xfs_defer_relog_intent: [0], xfs_defer_isolate_paused: [0], xfs_defer_item_pause: [0], xfs_defer_item_unpause: [0],
  xfs_defer_add_item: [0], xfs_defer_cancel_item: [0], xfs_defer_finish_item: [0],
  kfree_skb: [3], tcp_send_reset: [0, 1], tcp_sendmsg_locked: [2], fib_table_lookup: [2], qdisc_dequeue: [3],
};

/** Arguments that newer kernels trust. Measured on Linux 6.12, where it is so, and 6.18, where it is not. */
const ONCE_IN_TRACEPOINTS: Readonly<Record<string, Readonly<Record<number, ArgumentFact>>>> = {
  sched_process_wait: { 0: "trustedOrNull" },
  signal_generate: { 1: "number" },
  signal_deliver: { 1: "number" },
};
const TRUSTED_SINCE = "6.18";

/** Arguments of iterators, from the second on; those left out are trusted. Measured on Linux 6.1, 6.12 and 6.18. */
// biome-ignore format: one iterator per line
const OF_ITERATORS: Readonly<Record<string, readonly (ArgumentFact | undefined)[]>> = {
  bpf_iter_bpf_link:           ["untrustedOrNull"],
  bpf_iter_bpf_map:            ["trustedOrNull"],
  bpf_iter_bpf_map_elem:       [undefined, "readOnlyBufferOrNull", "bufferOrNull"],
  bpf_iter_bpf_prog:           ["untrustedOrNull"],
  bpf_iter_bpf_sk_storage_map: [undefined, "untrustedOrNull", "bufferOrNull"],
  bpf_iter_cgroup:             ["trustedOrNull"],
  bpf_iter_dmabuf:             ["untrustedOrNull"],
  bpf_iter_ipv6_route:         ["untrustedOrNull"],
  bpf_iter_kmem_cache:         ["trustedOrNull"],
  bpf_iter_ksym:               ["untrustedOrNull"],
  bpf_iter_netlink:            ["untrustedOrNull"],
  bpf_iter_sockmap:            [undefined, "readOnlyBufferOrNull", "untrustedOrNull"],
  bpf_iter_task:               ["trustedOrNull"],
  bpf_iter_task_file:          ["untrustedOrNull", undefined, "untrustedOrNull"],
  bpf_iter_task_vma:           ["untrustedOrNull", "untrustedOrNull"],
  bpf_iter_tcp:                ["trustedOrNull"],
  bpf_iter_udp:                ["trustedOrNull"],
  bpf_iter_unix:               ["untrustedOrNull"],
};

/** Hooks that see objects which are not yet, or no longer, whole. Measured on Linux 6.12. */
// biome-ignore format: a table
const UNTRUSTED_HOOKS: readonly string[] = [
  "bpf_lsm_bpf_map_free", "bpf_lsm_bpf_prog_free", "bpf_lsm_file_alloc_security", "bpf_lsm_file_free_security",
  "bpf_lsm_sk_alloc_security", "bpf_lsm_sk_free_security", "bpf_lsm_task_free",
];

/** What argument `index`, from 0, of the function, tracepoint, hook or iterator `place` holds. */
export function argumentFact(
  { has, release }: KernelProfile,
  attachType: AttachType | undefined,
  place: string,
  index: number,
): ArgumentFact {
  switch (attachType) {
    case "traceRawTp":
      if (!has("nullableArguments")) return "trusted";
      if (NULL_IN_TRACEPOINTS[place]?.includes(index)) return "trustedOrNull";
      if (compareReleases(release, TRUSTED_SINCE) >= 0) return "trusted";
      return ONCE_IN_TRACEPOINTS[place]?.[index] ?? "trusted";
    case "traceIter":
      return OF_ITERATORS[place]?.[index - 1] ?? "trusted";
    case "lsmMac":
    case "lsmCgroup":
      return UNTRUSTED_HOOKS.includes(place) ? "untrusted" : "trusted";
    case "structOps":
      return "trusted";
    default:
      return "untrusted";
  }
}
