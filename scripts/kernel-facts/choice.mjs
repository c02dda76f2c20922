// What the simulated kernel has of a real one; kernel-facts.mjs asks a real one how it looks.

/** Tracepoints by file, category and name; `*` stands for any characters. */
export const TRACEPOINTS = {
  tasks: {
    raw_syscalls: "*",
    sched: "*",
    task: "*",
    signal: "*",
    exceptions: "*",
    irq: "*",
    irq_vectors: "*",
    ipi: "*",
    csd: "*",
    nmi: "*",
    timer: "*",
    workqueue: "*",
    power: "*",
    rcu: "*",
    rseq: "*",
    cpuhp: "*",
    cgroup: "*",
    lock: "*",
    capability: "*",
    avc: "*",
    printk: "*",
    notifier: "*",
    error_report: "*",
    msr: "*",
    bpf_trace: "*",
    bpf_test_run: "*",
  },
  files: {
    block: "*",
    wbt: "*",
    kyber: "*",
    filelock: "*",
    filemap: "*",
    readahead: "*",
    writeback: "*",
    io_uring: "*",
    jbd2: "*",
    ext4:
      "ext4_sync_f* ext4_write* ext4_da_* ext4_journalled_write_end ext4_read_folio ext4_release_folio " +
      "ext4_alloc_da_blocks ext4_allocate_* ext4_request_* ext4_free_* ext4_evict_inode ext4_drop_inode " +
      "ext4_mark_inode_dirty ext4_begin_ordered_truncate ext4_truncate_* ext4_unlink_* ext4_load_inode " +
      "ext4_fallocate_* ext4_punch_hole ext4_journal_start_* ext4_ext_map_blocks_* ext4_es_lookup_extent_* " +
      "ext4_mballoc_* ext4_discard_blocks ext4_error ext4_shutdown",
    xfs:
      "xfs_file_* xfs_ilock xfs_iunlock xfs_lookup xfs_create xfs_remove xfs_link xfs_symlink xfs_rename xfs_readdir " +
      "xfs_getattr xfs_setattr xfs_inode_* xfs_log_force xfs_buf_submit xfs_buf_iowait xfs_ioctl_*",
    btrfs:
      "btrfs_sync_file btrfs_sync_fs btrfs_inode_new btrfs_inode_evict btrfs_transaction_commit btrfs_chunk_alloc " +
      "btrfs_reserve_extent btrfs_cow_block btrfs_get_extent btrfs_ordered_extent_add",
    fuse: "*",
    iomap: "iomap_read* iomap_write* iomap_dio_*",
  },
  memory: {
    kmem: "*",
    oom: "*",
    vmscan: "*",
    compaction: "*",
    migrate: "*",
    huge_memory: "*",
    mmap: "*",
    mmap_lock: "*",
    pagemap: "*",
    percpu: "*",
    page_isolation: "*",
    page_pool: "*",
    memcg: "*",
    thp: "*",
    tlb: "*",
    vmalloc: "*",
    kvm: "kvm_entry kvm_exit kvm_page_fault kvm_pio kvm_mmio kvm_msr kvm_hypercall kvm_userspace_exit kvm_vcpu_wakeup kvm_halt_poll_ns",
  },
  network: {
    net: "*",
    napi: "*",
    sock: "*",
    skb: "*",
    tcp: "*",
    udp: "*",
    icmp: "*",
    fib: "*",
    fib6: "*",
    neigh: "*",
    netlink: "*",
    qdisc: "*",
    bridge: "*",
    xdp: "*",
    vsock: "*",
  },
};

/** Raw tracepoints without a record. */
export const RAW_ONLY = {
  tasks:
    "pelt_cfs_tp pelt_rt_tp pelt_dl_tp pelt_irq_tp pelt_se_tp sched_cpu_capacity_tp sched_overutilized_tp " +
    "sched_util_est_cfs_tp sched_util_est_se_tp sched_update_nr_running_tp sched_entry_tp sched_exit_tp",
};
for (const file of Object.keys(RAW_ONLY)) RAW_ONLY[file] = RAW_ONLY[file].split(" ");

