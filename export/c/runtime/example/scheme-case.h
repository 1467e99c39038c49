/* The example as a case of a scheme. */
#pragma once
#define SCHEME
#include "case.h"
