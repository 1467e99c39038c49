import { describe, expect, test } from 'vitest';
import type { Census, Counter, Site } from '../../audit/census/counter.ts';
import { censusOfTexts } from './census-of-texts.ts';

const HEADER = `
struct box {
	struct list_head list;
	atomic_t users;		/* who holds it */
	refcount_t refs;
	struct kref kref;
	struct rcu_head rcu;
	struct work_struct work;
	spinlock_t lock;
};
`;

function counterIn({ counters }: Census, name: string): Counter {
  const found = counters.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${counters.map((one) => one.name).join(', ')}`);
  return found;
}

/** The sites of `box.users`, or of another counter, when a function's body is this. */
async function sitesOf(body: string, name = 'box.users', head = ''): Promise<readonly Site[]> {
  const census = await censusOfTexts({
    'a.c': `${HEADER}${head}\nint work_on(struct box *b, int n)\n{\n${body}\n}\n`,
  });
  return counterIn(census, name).sites;
}

const calls = (site: Site | undefined, branch: 'whenTrue' | 'whenFalse') =>
  site?.use[branch]?.calls.map(({ callee, isNested }) => (isNested ? `?${callee}` : callee));

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

describe('how its result is used', () => {
  test('a put whose branch of truth is the rest of the block', async () => {
    const [site] = await sitesOf(
      '\tif (!atomic_dec_and_test(&b->users))\n\t\treturn 0;\n\tunlink(b);\n\tkfree(b);',
    );
    expect(calls(site, 'whenTrue')).toEqual(['unlink', 'kfree']);
    expect(site?.use.whenTrue?.frees).toMatchObject([
      { how: 'directly', isSameObject: true, isConditional: false },
    ]);
    expect(site?.use.whenFalse?.leaves).toBe('0');
  });

  const BRANCHES: readonly (readonly [body: string, yes: unknown, no: unknown])[] = [
    ['if (atomic_dec_and_test(&b->users)) gone(b); else kept(b);', ['gone'], ['kept']],
    ['if (!atomic_dec_and_test(&b->users)) kept(b); else gone(b);', ['gone'], ['kept']],
    ['if (atomic_dec_and_test(&b->users) == 0) kept(b); else gone(b);', ['gone'], ['kept']],
    ['int last = atomic_dec_and_test(&b->users); if (!last) return 1; gone(b);', ['gone'], []],
    ['if (unlikely(atomic_dec_and_test(&b->users))) { if (n) gone(b); }', ['?gone'], undefined],
    ['if (atomic_dec_and_test(&b->users)) goto out; return 0; out: gone(b); return 1;', ['gone'], []],
    ['atomic_dec_and_test(&b->users) ? gone(b) : kept(b);', ['gone'], ['kept']],
    ['while (!atomic_dec_and_test(&b->users)) kept(b); gone(b);', ['gone'], ['kept']],
    // Iterators of the kernel's are loops, with and without braces.
    ['for_each_box(b) if (atomic_dec_and_test(&b->users)) gone(b); after(b);', ['gone'], undefined],
    [
      'list_for_each_entry(b, &all, list) { if (!atomic_inc_not_zero(&b->users)) continue; found(b); }',
      ['found'],
      [],
    ],
    ['struct box *x __free(kfree) = NULL; if (atomic_dec_and_test(&b->users)) gone(b);', ['gone'], undefined],
  ];
  test.each(BRANCHES)('%s', async (body, yes, no) => {
    const [site] = await sitesOf(`\t${body}`);
    expect(site?.use.result).toBe('tested');
    expect(site?.use.tests).toEqual([]);
    expect(calls(site, 'whenTrue')).toEqual(yes);
    expect(calls(site, 'whenFalse')).toEqual(no);
  });

  const TESTS: readonly (readonly [body: string, tests: readonly string[]])[] = [
    ['if (atomic_dec_return(&b->users) < 0) gone(b);', ['< 0']],
    ['if (0 > atomic_dec_return(&b->users)) gone(b);', ['< 0']],
    ['if (!atomic_read(&b->users)) gone(b);', ['== 0']],
    ['if (atomic_read(&b->users)) gone(b);', ['!= 0']],
    ['n = atomic_inc_return(&b->users); if (n == 1) first(b); if (n > MOST) full(b);', ['== 1', '> MOST']],
    ['if (atomic_fetch_inc(&b->users) == 0) first(b);', ['== 1']],
    ['if (!atomic_fetch_inc(&b->users)) first(b);', ['== 1']],
    ['if (atomic_fetch_dec(&b->users)) more(b);', ['!= -1']],
    ['WARN_ON(atomic_read(&b->users) < 1);', ['< 1 asserted']],
    ['drm_WARN_ON(dev, !atomic_read(&b->users));', ['== 0 asserted']],
    ['if (WARN_ON_ONCE(atomic_inc_return(&b->users) <= 1)) return 1;', ['<= 1 asserted']],
    ['wait_event(q, atomic_read(&b->users) == 0);', ['== 0 awaited']],
    ['while (atomic_read(&b->users)) cpu_relax();', ['!= 0 awaited']],
    ['switch (atomic_dec_return(&b->users)) { case 0: gone(b); break; case 1: last(b); }', ['== 0', '== 1']],
  ];
  test.each(TESTS)('%s', async (body, tests) => {
    const [site] = await sitesOf(`\t${body}`);
    const told = site?.use.tests.map(
      (one) =>
        `${one.relation} ${one.with}${one.isAssertion ? ' asserted' : ''}${one.isAwaited ? ' awaited' : ''}`,
    );
    expect(told).toEqual(tests);
  });

  const RESULTS: readonly (readonly [body: string, result: string])[] = [
    ['atomic_inc(&b->users);', 'void'],
    ['atomic_dec_and_test(&b->users);', 'void'],
    ['pr_debug("%d", atomic_read(&b->users));', 'printed'],
    ['b->seen = atomic_read(&b->users);', 'stored'],
    ['n += atomic_read(&b->users); if (n > 5) full(b);', 'stored'],
    ['return atomic_read(&b->users);', 'returned'],
    ['give(atomic_read(&b->users));', 'passed'],
    ['BUG_ON(!atomic_read(&b->users));', 'asserted'],
  ];
  test.each(RESULTS)('%s', async (body, result) => {
    const [site] = await sitesOf(`\t${body}`);
    expect(site?.use.result).toBe(result);
  });

  test('locks that are held, and not those that were given back', async () => {
    const body =
      '\tspin_lock(&b->lock);\n\tif (n) { spin_unlock(&b->lock); return 0; }\n\tatomic_inc(&b->users);\n\tspin_unlock(&b->lock);\n\tatomic_dec(&b->users);';
    const [inside, after] = await sitesOf(body);
    expect(inside?.locks).toEqual(['&b->lock']);
    expect(after?.locks).toEqual([]);
  });

  test('a set of what was just allocated makes a new object', async () => {
    const [fresh] = await sitesOf('\tb = kzalloc(sizeof(*b), GFP_KERNEL);\n\tatomic_set(&b->users, 1);');
    expect(fresh?.isCreation).toBe(true);
    const [again] = await sitesOf('\tatomic_set(&b->users, 1);');
    expect(again?.isCreation).toBe(false);
  });
});

describe('what is freed', () => {
  const PUT = '\tif (atomic_dec_and_test(&b->users))\n\t\tgone(b);';
  const FREES: readonly (readonly [
    head: string,
    how: string,
    path: readonly string[],
    isConditional: boolean,
  ])[] = [
    ['static void gone(struct box *b) { kfree(b); }', 'directly', ['gone', 'kfree'], false],
    [
      'static void last(struct box *x) { kfree(x); }\nstatic void gone(struct box *b) { unlink(b); last(b); }',
      'directly',
      ['gone', 'last', 'kfree'],
      false,
    ],
    [
      'static void gone(struct box *b) { if (b->busy) return; kfree(b); }',
      'directly',
      ['gone', 'kfree'],
      true,
    ],
    ['static void gone(struct box *b) { if (!b) return; kfree(b); }', 'directly', ['gone', 'kfree'], false],
    ['static void gone(struct box *b) { kfree_rcu(b, rcu); }', 'rcu', ['gone', 'kfree_rcu'], false],
    [
      'static void by_rcu(struct rcu_head *h) { struct box *b = container_of(h, struct box, rcu); kfree(b); }\nstatic void gone(struct box *b) { call_rcu(&b->rcu, by_rcu); }',
      'rcu',
      ['gone', 'call_rcu', 'by_rcu', 'kfree'],
      false,
    ],
    [
      'static void by_work(struct work_struct *w) { struct box *b = container_of(w, struct box, work); kfree(b); }\nvoid make(struct box *b) { atomic_set(&b->users, 1); INIT_WORK(&b->work, by_work); }\nstatic void gone(struct box *b) { schedule_work(&b->work); }',
      'work',
      ['gone', 'schedule_work', 'by_work', 'kfree'],
      false,
    ],
  ];
  test.each(FREES)('%s', async (head, how, path, isConditional) => {
    const sites = await sitesOf(PUT, 'box.users', head);
    const put = sites.find(({ op }) => op === 'dec_and_test');
    expect(put?.use.whenTrue?.frees).toMatchObject([{ how, path, isConditional, isSameObject: true }]);
  });

  test('by a release function of kref', async () => {
    const head =
      'static void box_release(struct kref *k) { struct box *b = container_of(k, struct box, kref); kfree(b); }';
    const [put] = await sitesOf('\tkref_put(&b->kref, box_release);', 'box.kref', head);
    expect(put?.use.whenTrue?.frees).toMatchObject([
      { how: 'callback', path: ['box_release', 'kfree'], isSameObject: true },
    ]);
  });

  test('a part of the object is not the object', async () => {
    const [put] = await sitesOf(PUT, 'box.users', 'static void gone(struct box *b) { kfree(b->name); }');
    expect(put?.use.whenTrue?.frees).toEqual([]);
  });
});

describe('which counter it is', () => {
  /** The names of counters with sites, when these files are read. */
  async function named(files: Record<string, string>): Promise<string[]> {
    const { counters } = await censusOfTexts(files);
    return counters.filter(({ sites }) => sites.length > 0).map(({ name }) => name);
  }
  const USE = (expression: string, head = '') =>
    `${HEADER}${head}\nvoid f(struct outer *o, void *data)\n{\n\tatomic_inc(${expression});\n}\n`;
  const EXPRESSIONS: readonly (readonly [expression: string, head: string])[] = [
    ['&o->box.users', 'struct outer { struct box box; };'],
    ['&o->boxes[3].users', 'struct outer { struct box boxes[4]; };'],
    ['&o->p->users', 'struct outer { struct box *p; };'],
    ['&container_of(data, struct box, rcu)->users', 'struct outer;'],
    ['&((struct box *)data)->users', 'struct outer;'],
    ['&to_box(data)->users', 'struct outer;\n#define to_box(p) container_of(p, struct box, rcu)'],
    ['&to_box(data)->users', 'struct outer;\nstatic inline struct box *to_box(void *p) { return p; }'],
    ['&rcu_dereference(o->p)->users', 'struct outer { struct box __rcu *p; };'],
    ['&this_cpu_ptr(o->p)->users', 'struct outer { struct box __percpu *p; };'],
    ['&o->b_users', 'struct outer { struct box inner; };\n#define b_users inner.users'],
    ['&o->p->users', 'typedef struct box box_t;\nstruct outer { box_t *p; };'],
    [
      '&o->p->users',
      'struct outer {\n\tstruct {\n\t\tstruct box *p;\n\t} ____cacheline_aligned_in_smp;\n} __randomize_layout;',
    ],
    ['&all.users', 'struct outer;\nstatic struct box all;'],
    ['&lookup(o)->users', 'struct outer;\nstruct box *lookup(struct outer *o);'],
  ];
  test.each(EXPRESSIONS)('%s, where %s', async (expression, head) => {
    expect(await named({ 'a.c': USE(expression, head) })).toEqual(['box.users']);
  });

  test('an anonymous structure with an attribute in place of a name is flattened', async () => {
    const text =
      'struct m {\n\tstruct {\n\t\tatomic_t count;\n\t} ____cacheline_aligned_in_smp;\n\tunion { refcount_t a; int b; };\n};\nvoid f(struct m *m) { atomic_inc(&m->count); refcount_inc(&m->a); }\n';
    expect(await named({ 'a.c': text })).toEqual(['m.count', 'm.a']);
  });

  test('variables, arrays, and static ones of a function', async () => {
    const text =
      'static atomic_t all = ATOMIC_INIT(0);\nstatic atomic_t each[4];\nvoid f(int i)\n{\n\tstatic atomic_t once;\n\tatomic_inc(&all);\n\tatomic_inc(&each[i]);\n\tatomic_inc(&once);\n}\n';
    const census = await censusOfTexts({ 'a.c': text });
    expect(census.counters.map(({ name, shape }) => [name, shape])).toEqual([
      ['all', 'one'],
      ['each', 'array'],
      ['once', 'one'],
    ]);
    expect(counterIn(census, 'all').sites.map(({ op, amounts }) => [op, amounts])).toEqual([
      ['init', [0]],
      ['inc', []],
    ]);
  });

  test('a structure of that name in another file is another one', async () => {
    const one = 'struct priv { atomic_t users; };\nvoid f(struct priv *p) { atomic_inc(&p->users); }\n';
    const census = await censusOfTexts({ 'x/a.c': one, 'y/b.c': one.replace('atomic_inc', 'atomic_dec') });
    const told = census.counters.map(({ id, sites }) => [id, sites.map(({ op }) => op)]);
    expect(told).toEqual([
      ['priv.users@x/a.c', ['inc']],
      ['priv.users@y/b.c', ['dec']],
    ]);
  });

  // Four files define `struct item`; which one a file means is told by its includes, then by its folder.
  test('of structures of one name, the one that is included or nearest', async () => {
    const item = 'struct item { atomic_t users; };\n';
    const use = 'void f(struct item *i) { atomic_inc(&i->users); }\n';
    const census = await censusOfTexts({
      'include/linux/item.h': item,
      'drivers/a/item.h': item,
      'drivers/b/item.h': item,
      'drivers/c/other.c': `${item}${use}`,
      'drivers/a/use.c': use,
      'drivers/a/deep/use.c': use,
      'drivers/d/use.c': use,
      'drivers/e/use.c': `#include "../b/item.h"\n${use}`,
      'drivers/f/use.h': '#include "../b/item.h"\n',
      'drivers/f/use.c': `#include "use.h"\n${use}`,
    });
    const told = Object.fromEntries(
      census.counters.map(({ declared, sites }) => [declared.file, sites.map(({ file }) => file)]),
    );
    expect(told).toEqual({
      'drivers/a/item.h': ['drivers/a/deep/use.c', 'drivers/a/use.c'],
      'drivers/b/item.h': ['drivers/e/use.c', 'drivers/f/use.c'],
      'drivers/c/other.c': ['drivers/c/other.c'],
      'include/linux/item.h': ['drivers/d/use.c'],
    });
  });

  test('a name that only one member has is a guess, and marked', async () => {
    const census = await censusOfTexts({
      'a.c': `${HEADER}void f(void *data) { atomic_inc(&UNKNOWN(data)->users); }`,
    });
    expect(counterIn(census, 'box.users').sites[0]?.attribution).toBe('by name in the file');
  });

  test('designated initialisers', async () => {
    const text = `${HEADER}struct outer { struct box box; };\nstatic struct outer o = { .box = { .users = ATOMIC_INIT(1), .refs = REFCOUNT_INIT(2) } };\n`;
    const census = await censusOfTexts({ 'a.c': text });
    expect(counterIn(census, 'box.users').sites).toMatchObject([
      { op: 'init', amounts: [1], isCreation: true },
    ]);
    expect(counterIn(census, 'box.refs').sites).toMatchObject([{ op: 'init', amounts: [2] }]);
  });
});

