#pragma once
#include "../counter/reference.h"
