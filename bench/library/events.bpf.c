// Programs of the library's benchmark: one fills a ring at once, one sends as many events as it is told.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 ns;
	__u64 cgroup;
	__u32 pid;
	__u32 tid;
	__u32 uid;
	__s32 result;
	char comm[16];
	__u64 bytes;
	__u32 port;
	__u32 flags;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 24);
	__type(value, struct event);
} events SEC(".maps");

const volatile __u32 most = 0;
__u64 dropped = 0;
__u64 sent = 0;

static __always_inline int submit(__u32 i, __u64 flags)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e) {
		__sync_fetch_and_add(&dropped, 1);
		return 1;
	}
	e->ns = 1000000000000ULL + i;
	e->cgroup = 4711;
	e->pid = 4000 + (i & 15);
	e->tid = i;
	e->uid = 1000;
	e->result = -(int)(i & 7);
	__builtin_memset(e->comm, 0, sizeof(e->comm));
	e->comm[0] = 'w';
	e->comm[1] = 'a' + (i & 15);
	e->bytes = i;
	e->port = 443;
	e->flags = 0;
	bpf_ringbuf_submit(e, flags);
	__sync_fetch_and_add(&sent, 1);
	return 0;
}

static long fill_one(__u32 i, void *ctx)
{
	return submit(i, BPF_RB_NO_WAKEUP);
}

SEC("syscall")
int fill(void *ctx)
{
	bpf_loop(most, fill_one, 0, 0);
	return 0;
}

/* Goes on when there was no room: the next event may find some. */
static long send_one(__u32 i, void *ctx)
{
	submit(i, 0);
	return 0;
}

struct burst_request {
	__u32 count;
};

SEC("syscall")
int burst(struct burst_request *request)
{
	bpf_loop(request->count, send_one, 0, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
