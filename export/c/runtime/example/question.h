#pragma once
#include "../counter/order.h"
