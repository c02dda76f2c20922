// Calls getppid RATE times a second for SECONDS, from a line on the standard input on; prints how often.
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SLICE_NS 200000ULL

static unsigned long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	unsigned long long rate = atoll(argv[1]), seconds = atoll(argv[2]), calls = 0, start;

	(void)argc;
	getchar();
	start = now();
	for (;;) {
		unsigned long long passed = now() - start, due = passed / 1000 * rate / 1000000;
		struct timespec pause = { 0, SLICE_NS };

		if (passed > seconds * 1000000000ULL)
			break;
		for (unsigned n = 0; calls < due && n < rate / 100; n++, calls++)
			syscall(SYS_getppid);
		nanosleep(&pause, NULL);
	}
	printf("%llu\n", calls);
	return 0;
}