describe('wrappers', () => {
  const GET =
    'static inline void my_get(atomic_t *v)\n{\n\tatomic_inc(v);\n}\nstatic inline bool my_put(atomic_t *v)\n{\n\treturn atomic_dec_and_test(v);\n}\n';

  test('are charged to their callers, through several levels, in other files', async () => {
    const census = await censusOfTexts({
      'include/my.h': `${HEADER}${GET}static inline void twice(atomic_t *v) { my_get(v); }\n`,
      'a.c': 'void f(struct box *b)\n{\n\ttwice(&b->users);\n\tif (my_put(&b->users))\n\t\tkfree(b);\n}\n',
    });
    const { sites } = counterIn(census, 'box.users');
    expect(sites.map(({ op, via, fn }) => [op, via, fn])).toEqual([
      ['inc', ['twice', 'my_get'], 'f'],
      ['dec_and_test', ['my_put'], 'f'],
    ]);
    expect(sites[1]?.use.whenTrue?.frees).toMatchObject([{ how: 'directly', isSameObject: true }]);
    expect(census.loss).toMatchObject({ written: 2, inWrappers: 2, lostCount: 0 });
  });

  test('of an object hand what they return to their callers', async () => {
    const head = 'static inline bool box_put(struct box *b) { return atomic_dec_and_test(&b->users); }';
    const [put] = await sitesOf('\tif (!box_put(b))\n\t\treturn 0;\n\tkfree(b);', 'box.users', head);
    expect(put?.use.result).toBe('tested');
    expect(put?.use.whenTrue?.frees).toMatchObject([{ how: 'directly', isSameObject: true }]);
  });

  test('may be macros, with the member as an argument', async () => {
    const head = '#define BOX_INC(b, member) do { atomic_inc(&(b)->member); } while (0)';
    const [site] = await sitesOf('\tBOX_INC(b, users);', 'box.users', head);
    expect(site).toMatchObject({ op: 'inc', via: ['BOX_INC'], object: 'b' });
  });

  test('that are static in a .c file are seen there alone', async () => {
    const census = await censusOfTexts({
      'include/box.h': HEADER,
      'a.c': 'static void my_get(atomic_t *v) { atomic_inc(v); }\n',
      'b.c': 'void f(struct box *b) { my_get(&b->users); }\n',
    });
    expect(counterIn(census, 'box.users').sites).toEqual([]);
    expect(counterIn(census, 'box.users').escapes).toMatchObject([{ kind: 'address', to: 'my_get' }]);
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
