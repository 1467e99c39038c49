#pragma once
#include "../example/headers.h"

/* The last put calls it; there is no object to free here. */
static void repro_release(struct kref *kref)
{
	(void)kref;
}
