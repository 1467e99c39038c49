/* The bytes of the input read as choices, and the line that a run ends with: bytes.ts and report.ts in C. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define COUNT_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

static const int STARTS[] = { 0, 1, 2, -1, INT_MAX - 1, INT_MAX, INT_MIN, INT_MIN / 2 };
static const int ARGUMENTS[] = { 0, 1, 2, -1, INT_MAX, INT_MIN };

static const uint8_t *input, *input_end;

static int next_byte(void)
{
	return input < input_end ? *input++ : 0;
}

/* Mostly a value of the table; one in eight is 32 bits of the input. */
static int next_value(const int *table, int count)
{
	int kind = next_byte();

	if (kind < 224)
		return table[kind % count];
	uint32_t value = next_byte();

	value |= (uint32_t)next_byte() << 8;
	value |= (uint32_t)next_byte() << 16;
	value |= (uint32_t)next_byte() << 24;
	return (int)value;
}

static double started;
static long pairs;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void tell(const char *end, const char *what)
{
	printf("\nPEER {\"end\":\"%s\",\"ms\":%f,\"pairs\":%ld,\"what\":\"%s\"}\n", end, now() - started, pairs, what);
	fflush(stdout);
}

static void begin(const uint8_t *bytes, size_t size)
{
	static double limit;

	input = bytes;
	input_end = bytes + size;
	if (!started) {
		const char *seconds = getenv("PEER_SECONDS");

		started = now();
		limit = started + 1e3 * (seconds ? atof(seconds) : 20);
	}
	if (now() < limit)
		return;
	tell("nothing", "");
	_exit(0);
}

static void found(const char *what)
{
	tell("found", what);
	abort();
}
