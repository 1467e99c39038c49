/* counter: wokeinc.users; verdict: misuse */
struct wokeinc { refcount_t users; struct mutex m; };
void wokeinc_init(struct wokeinc *w) { mutex_init(&w->m); refcount_set(&w->users, 1); }
int wokeinc_get(struct wokeinc *w)
{
	if (refcount_inc_not_zero(&w->users))
		return 0;
	mutex_lock(&w->m);
	wokeinc_power(w);
	refcount_inc(&w->users);
	mutex_unlock(&w->m);
	return 0;
}
void wokeinc_put(struct wokeinc *w) { if (refcount_dec_and_test(&w->users)) wokeinc_off(w); }
