/* counter: trackctx.refs; verdict: sound */
struct trackctx {
	struct kref refs;
	unsigned long first;
};

struct trackctx *trackctx_alloc(unsigned long first)
{
	struct trackctx *ctx = kmalloc(sizeof(*ctx), GFP_KERNEL);

	if (!ctx)
		return NULL;
	ctx->first = first;
	kref_init(&ctx->refs);
	return ctx;
}

static void trackctx_release(struct kref *kref)
{
	kfree(container_of(kref, struct trackctx, refs));
}

int trackctx_share(struct trackctx *ctx)
{
	/* A fork bomb is not to saturate it. */
	if (unlikely(kref_read(&ctx->refs) >= REFCOUNT_MAX))
		return -ENOMEM;
	kref_get(&ctx->refs);
	return 0;
}

void trackctx_drop(struct trackctx *ctx)
{
	kref_put(&ctx->refs, trackctx_release);
}
