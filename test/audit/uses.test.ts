import { describe, expect, test } from 'vitest';
import { calls, sitesOf } from './box.ts';

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
