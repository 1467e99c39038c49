#pragma once
#include "example/headers.h"

static void __exit repro_exit(void)
{
}
module_exit(repro_exit);
