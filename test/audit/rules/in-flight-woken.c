/* counter: device.requests */
struct device {
	wait_queue_head_t idle;
	atomic_t requests;
};

void device_init(struct device *d)
{
	atomic_set(&d->requests, 0); /* evidence */
}

void device_submit(struct device *d)
{
	atomic_inc(&d->requests); /* evidence */
}

void device_done(struct device *d)
{
	if (atomic_dec_and_test(&d->requests)) /* evidence */
		wake_up(&d->idle);
}

void device_drain(struct device *d)
{
	wait_event(d->idle, atomic_read(&d->requests) == 0); /* evidence */
}