/** Functions by file: what tools attach to, and what stands in stacks around them. */
export const FUNCTIONS = {
  files: `
    vfs_read vfs_write vfs_readv vfs_writev vfs_iter_read vfs_iter_write vfs_open vfs_create vfs_rmdir
    vfs_mknod vfs_unlink vfs_link vfs_symlink vfs_rename vfs_fsync vfs_fsync_range vfs_getattr
    vfs_getattr_nosec vfs_statx vfs_fstat vfs_fstatat vfs_truncate vfs_fallocate vfs_readlink vfs_get_link
    vfs_llseek vfs_setxattr vfs_getxattr vfs_removexattr vfs_listxattr vfs_copy_file_range vfs_tmpfile
    vfs_utimes vfs_get_tree ksys_read ksys_write ksys_pread64 ksys_pwrite64 ksys_fallocate ksys_dup3
    kernel_read kernel_write __kernel_read __kernel_write do_sys_open do_sys_openat2 do_filp_open
    do_dentry_open do_open_execat path_openat path_lookupat link_path_walk walk_component lookup_fast
    filename_lookup getname_flags putname may_open inode_permission generic_permission d_lookup __d_lookup
    __d_lookup_rcu d_alloc d_alloc_parallel d_instantiate d_add d_delete d_invalidate d_path __d_path dput
    dget_parent d_move simple_lookup try_to_unlazy step_into do_unlinkat do_rmdir do_mkdirat do_mknodat
    do_renameat2 do_linkat do_symlinkat do_truncate do_faccessat do_fchownat do_fchmodat notify_change
    iget_locked iput evict new_inode generic_file_read_iter generic_file_write_iter generic_perform_write
    generic_file_mmap generic_file_open generic_write_checks file_update_time touch_atime filp_close
    filp_flush fput __fput get_unused_fd_flags fd_install alloc_fd close_fd alloc_empty_file rw_verify_area
    iterate_dir do_iter_readv_writev splice_to_pipe do_splice_direct splice_file_to_pipe filemap_splice_read
    do_pipe2 create_pipe_files eventfd_read eventfd_write do_epoll_wait do_epoll_ctl ep_poll_callback
    do_sys_poll do_select inotify_handle_inode_event fsnotify do_mount path_mount path_umount
    attach_recursive_mnt mnt_want_write mnt_drop_write sync_filesystem ksys_sync do_fsync iterate_supers
    sync_inodes_sb super_cache_scan get_tree_bdev alloc_super generic_shutdown_super do_fcntl fcntl_setlk
    flock_lock_inode posix_lock_inode locks_lock_inode_wait ext4_file_read_iter ext4_file_write_iter
    ext4_file_open ext4_sync_file ext4_getattr ext4_setattr ext4_create ext4_lookup ext4_unlink ext4_mkdir
    ext4_rename2 ext4_rmdir ext4_readdir ext4_writepages ext4_map_blocks ext4_ext_map_blocks
    ext4_mb_new_blocks ext4_get_block ext4_alloc_da_blocks ext4_release_file ext4_statfs ext4_fill_super
    ext4_sync_fs __ext4_journal_start_sb __ext4_journal_stop ext4_new_meta_blocks ext4_free_blocks
    ext4_read_folio ext4_readahead ext4_evict_inode ext4_truncate ext4_fallocate jbd2_journal_start
    jbd2_journal_stop jbd2_journal_commit_transaction jbd2_log_wait_commit jbd2__journal_start
    jbd2_complete_transaction xfs_file_read_iter xfs_file_write_iter xfs_file_open xfs_file_fsync
    xfs_file_release xfs_vn_lookup xfs_vn_create xfs_vn_unlink xfs_vn_getattr xfs_vn_rename
    btrfs_file_read_iter btrfs_file_write_iter btrfs_file_open btrfs_sync_file btrfs_buffered_write
    fuse_file_read_iter fuse_file_write_iter fuse_open ovl_read_iter ovl_write_iter ovl_open
    shmem_file_read_iter shmem_get_folio_gfp shmem_file_write_iter kernfs_fop_read_iter kernfs_fop_write_iter
    kernfs_iop_lookup kernfs_dop_revalidate proc_reg_read proc_pid_readdir seq_read_iter seq_read
    io_submit_sqes io_issue_sqe io_read io_write io_wq_submit_work io_cqring_wait aio_read aio_write
  `,
  block: `
    submit_bio submit_bio_noacct submit_bio_wait __submit_bio bio_endio bio_alloc_bioset bio_add_page bio_put
    blk_account_io_start blk_mq_submit_bio blk_mq_start_request blk_mq_end_request __blk_mq_end_request
    blk_mq_end_request_batch blk_mq_complete_request blk_update_request blk_mq_dispatch_rq_list
    blk_mq_run_hw_queue blk_mq_sched_dispatch_requests blk_mq_get_tag __blk_mq_alloc_requests
    blk_mq_free_request blk_mq_requeue_request blk_mq_flush_plug_list __blk_flush_plug blk_start_plug
    blk_finish_plug blk_mq_timeout_work blk_attempt_plug_merge blk_mq_sched_try_merge attempt_merge
    bio_attempt_back_merge elv_merged_request blk_insert_flush blkdev_issue_flush blkdev_issue_discard
    blkdev_read_iter blkdev_write_iter blkdev_open blkdev_ioctl bdev_open blkdev_get_no_open
    blk_cgroup_bio_start __rq_qos_throttle __rq_qos_issue __rq_qos_done wbt_wait blkcg_maybe_throttle_current
    dd_insert_requests dd_dispatch_request bfq_insert_requests kyber_insert_requests disk_scan_partitions
    submit_bh __bread_gfp __getblk_slow bdev_getblk mark_buffer_dirty sync_dirty_buffer
    __block_write_begin_int block_write_full_folio block_read_full_folio end_bio_bh_io_sync io_schedule
    io_schedule_timeout virtblk_done virtio_queue_rq
  `,
  memory: `
    handle_mm_fault __handle_mm_fault do_anonymous_page do_fault do_swap_page do_wp_page exc_page_fault
    filemap_fault filemap_map_pages filemap_read filemap_get_pages filemap_add_folio filemap_remove_folio
    __filemap_get_folio filemap_get_entry filemap_write_and_wait_range filemap_fdatawrite_wbc
    filemap_read_folio filemap_dirty_folio folio_mark_accessed folio_mark_dirty mark_page_accessed
    mark_buffer_dirty folio_wait_bit_common folio_wait_writeback folio_end_writeback folio_add_lru
    add_to_page_cache_lru pagecache_get_page page_cache_ra_unbounded page_cache_ra_order page_cache_sync_ra
    page_cache_async_ra force_page_cache_ra read_pages readahead_expand truncate_inode_pages_range
    invalidate_mapping_pages do_writepages __writeback_single_inode writeback_sb_inodes wb_workfn wb_writeback
    wb_start_background_writeback balance_dirty_pages_ratelimited balance_dirty_pages_ratelimited_flags
    __alloc_pages_noprof alloc_pages_noprof __free_pages get_page_from_freelist __alloc_pages_slowpath
    __folio_put __kmalloc_noprof __kmalloc_node_noprof __kmalloc_cache_noprof kmem_cache_alloc_noprof
    kmem_cache_alloc_lru_noprof kmem_cache_alloc_node_noprof kfree kmem_cache_free kvfree vmalloc_noprof vfree
    __vmalloc_noprof __kmem_cache_create_args kmem_cache_destroy ___slab_alloc __slab_free pcpu_alloc_noprof
    free_percpu out_of_memory oom_kill_process oom_badness mem_cgroup_out_of_memory __oom_kill_process
    wake_oom_reaper try_charge_memcg __mem_cgroup_charge try_to_free_pages try_to_free_mem_cgroup_pages
    shrink_node shrink_slab shrink_lruvec shrink_folio_list kswapd balance_pgdat wakeup_kswapd
    throttle_direct_reclaim do_try_to_free_pages drop_slab drop_caches_sysctl_handler try_to_compact_pages
    kcompactd migrate_pages migrate_folio do_mmap vm_mmap_pgoff mmap_region __mmap_region do_munmap
    do_vmi_munmap __vm_munmap do_brk_flags mprotect_fixup do_mprotect_pkey do_madvise __split_vma unmap_region
    exit_mmap mmput mm_init dup_mmap swap_read_folio get_user_pages_fast pin_user_pages access_process_vm
    __access_remote_vm get_user_pages_remote hugetlb_fault do_huge_pmd_anonymous_page khugepaged
    flush_tlb_mm_range flush_tlb_all
  `,
  tasks: `
    do_exit do_group_exit make_task_dead release_task exit_files wait_consider_task do_wait kernel_wait4
    kernel_clone copy_process wake_up_new_task kernel_thread user_mode_thread create_io_thread free_task
    __put_task_struct bprm_execve begin_new_exec setup_new_exec finalize_exec kernel_execve alloc_bprm
    load_script schedule __schedule schedule_timeout schedule_hrtimeout_range schedule_idle
    preempt_schedule_irq finish_task_switch __switch_to prepare_to_wait prepare_to_wait_exclusive finish_wait
    try_to_wake_up wake_up_process wake_up_q default_wake_function autoremove_wake_function __wake_up
    __wake_up_sync_key ttwu_do_activate ttwu_queue_wakelist enqueue_task_fair dequeue_task_fair
    pick_next_task_fair put_prev_task_fair check_preempt_wakeup_fair task_tick_fair update_curr
    update_load_avg update_rq_clock sched_balance_rq sched_balance_newidle sched_balance_domains
    move_queued_task set_task_cpu migrate_task_rq_fair select_task_rq_fair account_process_tick sched_tick
    sched_setaffinity __sched_setscheduler sched_setattr set_user_nice yield_task_fair do_nanosleep
    hrtimer_nanosleep msleep usleep_range_state hrtimer_start_range_ns hrtimer_cancel hrtimer_wakeup
    hrtimer_interrupt __hrtimer_run_queues add_timer mod_timer timer_delete_sync run_timer_softirq
    process_timeout tick_nohz_handler __do_softirq handle_softirqs irq_exit_rcu raise_softirq
    __raise_softirq_irqoff tasklet_action ksoftirqd_should_run handle_irq_event __handle_irq_event_percpu
    handle_edge_irq handle_fasteoi_irq request_threaded_irq free_irq sysvec_apic_timer_interrupt
    sysvec_call_function generic_exec_single smp_call_function_single queue_work_on __queue_work
    process_one_work worker_thread flush_work delayed_work_timer_fn queue_delayed_work_on
    kthread_create_on_node kthread kthread_stop rcu_core synchronize_rcu call_rcu rcu_gp_kthread mutex_lock
    mutex_unlock mutex_trylock mutex_lock_interruptible mutex_lock_killable __mutex_lock_slowpath
    __mutex_lock_interruptible_slowpath down_read down_read_interruptible down_read_killable down_read_trylock
    up_read down_write down_write_killable down_write_trylock up_write rwsem_down_read_slowpath
    rwsem_down_write_slowpath down up down_interruptible _raw_spin_lock _raw_spin_unlock
    native_queued_spin_lock_slowpath wait_for_completion wait_for_completion_timeout complete complete_all
    futex_wait futex_wake do_futex futex_hash futex_q_lock __futex_wait signal_wake_up_state
    __send_signal_locked send_signal_locked do_send_sig_info get_signal do_signal_stop group_send_sig_info
    kill_pid_info force_sig_info_to_task force_sig_fault complete_signal dequeue_signal
    arch_do_signal_or_restart kill_something_info do_sigaction ptrace_attach cap_capable ns_capable capable
    security_capable commit_creds prepare_creds prepare_kernel_cred abort_creds __sys_setuid __sys_setgid
    __sys_setresuid copy_namespaces switch_task_namespaces unshare_nsproxy_namespaces ksys_unshare copy_pid_ns
    create_user_ns cgroup_attach_task cgroup_migrate cgroup_mkdir cgroup_rmdir cgroup_post_fork cgroup_exit
    css_set_move_task cgroup_file_write cgroup_procs_write mem_cgroup_css_alloc account_system_time
    account_user_time acct_process taskstats_exit proc_exit_connector do_syscall_64 x64_sys_call
    syscall_trace_enter syscall_exit_work ret_from_fork _printk vprintk_emit console_unlock panic oops_enter
    tty_write tty_read n_tty_write n_tty_read pty_write do_output_char input_event perf_event_overflow
    perf_swevent_event perf_trace_run_bpf_submit bpf_check bpf_prog_load map_create __sys_bpf bpf_prog_free
    bpf_map_new_fd bpf_prog_new_fd bpf_trampoline_link_prog bpf_raw_tp_link_attach __htab_map_lookup_elem
    htab_map_update_elem array_map_update_elem htab_map_delete_elem bpf_ringbuf_output bpf_get_stackid do_idle
    cpu_startup_entry cpuidle_enter cpuidle_enter_state default_idle_call acpi_idle_enter start_kernel
    rest_init kernel_init cpufreq_set_policy poll_idle stop_one_cpu migration_cpu_stop kernel_restart
    do_sys_settimeofday64 keyctl_read_key key_create_or_update request_key_and_link do_shmat do_msgsnd
    do_mq_open
  `,
  security: `
    security_bprm_check security_bprm_creds_for_exec security_bprm_committed_creds security_file_open
    security_file_permission security_file_ioctl security_file_mprotect security_file_lock security_file_free
    security_file_alloc security_mmap_file security_mmap_addr security_inode_create security_inode_unlink
    security_inode_mkdir security_inode_rmdir security_inode_rename security_inode_link security_inode_symlink
    security_inode_mknod security_inode_setattr security_inode_getattr security_inode_permission
    security_inode_setxattr security_inode_getxattr security_inode_follow_link security_path_unlink
    security_path_mkdir security_path_rename security_path_truncate security_path_chmod security_path_chown
    security_task_alloc security_task_kill security_task_setnice security_task_prctl security_task_fix_setuid
    security_task_setrlimit security_socket_create security_socket_connect security_socket_bind
    security_socket_listen security_socket_accept security_socket_sendmsg security_socket_recvmsg
    security_socket_setsockopt security_sk_alloc security_sb_mount security_sb_umount security_move_mount
    security_ptrace_access_check security_kernel_read_file security_kernel_module_request
    security_kernel_load_data security_bpf_map security_bpf_prog security_settime64 security_key_alloc
    security_perf_event_open security_locked_down security_unix_stream_connect security_capget
    security_inet_conn_established security_sk_clone bpf_lsm_bprm_check_security bpf_lsm_bprm_creds_for_exec
    bpf_lsm_bprm_committed_creds bpf_lsm_file_open bpf_lsm_file_permission bpf_lsm_file_ioctl
    bpf_lsm_file_mprotect bpf_lsm_file_lock bpf_lsm_mmap_file bpf_lsm_inode_create bpf_lsm_inode_unlink
    bpf_lsm_inode_mkdir bpf_lsm_inode_rmdir bpf_lsm_inode_rename bpf_lsm_inode_link bpf_lsm_inode_symlink
    bpf_lsm_inode_mknod bpf_lsm_inode_setattr bpf_lsm_inode_getattr bpf_lsm_inode_permission
    bpf_lsm_inode_setxattr bpf_lsm_inode_getxattr bpf_lsm_inode_free_security bpf_lsm_path_unlink
    bpf_lsm_path_mkdir bpf_lsm_path_rename bpf_lsm_path_chmod bpf_lsm_path_chown bpf_lsm_task_alloc
    bpf_lsm_task_free bpf_lsm_task_kill bpf_lsm_task_prctl bpf_lsm_task_setnice bpf_lsm_task_fix_setuid
    bpf_lsm_socket_create bpf_lsm_socket_post_create bpf_lsm_socket_connect bpf_lsm_socket_bind
    bpf_lsm_socket_listen bpf_lsm_socket_accept bpf_lsm_socket_sendmsg bpf_lsm_socket_recvmsg
    bpf_lsm_sk_alloc_security bpf_lsm_sb_mount bpf_lsm_sb_umount bpf_lsm_move_mount
    bpf_lsm_ptrace_access_check bpf_lsm_kernel_read_file bpf_lsm_kernel_module_request bpf_lsm_bpf_map
    bpf_lsm_bpf_prog bpf_lsm_capable bpf_lsm_cred_prepare bpf_lsm_settime bpf_lsm_locked_down
    bpf_lsm_userns_create bpf_lsm_perf_event_open bpf_lsm_unix_stream_connect bpf_lsm_key_alloc
  `,
  network: `
    tcp_connect tcp_v4_connect tcp_v6_connect tcp_close __tcp_close tcp_done tcp_set_state tcp_sendmsg
    tcp_sendmsg_locked tcp_recvmsg tcp_recvmsg_locked tcp_cleanup_rbuf tcp_read_sock tcp_rcv_established
    tcp_rcv_state_process tcp_v4_do_rcv tcp_v6_do_rcv tcp_v4_rcv tcp_v6_rcv tcp_conn_request
    tcp_v4_syn_recv_sock tcp_v6_syn_recv_sock tcp_check_req tcp_create_openreq_child tcp_finish_connect
    tcp_fin tcp_reset tcp_send_fin tcp_send_active_reset tcp_send_ack tcp_v4_send_reset tcp_disconnect
    tcp_shutdown tcp_abort tcp_retransmit_skb __tcp_retransmit_skb tcp_retransmit_timer
    tcp_write_timer_handler tcp_enter_loss tcp_enter_recovery tcp_enter_cwr tcp_fastretrans_alert
    tcp_xmit_recovery tcp_send_loss_probe tcp_ack tcp_data_queue tcp_add_backlog tcp_write_xmit
    __tcp_transmit_skb tcp_write_queue_purge tcp_v4_destroy_sock tcp_getsockopt tcp_setsockopt
    do_tcp_getsockopt do_tcp_setsockopt tcp_get_info tcp_init_sock tcp_v4_init_sock tcp_time_wait
    tcp_drop_reason tcp_collapse tcp_orphan_count_sum tcp_cong_avoid_ai tcp_slow_start tcp_reno_cong_avoid
    cubictcp_cong_avoid tcp_set_ca_state tcp_keepalive_timer tcp_delack_timer inet_csk_accept
    inet_csk_listen_start inet_csk_listen_stop inet_csk_complete_hashdance inet_csk_reqsk_queue_hash_add
    inet_csk_get_port inet_csk_destroy_sock inet_csk_clone_lock inet_listen inet_accept inet_bind __inet_bind
    inet_stream_connect __inet_stream_connect inet_sendmsg inet_recvmsg inet_release inet_shutdown inet_create
    inet6_create inet6_bind inet6_sendmsg inet6_recvmsg inet_sk_rebuild_header inet_ehash_insert
    __inet_lookup_established __inet_lookup_listener udp_sendmsg udpv6_sendmsg udp_recvmsg udpv6_recvmsg
    udp_rcv udpv6_rcv __udp4_lib_rcv udp_queue_rcv_skb __udp_enqueue_schedule_skb udp_send_skb skb_consume_udp
    udp_destroy_sock udp_lib_get_port udp_disconnect ip4_datagram_connect ip6_datagram_connect ip_rcv
    ip_rcv_core ip_rcv_finish ip_local_deliver ip_local_deliver_finish ip_protocol_deliver_rcu ip_forward
    ip_output ip_finish_output ip_finish_output2 __ip_local_out ip_local_out __ip_queue_xmit ip_queue_xmit
    ip_send_skb ip_append_data ip_route_output_key_hash ip_route_output_flow ip_route_input_noref
    fib_table_lookup fib_lookup_good_nhc ip_fragment ip_do_fragment ip_defrag icmp_rcv __icmp_send icmp_echo
    icmp_reply raw_sendmsg raw_rcv ip6_rcv_core ipv6_rcv ip6_input ip6_output ip6_finish_output2 ip6_xmit
    ip6_forward icmpv6_rcv ndisc_rcv arp_rcv arp_send arp_process neigh_resolve_output neigh_update
    __neigh_event_send __dev_queue_xmit dev_hard_start_xmit sch_direct_xmit __qdisc_run validate_xmit_skb
    netif_rx netif_receive_skb __netif_receive_skb __netif_receive_skb_core netif_receive_skb_list_internal
    enqueue_to_backlog process_backlog net_rx_action net_tx_action napi_complete_done __napi_poll
    __napi_schedule dev_gro_receive napi_consume_skb skb_copy_datagram_iter skb_clone skb_copy __alloc_skb
    alloc_skb_with_frags __netdev_alloc_skb napi_alloc_skb build_skb kfree_skbmem sk_skb_reason_drop
    __kfree_skb consume_skb skb_release_data skb_put skb_push skb_pull pskb_expand_head __sk_receive_skb
    sock_queue_rcv_skb_reason sk_filter_trim_cap sock_def_readable sk_stream_wait_memory sk_wait_data
    __lock_sock lock_sock_nested release_sock sk_alloc sk_free sk_clone_lock sock_init_data sock_sendmsg
    sock_recvmsg sock_write_iter sock_read_iter ____sys_sendmsg ____sys_recvmsg __sys_sendto __sys_recvfrom
    __sys_connect __sys_accept4 __sys_bind __sys_listen __sys_socket __sys_shutdown sock_create __sock_create
    sock_release sock_close sock_alloc_file sock_setsockopt sk_setsockopt sock_poll kernel_connect
    kernel_sendmsg kernel_accept unix_stream_connect unix_stream_sendmsg unix_stream_recvmsg
    unix_stream_read_generic unix_dgram_sendmsg unix_dgram_recvmsg unix_dgram_connect unix_accept unix_bind
    unix_listen unix_create unix_release unix_find_other netlink_sendmsg netlink_unicast netlink_broadcast
    rtnetlink_rcv_msg packet_sendmsg packet_rcv tpacket_rcv register_netdevice unregister_netdevice_queue
    dev_change_flags __dev_change_flags dev_open dev_ioctl dev_change_name veth_xmit br_handle_frame
    br_forward br_dev_xmit loopback_xmit start_xmit virtnet_poll tun_net_xmit tun_get_user vxlan_xmit
    nf_hook_slow ipt_do_table nft_do_chain nf_conntrack_in nf_ct_delete __nf_conntrack_confirm nf_nat_inet_fn
    __nf_ct_refresh_acct xdp_do_redirect bpf_prog_run_generic_xdp do_xdp_generic generic_xdp_tx tcf_classify
    cls_bpf_classify tc_run sk_reuseport_attach_bpf pfifo_fast_enqueue pfifo_fast_dequeue htb_enqueue
  `,
};
for (const file of Object.keys(FUNCTIONS))
  FUNCTIONS[file] = [...new Set(FUNCTIONS[file].trim().split(/\s+/))].join(" ");
