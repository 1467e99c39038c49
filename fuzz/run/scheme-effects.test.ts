import { describe, expect, test } from 'vitest';
import { InputError } from '../../targets/subject/input-error.ts';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme, SchemeOp } from '../../targets/subject/subject.ts';
import { Alphabet } from '../program/alphabet.ts';
import { MAX_THREADS } from '../program/program.ts';
import { WordIndex } from './access.ts';
import { Machine } from './machine.ts';
import { factOf } from './scheme-facts.ts';
import { heldBy } from './scheme-words.ts';
import { TransitionTrees } from './transition-trees.ts';

function op(role: SchemeOp['role'], act: (object: RcuObject) => void): SchemeOp {
  return {
    role,
    run(object) {
      act(object);
      return 'void';
    },
  };
}

/** Ops of single accesses, so that a test can make each when it wants to. */
const PARTS: Scheme = {
  kind: 'scheme',
  name: 'parts',
  about: 'made for this test',
  bias: 0,
  states: { idle: { count: 1, list: 1, holders: [] }, held: { count: 2, list: 1, holders: [0, 0, 1] } },
  ops: {
    enter: op('other', ({ rcu }) => rcu.readLock()),
    leave: op('other', ({ rcu }) => rcu.readUnlock()),
    queue: op('other', ({ rcu }) => rcu.call()),
    queueElsewhere: op('other', ({ rcu }) => rcu.call(-1)),
    free: op('other', (object) => object.free()),
    put: op('put', (object) => object.use()),
    deep: op('other', ({ rcu }) => {
      for (let depth = 0; depth < 16; depth++) rcu.readLock();
    }),
  },
  callback({ rcu }) {
    rcu.readLock();
    rcu.call(-1);
    rcu.readUnlock();
  },
};

function machineOf(start: string, ...threads: readonly (readonly string[])[]): Machine {
  const alphabet = new Alphabet(PARTS);
  const machine = new Machine(new TransitionTrees(PARTS, alphabet));
  machine.start({ start, threads: threads.map((ops) => ops.map((op) => alphabet.id(op))) });
  return machine;
}

/** Makes accesses of these threads, in order. */
function made(machine: Machine, ...threads: readonly number[]): Machine {
  for (const thread of threads) machine.step(thread);
  return machine;
}

describe('a grace period', () => {
  test('waits for those who are in a section when the callback is queued, and for nobody who comes later', () => {
    const machine = made(machineOf('idle', ['enter', 'leave'], ['queue'], ['enter']), 0, 1, 2);
    const rcu = machine.threadCount;
    expect(machine.isEnabled(rcu)).toBe(false);
    expect(made(machine, 0).isEnabled(rcu)).toBe(true);
  });

  test.each([1, MAX_THREADS])('waits for a callback that sits in a section, with %i threads', (count) => {
    const machine = machineOf('idle', ...Array.from({ length: count }, () => ['queue']));
    const rcu = machine.threadCount;
    // The callback begins, enters a section, and queues the next callback.
    made(machine, 0, rcu, rcu, rcu);
    expect(machine.words[WordIndex.CALL_WAITS]).toBe(1 << rcu);
    expect(made(machine, rcu).words[WordIndex.CALL_WAITS]).toBe(0);
  });
});

describe('a callback is queued', () => {
  const facts = (...steps: readonly number[]) =>
    factOf(made(machineOf('idle', ['queue', 'free', 'queue'], ['queue', 'queueElsewhere']), ...steps).fact);

  test('once at a time: twice spoils the queue', () => {
    expect(facts(0, 1)).toMatchObject({ what: 'double-free', thread: 1, op: 0 });
    // The callback has begun, so its head is no longer in the queue.
    expect(facts(0, 2, 1)).toBe(undefined);
  });

  test('by a head in the object, which must not have been freed', () => {
    const machine = made(machineOf('idle', ['free', 'queue'], ['queueElsewhere']), 0);
    expect(factOf(made(machine, 1).fact)).toBe(undefined);
    expect(factOf(made(machineOf('idle', ['free', 'queue']), 0, 0).fact)).toMatchObject({
      what: 'use-after-free',
      op: 1,
    });
  });
});

test('a callback is a use after free where its head was freed while it waited', () => {
  const ended = (queue: string) => {
    const machine = machineOf('idle', [queue, 'free']);
    const rcu = machine.threadCount;
    return factOf(made(machine, 0, 0, ...Array<number>(4).fill(rcu)).fact);
  };
  expect(ended('queue')).toMatchObject({ what: 'use-after-free', thread: 0, op: 0 });
  expect(ended('queueElsewhere')).toBe(undefined);
});

describe('sections are counted', () => {
  test('one that nobody is in cannot be left: the next thread would seem to be in fifteen', () => {
    const machine = made(machineOf('idle', ['leave']), 0);
    expect(factOf(machine.fact)?.what).toBe('unbalanced');
    expect(machine.words[WordIndex.NESTING]).toBe(0);
  });

  test('more than fit into a field are refused', () => {
    const machine = machineOf('idle', ['deep']);
    made(machine, ...Array<number>(15).fill(0));
    expect(() => machine.step(0)).toThrow(InputError);
  });
});

test('a hold ends at the first access of a put, and a put of a thread that holds nothing is void', () => {
  const machine = machineOf('held', ['put', 'put', 'put'], ['put']);
  expect([heldBy(machine.words, 0), heldBy(machine.words, 1)]).toEqual([2, 1]);
  made(machine, 0, 0, 1);
  expect([heldBy(machine.words, 0), heldBy(machine.words, 1), machine.isFinished()]).toEqual([0, 0, true]);
});
