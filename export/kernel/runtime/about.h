#pragma once
#include "example/case.h"

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A reproducer written by refuzz: " SIGNATURE);
