#include "concurrent.h"

module_param(rounds, int, 0444);
MODULE_PARM_DESC(rounds, "how often the threads are let loose");

static int __init repro_init(void)
{
	int run, hits, ret;
	size_t i;

	pr_info("begin %s\n", signature);
	ret = run_rounds(&run, &hits);
	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		pr_info("thread %d: %s, recorded %d, one after another the reference gives %d\n",
			steps[i].thread, op_names[steps[i].op], steps[i].recorded,
			steps[i].reference);
	pr_info("word at the end, recorded: %d\n", RECORDED_WORD);
	if (hits > 0)
		pr_info("DIVERGES %s: as recorded in %d of %d rounds\n", signature, hits, run);
	else
		pr_info("agrees %s: not seen in %d rounds\n", signature, run);
	return 0;
}
module_init(repro_init);

#include "exit.h"
#include "about.h"
