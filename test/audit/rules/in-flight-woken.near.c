/* counter: device.requests */
struct device {
	wait_queue_head_t idle;
	atomic_t requests;
};

void device_init(struct device *d)
{
	atomic_set(&d->requests, 1);
}

void device_submit(struct device *d)
{
	atomic_inc(&d->requests);
}

void device_done(struct device *d)
{
	if (atomic_dec_and_test(&d->requests))
		wake_up(&d->idle);
}
