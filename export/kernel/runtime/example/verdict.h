#pragma once
#include "../verdict/value.h"
