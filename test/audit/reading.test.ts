import { describe, expect, test } from 'vitest';
import type { Branch, Site } from '../../audit/census/counter.ts';
import { scanFile } from '../../audit/scan/scan-file.ts';
import { tokensOf } from '../../audit/scan/tokens.ts';
import { parserOfC } from '../../audit/syntax/parser.ts';
import { censusOfTexts } from './census-of-texts.ts';

/*
 * What a scan must not read wrongly, as a verdict hangs on it: which comparison a branch belongs to, which way round it is,
 * whether what is freed there is the object, and whether that is sure.
 */

const HEADER =
  'struct box {\n\tatomic_t users;\n\tstruct rcu_head rcu;\n\tstruct box *next;\n\tvoid *data;\n\tint dead;\n};\n';

/** The first site of `box.users` in a function with this body. */
async function siteOf(body: string, head = ''): Promise<Site> {
  const text = `${HEADER}${head}\nint work_on(struct box *b, int n, bool force)\n{\n${body}\n}\n`;
  const { counters } = await censusOfTexts({ 'a.c': text });
  const sites = counters.find(({ name }) => name === 'box.users')!.sites;
  return sites.find(({ fn }) => fn === 'work_on') ?? sites[0]!;
}

const told = (branch: Branch | undefined) =>
  branch?.calls.map(({ callee, isNested }) => (isNested ? `?${callee}` : callee)) ?? [];
const testsOf = ({ use }: Site) => use.tests.map((one) => `${one.relation} ${one.with}`);

describe('a branch belongs to the comparison that stands first', () => {
  const CASES: readonly (readonly [body: string, tests: readonly string[], yes: readonly string[]])[] = [
    [
      'n = atomic_dec_return(&b->users); if (n < 0) pr_err("bug"); if (n == 0) kfree(b);',
      ['== 0', '< 0'],
      ['kfree'],
    ],
    [
      'n = atomic_dec_return(&b->users); if (n == 1) wake_up(q); if (n == 0) kfree(b);',
      ['== 0', '== 1'],
      ['kfree'],
    ],
    [
      'n = atomic_dec_return(&b->users); if (WARN_ON(n < 0)) return 1; if (!n) kfree(b);',
      ['== 0', '< 0'],
      ['kfree'],
    ],
    // One condition that is asked twice has the calls of both.
    [
      'bool last = atomic_dec_and_test(&b->users); if (last) unlink(b); unlock_all(n); if (last) kfree(b);',
      [],
      ['unlink', 'kfree'],
    ],
    [
      'switch (atomic_dec_return(&b->users)) { case 1: wake_up(q); break; case 0: kfree(b); }',
      ['== 0', '== 1'],
      ['kfree'],
    ],
    ['switch (atomic_dec_return(&b->users)) { case 0: case -1: kfree(b); }', ['== 0', '== -1'], ['kfree']],
    // What is decided by a variable that was set anew, is not decided by the op.
    ['n = atomic_dec_and_test(&b->users); n = other(n); if (n) kfree(b);', [], []],
    ['for (n = atomic_read(&b->users); n > 3; n--) drop(b);', ['> 3'], ['drop']],
  ];
  test.each(CASES)('%s', async (body, tests, yes) => {
    const site = await siteOf(`\t${body}`);
    expect(testsOf(site)).toEqual(tests);
    expect(told(site.use.whenTrue)).toEqual(yes);
  });
});

