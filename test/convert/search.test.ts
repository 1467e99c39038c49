import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answerLine } from '../../cli/convert/answer-line.ts';
import { openConversion } from '../../cli/convert/conversion.ts';
import type { PartDone } from '../../convert/search/part.ts';
import { ConversionSearch } from '../../convert/search/search.ts';
import { PROTOCOLS, searchHere } from './search-here.ts';

const SIZE = { threads: 2, ops: 2 };

test('a search says the same on threads, and when it goes on from what an earlier one has decided', async () => {
  const { data, result } = await searchHere(join(PROTOCOLS, 'plain.c'), SIZE);
  const kept = new Map<string, PartDone>();
  const options = { scope: SIZE, limit: 100_000 };
  const keep = (key: string, done: PartDone) => void kept.set(key, done);
  const onThreads = await new ConversionSearch(data, { ...options, workers: 2, keep }).run();
  expect(onThreads.decided).toEqual(result.decided);
  expect(onThreads.forbidden).toBe(result.forbidden);
  expect(onThreads.refutations).toEqual(result.refutations);

  const half = new Map([...kept].filter((_, at) => at % 2 === 0));
  const again: string[] = [];
  const resumed = await new ConversionSearch(data, {
    ...options,
    workers: 0,
    kept: half,
    keep: (key) => void again.push(key),
  }).run();
  expect(resumed.decided).toEqual(result.decided);
  expect(resumed.refutations).toEqual(result.refutations);
  expect(half.size).toBeGreaterThan(0);
  // Parts end in any order on threads, so what was decided anew is compared as a set.
  expect(again.toSorted()).toEqual([...kept.keys()].filter((key) => !half.has(key)).toSorted());
});

test('a search that is ended has decided nothing', async () => {
  const { data } = await searchHere(join(PROTOCOLS, 'plain.c'), { threads: 1, ops: 1 });
  const signal = AbortSignal.abort();
  const result = await new ConversionSearch(data, { scope: SIZE, limit: 100_000, workers: 0, signal }).run();
  expect(result.scope).toBeUndefined();
  expect(result.decided.filter(({ kind }) => kind === 'equivalent')).toEqual([]);
});

test('the first line of a search that was cut short says how far it came', async () => {
  const path = join(PROTOCOLS, 'plain.c');
  const conversion = await openConversion(path, { plainOnly: true, trees: {} });
  const options = { scope: { threads: 2, ops: 1 }, limit: 100_000, workers: 0 };
  const whole = await new ConversionSearch(conversion.data, options).run();
  expect(answerLine(conversion, whole)).toBe(
    '1 of 12 conversions is equivalent within 2 × 1; the simplest: bias 0, the op of the same shape at each site',
  );
  const decided = whole.decided.map((one) =>
    one.kind === 'equivalent' ? { ...one, kind: 'undecided' as const } : one,
  );
  const cut = {
    ...whole,
    asked: { threads: 4, ops: 3 },
    decided: decided.filter(({ kind }) => kind !== 'loses'),
  };
  expect(answerLine(conversion, cut)).toMatch(
    /^no conversion is proved within 4 × 3: 1 of 12 conversions could not be decided; 1 of them differs in no program within 2 × 1, the simplest: bias 0, the op of the same shape at each site$/,
  );
});
