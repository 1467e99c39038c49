/* Found in a list below a lock; whoever puts the last reference takes it out. */
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include "mug.h"

static LIST_HEAD(mugs);
static DEFINE_SPINLOCK(mugs_lock);

struct mug *mug_make(int size)
{
	struct mug *mug = kzalloc(sizeof(*mug), GFP_KERNEL);

	if (!mug)
		return NULL;
	mug->size = size;
	mug->label = kstrdup("mug", GFP_KERNEL);
	atomic_set(&mug->users, 1);
	spin_lock(&mugs_lock);
	list_add(&mug->shelf, &mugs);
	spin_unlock(&mugs_lock);
	return mug;
}

struct mug *mug_find(int size)
{
	struct mug *mug;

	pr_debug("looking for %d\n", size);
	spin_lock(&mugs_lock);
	list_for_each_entry(mug, &mugs, shelf) {
		if (mug->size == size) {
			atomic_inc(&mug->users);
			mug->washed++;
			spin_unlock(&mugs_lock);
			return mug;
		}
	}
	spin_unlock(&mugs_lock);
	return NULL;
}

void mug_put(struct mug *mug)
{
	if (!atomic_dec_and_lock(&mug->users, &mugs_lock))
		return;
	list_del(&mug->shelf);
	spin_unlock(&mugs_lock);
	kfree(mug->label);
	kfree(mug);
}

int mug_show(struct mug *mug, char *text)
{
	return sprintf(text, "%d users\n", atomic_read(&mug->users));
}
