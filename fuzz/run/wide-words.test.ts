import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundaryBetween } from '../../oracles/boundary.ts';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { formatWide } from '../../targets/subject/values.ts';
import { Alphabet } from '../program/alphabet.ts';
import { Machine } from './machine.ts';
import { factOf } from './scheme-facts.ts';
import { trace } from './trace.ts';
import { TransitionTrees } from './transition-trees.ts';
import { onNarrowLine } from './wide-boundary.ts';
import { WideValues } from './wide-values.ts';
import { readWide, writeWide } from './wide-words.ts';

const ANY_VALUE = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -9n, max: 9n }),
);

// Trees, and states, have cells of 32 bits: whatever goes through them must come back as it was.
describe('a value of 64 bits', () => {
  test('has a number, and is found by it', () => {
    const values = new WideValues();
    fc.assert(
      fc.property(ANY_VALUE, (value) => {
        const number = values.numberOf(value);
        expect(number).toBe(number | 0);
        expect(values.valueOf(number)).toBe(value);
        expect(values.numberOf(value)).toBe(number);
      }),
    );
  });

  test('lies in two cells', () => {
    const words = new Int32Array(3);
    fc.assert(
      fc.property(ANY_VALUE, (value) => {
        writeWide(words, { low: 0, high: 2 }, value);
        expect(readWide(words, { low: 0, high: 2 })).toBe(value);
      }),
    );
  });

  test.each([
    [0n, 1n, 'zero'],
    [0n, -1n, 'minus-one'],
    [2n ** 63n - 2n, 2n ** 63n - 1n, 'int-max'],
    [-(2n ** 63n), -(2n ** 63n) + 1n, 'wrap'],
    // No end of 32 bits is an end here.
    [2n ** 31n - 1n, 2n ** 31n, 'interior'],
    [2n ** 32n, 2n ** 32n + 1n, 'interior'],
    [-(2n ** 30n), -(2n ** 30n) + 1n, 'interior'],
  ] as const)('%s to %s is at %s', (old, value, boundary) => {
    expect(boundaryBetween(onNarrowLine(old), onNarrowLine(value), [])).toBe(boundary);
  });

  test.each([
    [5n, '5'],
    [2n ** 63n - 2n, 'S64_MAX-1'],
    [-(2n ** 63n), 'S64_MIN'],
    [2n ** 40n, '0x0000010000000000'],
  ])('%s is shown as %s', (value, text) => {
    expect(formatWide(value)).toBe(text);
  });
});

const DEAD = 2n ** 63n;

/** A wide count, and a lock with an int beside it. */
const SCHEME: Scheme = {
  kind: 'scheme',
  name: 'wide',
  about: 'made for this test',
  bias: 0,
  isCountWide: true,
  words: [
    { name: 'lock', isInObject: true },
    { name: 'users', isInObject: true },
  ],
  pairs: [[1, 2]],
  states: { far: { count: 0, upper: [256], list: 1, holders: [] } },
  ops: {
    add: act(({ wide }) => wide[0]!.fetchAdd(1n) === 2n ** 40n),
    kill: act(({ wide }) => wide[0]!.fetchBits('or', DEAD) >= 0n),
    wait: act(({ wide }) => wide[0]!.await('at-least', 2n ** 40n + 1n, -1n) > 0n),
    pair: act(({ pairs }) => pairs[0]!.compareExchange(0n, 1n << 32n) === 0n),
    look: act(({ pairs }) => (pairs[0]!.load() & 1n) === 0n),
    lock: act(({ locks }) => {
      locks[0]!.acquire();
      locks[0]!.release();
      return true;
    }),
    free: act((object) => {
      object.free();
      return true;
    }),
  },
  callback() {},
};

function act(does: (object: RcuObject) => boolean): Scheme['ops'][string] {
  return { role: 'other', run: (object) => (does(object) ? 'granted' : 'refused') };
}

function machineOf(...threads: readonly (readonly string[])[]): Machine {
  const alphabet = new Alphabet(SCHEME);
  const machine = new Machine(new TransitionTrees(SCHEME, alphabet));
  machine.start({ start: 'far', threads: threads.map((ops) => ops.map((op) => alphabet.id(op))) });
  return machine;
}

/** What the ops returned, by the order of their ends. */
function results(machine: Machine, ...schedule: readonly number[]): unknown[] {
  return schedule.flatMap((thread) => {
    const outcome = machine.step(thread);
    return outcome < 0 ? [] : [machine.trees.outcomeOf(outcome).result];
  });
}

describe('a word of 64 bits', () => {
  test('starts with both halves, and is changed as one', () => {
    expect(results(machineOf(['add', 'add', 'kill'], ['kill']), 0, 0, 1, 0)).toEqual([
      'granted',
      'refused',
      'granted',
      'refused',
    ]);
  });

  // The condition is above 32 bits: its lower half alone says 0 before and 1 after.
  test('can be waited for', () => {
    const machine = machineOf(['wait'], ['add']);
    expect(machine.isEnabled(0)).toBe(false);
    machine.step(1);
    expect(machine.isEnabled(0)).toBe(true);
    machine.step(0);
    expect(readWide(machine.words, machine.trees.layout!.wide!.get(0)!)).toBe(2n ** 40n);
  });

  test('is seen as it is, whatever number the trees have given it', () => {
    const machine = machineOf(['add']);
    const { threads } = machine;
    const [access] = trace(machine, { start: 'far', threads }, [0]);
    expect(access!.wide).toEqual({ a: 1n, b: 0n, isPair: false, old: 2n ** 40n, value: 2n ** 40n + 1n });
  });
});

describe('two words side by side', () => {
  test('are changed by one access, and one at a time as well', () => {
    const machine = machineOf(['pair', 'pair']);
    expect(results(machine, 0, 0)).toEqual(['granted', 'refused']);
    expect([machine.words[machine.trees.layout!.own], machine.words[machine.trees.layout!.own + 1]]).toEqual([
      0, 1,
    ]);
  });

  // Two threads that are alike must see the same, whichever of them has it.
  test.each([0, 1])('show a lock as taken, and not that thread %i has it', (thread) => {
    const threads = thread === 0 ? [['lock'], ['look']] : [['look'], ['lock']];
    const machine = machineOf(...threads);
    machine.step(thread);
    expect(machine.words[machine.trees.layout!.own]).toBe(1);
    expect(results(machine, 1 - thread)).toEqual(['refused']);
    expect(results(machine, thread)).toEqual(['granted']);
    expect(factOf(machine.fact)).toBeUndefined();
  });

  test('lie in the object, and go with it', () => {
    const machine = machineOf(['free', 'look']);
    results(machine, 0, 0);
    expect(factOf(machine.fact)).toMatchObject({ what: 'use-after-free', op: 1 });
  });
});

test('threads that exchange their numbers exchange the lock of a pair', () => {
  const machine = machineOf(['lock'], ['lock']);
  machine.step(0);
  machine.swapThreads(0, 1);
  expect(machine.isEnabled(0)).toBe(false);
  expect(results(machine, 1)).toEqual(['granted']);
  expect(factOf(machine.fact)).toBeUndefined();
});
