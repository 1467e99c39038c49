#pragma once
#include "../example/headers.h"

static atomic_t counter;

static void set_counter(int value)
{
	atomic_set(&counter, value);
}

static int read_counter(void)
{
	return atomic_read(&counter);
}