describe('which way round it is', () => {
  const CASES: readonly (readonly [body: string, yes: readonly string[], no: readonly string[]])[] = [
    [
      'switch (atomic_dec_and_test(&b->users)) { case 0: kept(b); break; case 1: gone(b); }',
      ['gone'],
      ['kept'],
    ],
    [
      'switch (atomic_dec_and_test(&b->users)) { case 0: kept(b); break; default: gone(b); }',
      ['gone'],
      ['kept'],
    ],
    ['if (atomic_dec_and_test(&b->users) ? 1 : 0) gone(b); else kept(b);', ['gone'], ['kept']],
    ['if (atomic_dec_and_test(&b->users) ? false : true) kept(b); else gone(b);', ['gone'], ['kept']],
    ['!atomic_dec_and_test(&b->users) || gone(b);', ['gone'], []],
    ['atomic_dec_and_test(&b->users) && gone(b);', ['gone'], []],
    ['atomic_dec_and_test(&b->users) || kept(b);', [], ['kept']],
    ['bool busy = !atomic_dec_and_test(&b->users); if (busy) return 1; gone(b);', ['gone'], []],
    ['bool busy = !atomic_dec_and_test(&b->users); if (!busy) gone(b); else kept(b);', ['gone'], ['kept']],
    ['if (n) kept(b); else if (!atomic_dec_and_test(&b->users)) return 1; gone(b);', ['gone'], []],
    ['do kept(b); while (!atomic_dec_and_test(&b->users)); gone(b);', ['gone'], ['kept']],
  ];
  test.each(CASES)('%s', async (body, yes, no) => {
    const site = await siteOf(`\t${body}`);
    expect(site.use.tests).toEqual([]);
    expect([told(site.use.whenTrue), told(site.use.whenFalse)]).toEqual([yes, no]);
  });

  const TESTS: readonly (readonly [body: string, tests: readonly string[]])[] = [
    ['return !(atomic_dec_return(&b->users) > 0);', ['<= 0']],
    ['bool last = atomic_dec_return(&b->users) == 0; return !last;', ['!= 0']],
    ['wait_event(q, !(atomic_read(&b->users) != 0));', ['== 0']],
    ['if (atomic_read(&b->users) - 1 > 0) g(b);', ['> 1']],
    ['if (atomic_read(&b->users) + n > LIMIT) g(b);', ['> LIMIT-n']],
    ['if (LIMIT - atomic_read(&b->users) <= 0) g(b);', ['>= LIMIT']],
    ['if (atomic_read(&b->users) % 2 == 0) g(b);', []],
    ['n = LIMIT - atomic_read(&b->users); if (n <= 0) g(b);', ['>= LIMIT']],
    ['n = atomic_read(&b->users) - 1; if (n > 0) g(b);', ['> 1']],
    ['n = atomic_cmpxchg(&b->users, 1, 0); if (n == 1) g(b);', []],
  ];
  test.each(TESTS)('%s', async (body, tests) => {
    expect(testsOf(await siteOf(`\t${body}`))).toEqual(tests);
  });

  const PUT = 'static bool put(atomic_t *v) { return !atomic_dec_and_test(v); }';
  test.each([
    [PUT, 'if (put(&b->users)) return 1; kfree(b);'],
    [`${PUT}\nstatic bool again(atomic_t *v) { return !put(v); }`, 'if (again(&b->users)) kfree(b);'],
    [
      'static bool put(atomic_t *v) { return atomic_dec_and_test(v); }',
      'if (put(&b->users) != 1) return 1; kfree(b);',
    ],
  ])('through wrappers: %s %s', async (head, body) => {
    const { use } = await siteOf(`\t${body}`, head);
    expect(use.tests).toEqual([]);
    expect(use.whenTrue?.frees).toMatchObject([{ how: 'directly', isSameObject: true }]);
  });
});

