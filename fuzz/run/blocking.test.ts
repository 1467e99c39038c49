import { describe, expect, test } from 'vitest';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { Explorer } from '../explore/explorer.ts';
import { Alphabet } from '../program/alphabet.ts';
import type { Program } from '../program/program.ts';
import { Machine } from './machine.ts';
import { factOf } from './scheme-facts.ts';
import { TransitionTrees } from './transition-trees.ts';

function act(does: (object: RcuObject) => unknown): Scheme['ops'][string] {
  return { role: 'other', run: (object) => (does(object) === false ? 'refused' : 'granted') };
}

/** A lock with a sequence, a flag and a number of slots, and ops of a few accesses on them. */
const SCHEME: Scheme = {
  kind: 'scheme',
  name: 'blocking',
  about: 'made for this test',
  bias: 0,
  hasSequences: true,
  words: [
    { name: 'lock', isInObject: false },
    { name: 'slots', isInObject: false },
  ],
  states: { start: { count: 1, list: 1, holders: [], words: [0, 1] } },
  ops: {
    share: act(({ locks: [lock], count }) => {
      lock!.acquireShared();
      count.load();
      lock!.releaseShared();
    }),
    change: act(({ locks: [lock], count }) => {
      lock!.acquire();
      count.fetchAdd(1);
      lock!.release();
    }),
    narrow: act(({ locks: [lock], count }) => {
      lock!.acquire();
      lock!.downgrade();
      const seen = count.load();
      lock!.releaseShared();
      return seen === 1;
    }),
    attempt: act(({ locks: [lock] }) => {
      if (!lock!.tryAcquire()) return false;
      lock!.release();
      return true;
    }),
    attemptShared: act(({ locks: [lock] }) => {
      if (!lock!.tryAcquireShared()) return false;
      lock!.releaseShared();
      return true;
    }),
    down: act(({ words }) => void words[1]!.await('at-least', 1, -1)),
    up: act(({ words }) => void words[1]!.fetchAdd(1)),
    write: act(({ locks: [lock], count }) => {
      lock!.beginWrite();
      count.fetchAdd(1);
      count.fetchAdd(1);
      lock!.endWrite();
    }),
    read: act(({ locks: [lock], count }) => {
      let seen = 0;
      count.repeat(() => {
        const sequence = lock!.readBegin();
        seen = count.load();
        return lock!.readNow() === sequence;
      });
      return seen % 2 === 1;
    }),
  },
  callback() {},
};

const ALPHABET = new Alphabet(SCHEME);

function programOf(...threads: readonly (readonly string[])[]): Program {
  return { start: 'start', threads: threads.map((ops) => ops.map((op) => ALPHABET.id(op))) };
}

const machineOf = () => new Machine(new TransitionTrees(SCHEME, ALPHABET));
const EVERY_STATE = new Explorer(machineOf(), { symmetry: false });
const SYMMETRIC = new Explorer(machineOf(), { symmetry: true });
const REDUCED = new Explorer(machineOf(), { symmetry: true, eager: true });

/** How every run of a program can end, whoever of threads that are alike did what. */
function ends(program: Program, explorer: Explorer): string[] {
  const { machine } = explorer;
  const found = new Set<string>();
  explorer.explore(program, 100_000, {
    state(_, isLast) {
      if (!isLast) return;
      const results = [...machine.results].sort();
      const { length } = program.threads;
      const stands = [...machine.node].slice(0, length).filter((node) => node >= 0).length;
      found.add(`${results} ${[...machine.words.slice(18)]} ${stands} ${factOf(machine.fact)?.what}`);
    },
    step: () => true,
  });
  return [...found].sort();
}

// Symmetry reduction exchanges threads that are alike. Wherever a lock's word did not follow, a run would go on in which
// somebody else has it: ends that no run has would come up, or some would be missing.
describe('which of two threads that are alike has a lock does not matter', () => {
  test.each([
    // Both may be in at once, and the one who changes waits for both.
    [['share'], ['share'], ['change']],
    // The same lock alone, and then shared.
    [
      ['change', 'share'],
      ['change', 'share'],
    ],
    // What one sees after he lets others in is what he left.
    [['narrow'], ['narrow'], ['change']],
    // Who fails does not wait.
    [['attempt'], ['attempt'], ['share']],
    // Who wants to share fails only while one has it alone.
    [
      ['attemptShared', 'change'],
      ['attemptShared', 'change'],
    ],
    // One slot for two, and a second one in time.
    [['down'], ['down'], ['up']],
    // Too few: all runs end with somebody who waits.
    [
      ['down', 'down'],
      ['down', 'down'],
    ],
    // A reader goes round while writers come, and they are done some time.
    [['write'], ['write'], ['read']],
    // Each reads before it writes itself.
    [
      ['read', 'write'],
      ['read', 'write'],
    ],
  ])('%j | %j | %j', (...threads) => {
    const program = programOf(...threads.filter((ops) => ops !== undefined));
    const all = ends(program, EVERY_STATE);
    expect(all.length).toBeGreaterThan(0);
    expect(ends(program, SYMMETRIC)).toEqual(all);
    expect(ends(program, REDUCED)).toEqual(all);
  });
});

test('who waits for more than there will be is in a deadlock', () => {
  const machine = machineOf();
  machine.start(programOf(['down'], ['down']));
  machine.step(0);
  expect([machine.isEnabled(1), machine.isDeadlocked()]).toEqual([false, true]);
});

test('a reader of a seqlock never sees half of what a writer does', () => {
  const seen = ends(programOf(['write'], ['read']), EVERY_STATE);
  // Granted, both: never refused.
  expect(seen).toHaveLength(1);
});
