/* counter: gateuser.n; verdict: no */
struct gateuser { atomic_t n; };
void gateuser_on(struct gateuser *g) { if (atomic_inc_return(&g->n) == 1) gate_on(g); }
void gateuser_off(struct gateuser *g) { if (atomic_dec_return(&g->n) == 0) gate_off(g); }
