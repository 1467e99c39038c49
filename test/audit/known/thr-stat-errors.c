/* counter: thr_stat.errors; verdict: misuse */
struct thr_stat { refcount_t errors; };
static struct thr_stat thr_stats;
void thr_err(void) { refcount_inc(&thr_stats.errors); }
static ssize_t errors_show(struct device *d, struct device_attribute *a, char *buf) { return sysfs_emit(buf, "%u\n", refcount_read(&thr_stats.errors)); }
