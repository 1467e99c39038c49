#pragma once
#include "case.h"
#ifdef SCHEME
#include "../scheme/word.h"
#else
#include "../counter/pinned-word.h"
#endif
