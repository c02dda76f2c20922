// One program, for the time that opening, fitting and loading an object takes: with FITTED it is fitted to the kernel's
// types, without it asks nothing of them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#ifdef FITTED
#include <bpf/bpf_core_read.h>

struct task_struct {
	int tgid;
	struct task_struct *real_parent;
} __attribute__((preserve_access_index));
#endif

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

const volatile __u32 target = 0;
__u64 seen = 0;

SEC("raw_tracepoint/sys_enter")
int on_call(void *ctx)
{
#ifdef FITTED
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 pid = BPF_CORE_READ(task, real_parent, tgid);
#else
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
#endif
	__u64 one = 1, *count;

	if (target && pid != target)
		return 0;
	count = bpf_map_lookup_elem(&counts, &pid);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&counts, &pid, &one, 0);
	seen++;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
