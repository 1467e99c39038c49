/* counter: codec_x.streams; verdict: misuse */
struct codec_x { refcount_t streams; struct mutex lock; };
int codec_x_init(struct codec_x *c) { mutex_init(&c->lock); refcount_set(&c->streams, 0); return 0; }
int codec_x_start(struct codec_x *c)
{
	mutex_lock(&c->lock);
	if (refcount_read(&c->streams) == 0)
		codec_x_clk_on(c);
	refcount_inc(&c->streams);
	mutex_unlock(&c->lock);
	return 0;
}
void codec_x_stop(struct codec_x *c)
{
	mutex_lock(&c->lock);
	if (refcount_dec_and_test(&c->streams))
		codec_x_clk_off(c);
	mutex_unlock(&c->lock);
}
