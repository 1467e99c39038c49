import { describe, expect, test } from 'vitest';
import { counterIn, HEADER, sitesOf } from './box.ts';
import { censusOfTexts } from './census-of-texts.ts';

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

describe('an assigned start', () => {
  const PAIR =
    'struct pail { atomic_t drops; };\nstruct tap { atomic_t drops; struct pail pail; };\nstatic struct tap kitchen;\n';
  const USED = 'void f(struct pail *p, struct tap *t) { atomic_inc(&p->drops); atomic_inc(&t->drops); }\n';
  const ASSIGNMENTS: readonly (readonly [body: string, pail: readonly number[], tap: readonly number[]])[] = [
    ['struct tap *t = tap_of(w);\n\tt->drops = (atomic_t)ATOMIC_INIT(2);', [], [2]],
    ['struct pail p;\n\tif (w)\n\t\tp.drops = (atomic_t)ATOMIC_INIT(3);', [3], []],
    ['struct pail *a, *t;\n\tt->drops = (atomic_t)ATOMIC_INIT(4);', [4], []],
    ['struct tap taps[2];\n\ttaps[1].pail.drops = (atomic_t)ATOMIC_INIT(5);', [5], []],
    // Neither a loop nor a jump declares a variable, though its words stand like those of a declaration.
    [
      'struct tap *t = tap_of(w);\n\tfor (i = 0; i < t->n; i++)\n\t\tfill(i);\n\tif (!i)\n\t\treturn t;\n\tt->drops = (atomic_t)ATOMIC_INIT(1);',
      [],
      [1],
    ],
    ['kitchen.drops = (atomic_t)ATOMIC_INIT(6);', [], [6]],
    // An inner block has a variable of its own; the parameter is another.
    ['{\n\t\tstruct tap *w;\n\t\tw->drops = (atomic_t)ATOMIC_INIT(7);\n\t}', [], [7]],
    ['w->drops = (atomic_t)ATOMIC_INIT(8);', [8], []],
    // Which of the two nobody can tell.
    ['of(w)->drops = (atomic_t)ATOMIC_INIT(9);', [], []],
  ];
  test.each(ASSIGNMENTS)('goes by the type of its variable: %s', async (body, pail, tap) => {
    const census = await censusOfTexts({ 'a.c': `${PAIR}${USED}void g(struct pail *w)\n{\n\t${body}\n}\n` });
    const starts = (name: string) =>
      counterIn(census, name).sites.flatMap(({ op, amounts }) => (op === 'init' ? amounts : []));
    expect([starts('pail.drops'), starts('tap.drops')]).toEqual([pail, tap]);
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
