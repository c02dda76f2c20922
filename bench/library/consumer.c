// What a C program does with libbpf, for comparison. `drain FILE COUNT ROUNDS`: fills the ring and reads it, ROUNDS
// times; prints ns of processor time per event. `watch FILE SECONDS BYTES`: says which program sends events, reads them
// for SECONDS from a ring of BYTES; prints events and drops. `load FILE ROUNDS`: opens, loads and closes; prints the
// processor time of each round in ns.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct event {
	unsigned long long ns, cgroup;
	unsigned int pid, tid, uid;
	int result;
	char comm[16];
	unsigned long long bytes;
	unsigned int port, flags;
};

struct rodata {
	unsigned int most;
};

struct bss {
	unsigned long long dropped, sent;
};

static unsigned long long sum, seen;

static unsigned long long clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static unsigned long long now(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/* The machine may have other work: processor time is what can be compared. */
static unsigned long long spent(void)
{
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static int on_event(void *ctx, void *data, size_t size)
{
	const struct event *e = data;

	sum += e->ns + e->cgroup + e->pid + e->tid + e->uid + e->result + e->bytes + e->port + e->flags + e->comm[1];
	seen++;
	return 0;
}

static struct bpf_object *open_object(const char *file, unsigned most, unsigned bytes)
{
	struct bpf_object *object = bpf_object__open(file);
	struct bpf_map *map;
	struct rodata *constants;
	size_t size;

	if (!object)
		exit(3);
	map = bpf_object__find_map_by_name(object, "events");
	bpf_map__set_value_size(map, 0); /* libbpf hands the declared type's size to the kernel, which wants none */
	if (bytes)
		bpf_map__set_max_entries(map, bytes);
	map = bpf_object__find_map_by_name(object, ".rodata");
	constants = (void *)bpf_map__initial_value(map, &size);
	constants->most = most;
	return object;
}

static struct ring_buffer *open_ring(struct bpf_object *object)
{
	return ring_buffer__new(bpf_object__find_map_fd_by_name(object, "events"), on_event, NULL, NULL);
}

static int drain(const char *file, unsigned count, int rounds)
{
	struct bpf_object *object = open_object(file, count, 0);
	struct bpf_program *program = bpf_object__find_program_by_name(object, "fill");
	struct ring_buffer *ring;
	unsigned long long taken = 0, start;

	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "burst"), false);
	if (bpf_object__load(object))
		return 3;
	ring = open_ring(object);
	for (int i = 0; i < rounds; i++) {
		LIBBPF_OPTS(bpf_test_run_opts, options);

		if (bpf_prog_test_run_opts(bpf_program__fd(program), &options))
			return 3;
		start = spent();
		ring_buffer__consume(ring);
		taken += spent() - start;
	}
	printf("{\"events\": %llu, \"nsPerEvent\": %.2f}\n", seen, (double)taken / seen);
	return 0;
}

static int watch(const char *file, int seconds, unsigned bytes)
{
	struct bpf_object *object = open_object(file, 0, bytes);
	struct bpf_prog_info info = {};
	struct ring_buffer *ring;
	struct bss *variables;
	struct bpf_map *map;
	unsigned size = sizeof(info);
	unsigned long long end;
	int key = 0;
	char value[64];

	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "fill"), false);
	if (bpf_object__load(object))
		return 3;
	ring = open_ring(object);
	if (bpf_obj_get_info_by_fd(bpf_program__fd(bpf_object__find_program_by_name(object, "burst")), &info, &size))
		return 3;
	printf("{\"program\": %u}\n", info.id);
	fflush(stdout);
	end = now() + seconds * 1000000000ULL;
	while (now() < end)
		ring_buffer__poll(ring, 10);
	ring_buffer__consume(ring);
	map = bpf_object__find_map_by_name(object, ".bss");
	bpf_map_lookup_elem(bpf_map__fd(map), &key, value);
	variables = (void *)value;
	printf("{\"events\": %llu, \"sent\": %llu, \"dropped\": %llu}\n", seen, variables->sent, variables->dropped);
	return 0;
}

static int load(const char *file, int rounds)
{
	printf("[");
	for (int i = 0; i < rounds; i++) {
		unsigned long long start = spent();
		struct bpf_object *object = bpf_object__open(file);

		if (!object || bpf_object__load(object))
			return 3;
		printf("%s%llu", i ? ", " : "", spent() - start);
		bpf_object__close(object);
	}
	printf("]\n");
	return 0;
}

int main(int argc, char **argv)
{
	libbpf_set_print(NULL);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	if (argc == 5 && !strcmp(argv[1], "drain"))
		return drain(argv[2], atoi(argv[3]), atoi(argv[4]));
	if (argc == 5 && !strcmp(argv[1], "watch"))
		return watch(argv[2], atoi(argv[3]), atoi(argv[4]));
	if (argc == 4 && !strcmp(argv[1], "load"))
		return load(argv[2], atoi(argv[3]));
	return 2;
}