describe('whether what is freed is the object', () => {
  const PUT = (call: string) => `\tif (atomic_dec_and_test(&b->users)) ${call};`;
  test.each([
    ['kfree(b)', true],
    ['kfree((void *)b)', true],
    ['kfree_rcu(b, rcu)', true],
    ['kfree(b->data)', false],
    ['kfree(rcu_dereference_protected(b->data, 1))', false],
    ['kfree(name_of_it(b))', false],
    ['kfree(b->ops->get(b))', false],
    ['kfree(b->next)', false],
    ['kfree(b[1])', false],
  ])('%s: %s', async (call, isSame) => {
    const { use } = await siteOf(PUT(call));
    expect(use.whenTrue?.frees.some(({ isSameObject }) => isSameObject)).toBe(isSame);
  });

  test('a function that frees what its argument holds, does not free its argument', async () => {
    const { use } = await siteOf(PUT('gone(b)'), 'static void gone(struct box *b) { kfree(b[0]); }');
    expect(use.whenTrue?.frees).toEqual([]);
  });

  test.each([
    ['#define put(b) do { if (atomic_dec_and_test(&(b)->users)) kfree(b); } while (0)', 'put(x)', true],
    [
      'static void put(atomic_t *v, struct box *x) { if (atomic_dec_and_test(v)) kfree(x); }',
      'put(&x->users, b)',
      false,
    ],
    [
      'static void put(atomic_t *v, struct box *b) { if (atomic_dec_and_test(v)) kfree(b); }',
      'put(&x->users, x)',
      true,
    ],
    [
      'static void put(atomic_t *v) { struct box *x = first(); if (atomic_dec_and_test(v)) kfree(x); }',
      'put(&x->users)',
      false,
    ],
  ])('on a wrapper: %s %s', async (head, call, isSame) => {
    const { use } = await siteOf(`\tstruct box *x = b->next;\n\t${call};`, head);
    expect(use.whenTrue?.frees.some(({ isSameObject }) => isSameObject)).toBe(isSame);
  });

  test('of a structure inside of the object, through two functions', async () => {
    const head = `struct out { struct box in; };
static bool put_one(struct box *x) { return atomic_dec_and_test(&x->users); }
static bool put_two(struct out *o) { return put_one(&o->in); }
static bool put_three(struct out *b) { return put_two(b); }
void last(struct out *p) { if (put_three(p)) kfree(p); }`;
    const { use } = await siteOf('', head);
    expect(use.whenTrue?.frees).toMatchObject([{ how: 'directly', isSameObject: true }]);
  });

  test.each([
    ['if (put(c, b)) kfree(b);', true],
    ['if (put(c, b)) kfree(c);', false],
  ])('by the caller of what returns the result: %s', async (body, isSame) => {
    const head = 'static bool put(struct ctx *c, struct box *b) { return atomic_dec_and_test(&b->users); }';
    const text = `${HEADER}${head}\nvoid f(struct ctx *c, struct box *b)\n{\n\t${body}\n}\n`;
    const { counters } = await censusOfTexts({ 'a.c': text });
    const [free] = counters[0]!.sites[0]!.use.whenTrue!.frees;
    expect(free?.isSameObject).toBe(isSame);
  });
});

describe('whether it is sure', () => {
  const PUT = '\tif (atomic_dec_and_test(&b->users)) gone(b, n);';
  const HEADS: readonly (readonly [inside: string, isConditional: boolean])[] = [
    ['if (!b) return; kfree(b);', false],
    ['if (b) kfree(b);', false],
    ['if (force) kfree(b);', true],
    ['if (!force) return; kfree(b);', true],
    ['if (b->dead) return; kfree(b);', true],
    ['switch (b->dead) { case 1: kfree(b); }', true],
    ['if (force) for (;;) { unlink(b); }\n\tkfree(b);', false],
    ['if (force) { unlink(b); } else { link(b); }\n\tkfree(b);', false],
    ['if (force) kfree(b->data); kfree(b);', false],
  ];
  test.each(HEADS)('in a function: %s %s', async (inside, isConditional) => {
    const { use } = await siteOf(PUT, `static void gone(struct box *b, int force)\n{\n\t${inside}\n}\n`);
    expect(use.whenTrue?.frees).toMatchObject([{ path: ['gone', 'kfree'], isConditional }]);
  });

  const BODIES: readonly (readonly [after: string, isConditional: boolean])[] = [
    ['kfree(b);', false],
    ['if (!b) return 2; kfree(b);', false],
    ['if (!b->dead) return 2; kfree(b);', true],
    ['if (!force) return 2; kfree(b);', true],
    ['if (n) { if (force) return 2; } kfree(b);', true],
    ['while (n--) if (force) goto out; kfree(b); out: return 3;', true],
    ['if (n) unlink(b); else return 2; kfree(b);', true],
    ['n && kfree(b);', true],
  ];
  test.each(BODIES)('on the branch: %s %s', async (after, isConditional) => {
    const { use } = await siteOf(`\tif (!atomic_dec_and_test(&b->users)) return 1;\n\t${after}`);
    expect(use.whenTrue?.frees).toMatchObject([{ isSameObject: true, isConditional }]);
  });
});

