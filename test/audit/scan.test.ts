import { describe, expect, test } from 'vitest';
import { canonical } from '../../audit/scan/canonical-ops.ts';
import { opNamed } from '../../audit/scan/op-grammar.ts';
import { isLeftOut, isWorthParsing, scanFile } from '../../audit/scan/scan-file.ts';
import { tokensOf } from '../../audit/scan/tokens.ts';
import { parserOfC } from '../../audit/syntax/parser.ts';
import { censusOfTexts } from './census-of-texts.ts';

const parser = await parserOfC();
const STRUCT = 'struct box {\n\tatomic_t users;\n};\n';

describe('names of ops', () => {
  const PREFIXES = ['', 'raw_', 'arch_', '__'];
  const FAMILIES = ['atomic', 'atomic_long', 'atomic64', 'local'];
  const ORDERS = ['', '_relaxed', '_acquire', '_release'];
  const names = PREFIXES.flatMap((prefix) =>
    FAMILIES.flatMap((family) =>
      ORDERS.map((order) => [`${prefix}${family}_dec_return${order}`, order] as const),
    ),
  );

  test.each(names)('%s', (name, order) => {
    const op = opNamed(name);
    expect(op).toMatchObject({ verb: 'dec_return', counter: 0, gives: 'new' });
    expect(op?.order ?? '').toBe(order.slice(1));
  });

  test.each([
    'atomic_check',
    'atomic_notifier_chain_register',
    'atomic_pool_init',
    'refcount_dec_return',
    'refcount_warn_saturate',
    'kref_inc',
    'local_irq_save',
    'local_bh_disable',
    'my_atomic_inc',
    'atomic',
  ])('%s is none', (name) => {
    expect(opNamed(name)).toBeNull();
  });

  // A step is the same whichever way it is written.
  const STEPS: readonly (readonly [name: string, amount: number | string, op: string])[] = [
    ['atomic_add_return', 1, 'inc_return'],
    ['atomic_sub_return', -1, 'inc_return'],
    ['atomic_add_return', -1, 'dec_return'],
    ['atomic_sub', 1, 'dec'],
    ['atomic_sub', -1, 'inc'],
    ['atomic_add', 3, 'add'],
    ['atomic_add', -3, 'sub'],
    ['atomic_add', '-BIAS', 'sub'],
  ];
  test.each(STEPS)('%s of %s', (name, amount, op) => {
    expect(canonical(opNamed(name)!, [amount]).op).toBe(op);
  });
});

describe('tokens', () => {
  const words = (text: string) => {
    const tokens = tokensOf(text);
    return tokens.kinds.map((_, at) => text.slice(tokens.froms[at], tokens.tos[at]));
  };

  test('leave out comments, directives and what they join', () => {
    expect(words('a /* b */ c // d\n#define E \\\n  f\ng')).toEqual(['a', 'c', 'g']);
    expect(words('#if X /* a comment\n over lines */\nb\n#endif')).toEqual(['b']);
  });

  test('know quotes and what they hide', () => {
    expect(words(`"a;{" ')' '\\'' b`)).toEqual(['"a;{"', "')'", "'\\''", 'b']);
    expect(words("it's\nb")).toEqual(['it', "'s", 'b']);
  });

  test('read all branches of an #if, unless one leaves a bracket open', () => {
    expect(words('#if A\na\n#else\nb\n#endif\nc')).toEqual(['a', 'b', 'c']);
    expect(words('#if A\nf(\n#else\ng(\n#endif\nc)')).toEqual(['f', '(', 'c', ')']);
    expect(words('#if 0\na\n#else\nb\n#endif\nc')).toEqual(['b', 'c']);
  });

  test('pair brackets, and begin anew at a brace in the first column', () => {
    const tokens = tokensOf('f(\n{\n}\ng { }');
    const last = tokens.kinds.length - 1;
    expect(tokens.partners[last]).toBe(last - 1);
  });
});

