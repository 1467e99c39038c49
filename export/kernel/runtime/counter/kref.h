#pragma once
#include "../example/headers.h"

static struct kref counter;

static void set_counter(int value)
{
	refcount_set(&counter.refcount, value);
}

static int read_counter(void)
{
	return (int)kref_read(&counter);
}
