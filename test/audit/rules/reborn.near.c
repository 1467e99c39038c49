/* counter: motor.holds */
struct motor {
	atomic_t holds;
};

void motor_use(struct motor *m)
{
	atomic_inc(&m->holds);
	motor_run(m);
	if (atomic_dec_and_test(&m->holds))
		kfree(m);
}
