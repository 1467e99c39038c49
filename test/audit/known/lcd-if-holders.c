/* counter: lcd_if.holders; verdict: misuse */
struct lcd_if { refcount_t holders; };
int lcd_if_probe(struct lcd_if *l) { refcount_set(&l->holders, 1); return 0; }
void lcd_if_get(struct lcd_if *l) { refcount_inc(&l->holders); }
void lcd_if_put(struct lcd_if *l)
{
	refcount_dec(&l->holders);
	if (!refcount_read(&l->holders))
		lcd_if_shutdown(l);
}
