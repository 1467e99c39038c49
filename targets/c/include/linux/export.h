/* No module is linked against a test; each takes the semicolon behind it. */
#ifndef _LINUX_EXPORT_H
#define _LINUX_EXPORT_H

#define EXPORT_SYMBOL(symbol) _Static_assert(1, "")
#define EXPORT_SYMBOL_GPL(symbol) _Static_assert(1, "")
#define EXPORT_SYMBOL_NS(symbol, space) _Static_assert(1, "")
#define EXPORT_SYMBOL_NS_GPL(symbol, space) _Static_assert(1, "")

#endif