describe('which files are read', () => {
  test.each([
    ['a.c', 'int f(void) { return 0; }', false],
    ['a.c', 'void f(struct x *x) { atomic_inc(&x->n); }', true],
    ['a.c', 'static const struct x x = { .n = REFCOUNT_INIT(1) };', true],
    ['a.h', 'struct x {\n\tint a;\n};', true],
    ['a.h', '#define REGISTER 0x10\n', false],
    ['arch/x/include/asm/atomic.h', 'static inline void arch_atomic_inc(atomic_t *v) { }', false],
    ['tools/include/linux/refcount.h', 'struct refcount_struct {\n\tatomic_t refs;\n};', false],
  ] as const)('%s: %s', (path, text, isWorth) => {
    expect(isWorthParsing(path, text)).toBe(isWorth);
  });

  test('the implementation of the ops is left out, and what is only named like it is not', () => {
    expect(isLeftOut('include/linux/atomic/atomic-instrumented.h')).toBe(true);
    expect(isLeftOut('lib/refcount.c')).toBe(true);
    expect(isLeftOut('drivers/gpu/drm/drm_atomic.c')).toBe(false);
    expect(isLeftOut('fs/ocfs2/refcounttree.c')).toBe(false);
  });
});

describe('what is written and what is found', () => {
  const LOST = (text: string) => censusOfTexts({ 'a.c': text }).then(({ loss }) => loss);

  test('every op is attributed, in a wrapper, or lost with a reason', async () => {
    const loss = await LOST(
      `${STRUCT}void a(struct box *b) { atomic_inc(&b->users); }\nvoid w(atomic_t *v) { atomic_inc(v); }\nvoid l(int *p) { atomic_inc(strange(p)); }\n#define M(x) atomic_inc(&(x)->users)\n`,
    );
    expect(loss).toMatchObject({ written: 4, attributed: 2, inWrappers: 1, lostCount: 1 });
    expect(loss.lost[0]?.why).not.toBe('');
  });

  test('in comments, strings and under #if 0 there are none', async () => {
    const loss = await LOST(
      '/* atomic_inc(&a) */\nconst char *s = "atomic_inc(&a)";\n#if 0\nvoid f(void) { atomic_inc(&a); }\n#endif\n',
    );
    expect(loss.written).toBe(0);
  });

  test('ops in the brackets of a macro that makes a function are found', async () => {
    const census = await censusOfTexts({
      'a.h': `${STRUCT}TRACE_EVENT(box_get,\n\tTP_PROTO(struct box *b, int n),\n\tTP_ARGS(b, n),\n\tTP_fast_assign(\n\t\t__entry->users = atomic_read(&b->users);\n\t),\n\tTP_printk("%d", __entry->users)\n);\n`,
    });
    expect(census.loss.lostCount).toBe(0);
    expect(census.counters[0]?.sites).toMatchObject([
      { op: 'read', fn: 'box_get', use: { result: 'printed' } },
    ]);
  });

  test('spans are those of the text', async () => {
    const text = `// \u{1f600} two units\n${STRUCT}void f(struct box *b)\n{\n\tatomic_inc(&b->users);\n}\n`;
    const { counters } = await censusOfTexts({ 'a.c': text });
    const [site] = counters[0]!.sites;
    expect(text.slice(site?.from, site?.to)).toBe('atomic_inc(&b->users)');
    expect(text.slice(counters[0]!.declared.from, counters[0]!.declared.to)).toBe('atomic_t');
    expect(site?.line).toBe(7);
  });
});

describe('input that is no kernel', () => {
  const HOSTILE: readonly (readonly [what: string, text: string])[] = [
    ['brackets without end', `${STRUCT}void f(struct box *b) { ${'('.repeat(3000)}atomic_inc(&b->users);`],
    ['brackets that were never opened', `${'}'.repeat(3000)}${')'.repeat(3000)} atomic_inc(&b->users);`],
    [
      'deep nesting',
      `${STRUCT}void f(struct box *b) { ${'{'.repeat(900)} atomic_inc(&b->users); ${'}'.repeat(900)} }`,
    ],
    ['structures in structures', `${'struct a { '.repeat(300)} atomic_t n; ${'} x;'.repeat(300)}`],
    ['conditions without end', `${'#if X\n'.repeat(2000)}atomic_inc(&x);\n#else\n`],
    ['an unfinished comment', 'atomic_inc(&x); /* and'],
    ['an unfinished string', 'atomic_inc("x'],
    ['no text at all', ''],
    ['zeros', '\0'.repeat(5000)],
  ];
  test.each(HOSTILE)('%s', (_, text) => {
    const facts = scanFile(parser, 'a.c', text);
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  test('says the same each time', () => {
    const text = `${STRUCT}void f(struct box *b) { if (atomic_dec_and_test(&b->users)) kfree(b); }`;
    const first = scanFile(parser, 'a.c', text);
    scanFile(parser, 'b.c', 'void g(struct y *y) { kref_get(&y->k); }');
    expect(scanFile(parser, 'c/d.c', text)).toEqual(first);
  });
});
