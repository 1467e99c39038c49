/*
 * What a header of refuzz's leaves out: said inside of the function that does less than the kernel's. The answer's limits
 * name it if the source uses that function.
 *
 *	static inline void touch_nmi_watchdog(void) { REFUZZ_LEAVES_OUT("watchdogs"); }
 *
 * The text stays in the module under this name, where refuzz finds it.
 */
#ifndef REFUZZ_LEAVES_OUT_H
#define REFUZZ_LEAVES_OUT_H

#ifdef REFUZZ_RECORDED
#define REFUZZ_LEAVES_OUT(text)                                                                                        \
	do {                                                                                                           \
		static const char refuzz_left_out[] __attribute__((used)) = text;                                      \
	} while (0)
#else
#define REFUZZ_LEAVES_OUT(text) ((void)0)
#endif

#endif
