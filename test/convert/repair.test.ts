import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROTOCOLS, searchHere } from './search-here.ts';

const SIZE = { threads: 2, ops: 1 };
const PEER = join('docs', 'examples', 'c', 'inet-peer');
const before = join(PEER, 'before.c');

for (const name of ['naive.c', 'naive-gc.c'])
  test(`${name} is repaired by a bias, and no other op`, async () => {
    const { result, menu } = await searchHere(before, SIZE, { plainOnly: true }, join(PEER, name));
    const [best] = result.decided;
    expect(best?.kind).toBe('equivalent');
    expect(menu.shifts[best!.candidate.shift]!.bias).toBe(1);
    expect(best!.candidate.forms.map((form, site) => menu.forms[site]![form]!.distance)).toEqual(
      menu.sites.map(() => 0),
    );
  });

/** Slips in the biased conversion, one site each, with what takes them back. */
const SLIPS: readonly (readonly [wrong: string, right: string, repair: string])[] = [
  ['refcount_read(&peer->refcnt) == 0', 'refcount_read(&peer->refcnt) == 1', 'one_more'],
  // The claim never wins: the name is that of the opposite.
  ['refcount_dec_not_one(&peer->refcnt)', 'refcount_dec_if_one(&peer->refcnt)', 'dec_if_one_as_tested'],
  // A put that puts nothing but the last one. What is nearest within `(void)` gives the same.
  ['(void)refcount_dec_if_one(&peer->refcnt);', 'refcount_dec(&peer->refcnt);', 'dec_and_test'],
];

for (const [wrong, right, repair] of SLIPS)
  test(`the slip ${wrong} is repaired by one change`, async () => {
    const biased = readFileSync(join(PEER, 'biased.c'), 'utf8');
    expect(biased).toContain(right);
    const file = join(mkdtempSync(join(tmpdir(), 'slip-')), 'after.c');
    writeFileSync(file, biased.replace(right, wrong));
    const { result, menu } = await searchHere(before, SIZE, { plainOnly: true }, file);
    const [best] = result.decided;
    expect(best?.kind).toBe('equivalent');
    const changed = best!.candidate.forms.flatMap((form, site) => {
      const { distance, name } = menu.forms[site]![form]!;
      return distance > 0 ? [name] : [];
    });
    expect(changed).toEqual([repair]);
    expect(menu.shifts[best!.candidate.shift]!.bias).toBe(0);
  });

/** Slips in conversions of other protocols, op by op but for one. */
const OTHERS: readonly (readonly [file: string, was: string, wrong: string, repair: string])[] = [
  [
    'async-put.c',
    'atomic_add_unless(&c->kref, -1, 1)',
    'refcount_dec_if_one(&c->kref)',
    'dec_not_one_as_tested',
  ],
  ['lease.c', 'atomic_read(&l->cnt) > LEASE_BASE', 'refcount_read(&l->cnt) >= LEASE_BASE', 'one_more'],
  ['waiter.c', '!atomic_dec_return(&c->use)', '!refcount_dec_and_test(&c->use)', 'negated'],
];

for (const [file, was, wrong, repair] of OTHERS)
  test(`${file}: the slip ${wrong} is repaired by one change`, async () => {
    const text = readFileSync(join(PROTOCOLS, file), 'utf8');
    expect(text).toContain(was);
    const after = join(mkdtempSync(join(tmpdir(), 'slip-')), 'after.c');
    const converted = text
      .replace(was, () => wrong)
      .replaceAll('atomic_t', 'refcount_t')
      .replaceAll('atomic_', 'refcount_')
      .replace('<linux/atomic.h>', '<linux/refcount.h>');
    writeFileSync(after, converted);
    const { result, menu } = await searchHere(join(PROTOCOLS, file), SIZE, { plainOnly: true }, after);
    const [best] = result.decided;
    expect(best?.kind).toBe('equivalent');
    const changed = best!.candidate.forms.flatMap((form, site) => {
      const { distance, name } = menu.forms[site]![form]!;
      return distance > 0 ? [name] : [];
    });
    expect(changed).toEqual([repair]);
  });
