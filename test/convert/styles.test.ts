import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { answerLine } from '../../cli/convert/answer-line.ts';
import { filesOf, openConversion, writtenSource } from '../../cli/convert/conversion.ts';
import { ConversionSearch } from '../../convert/search/search.ts';
import { againstWriting } from '../../convert/write/confirm.ts';

const STYLES = join('test', 'convert', 'styles');
const LIMIT = 100_000;

async function converted(file: string) {
  const conversion = await openConversion(join(STYLES, file), { plainOnly: true, trees: {} });
  const options = { scope: { threads: 2, ops: 1 }, limit: LIMIT, workers: 0 };
  return { conversion, result: await new ConversionSearch(conversion.data, options).run() };
}

/** What is written for a source, and by what bias. */
const WRITTEN: readonly (readonly [file: string, bias: number, lines: readonly string[]])[] = [
  ['macros.c', 0, ['refcount_inc(&(c)->users)', 'if (refcount_dec_and_test(&(c)->users)) \\']],
  ['wrappers.c', 0, ['__sess_get(refcount_t *v) { refcount_inc(v); }', 'return refcount_dec_and_test(v);']],
  ['not-dec-return.c', 0, ['if (refcount_dec_and_test(&b->refs))']],
  ['left-in-a-variable.c', 0, ['int left = (refcount_dec_and_test(&e->cnt) ? 0 : 1);']],
  [
    'idle.c',
    1,
    [
      // A macro may be written into anything, so the number has its brackets; a statement needs none.
      '#define ent_count(e)\t((int)refcount_read(&(e)->users) - 1)',
      '\tent_stats = (int)refcount_read(&e->users) - 1;',
      '\trefcount_set(&e->users, ENT_IDLE + 1);',
    ],
  ],
  [
    'numbers.c',
    0,
    [
      'int __n = (refcount_inc(&__t->usage), 1);',
      'int left = (refcount_dec_and_test(&t->usage) ? 0 : 1);',
      'return 2 * (int)refcount_read(&t->usage) - 2 > 0;',
    ],
  ],
  ['minus-one.c', 2, ['if (refcount_read(&p->mapcount) == 1) {', 'REFUZZ_STATE(once, .count = 2, ']],
  ['two-counters.c', 0, ['\tatomic_t users;', '\trefcount_t count;']],
  ['comments.c', 1, ['if (refcount_dec_if_one(&w->refs)) {', '/* lots of text; atomic_inc(&w->refs)']],
  ['and-lock.c', 0, ['if (refcount_dec_and_lock(&up->__count, &uidhash_lock)) {']],
  ['member-of-a-member.c', 0, ['struct ref { refcount_t n; };']],
  [
    'cas-loop.c',
    0,
    [
      'return refcount_inc_not_zero(&n->refcount);',
      '\tif (!refcount_inc_not_zero(&n->refcount)) {\n\t\trcu_read_unlock();\n\t\treturn NULL;\n\t}\n\trcu_read_unlock();',
      '\tbool done = false;\n\n\tif (!refcount_dec_not_one(&n->refcount))\n\t\tgoto out;\n\tdone = true;',
      '\t\treturn;\n\tif (refcount_dec_and_test(&n->refcount))\n\t\tkfree(n);\n}',
    ],
  ],
  [
    'helpers.c',
    0,
    [
      // The helpers of another counter stay as they are.
      'struct s { refcount_t nr; atomic_t stats; };\nstatic void bump(refcount_t *v);',
      'static void bump(refcount_t *v) { refcount_inc(v); }\nstatic void count(atomic_t *n) { atomic_inc(n); }',
      '{ refcount_t *r = &s->nr; atomic_t *q = &s->stats; atomic_inc(q); if (refcount_dec_and_test(r)) kfree(s); }',
    ],
  ],
  [
    'accessors.c',
    0,
    [
      'static inline refcount_t *blob_pins(struct blob *b)',
      'static inline atomic_t *blob_hits(struct blob *b)',
      '\trefcount_t *pins = blob_pins(b);',
      '\treturn refcount_inc_not_zero(pins);\n}',
    ],
  ],
  [
    'address-macro.c',
    0,
    ['do { refcount_inc(priv_opens(p)); } while (0)', 'refcount_dec_and_test(priv_opens(p))'],
  ],
  ['limit.c', 0, ['return __refcount_inc_not_zero_limited_acquire(&s->taken, NULL, SEATS);']],
  // With a bias the limit moves along.
  ['limit-from-zero.c', 1, ['return __refcount_inc_not_zero_limited_acquire(&s->taken, NULL, SEATS + 1);']],
  [
    'loop-in-macro.c',
    0,
    [
      '({\t\t\t\t\t\t\t\t\\\n\trefcount_inc_not_zero(&(e)->refs);',
      '\tif (refcount_dec_and_test(&(e)->refs)) ent_free(e);\t',
    ],
  ],
  // Whoever asks is told that there are some.
  ['count-told.c', 0, ['\tif (!refcount_inc_not_zero(&e->refs))\n\t\treturn 0;\n\treturn 2;']],
  [
    'unless-last.c',
    0,
    ['return refcount_dec_not_one(&w->refs);', 'while (!refcount_inc_not_zero(&w->refs))'],
  ],
];

