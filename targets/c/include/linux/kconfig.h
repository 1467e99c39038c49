/* An option is set if the source defines it as 1. */
#ifndef _LINUX_KCONFIG_H
#define _LINUX_KCONFIG_H

#define REFUZZ_SET_1 0,
#define REFUZZ_SECOND(ignored, second, ...) second
#define REFUZZ_IS_SET_(hint) REFUZZ_SECOND(hint 1, 0, 0)
#define REFUZZ_IS_SET(value) REFUZZ_IS_SET_(REFUZZ_SET_##value)

#define IS_BUILTIN(option) REFUZZ_IS_SET(option)
#define IS_MODULE(option) 0
#define IS_REACHABLE(option) REFUZZ_IS_SET(option)
#define IS_ENABLED(option) REFUZZ_IS_SET(option)

#endif
