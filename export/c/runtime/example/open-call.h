#pragma once
#include "case.h"
#ifdef SCHEME
#include "../scheme/open-call.h"
#else
#include "../counter/open-call.h"
#endif
