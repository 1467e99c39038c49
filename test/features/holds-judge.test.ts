import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Scope } from '../../fuzz/check/scope.ts';
import { soundnessOf } from '../../fuzz/check/soundness-answer.ts';
import type { ExplorerOptions } from '../../fuzz/explore/explorer.ts';
import type { Program } from '../../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Outcome, Scheme, SchemeOp } from '../../targets/subject/subject.ts';
import { smallTarget } from '../small-schemes.ts';
import { endsOf, unordered } from './ends.ts';
import { naiveEnds, PROTOCOL } from './naive-holds.ts';

const LIMIT = 100_000;

/** The protocol of naive-holds.ts as a scheme of refuzz. */
const OPS: Readonly<Record<string, SchemeOp>> = {
  dup: { role: 'get', needs: '', run: (object) => taken(object, 1) },
  give: { role: 'get', needs: '', handsOver: true, run: (object) => taken(object, 1) },
  pass: { role: 'use', handsOver: true, run: used },
  pin: { role: 'get', hold: 'pins', needs: '', run: (object) => taken(object, 4) },
  use: { role: 'use', run: used },
  put: { role: 'put', run: (object) => dropped(object, 1) },
  unpin: { role: 'put', hold: 'pins', run: (object) => dropped(object, 4) },
  spoil: { role: 'other', run: (object) => dropped(object, 1) },
  tick: {
    role: 'other',
    run: (object) => (object.threadWords[0]!.fetchAdd(1) % 2 === 1 ? 'granted' : 'void'),
  },
};

function taken({ count }: RcuObject, weight: number): Outcome {
  count.fetchAdd(weight);
  return 'granted';
}

function dropped({ count, free }: RcuObject, weight: number): Outcome {
  if (count.fetchSub(weight) === weight) free();
  return 'void';
}

function used(object: RcuObject): Outcome {
  object.use();
  return 'void';
}

function schemeWith(changes: Partial<Scheme> = {}): Scheme {
  return {
    kind: 'scheme',
    name: 'holds',
    ops: OPS,
    states: { one: { count: 1, list: 0, holders: [0] } },
    holds: { pins: { weight: 4 } },
    threadWords: [{ name: 'ticks' }],
    callback: () => {},
    bias: 0,
    about: 'for a test',
    ...changes,
  };
}

/** By thread: those with the same are alike. */
function kindsOf(program: readonly (readonly string[])[]): string[] {
  return program.map((calls, thread) => (thread === 0 ? 'holds' : calls.join()));
}

function programIn({ alphabet }: Harness, threads: readonly (readonly string[])[]): Program {
  return { start: 'one', threads: threads.map((calls) => calls.map((call) => alphabet.id(call))) };
}

const CALLS = fc.array(fc.constantFrom(...Object.keys(PROTOCOL)), { minLength: 1, maxLength: 3 });
const PROGRAMS = fc
  .oneof(
    fc.array(CALLS, { minLength: 2, maxLength: 3 }),
    fc.tuple(CALLS, CALLS).map(([first, twin]) => [first, twin, twin]),
  )
  .filter((threads) => threads.flat().length <= 6);

test('a naive reading of holds comes to the same in every program, with each reduction and without', () => {
  const harness = harnessOf(smallTarget(schemeWith()));
  let facts = 0;
  fc.assert(
    fc.property(PROGRAMS, (threads) => {
      const naive = naiveEnds(threads);
      const program = programIn(harness, threads);
      const ends = (options: ExplorerOptions) => endsOf(new Machine(harness.subject), program, options);
      expect(ends({})).toEqual(naive);
      expect(ends({ eager: true })).toEqual(naive);
      const kinds = kindsOf(threads);
      const merged = unordered(naive, kinds);
      expect(unordered(ends({ symmetry: true }), kinds)).toEqual(merged);
      expect(unordered(ends({ symmetry: true, eager: true }), kinds)).toEqual(merged);
      if ([...naive].some((end) => !/(void|granted)$/.test(end))) facts++;
    }),
    { numRuns: 150 },
  );
  expect(facts).toBeGreaterThan(10);
});

