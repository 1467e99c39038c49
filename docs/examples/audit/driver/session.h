#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>

/* A connection of a client. */
struct session {
	struct list_head node;
	spinlock_t lock;
	atomic_t refs;		/* who holds it */
	atomic_t rx_drops;
	char name[16];
};

/* A client that may come back: it stays in the list while nobody uses it. */
struct peer {
	struct list_head node;
	atomic_t users;		/* -1 once it is dead */
	struct session *last;
};

/* Something that sessions share. */
struct channel {
	refcount_t refs;
	refcount_t readers;
	int number;
};
