/* counter: motor.holds */
struct motor {
	atomic_t holds;
};

void motor_get(struct motor *m)
{
	atomic_inc(&m->holds);
}

void motor_put(struct motor *m)
{
	if (atomic_dec_and_test(&m->holds)) { /* evidence */
		atomic_inc(&m->holds);
		motor_restart(m);
	}
}
