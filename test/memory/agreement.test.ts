import { expect, test } from 'vitest';
import { THOROUGH } from '../thorough.ts';
import { agreeOn } from './agreement.ts';
import { MOST_EVENTS } from './judge.ts';

/** By seed. Most of the time is the judge's, which enumerates: all of them take a minute. */
const PROGRAMS = THOROUGH ? 2000 : 500;

test(`the machine and the axioms agree on random programs 0 to ${PROGRAMS - 1}`, () => {
  const judged = agreeOn(0, PROGRAMS);
  expect(judged, `programs of at most ${MOST_EVENTS} events`).toBeGreaterThan(PROGRAMS * 0.95);
});