describe('a source in a style of its own', () => {
  for (const [file, bias, lines] of WRITTEN)
    test(`${file} is converted, and what is written compiles and does the same`, async () => {
      const { conversion, result } = await converted(file);
      const [best] = result.decided;
      expect(best?.kind).toBe('equivalent');
      expect(conversion.menu.shifts[best!.candidate.shift]!.bias).toBe(bias);
      const source = writtenSource(conversion, filesOf(conversion, best!.candidate));
      for (const line of lines) expect(source.files.get(source.main)).toContain(line);
      expect(await againstWriting(conversion.data, source, LIMIT)).toBeUndefined();
    });
});

describe('a source that cannot be converted', () => {
  test('names the place and the remedy', async () => {
    await expect(converted('wide.c')).rejects.toThrow(
      'line 7 of wide.c: atomic_long_dec_and_test is of a counter of 64 bits',
    );
    await expect(converted('array.c')).rejects.toThrow('names refs[0] as the counter');
    await expect(converted('shared-helper.c')).rejects.toThrow(
      'line 8 of shared-helper.c: bump(&s->stats) hands another counter to what serves nr as well',
    );
    const { conversion, result } = await converted('limit-of-put.c');
    expect(answerLine(conversion, result)).toMatch(
      /nothing like seat_put.2 \(line 12: atomic_try_cmpxchg\(.*refuses counts that are large, and a put of refcount_t has no limit/,
    );
  });

  test('no style is left out', () => {
    const refused = ['wide.c', 'array.c', 'limit-of-put.c', 'shared-helper.c'];
    const known = [...WRITTEN.map(([file]) => file), ...refused];
    expect(readdirSync(STYLES).sort()).toEqual(known.sort());
  });
});

test('code that does not compile, or does something else, is not written', async () => {
  const { conversion, result } = await converted('not-dec-return.c');
  const source = writtenSource(conversion, filesOf(conversion, result.decided[0]!.candidate));
  const text = source.files.get(source.main)!;
  const edited = (from: string, to: string) => ({
    ...source,
    files: new Map([...source.files, [source.main, text.replace(from, to)]]),
  });
  const wrong = edited('if (refcount_dec_and_test', 'if (!refcount_dec_and_test');
  expect(await againstWriting(conversion.data, wrong, LIMIT)).toEqual({
    why: expect.stringContaining('lifetime of put'),
  });
  const broken = edited('refcount_t refs;', 'atomic_t refs;');
  expect(await againstWriting(conversion.data, broken, LIMIT)).toEqual({
    why: expect.stringContaining('refcount_'),
  });
});
