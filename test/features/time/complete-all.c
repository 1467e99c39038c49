/* Two may wait for the device to be gone: complete() lets one of them go on. */
#include <refuzz.h>
#include <linux/completion.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct device { refcount_t users; };

static DECLARE_COMPLETION(gone);

REFUZZ_SCHEME(struct device, users);
REFUZZ_STATE(two, .count = 2, .holders = 2);

REFUZZ_PUT(put)
{
	if (!refcount_dec_and_test(&object->users))
		return;
	kfree(object);
	/* defect: complete(&gone); */
	complete_all(&gone);
}
REFUZZ_ACT(wait)
{
	wait_for_completion(&gone);
	return REFUZZ_GRANTED;
}
REFUZZ_ACT(look) { return completion_done(&gone) ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
REFUZZ_ACT(poll) { return try_wait_for_completion(&gone) ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
