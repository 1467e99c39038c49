import { expect, test } from 'vitest';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { parseProgram } from '../case/program-text.ts';
import { harnessOf } from '../run/harness.ts';
import { TargetSearch } from './target-search.ts';

/** What a program shows, and whether it was met with something. */
function featuresOf(text: string, isKnown: boolean): number[] {
  const harness = harnessOf(targetLike('pax'));
  const search = new TargetSearch(harness, { seed: 1, isKnown: () => isKnown });
  const features = search.featuresOf(parseProgram(harness, text), 300);
  expect(search.hits.size).toBeGreaterThan(0);
  return features.toSorted((one, other) => one - other);
}

// What is known when a shard is given out depends on how fast findings are made smaller, on workers and on kills. News has
// its cheapest schedule looked for, and that makes accesses which deciding the program does not need.
test.each([
  '0xC0000000: xchg(INT_MIN) | inc_unless_negative | add_return(INT_MIN)',
  'INT_MIN: sub(2) | sub(-1) | xchg(1)',
  'INT_MAX: add(INT_MAX) | dec_unless_positive',
  'INT_MIN: fetch_add(INT_MIN) | dec_return',
])('what is learnt of %s does not depend on what is known', (text) => {
  expect(featuresOf(text, false)).toEqual(featuresOf(text, true));
});
