#pragma once
#include "../example/headers.h"

static refcount_t counter;

static void set_counter(int value)
{
	refcount_set(&counter, value);
}

static int read_counter(void)
{
	return (int)refcount_read(&counter);
}
