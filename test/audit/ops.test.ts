import { describe, expect, test } from 'vitest';
import { counterIn, HEADER, sitesOf } from './box.ts';
import { censusOfTexts } from './census-of-texts.ts';

describe('what an op is', () => {
  // As it is written, and as the census names it.
  const OPS: readonly (readonly [written: string, op: string, amounts: readonly (number | string)[]])[] = [
    ['atomic_inc(&b->users);', 'inc', []],
    ['atomic_add(1, &b->users);', 'inc', []],
    ['atomic_add(-1, &b->users);', 'dec', []],
    ['atomic_sub(n, &b->users);', 'sub', ['n']],
    ['atomic_add(2, &b->users);', 'add', [2]],
    ['n = atomic_add_return(-1, &b->users);', 'dec_return', []],
    ['n = atomic_fetch_add(1, &b->users);', 'inc_return', []],
    ['n = atomic_fetch_sub_release(1, &b->users);', 'dec_return', []],
    ['if (atomic_add_unless(&b->users, 1, 0)) n++;', 'inc_not_zero', []],
    ['if (atomic_add_unless(&b->users, 1, -1)) n++;', 'add_unless', [1, -1]],
    ['if (atomic_add_unless(&b->users, -1, 1)) n++;', 'dec_not_one', []],
    ['if (atomic_cmpxchg(&b->users, 1, 0) == 1) n++;', 'dec_if_one', []],
    ['if (atomic_cmpxchg(&b->users, 0, -1) == 0) n++;', 'cmpxchg', [0, -1]],
    ['if (atomic_sub_and_test(1, &b->users)) n++;', 'dec_and_test', []],
    ['if (atomic_add_negative(-1, &b->users)) n++;', 'add_negative', [-1]],
    ['if (atomic_dec_and_lock(&b->users, &b->lock)) n++;', 'dec_and_lock', ['&b->lock']],
    ['atomic_set(&b->users, 1);', 'set', [1]],
    ['raw_atomic_inc(&b->users);', 'inc', []],
    ['atomic_or(4, &b->users);', 'or', [4]],
  ];

  test.each(OPS)('%s', async (written, op, amounts) => {
    const [site] = await sitesOf(`\t${written}`);
    expect(site).toMatchObject({ op, amounts, attribution: 'typed', object: 'b', fn: 'work_on' });
  });

  test('a name that only begins like one is none', async () => {
    const census = await censusOfTexts({
      'a.c': `${HEADER}void f(struct box *b) { atomic_check(&b->users); atomic_notifier_call_chain(&b->users, 0); }`,
    });
    expect(counterIn(census, 'box.users').sites).toEqual([]);
    expect(census.loss.written).toBe(0);
  });

  test('kref and refcount_t', async () => {
    const [site] = await sitesOf('\tkref_put(&b->kref, box_release);', 'box.kref');
    expect(site).toMatchObject({ op: 'dec_and_test', written: 'kref_put', release: 'box_release' });
    const [other] = await sitesOf('\tif (refcount_dec_and_mutex_lock(&b->refs, &m)) n++;', 'box.refs');
    expect(other).toMatchObject({ op: 'dec_and_lock', amounts: ['&m'] });
    const [old] = await sitesOf('\tint v;\n\t__refcount_inc(&b->refs, &v);', 'box.refs');
    expect(old).toMatchObject({ op: 'inc', amounts: [] });
  });
});

describe('two schemes that do not convert as they are', () => {
  test('dead at -1: idle at 0, and the collector takes it from there', async () => {
    const census = await censusOfTexts({
      'peer.c': `
struct peer { struct rcu_head rcu; atomic_t refcnt; };
static void peer_free_rcu(struct rcu_head *head)
{
	kmem_cache_free(peer_cache, container_of(head, struct peer, rcu));
}
static void peer_gc(struct peer *p)
{
	if (atomic_cmpxchg(&p->refcnt, 0, -1) != 0)
		return;
	call_rcu(&p->rcu, peer_free_rcu);
}
struct peer *peer_find(struct peer *p)
{
	if (!atomic_add_unless(&p->refcnt, 1, -1))
		return NULL;
	return p;
}
`,
    });
    const [gc, find] = counterIn(census, 'peer.refcnt').sites;
    expect(gc).toMatchObject({
      op: 'cmpxchg',
      amounts: [0, -1],
      use: { tests: [], whenFalse: { leaves: 'return' } },
    });
    expect(gc?.use.whenTrue?.frees).toMatchObject([{ how: 'rcu', isSameObject: true }]);
    expect(find).toMatchObject({
      op: 'add_unless',
      amounts: [1, -1],
      use: { whenFalse: { leaves: 'NULL' } },
    });
  });

  test('freed below 0: at 0 it lies in the trash', async () => {
    const census = await censusOfTexts({
      'dest.h': `
struct dest { atomic_t refcnt; };
static inline void dest_put_and_free(struct dest *dest)
{
	if (atomic_dec_return(&dest->refcnt) < 0)
		kfree(dest);
}
`,
    });
    const [put] = counterIn(census, 'dest.refcnt').sites;
    expect(put?.use.tests).toMatchObject([{ relation: '<', with: 0 }]);
    expect(put?.use.whenTrue?.frees).toMatchObject([
      { how: 'directly', path: ['kfree'], isSameObject: true },
    ]);
  });
});