test('a hold that is passed on is taken over, and by one thread alone', () => {
  expect([...naiveEnds([['pass'], ['put'], ['put']])].sort()).toEqual(['void | void | void']);
  const harness = harnessOf(smallTarget(schemeWith()));
  const machine = new Machine(harness.subject);
  const program = programIn(harness, [['pass'], ['use']]);
  machine.start(program);
  expect([machine.isEnabled(0), machine.isEnabled(1)]).toEqual([true, false]);
  machine.step(0);
  expect(machine.isEnabled(1)).toBe(true);
});

/** A lock that knows its owner: who unlocks what another thread has locked is refused, and nobody does. */
const TELLING = schemeWith({
  ops: {
    lock: {
      role: 'get',
      run: ({ count, thread }) => (count.compareExchange(0, 1 + thread()) === 0 ? 'granted' : 'refused'),
    },
    unlock: {
      role: 'put',
      run({ count, thread }) {
        const me = 1 + thread();
        return count.compareExchange(me, 0) === me ? 'void' : 'refused';
      },
    },
  },
  asksThread: true,
  states: { one: { count: 0, list: 1, holders: [] } },
});

/** A machine that takes threads for alike although they can be told by number. */
class Blind extends Machine {
  override get asksThread(): boolean {
    return false;
  }
}

test('threads that can be told by number are not taken for alike: one would answer for another', () => {
  const harness = harnessOf(smallTarget(TELLING));
  const calls = ['lock', 'unlock'];
  const program = programIn(harness, [calls, calls]);
  const ends = (machine: Machine, symmetry: boolean) => endsOf(machine, program, { symmetry });
  const all = ends(new Machine(harness.subject), false);
  expect(all.size).toBeGreaterThan(1);
  expect(ends(new Machine(harness.subject), true)).toEqual(all);
  expect(ends(new Blind(harness.subject), true)).not.toEqual(all);
  // Every order of two ops, and not every pair.
  expect(new Scope(harness, { threads: 2, ops: 1 }).programs).toBe(2 + 4);
});

test('what does not ask for the number of its thread, or for a resource, cannot use it', () => {
  expect(() => harnessOf(smallTarget({ ...TELLING, asksThread: false }))).toThrow('"asksThread"');
  const starting = schemeWith({
    ops: {
      go: {
        role: 'other',
        run(object) {
          object.start();
          return 'void';
        },
      },
    },
  });
  expect(() => harnessOf(smallTarget(starting))).toThrow('"resource"');
});

test('a count that is not the sum of the holds is told by the shortest program', () => {
  const light: SchemeOp = { ...OPS.pin!, run: (object) => taken(object, 3) };
  const asked = (ops: Scheme['ops'], conserves: boolean) => {
    const scheme = schemeWith({ ops, ...(conserves && { conserves: () => 0 }) });
    const harness = harnessOf(smallTarget(scheme));
    const { faults } = soundnessOf(harness, harness.subject, { threads: 1, ops: 1 }, LIMIT);
    return faults.map(({ what, op }) => `${what} by ${op}`);
  };
  const { spoil: _, ...sound } = OPS;
  expect(asked(sound, true)).toEqual([]);
  expect(asked({ ...sound, pin: light }, false)).toEqual([]);
  expect(asked({ ...sound, pin: light }, true)).toEqual(['count-too-low by pin']);
});

test('what is said of holds that there are not is refused', () => {
  const refused = (changes: Partial<Scheme>) => () => harnessOf(smallTarget(schemeWith(changes)));
  expect(refused({ holds: {} })).toThrow('pin of holds is about "pins", which is no kind of hold');
  const byNumber = { pins: { weight: (n: number) => n } };
  expect(refused({ holds: byNumber })).toThrow('takes a hold of its argument, and lists no values');
  const state = { count: 1, list: 0, holders: [], holds: [{ thread: 0, kind: 'users' }] } as const;
  expect(refused({ states: { one: state } })).toThrow('a thread holds "users", which no op');
});
