import { expect, test } from 'vitest';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { harnessOf, interruptibleHarness } from '../run/harness.ts';
import { Interrupt, Interrupted } from '../run/interrupt.ts';
import { TargetSearch } from './target-search.ts';

/** Lets so many looks pass. */
class After extends Interrupt {
  left: number;
  constructor(left: number) {
    super();
    this.left = left;
  }
  override look(): void {
    if (this.left-- <= 0) throw new Interrupted();
  }
}

/** All that a search says of itself after some iterations, or after those that it had time for. */
function searched(name: string, iterations: number, interrupt: Interrupt | undefined) {
  const target = targetLike(name);
  const harness = interrupt ? interruptibleHarness(target, interrupt) : harnessOf(target);
  const search = new TargetSearch(harness, { seed: 3, isKnown: () => false });
  let done = 0;
  try {
    for (; done < iterations; done++) search.iterate(done);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
  const hits = [...search.hits].map(([signature, { count }]) => `${signature} ${count}`).sort();
  return { done, counts: { ...search.counts }, hits, learnt: search.feedback.take() };
}

test.each([
  'refcount-v4.11',
  'inet-peer-naive',
])('an iteration of %s that is interrupted has not happened, wherever it was', (name) => {
  const ends = new Set<number>();
  const patient = new After(Number.MAX_SAFE_INTEGER);
  searched(name, 12, patient);
  const all = Number.MAX_SAFE_INTEGER - patient.left;
  for (const part of [0, 0.3, 0.6, 0.9, 0.95, 0.99, 0.998]) {
    const looks = Math.floor(part * all);
    let interrupted: ReturnType<typeof searched>;
    try {
      interrupted = searched(name, 12, new After(looks));
    } catch (error) {
      // While it was made ready.
      expect(error).toBeInstanceOf(Interrupted);
      continue;
    }
    expect(interrupted).toEqual(searched(name, interrupted.done, undefined));
    ends.add(interrupted.done);
  }
  expect(ends.size).toBeGreaterThan(1);
});
