/** What system calls take and give by pointer, in C: a selection of what Linux has, v6.12. */
export const CALL_ARGUMENT_TYPES = `
struct __kernel_itimerspec { struct __kernel_timespec it_interval, it_value; };
struct __kernel_old_itimerval { struct __kernel_old_timeval it_interval, it_value; };
struct timezone { int tz_minuteswest, tz_dsttime; };
struct io_event { __u64 data, obj; __s64 res, res2; };
struct iocb {
  __u64 aio_data; __u32 aio_key; __kernel_rwf_t aio_rw_flags; __u16 aio_lio_opcode; __s16 aio_reqprio;
  __u32 aio_fildes; __u64 aio_buf, aio_nbytes; __s64 aio_offset; __u64 aio_reserved2;
  __u32 aio_flags, aio_resfd;
};
struct mq_attr { __kernel_long_t mq_flags, mq_maxmsg, mq_msgsize, mq_curmsgs, __reserved[4]; };
struct sembuf { unsigned short sem_num; short sem_op, sem_flg; };
struct msgbuf { __kernel_long_t mtype; char mtext[1]; };
struct __user_cap_header_struct { __u32 version; int pid; };
struct __user_cap_data_struct { __u32 effective, permitted, inheritable; };
struct __kernel_timex_timeval { __kernel_time64_t tv_sec; long long tv_usec; };
struct __kernel_timex {
  unsigned int modes; long long offset, freq, maxerror, esterror; int status; long long constant;
  struct __kernel_timex_timeval time;
};
struct rlimit64 { __u64 rlim_cur, rlim_max; };
struct file_handle { __u32 handle_bytes; int handle_type; unsigned char f_handle[0]; };
struct mount_attr { __u64 attr_set, attr_clr, propagation, userns_fd; };
struct futex_waitv { __u64 val, uaddr; __u32 flags, __reserved; };
struct clone_args {
  __u64 flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid;
  __u64 set_tid_size, cgroup;
};
struct io_uring_params { __u32 sq_entries, cq_entries, flags, sq_thread_cpu, sq_thread_idle, features, wq_fd; };
struct io_uring_cqe { __u64 user_data; __s32 res; __u32 flags; __u64 big_cqe[0]; };
struct utimbuf { __kernel_old_time_t actime, modtime; };
struct tms { __kernel_clock_t tms_utime, tms_stime, tms_cutime, tms_cstime; };
struct sysinfo {
  __kernel_long_t uptime;
  __kernel_ulong_t loads[3], totalram, freeram, sharedram, bufferram, totalswap, freeswap; __u16 procs, pad;
  __kernel_ulong_t totalhigh, freehigh; __u32 mem_unit; char _f[0];
};
struct xattr_args { __u64 value; __u32 size, flags; };
struct robust_list { struct robust_list *next; };
struct robust_list_head { struct robust_list list; long futex_offset; struct robust_list *list_op_pending; };
struct rseq { __u32 cpu_id_start, cpu_id; __u64 rseq_cs; __u32 flags, node_id, mm_cid; char end[]; } __attribute__((aligned(32)));
struct getcpu_cache { unsigned long blob[16]; };
typedef int __kernel_daddr_t;
struct ustat { __kernel_daddr_t f_tfree; unsigned long f_tinode; char f_fname[6], f_fpack[6]; };
struct itimerspec64 { struct timespec64 it_interval, it_value; };
struct nlmsghdr { __u32 nlmsg_len; __u16 nlmsg_type, nlmsg_flags; __u32 nlmsg_seq, nlmsg_pid; };
struct sock_filter { __u16 code; __u8 jt, jf; __u32 k; };
union bpf_attr {
  struct {
    __u32 map_type, key_size, value_size, max_entries, map_flags, inner_map_fd, numa_node; char map_name[16];
    __u32 map_ifindex;
  };
  struct { __u32 map_fd; __u64 key; union { __u64 value, next_key; }; __u64 flags; };
  struct {
    __u32 prog_type, insn_cnt; __u64 insns, license; __u32 log_level, log_size; __u64 log_buf;
    __u32 kern_version, prog_flags; char prog_name[16]; __u32 prog_ifindex, expected_attach_type;
  };
  struct { __u64 pathname; __u32 bpf_fd, file_flags; };
  struct { __u32 target_fd; __u32 attach_bpf_fd, attach_type, attach_flags; };
};
`;
