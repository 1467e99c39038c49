import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openConversion } from '../../cli/convert/conversion.ts';
import { unsoundOriginal } from '../../cli/convert/why.ts';
import { sayingSomething } from '../../convert/search/says-something.ts';
import { ConversionSearch } from '../../convert/search/search.ts';
import { PROTOCOLS, searchHere } from './search-here.ts';

const SIZE = { threads: 2, ops: 1 };

/**
 * What becomes of each protocol, from the classes that an audit knows. Where there is a conversion, the first is the one that a
 * person would write; where there is none, every form falls.
 */
const CONVERTS: readonly (readonly [file: string, first: string, why: string])[] = [
  ['plain.c', 'bias 0 inc_not_zero dec_and_test', 'it counts from 1 already'],
  ['plain-from-zero.c', 'bias 1 inc dec shifted', '0 means that nobody looks: with the bias it is 1'],
  [
    'below-zero.c',
    'bias 1 inc now dec_and_test',
    'the last is who comes below 0: with the bias he comes to 0',
  ],
  ['sentinel.c', 'bias 1 inc_not_zero dec dec_if_one', 'free is 1, and closed is 0'],
  ['put-then-gc.c', 'bias 1 inc call dec shifted', 'what nobody uses has the reference of the cache'],
  ['weighted.c', 'bias 0 inc now dec_and_test dec_and_test', 'it counts units, and starts with one'],
  ['lease.c', 'bias 0 inc dec shifted now dec_and_test', 'it has two more than users, and is over at these'],
  ['list-walk.c', 'bias 0 inc_not_zero dec_if_one dec_and_test', 'a walk that finds 0 takes nothing'],
  ['async-put.c', 'bias 0 dec_and_test dec_not_one inc', 'of two puts one leaves the last to a work item'],
  ['waiter.c', 'bias 0 inc dec_and_test', 'who waits for the last user holds one until he waits'],
  ['credits.c', 'bias 1 dec_not_one inc', 'it counts what is left, and with the bias 1 is none'],
  ['two-getters.c', 'bias 0 dec_and_test inc_not_zero inc inc', 'list, cache and holders have one each'],
];

describe('a protocol that converts', () => {
  for (const [file, first, why] of CONVERTS)
    test(`${file}: ${why}`, async () => {
      const { of } = await searchHere(join(PROTOCOLS, file), SIZE);
      expect(of('equivalent')[0]).toBe(first);
    });
});

describe('a protocol that does not convert', () => {
  test('first-user.c: no op of refcount_t tells the first user from the others', async () => {
    const { result, menu } = await searchHere(join(PROTOCOLS, 'first-user.c'), { threads: 1, ops: 2 });
    expect(result.decided).toEqual([]);
    const first = menu.sites.findIndex(({ name }) => name === 'device_open');
    const told = result.refutations.filter(({ clause }) => clause.forms.some(([site]) => site === first));
    expect(told.length, 'each form of the first user is refuted by some program').toBeGreaterThan(0);
  });

  test('first-user.c: where no program uses the device, what never starts it is not proved', async () => {
    const { result, data } = await searchHere(join(PROTOCOLS, 'first-user.c'), SIZE);
    expect(result.decided.map(({ kind }) => kind)).toContain('equivalent');
    const { decided } = sayingSomething(data, result, 100_000);
    expect(decided.filter(({ kind }) => kind !== 'undecided')).toEqual([]);
    expect(decided[0]?.missing?.join()).toContain('open never goes the way');
    // In a scope that takes long it is not known when the time is up. The original has met all in small programs.
    const large = { ...result, scope: { threads: 3, ops: 3 } };
    const cut = sayingSomething(data, large, 100_000, () => true);
    expect(cut.decided.map(({ kind, isUnasked, missing }) => ({ kind, isUnasked, missing }))).toEqual(
      decided.map(() => ({ kind: 'undecided', isUnasked: true, missing: undefined })),
    );
    expect(cut.unmet).toEqual([]);
  });

  // What two threads of two ops lose among what others do, one thread of three shows: it does not stop, or is never stale.
  test.each([
    ['clock.c', 'off', ['enable', 'disable', 'tick']],
    ['relinked.c', 'stale', ['find', 'put', 'gc']],
  ])('%s: what only loses outcomes is asked for one op more', async (file, start, ops) => {
    const { result } = await searchHere(join(PROTOCOLS, file), { threads: 2, ops: 2 });
    expect(result.decided.map(({ kind, refutation }) => [kind, refutation?.program])).toEqual([
      ['changes', { start, threads: [ops] }],
    ]);
  });

  test('unsound.c: the answer names what the original does wrong', async () => {
    const path = join(PROTOCOLS, 'unsound.c');
    const conversion = await openConversion(path, { plainOnly: true, trees: {} });
    const options = { scope: { threads: 2, ops: 1 }, limit: 100_000, workers: 0 };
    const result = await new ConversionSearch(conversion.data, options).run();
    const asked = { limit: 100_000, isOver: () => false };
    expect(unsoundOriginal(conversion, result, asked)).toBe('use after free in "idle: reap | reap"');
  });

  test('token.c: nothing is counted', async () => {
    const { result } = await searchHere(join(PROTOCOLS, 'token.c'), SIZE);
    expect(result.decided.filter(({ kind }) => kind === 'equivalent')).toEqual([]);
  });
});
