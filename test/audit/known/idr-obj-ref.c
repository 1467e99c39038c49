/* counter: idr_obj.ref; verdict: sound */
struct idr_obj { struct kref ref; struct rcu_head rcu; };
static void idr_obj_release(struct kref *k) { struct idr_obj *o = container_of(k, struct idr_obj, ref); kfree_rcu(o, rcu); }
struct idr_obj *idr_obj_find(int id)
{
	struct idr_obj *o;
	rcu_read_lock();
	o = idr_find(&objs, id);
	if (o && !kref_get_unless_zero(&o->ref))
		o = NULL;
	rcu_read_unlock();
	return o;
}
int idr_obj_add(void) { struct idr_obj *o = kzalloc(sizeof(*o), GFP_KERNEL); kref_init(&o->ref); return idr_alloc(&objs, o, 0, 0, GFP_KERNEL); }
void idr_obj_put(struct idr_obj *o) { kref_put(&o->ref, idr_obj_release); }
