/* counter: uplink.mounts */
struct uplink {
	atomic_t mounts;
};

void uplink_init(struct uplink *u)
{
	atomic_set(&u->mounts, 0);
}

void uplink_mount(struct uplink *u)
{
	if (atomic_inc_return(&u->mounts) == 1)
		uplink_dial(u);
}

void uplink_umount(struct uplink *u)
{
	if (atomic_dec_and_test(&u->mounts))
		uplink_hang_up(u);
}
