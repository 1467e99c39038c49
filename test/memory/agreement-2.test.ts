import { expect, test } from 'vitest';
import { agreeOn } from './agreement.ts';
import { MOST_EVENTS } from './judge.ts';

// A third of the 2,000 programs; three files, so that they run side by side.
test('the machine and the axioms agree on random programs 700 to 1399', () => {
  const judged = agreeOn(700, 1400);
  expect(judged, `programs of at most ${MOST_EVENTS} events`).toBeGreaterThan(700 * 0.95);
});
