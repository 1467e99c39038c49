import { expect, test } from 'vitest';
import { AlikeOps } from '../../convert/search/alike.ts';
import { Explorer } from '../../fuzz/explore/explorer.ts';
import { Alphabet } from '../../fuzz/program/alphabet.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Outcome, Scheme } from '../../targets/subject/subject.ts';
import { KEEP } from '../../targets/subject/word.ts';

type Op = (object: RcuObject) => Outcome;

function treesOf(change: Op): TransitionTrees {
  const scheme: Scheme = {
    kind: 'scheme',
    name: 'counted',
    about: 'made for a test',
    bias: 0,
    states: { one: { count: 1, list: 1, holders: [] } },
    ops: { change: { role: 'other', run: change } },
    callback() {},
  };
  return new TransitionTrees(scheme, new Alphabet(scheme));
}

const increment: Op = ({ count }) => {
  count.fetchAdd(1, 'relaxed');
  return 'void';
};

/** A loop as the kernel writes them. @param next what it makes of a value; undefined where it gives up */
const loop =
  (next: (value: number) => number | undefined): Op =>
  ({ count }) => {
    const old = count.update((value) => next(value) ?? KEEP, 'relaxed');
    return next(old) === undefined ? 'refused' : 'void';
  };

/** The same that loads anew after each try that has failed. */
const reloading: Op = ({ count }) => {
  count.repeat(() => {
    const value = count.load('relaxed');
    return count.compareExchange(value, value + 1, 'relaxed') === value;
  });
  return 'void';
};

/** Tried anew for ever in places of their own: nobody follows that to its end. */
const unfolded: Op = ({ count }) => {
  for (let value = count.load('relaxed'); ; ) {
    const met = count.compareExchange(value, value + 1, 'relaxed');
    if (met === value) return 'void';
    value = met;
  }
};

const FORMS: readonly (readonly [string, Op, boolean])[] = [
  ['itself', increment, true],
  ['a loop', loop((value) => value + 1), true],
  ['a loop that refuses 0, which is never met', loop((value) => (value === 0 ? undefined : value + 1)), true],
  ['a loop that loads anew', reloading, true],
  ['a loop that refuses 1, which is met', loop((value) => (value === 1 ? undefined : value + 1)), false],
  ['a loop that adds 2', loop((value) => value + 2), false],
  [
    'a loop that adds 2 to what two of three have left',
    loop((value) => value + (value === 3 ? 2 : 1)),
    false,
  ],
  ['a load that changes nothing', ({ count }) => (count.load('relaxed') === 77 ? 'refused' : 'void'), false],
  [
    'two increments',
    ({ count }) => {
      count.fetchAdd(1, 'relaxed');
      count.fetchAdd(1, 'relaxed');
      return 'void';
    },
    false,
  ],
];

/** Whether the second is known to do what the first does, once that has been run by three threads. */
function areAlike(one: Op, other: Op, takesLoops: boolean): boolean {
  const [mine, theirs] = [treesOf(one), treesOf(other)];
  const call = mine.alphabet.id('change');
  const program = { start: 'one', threads: [[call], [call], [call]] };
  new Explorer(new Machine(mine)).explore(program, 100_000, {});
  return new AlikeOps(mine, theirs, 0, takesLoops).areAlike(call, theirs.alphabet.id('change'));
}

test('a loop that never comes back to where it was is followed as far as it was run, and no further', () => {
  expect(areAlike(increment, unfolded, true)).toBe(false);
  expect(areAlike(unfolded, increment, true)).toBe(true);
});

test.each(FORMS)('%s in the place of an increment', (_, form, isAlike) => {
  expect(areAlike(increment, form, true)).toBe(isAlike);
  expect(areAlike(form, increment, true)).toBe(isAlike);
  // Step by step only the increment itself is one.
  expect(areAlike(increment, form, false)).toBe(form === increment);
});
