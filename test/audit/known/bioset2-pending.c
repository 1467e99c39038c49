/* counter: bioset2.pending; verdict: as-is */
struct bioset2 { atomic_t pending; struct completion done; };
int bioset2_write(struct bioset2 *b, int n)
{
	init_completion(&b->done);
	atomic_set(&b->pending, 1);
	while (n--) {
		atomic_inc(&b->pending);
		bioset2_submit(b);
	}
	if (!atomic_dec_and_test(&b->pending))
		wait_for_completion(&b->done);
	return 0;
}
void bioset2_end_io(struct bioset2 *b) { if (atomic_dec_and_test(&b->pending)) complete(&b->done); }
