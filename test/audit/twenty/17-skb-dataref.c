/* counter: frame_info.dataref; verdict: no; rule: halves */
#define DATAREF_SHIFT 16
#define DATAREF_MASK ((1 << DATAREF_SHIFT) - 1)

struct frame_info {
	atomic_t dataref;
};

static inline bool frame_is_cloned(struct frame_info *f)
{
	return (atomic_read(&f->dataref) & DATAREF_MASK) != 1;
}

static inline void frame_release_header(struct frame_info *f)
{
	atomic_set(&f->dataref, 1 + (1 << DATAREF_SHIFT)); /* evidence */
}

void frame_clone(struct frame_info *f)
{
	atomic_inc(&f->dataref);
}

bool frame_unref(struct frame_info *f, bool nohdr)
{
	if (atomic_sub_return(nohdr ? (1 << DATAREF_SHIFT) + 1 : 1, &f->dataref)) /* evidence */
		return false;
	return true;
}
