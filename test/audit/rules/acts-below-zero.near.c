/* counter: gate.passes */
struct gate {
	atomic_t passes;
};

void gate_refill(struct gate *g)
{
	atomic_inc(&g->passes);
}

void gate_pass(struct gate *g)
{
	WARN_ON(atomic_dec_return(&g->passes) < 0);
}
