/* counter: gpx_dev.opens; verdict: misuse */
struct gpx_dev { refcount_t opens; void *regs; };
static int gpx_probe(struct platform_device *pdev)
{
	struct gpx_dev *g = devm_kzalloc(&pdev->dev, sizeof(*g), GFP_KERNEL);
	if (!g)
		return -ENOMEM;
	platform_set_drvdata(pdev, g);
	return 0;
}
static int gpx_open(struct inode *i, struct file *f)
{
	struct gpx_dev *g = f->private_data;
	refcount_inc(&g->opens);
	return 0;
}
static int gpx_release(struct inode *i, struct file *f)
{
	struct gpx_dev *g = f->private_data;
	if (refcount_dec_and_test(&g->opens))
		gpx_power_down(g);
	return 0;
}
