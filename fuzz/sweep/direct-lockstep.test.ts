import { expect, test } from 'vitest';
import type { Alone } from '../../oracles/oracle.ts';
import { atomic } from '../../targets/counters/atomic.ts';
import { refcountV55 } from '../../targets/counters/refcount-v5.5.ts';
import type { Counter, CounterOp } from '../../targets/subject/subject.ts';
import { INT_MAX } from '../../targets/subject/values.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { comparePair } from '../judge/lockstep.ts';
import { RandomChoices } from '../program/choices.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { DirectLockstep } from './direct-lockstep.ts';

interface Told {
  readonly call: number;
  readonly old: number;
  readonly sides: readonly (Alone | undefined)[];
}

function toldBy(harness: Harness, batches: number): Told[] {
  const told: Told[] = [];
  const lockstep = DirectLockstep.of(harness)!;
  const choices = new RandomChoices(1, 0);
  for (let batch = 0; batch < batches; batch++) {
    const call = harness.calls[choices.below(harness.calls.length)]!;
    lockstep.batch(call, choices, (old, ...sides) => told.push({ call, old, sides }));
  }
  return told;
}

function changed(op: string, run: CounterOp['run']): Harness {
  const subject: Counter = {
    ...refcountV55,
    name: 'changed',
    ops: { ...refcountV55.ops, [op]: { ...refcountV55.ops[op]!, run } },
  };
  return harnessOf(targetLike('refcount-v5.5', { reference: refcountV55, subject }));
}

test.each([
  'refcount-v5.5',
  'refcount-v4.11',
  'refcount-x86',
  'pax',
])('%s: what a batch tells is what the transition trees say of the pair', (name) => {
  const harness = harnessOf(targetLike(name));
  const told = toldBy(harness, 200);
  expect(told.length).toBeGreaterThan(500);
  for (const { call, old, sides } of told) {
    const { reference, subject } = comparePair(harness, call, old);
    expect(sides, `${harness.alphabet.format(call)} on ${old}`).toEqual([reference, subject]);
  }
});

test('nothing is told of a counter beside itself', () => {
  expect(toldBy(harnessOf(targetLike('refcount-v5.5', { reference: refcountV55 })), 200)).toEqual([]);
});

test('one value near a boundary, a few dozen off it, is found', () => {
  const odd = INT_MAX - 40;
  const harness = changed('inc_not_zero', (count, a, b) => {
    const is = count.load('relaxed') === odd;
    return is ? false : refcountV55.ops.inc_not_zero!.run(count, a, b);
  });
  const told = toldBy(harness, 2000);
  expect(new Set(told.map(({ call, old }) => `${harness.alphabet.format(call)} ${old}`))).toEqual(
    new Set([`inc_not_zero ${odd}`]),
  );
});

test('without choices it is every value around the boundaries', () => {
  for (const odd of [INT_MAX - 60, 24, -0x40000000 + 63]) {
    const harness = changed('read', (count) => {
      const value = count.load('relaxed');
      return value === odd ? 0 : value;
    });
    const told: number[] = [];
    const read = harness.alphabet.parse('read');
    DirectLockstep.of(harness)!.batch(read, undefined, (old) => told.push(old));
    expect(new Set(told)).toEqual(new Set([odd]));
  }
});

test('a value that the code mentions is found, far from every boundary', () => {
  const harness = changed('inc_not_zero', (count, a, b) => {
    const is = count.load('relaxed') === 0x1234_5678;
    return is ? false : refcountV55.ops.inc_not_zero!.run(count, a, b);
  });
  expect(new Set(toldBy(harness, 2000).map(({ old }) => old))).toEqual(new Set([0x12345678]));
});

test('a difference in the warnings alone is told', () => {
  const harness = changed('dec', (count) => {
    atomic.ops.dec!.run(count, 0, 0);
    const after = count.load('relaxed');
    if (after <= 0 && after !== INT_MAX) count.store(-0x40000000, 'relaxed');
  });
  expect(toldBy(harness, 200).length).toBeGreaterThan(0);
});

test('an op that goes round for ever is left to the walks', () => {
  const harness = changed('inc', (count) => {
    while (count.load('relaxed') !== 1);
  });
  expect(toldBy(harness, 200)).toEqual([]);
});

test('the ideal reference has none', () => {
  expect(DirectLockstep.of(harnessOf(targetLike('atomic-vs-ideal')))).toBeUndefined();
});
