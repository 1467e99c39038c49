/* counter: uplink.mounts */
struct uplink {
	atomic_t mounts;
};

void uplink_init(struct uplink *u)
{
	atomic_set(&u->mounts, 0); /* evidence */
}

void uplink_mount(struct uplink *u)
{
	atomic_inc(&u->mounts); /* evidence */
}

void uplink_umount(struct uplink *u)
{
	if (atomic_dec_and_test(&u->mounts)) /* evidence */
		uplink_hang_up(u);
}
