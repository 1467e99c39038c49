#pragma once
#include "../calls.h"
#include "../turns.h"

static void open_call(void)
{
	opened = true;
	call = &calls[call_count++];
	*call = (struct call){ self, op, now, -1, { "", "" } };
}
