/** Integers, lists, locks, timers, devices, modules and interrupts, in C: a selection of what Linux has, v6.12. */
export const BASE_TYPES = `
typedef unsigned char __u8; typedef __u8 u8; typedef unsigned short __u16; typedef __u16 u16;
typedef unsigned int __u32; typedef __u32 u32; typedef unsigned long long __u64; typedef __u64 u64;
typedef signed char __s8; typedef __s8 s8; typedef short __s16; typedef __s16 s16; typedef int __s32;
typedef __s32 s32; typedef long long __s64; typedef __s64 s64; typedef __u16 __le16; typedef __u32 __le32;
typedef __u64 __le64; typedef __u16 __be16; typedef __u32 __be32; typedef __u64 __be64; typedef _Bool bool;
typedef unsigned long __kernel_ulong_t; typedef __kernel_ulong_t __kernel_size_t;
typedef __kernel_size_t size_t; typedef long __kernel_long_t; typedef __kernel_long_t __kernel_ssize_t;
typedef __kernel_ssize_t ssize_t; typedef long long __kernel_loff_t; typedef __kernel_loff_t loff_t;
typedef int __kernel_pid_t; typedef __kernel_pid_t pid_t; typedef unsigned int __kernel_uid32_t;
typedef __kernel_uid32_t uid_t; typedef unsigned int __kernel_gid32_t; typedef __kernel_gid32_t gid_t;
typedef u32 __kernel_dev_t; typedef __kernel_dev_t dev_t; typedef unsigned int __kernel_mode_t;
typedef __kernel_mode_t mode_t; typedef unsigned short umode_t; typedef __s64 time64_t; typedef s64 ktime_t;
typedef u64 sector_t; typedef u64 blkcnt_t; typedef unsigned int gfp_t; typedef unsigned int fmode_t;
typedef __kernel_uid32_t qid_t; typedef int __kernel_key_t; typedef __kernel_key_t key_t; typedef s32 int32_t;
typedef int32_t key_serial_t; typedef __kernel_ulong_t aio_context_t; typedef int __kernel_timer_t;
typedef __kernel_timer_t timer_t; typedef int __kernel_clockid_t; typedef __kernel_clockid_t clockid_t;
typedef int __kernel_mqd_t; typedef __kernel_mqd_t mqd_t; typedef int __kernel_rwf_t;
typedef __kernel_rwf_t rwf_t; typedef unsigned short __kernel_old_uid_t; typedef __kernel_old_uid_t old_uid_t;
typedef unsigned short __kernel_old_gid_t; typedef __kernel_old_gid_t old_gid_t;
typedef __kernel_long_t __kernel_off_t; typedef __kernel_off_t off_t; typedef struct { __u8 b[16]; } uuid_t;
typedef struct { __u8 b[16]; } guid_t; typedef u64 phys_addr_t; typedef u64 dma_addr_t;
struct cpumask { unsigned long bits[4]; };
typedef struct cpumask cpumask_t; typedef struct { int counter; } atomic_t;
struct qspinlock {
  union { atomic_t val; struct { u8 locked, pending; }; struct { u16 locked_pending, tail; }; };
};
typedef struct qspinlock arch_spinlock_t;
struct raw_spinlock { arch_spinlock_t raw_lock; };
struct spinlock { struct raw_spinlock rlock; };
typedef struct spinlock spinlock_t;
struct list_head { struct list_head *next, *prev; };
struct wait_queue_head { spinlock_t lock; struct list_head head; };
typedef struct wait_queue_head wait_queue_head_t; typedef struct { s64 counter; } atomic64_t;
typedef atomic64_t atomic_long_t;
struct refcount_struct { atomic_t refs; };
typedef struct refcount_struct refcount_t; typedef u32 errseq_t; typedef unsigned short __kernel_sa_family_t;
typedef __kernel_sa_family_t sa_family_t;
struct pt_regs {
  unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip;
  union { u16 cs; u64 csx; };
  unsigned long flags, sp;
  union { u16 ss; u64 ssx; };
};
struct hlist_head { struct hlist_node *first; };
struct hlist_node { struct hlist_node *next, **pprev; };
struct hlist_bl_node { struct hlist_bl_node *next, **pprev; };
struct seqcount { unsigned int sequence; };
typedef struct seqcount seqcount_t;
struct seqcount_spinlock { seqcount_t seqcount; };
typedef struct seqcount_spinlock seqcount_spinlock_t;
struct callback_head { struct callback_head *next; void (*func)(struct callback_head *); };
struct rb_node { unsigned long __rb_parent_color; struct rb_node *rb_right, *rb_left; };
struct rb_root { struct rb_node *rb_node; };
struct rb_root_cached { struct rb_root rb_root; struct rb_node *rb_leftmost; };
struct llist_node { struct llist_node *next; };
struct llist_head { struct llist_node *first; };
struct kref { refcount_t refcount; };
typedef struct raw_spinlock raw_spinlock_t;
struct optimistic_spin_queue { atomic_t tail; };
struct mutex {
  atomic_long_t owner; raw_spinlock_t wait_lock; struct optimistic_spin_queue osq; struct list_head wait_list;
};
struct rw_semaphore {
  atomic_long_t count, owner; struct optimistic_spin_queue osq; raw_spinlock_t wait_lock;
  struct list_head wait_list;
};
struct semaphore {
  raw_spinlock_t lock; unsigned int count; struct list_head wait_list; unsigned long last_holder;
};
struct swait_queue_head { raw_spinlock_t lock; struct list_head task_list; };
struct completion { unsigned int done; struct swait_queue_head wait; };
typedef int (*wait_queue_func_t)(struct wait_queue_entry *, unsigned int, int, void *);
struct wait_queue_entry { unsigned int flags; void *private; wait_queue_func_t func; struct list_head entry; };
struct timespec64 { time64_t tv_sec; long tv_nsec; };
typedef long long __kernel_time64_t;
struct __kernel_timespec { __kernel_time64_t tv_sec; long long tv_nsec; };
struct timer_list {
  struct hlist_node entry; unsigned long expires; void (*function)(struct timer_list *); u32 flags;
};
struct timerqueue_node { struct rb_node node; ktime_t expires; };
enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };
struct hrtimer {
  struct timerqueue_node node; ktime_t _softexpires; enum hrtimer_restart (*function)(struct hrtimer *);
  struct hrtimer_clock_base *base; u8 state, is_rel, is_soft, is_hard;
};
typedef void (*work_func_t)(struct work_struct *);
struct work_struct { atomic_long_t data; struct list_head entry; work_func_t func; };
struct delayed_work { struct work_struct work; struct timer_list timer; struct workqueue_struct *wq; int cpu; };
struct workqueue_struct { struct list_head pwqs, list; char name[32]; unsigned int flags; };
struct kobject {
  const char *name; struct list_head entry; struct kobject *parent; struct kset *kset;
  const struct kobj_type *ktype; struct kref kref; unsigned int state_initialized : 1, state_in_sysfs : 1;
};
struct kset {
  struct list_head list; spinlock_t list_lock; struct kobject kobj; const struct kset_uevent_ops *uevent_ops;
};
struct device_driver {
  const char *name; const struct bus_type *bus; struct module *owner; const char *mod_name;
};
struct device {
  struct kobject kobj; struct device *parent; const char *init_name; const struct device_type *type;
  const struct bus_type *bus; struct device_driver *driver; void *driver_data; dev_t devt; u32 id;
};
struct class { const char *name; };
struct percpu_ref { unsigned long percpu_count_ptr; struct percpu_ref_data *data; };
struct percpu_counter { raw_spinlock_t lock; s64 count; struct list_head list; s32 *counters; };
struct xarray { spinlock_t xa_lock; gfp_t xa_flags; void *xa_head; };
struct xa_node {
  unsigned char shift, offset, count, nr_values; struct xa_node *parent; struct xarray *array;
  union { struct list_head private_list; struct callback_head callback_head; };
  void *slots[64]; union { unsigned long tags[3], marks[3]; };
};
struct idr { struct xarray idr_rt; unsigned int idr_base, idr_next; };
struct maple_tree { spinlock_t ma_lock; unsigned int ma_flags; void *ma_root; };
enum module_state { MODULE_STATE_LIVE, MODULE_STATE_COMING, MODULE_STATE_GOING, MODULE_STATE_UNFORMED };
struct module {
  enum module_state state; struct list_head list; char name[56]; const char *version, *srcversion;
  unsigned int num_syms; int (*init)(void); unsigned long taints; char *args; unsigned int num_tracepoints;
};
enum irqreturn { IRQ_NONE, IRQ_HANDLED, IRQ_WAKE_THREAD };
typedef enum irqreturn irqreturn_t; typedef irqreturn_t (*irq_handler_t)(int, void *);
struct irqaction {
  irq_handler_t handler; void *dev_id; struct irqaction *next; unsigned int irq, flags; const char *name;
};
struct irq_desc { struct irqaction *action; unsigned int irq_count; const char *name; };
struct softirq_action { void (*action)(void); };
struct tracepoint { const char *name; };
struct trace_entry { unsigned short type; unsigned char flags, preempt_count; int pid; };
struct cgroup_subsys_state {
  struct cgroup *cgroup; struct cgroup_subsys *ss; struct percpu_ref refcnt;
  struct list_head sibling, children; int id; unsigned int flags; u64 serial_nr; atomic_t online_cnt;
  struct cgroup_subsys_state *parent;
};
struct task_group {
  struct cgroup_subsys_state css; struct sched_entity **se; struct cfs_rq **cfs_rq; unsigned long shares;
  struct task_group *parent;
};
enum {
  HI_SOFTIRQ, TIMER_SOFTIRQ, NET_TX_SOFTIRQ, NET_RX_SOFTIRQ, BLOCK_SOFTIRQ, IRQ_POLL_SOFTIRQ, TASKLET_SOFTIRQ,
  SCHED_SOFTIRQ, HRTIMER_SOFTIRQ, RCU_SOFTIRQ, NR_SOFTIRQS
};
enum {
  ___GFP_DMA_BIT, ___GFP_HIGHMEM_BIT, ___GFP_DMA32_BIT, ___GFP_MOVABLE_BIT, ___GFP_RECLAIMABLE_BIT,
  ___GFP_HIGH_BIT, ___GFP_IO_BIT, ___GFP_FS_BIT, ___GFP_ZERO_BIT, ___GFP_UNUSED_BIT, ___GFP_DIRECT_RECLAIM_BIT,
  ___GFP_KSWAPD_RECLAIM_BIT, ___GFP_WRITE_BIT, ___GFP_NOWARN_BIT, ___GFP_RETRY_MAYFAIL_BIT, ___GFP_NOFAIL_BIT,
  ___GFP_NORETRY_BIT, ___GFP_MEMALLOC_BIT, ___GFP_COMP_BIT, ___GFP_NOMEMALLOC_BIT, ___GFP_HARDWALL_BIT,
  ___GFP_THISNODE_BIT, ___GFP_ACCOUNT_BIT, ___GFP_ZEROTAGS_BIT, ___GFP_NO_OBJ_EXT_BIT, ___GFP_LAST_BIT
};
`;
