/* Reproducers include headers of the kernel here. */
#pragma once
#include "../stub.h"