describe('input that is no kernel', () => {
  const parser = parserOfC();

  // Each of these took the square of its length, or more; a run that ends at all has shown that it does no longer.
  const N = 60_000;
  const inside = (body: string) => `${HEADER}void f(struct box *b)\n{\n${body}\n}\n`;
  const HOSTILE: readonly (readonly [what: string, text: string])[] = [
    ['an if before nothing', inside(`if${' '.repeat(N)}; f(&b);`)],
    ['one word', inside(`b; ${'INC'.repeat(N)}; f(&b->users);`)],
    ['a word that begins like a getter', inside(`if (${'get'.repeat(N)}; f(&b->users);`)],
    ['braces of nobody', '{}'.repeat(N)],
    ['a member before spaces', `struct x {\n#define A(i) atomic_t i${' '.repeat(N)}x\nint a; };`],
    [
      'structures that are tagged, in each other',
      `${'struct a { '.repeat(60)} atomic_t n; ${'};'.repeat(60)}`,
    ],
    ['work that is never named', `__WORK_INITIALIZER(${'a'.repeat(N)} atomic_inc(&x);`],
    ['a sum without end', inside(`n = ${'atomic_read(&b->users) + '.repeat(2000)}1;`)],
  ];
  test.each(HOSTILE)('%s', async (_, text) => {
    const facts = scanFile(await parser, 'a.c', text);
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  test('a chain of functions, the last of which frees', async () => {
    const chain = Array.from(
      { length: 3000 },
      (_, at) => `static void f${at}(struct box *b)\n{\n\tf${at + 1}(b);\n}\n`,
    );
    const facts = scanFile(
      await parser,
      'a.c',
      `${chain.join('')}static void f3000(struct box *b)\n{\n\tkfree(b);\n}\n`,
    );
    expect(facts.functions).toHaveLength(3001);
  });

  // Too deep for a tree, so each op is read alone, by what is declared before it.
  test('an op that is read alone sees the variable of its own block', async () => {
    const deep = '+ 1 '.repeat(500);
    const text = `${HEADER}struct other { int x; };
int f(int n)
{
\t{ struct box *b = find(n); n = atomic_read(&b->users) ${deep}; }
\t{ struct other *b = more(n); n = b->x; }
}
`;
    const { counters, loss } = await censusOfTexts({ 'a.c': text });
    expect(loss.lostCount).toBe(0);
    expect(counters[0]!.sites).toMatchObject([{ op: 'read', attribution: 'typed' }]);
  });

  test('of a structure with a tag in another one, both have the members', async () => {
    const { counters } = await censusOfTexts({ 'a.c': 'struct out { struct in { atomic_t n; }; };' });
    expect(counters.map(({ name }) => name).sort()).toEqual(['in.n', 'out.n']);
  });

  test('a third branch of an #if is dropped as the second is', () => {
    const { kinds } = tokensOf('#if A\nf(\n#elif B\ng(\n#else\nh(\n#endif\nc)');
    expect(kinds).toEqual([1, 40, 1, 41]);
  });
});
