/*
 * The traced process of a benchmark: does what standard input says, one command per line, and answers each with the
 * nanoseconds that it took. Nothing else happens in it, so that a tracer filtered to it sees these calls alone.
 *
 *   open COUNT [RATE]   open and close a file COUNT times, at RATE per second (0: as fast as possible)
 *   miss COUNT [RATE]   the same with a file that is not there: the quickest event that carries a path
 *   warm COUNT          open and close another file, which a count of lines can leave out
 *   call COUNT          a system call that does next to nothing, COUNT times
 *   tick                open and close a file each half millisecond until the next command
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void open_once(const char *path)
{
	int fd = openat(AT_FDCWD, path, O_RDONLY);

	if (fd >= 0)
		close(fd);
}

static void open_many(const char *path, long count, long rate)
{
	long start = now();

	for (long i = 0; i < count; i++) {
		if (rate > 0) {
			long due = start + i * (1000000000L / rate);

			while (now() < due)
				;
		}
		open_once(path);
	}
}

static void tick(void)
{
	struct pollfd input = { .fd = 0, .events = POLLIN };
	struct timespec pause = { .tv_nsec = 500000 };

	while (poll(&input, 1, 0) == 0) {
		open_once("/etc/hostname");
		nanosleep(&pause, NULL);
	}
}

int main(void)
{
	char line[128];

	setvbuf(stdin, NULL, _IONBF, 0); /* so that poll in tick() sees what is waiting */
	printf("ready\n");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		long count = 0, rate = 0, start = now();

		if (sscanf(line, "open %ld %ld", &count, &rate) >= 1)
			open_many("/etc/hostname", count, rate);
		else if (sscanf(line, "miss %ld %ld", &count, &rate) >= 1)
			open_many("/skep-miss", count, rate);
		else if (sscanf(line, "warm %ld", &count) == 1)
			open_many("/etc/hosts", count, 0);
		else if (sscanf(line, "call %ld", &count) == 1)
			for (long i = 0; i < count; i++)
				syscall(SYS_getppid);
		else if (!strncmp(line, "tick", 4))
			tick();
		printf("%ld\n", now() - start);
		fflush(stdout);
	}
	return 0;
}
