import { expect, test } from 'vitest';
import { atomic } from '../../targets/counters/atomic.ts';
import { refcountV411 } from '../../targets/counters/refcount-v4.11.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import type { Word } from '../../targets/subject/word.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { Access } from './access.ts';
import { harnessOf } from './harness.ts';
import { runWhole } from './long-op.ts';
import { applyToCell } from './tree-nodes.ts';

/** Looks so often before its first access, and at whatever it sees. */
function slow(counter: Counter, looks: number): Counter {
  const ops = Object.entries(counter.ops).map(([name, op]) => {
    const run = (count: Word, a: number, b: number) => {
      for (let look = 0; look < looks; look++) count.load('relaxed');
      return op.run(count, a, b);
    };
    return [name, { ...op, run }];
  });
  return { ...counter, ops: Object.fromEntries(ops) };
}

const VALUES = [0, 1, -1, 5, 0x7fffffff, -0x80000000, -0x40000000];

test.each([refcountV411, atomic])('a whole run of $name is what its tree says', (counter) => {
  const { ops } = targetLike('refcount-v4.11');
  const harness = harnessOf(targetLike('refcount-v4.11', { subject: counter, ops }));
  const { subject: trees, alphabet, calls } = harness;
  for (const call of calls) {
    for (const start of VALUES) {
      const cell = Int32Array.of(start);
      let node = trees.root(call);
      while (trees.kind[node] !== Access.RETURN) node = trees.child(node, applyToCell(trees, node, cell));
      const whole = runWhole(counter, call, alphabet, start, 1000);
      expect(whole).toEqual({ outcome: trees.outcomeOf(trees.outcome[node]!), value: cell[0] });
    }
  }
});

test('an op with many accesses does what it does without them, and leaves few nodes', () => {
  const quick = harnessOf(targetLike('refcount-v4.11'));
  const long = harnessOf(targetLike('refcount-v4.11', { subject: slow(refcountV411, 900) }));
  for (const [at, call] of long.calls.entries()) {
    for (const start of VALUES) {
      const answers = [quick, long].map(({ subject: { specification, outcomes } }, side) => {
        const index = specification.atomically(side === 0 ? quick.calls[at]! : call, start);
        return [outcomes.of(specification.atomicOutcome(index)), specification.atomicValue(index)];
      });
      expect(answers[1]).toEqual(answers[0]);
    }
  }
  expect(long.subject.size).toBeLessThan(long.calls.length * VALUES.length * 200);
});

test('one that makes too many has no whole run', () => {
  const counter = slow(refcountV411, 1001);
  const { alphabet } = harnessOf(targetLike('refcount-v4.11', { subject: counter }));
  expect(runWhole(counter, alphabet.parse('inc'), alphabet, 1, 1000)).toBeUndefined();
});
