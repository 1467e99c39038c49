/* counter: vmaobj.maps; verdict: misuse */
/* mappings counted from 0 by vm_open/vm_close, refused while mapped */
struct vmaobj { refcount_t maps; void *mem; };
static void vmaobj_vm_open(struct vm_area_struct *vma) { struct vmaobj *o = vma->vm_private_data; refcount_inc(&o->maps); }
static void vmaobj_vm_close(struct vm_area_struct *vma) { struct vmaobj *o = vma->vm_private_data; refcount_dec(&o->maps); }
static int vmaobj_reqbufs(struct vmaobj *o)
{
	if (refcount_read(&o->maps) > 0)
		return -EBUSY;
	kfree(o->mem);
	return 0;
}
static struct vmaobj *vmaobj_new(void)
{
	struct vmaobj *o = kzalloc(sizeof(*o), GFP_KERNEL);
	refcount_set(&o->maps, 0);
	return o;
}
