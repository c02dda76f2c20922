// Runs the program with the id PROGRAM so that it sends RATE events a second for SECONDS, from a line on the standard
// input on; prints how many it asked for. Each run sends what is due by then: 100 events every 200 microseconds at
// 500,000 a second.
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SLICE_NS 200000ULL
#define MOST_AT_ONCE 1000 /* after a pause that the machine's other work made */

static unsigned long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	unsigned long long rate, seconds, asked = 0, start;
	int program;

	if (argc != 4)
		return 2;
	program = bpf_prog_get_fd_by_id(atoi(argv[1]));
	rate = atoll(argv[2]);
	seconds = atoll(argv[3]);
	if (program < 0 || getchar() == EOF)
		return 3;
	start = now();
	for (;;) {
		unsigned long long passed = now() - start, due = passed / 1000 * rate / 1000000;
		struct timespec pause = { 0, SLICE_NS };
		struct { unsigned int count; } context = { due - asked < MOST_AT_ONCE ? due - asked : MOST_AT_ONCE };
		LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &context, .ctx_size_in = sizeof(context));

		if (passed > seconds * 1000000000ULL)
			break;
		if (context.count > 0 && bpf_prog_test_run_opts(program, &options))
			return 3;
		asked += context.count;
		if (asked + rate / 100 >= due)
			nanosleep(&pause, NULL);
	}
	printf("%llu\n", asked);
	return 0;
}
