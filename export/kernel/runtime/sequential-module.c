#include "example/verdict.h"
#include "report.h"
#include "sequential.h"
#include "warnings.h"

static int __init repro_init(void)
{
	int word, ret;

	pr_info("begin %s\n", signature);
	ret = run_steps(&word);
	if (ret)
		return ret;
	count_warnings();
	report(word);
	print_verdict(word);
	return 0;
}
module_init(repro_init);

#include "exit.h"
#include "about.h"
