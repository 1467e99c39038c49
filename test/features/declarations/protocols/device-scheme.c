#include <refuzz.h>
#include "device.c"

#ifdef DECLARED
REFUZZ_SCHEME(struct device, opens);
REFUZZ_WORD(device_mutex);
REFUZZ_WORD(device_slot);
REFUZZ_FIELD(gone);
REFUZZ_STATE(plugged)
{
	refcount_set(&object->opens, 1);
	device_slot = object;
	refuzz_link(REFUZZ_LIVE);
}
REFUZZ_STATE(unplugged)
{
	refcount_set(&object->opens, 2);
	object->gone = true;
	refuzz_hold(0);
	refuzz_hold(1);
}
REFUZZ_GET(device_open) { return device_open(object); }
REFUZZ_PUT(device_close) { device_close(object); }
REFUZZ_ACT(device_unplug)
{
	device_unplug();
	return REFUZZ_VOID;
}
#else
REFUZZ_SCHEME(struct device, opens);
REFUZZ_STATE(plugged) { refcount_set(&object->opens, 1); device_slot = object; refuzz_link(REFUZZ_LIVE); }
REFUZZ_STATE(unplugged, .count = 2, .holders = 2, .object.gone = true);
REFUZZ_OPS(device_open, device_close, device_unplug);
#endif
REFUZZ_USE(poll) { device_is_there(object) ? refuzz_use() : (void)0; }
