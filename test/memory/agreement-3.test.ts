import { expect, test } from 'vitest';
import { agreeOn } from './agreement.ts';
import { MOST_EVENTS } from './judge.ts';

// A third of the 2,000 programs; three files, so that they run side by side.
test('the machine and the axioms agree on random programs 1400 to 1999', () => {
  const judged = agreeOn(1400, 2000);
  expect(judged, `programs of at most ${MOST_EVENTS} events`).toBeGreaterThan(600 * 0.95);
});
