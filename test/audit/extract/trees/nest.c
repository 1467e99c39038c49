/* At 0 it stays where it is found, until the collector comes by. */
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct nest {
	struct list_head branch;
	atomic_t birds;
	int height;
};

struct tree {
	struct list_head nests;
	spinlock_t lock;
	char name[16];
};

struct nest *nest_build(struct tree *tree, int height)
{
	struct nest *nest = kzalloc(sizeof(*nest), GFP_KERNEL);

	if (!nest)
		return NULL;
	nest->height = height;
	atomic_set(&nest->birds, 0);
	spin_lock(&tree->lock);
	list_add(&nest->branch, &tree->nests);
	spin_unlock(&tree->lock);
	return nest;
}

struct nest *nest_enter(struct tree *tree, int height)
{
	struct nest *nest;

	spin_lock(&tree->lock);
	list_for_each_entry(nest, &tree->nests, branch) {
		if (nest->height == height) {
			atomic_inc(&nest->birds);
			spin_unlock(&tree->lock);
			return nest;
		}
	}
	spin_unlock(&tree->lock);
	return NULL;
}

void nest_leave(struct nest *nest)
{
	atomic_dec(&nest->birds);
}

void nest_collect(struct tree *tree)
{
	struct nest *nest, *next;

	spin_lock(&tree->lock);
	list_for_each_entry_safe(nest, next, &tree->nests, branch) {
		if (atomic_read(&nest->birds) == 0) {
			list_del(&nest->branch);
			kfree(nest);
		}
	}
	spin_unlock(&tree->lock);
}
