import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refcountV55 } from '../../targets/counters/refcount-v5.5.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { counterTarget } from '../../test/c/c-subjects.ts';
import { NEAR_COPIES } from '../../test/c/near-copies.ts';
import { smallPrograms } from '../../test/naive.ts';
import { difference, outcomeSets } from '../explore/outcomes.ts';
import { stateGraph } from '../explore/state-graph.ts';
import type { Program } from '../program/program.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { Bisimulation } from './bisimulation.ts';

const PLENTY = 1e6;

/** A copy of itself, under another name: nothing is shared but the functions. */
const TWIN: Counter = { ...refcountV55, name: 'twin', documented: 'twin' };

const harnessOfPair = (reference: Counter, subject: Counter) =>
  harnessOf(counterTarget(reference, subject, { oracles: ['lockstep', 'outcomes'] }));

const bisimulationOf = (harness: Harness) =>
  new Bisimulation(new Machine(harness.subject), harness.reference!);

/** Whether each side can do all that the other can, by their outcomes. */
function isSame(harness: Harness, program: Program): boolean {
  const [reference, subject] = [harness.reference!, harness.subject].map((trees) => {
    const graph = stateGraph(new Machine(trees), program, PLENTY);
    if (!graph) throw new Error('a side has too many states');
    return { graph, trees };
  });
  const sets = outcomeSets(reference!, subject!);
  if (!sets) throw new Error('too many outcomes');
  const { reference: one, subject: other } = sets;
  return difference(one, other).length + difference(other, one).length === 0;
}

describe('refcount/v5.5 and itself', () => {
  const harness = harnessOfPair(refcountV55, TWIN);

  test('are alike in every program', () => {
    const bisimulation = bisimulationOf(harness);
    fc.assert(
      fc.property(smallPrograms(harness, 4), (program) => {
        expect(bisimulation.areAlike(program, PLENTY)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(bisimulation.counts.states).toBeGreaterThan(300);
    expect(bisimulation.counts.transitions).toBeGreaterThan(300);
  });

  test('cannot be told alike when there are more states than the limit', () => {
    const inc = harness.alphabet.id('inc');
    const program = { start: 0, threads: [[inc, inc], [inc]] };
    expect(bisimulationOf(harness).areAlike(program, 2)).toBeUndefined();
    expect(bisimulationOf(harness).areAlike(program, PLENTY)).toBe(true);
  });
});

describe.each(NEAR_COPIES)('$counter.name', ({ counter, op, threads }) => {
  const harness = harnessOfPair(refcountV55, counter);
  const other = harness.calls.filter((call) => harness.alphabet.call(call).op !== op);

  test('is alike where its outcomes are the same, or is said not to be; never the other way round', () => {
    const bisimulation = bisimulationOf(harness);
    let differing = 0;
    fc.assert(
      fc.property(smallPrograms(harness, 3), (program) => {
        const alike = bisimulation.areAlike(program, PLENTY);
        expect(alike).toBeDefined();
        const same = isSame(harness, program);
        if (!same) differing++;
        if (alike) expect(same).toBe(true);
      }),
      { numRuns: 200 },
    );
    if (threads === 0) expect(differing).toBe(0);
  });

  test('is alike in programs without the op that is changed, and not in those with it', () => {
    const bisimulation = bisimulationOf(harness);
    fc.assert(
      fc.property(smallPrograms({ ...harness, calls: other }, 3), (program) => {
        expect(bisimulation.areAlike(program, PLENTY)).toBe(true);
      }),
      { numRuns: 100 },
    );
    const changed = harness.alphabet.id(op);
    const starts = [0, 1, 2].map((start) =>
      bisimulation.areAlike({ start, threads: [[changed], [changed]] }, PLENTY),
    );
    expect(starts).toContain(false);
  });

  // A node of the copy that two nodes of the model have claimed is nobody's twin from then on.
  test('is never said to be alike because of what was asked before', () => {
    const used = bisimulationOf(harness);
    fc.assert(
      fc.property(smallPrograms(harness, 3), (program) => {
        if (used.areAlike(program, PLENTY))
          expect(bisimulationOf(harness).areAlike(program, PLENTY)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
