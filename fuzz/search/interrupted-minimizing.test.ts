import { expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { deciderOf } from '../judge/decide.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import { minimized } from '../minimize/finding.ts';
import { opCount } from '../program/program.ts';
import { type Harness, interruptibleHarness } from '../run/harness.ts';
import { Interrupt, STOP } from '../run/interrupt.ts';
import { TargetSearch } from './target-search.ts';

/** A divergence that a search meets with a program of five ops; two more come to light when that is made smaller. */
function largeOne(harness: Harness): RawFinding {
  const search = new TargetSearch(harness, { seed: 1, isKnown: () => false });
  const all: RawFinding[] = [];
  search.iterate(8, (raw) => all.push(raw));
  const met = all.find(({ program }) => opCount(program) === 5);
  if (!met) throw new Error('iteration 8 has no such program any more; choose another');
  return met;
}

/** Minimises one divergence of a program, until so many questions have been asked. */
function minimizedFor(questions: number) {
  const cell = new Int32Array(1);
  const harness = interruptibleHarness(targetLike('inet-peer-naive'), new Interrupt(cell));
  const decider = deciderOf(harness);
  const raw = largeOne(harness);
  let asked = 0;
  const patient = {
    ...decider,
    rawFindings: (...question: Parameters<typeof decider.rawFindings>) => {
      if (asked++ === questions) cell[0] = STOP.NOW;
      return decider.rawFindings(...question);
    },
  };
  const left: RawFinding[] = [];
  const known = new Set<string>();
  const found = [...minimized(harness, patient, known, raw, (one) => left.push(one))];
  cell[0] = STOP.NOT;
  const shows = ({ program: small, divergence }: RawFinding) =>
    deciderOf(harness).rawFindings(small)?.has(signatureOf(divergence)) ?? false;
  return { raw, found, left, shows };
}

test('what is interrupted leaves what it had come to, of each signature one', () => {
  const sizes: number[] = [];
  for (const questions of [0, 1, 2]) {
    const { raw, found, left, shows } = minimizedFor(questions);
    expect(found).toEqual([]);
    expect(signatureOf(left[0]!.divergence)).toBe(signatureOf(raw.divergence));
    for (const one of left) expect(shows(one), JSON.stringify(one)).toBe(true);
    const signatures = left.map(({ divergence }) => signatureOf(divergence));
    expect(new Set(signatures).size).toBe(signatures.length);
    sizes.push(opCount(left[0]!.program));
  }
  expect(sizes).toEqual(sizes.toSorted((one, other) => other - one));
  expect(sizes.at(-1)).toBeLessThan(sizes[0]!);
});

test('what is interrupted between two findings leaves the second, and yields the first', () => {
  const { found: whole, left: nothing } = minimizedFor(Number.POSITIVE_INFINITY);
  expect(nothing).toEqual([]);
  expect(whole.length).toBeGreaterThan(1);
  const all = Array.from({ length: 20 }, (_, questions) => minimizedFor(questions));
  const some = all.find(({ found, left }) => found.length > 0 && left.length > 0)!;
  expect(some.found).toEqual(whole.slice(0, some.found.length));
  const rest = whole.slice(some.found.length).map(({ divergence }) => signatureOf(divergence));
  const left = some.left.map(({ divergence }) => signatureOf(divergence));
  expect(rest).toEqual(expect.arrayContaining(left.slice(0, 1)));
});
