import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Explorer, type Visitor } from '../fuzz/explore/explorer.ts';
import { WatchedMachine } from '../fuzz/judge/watched-machine.ts';
import type { Program } from '../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../fuzz/run/harness.ts';
import { DONE, Machine } from '../fuzz/run/machine.ts';
import { exchange } from '../oracles/packed-fields.ts';
import { atomic } from '../targets/counters/atomic.ts';
import { targetLike } from './mutants/campaigns.ts';
import { everyRun, programs, programText, smallPrograms } from './naive.ts';

// What the other tests of the explorer are worth: the same questions are asked of copies of it with a bug in each.

/** Visits the states of a program, as `Explorer.explore` does. */
type Explore = (
  machine: Machine,
  program: Program,
  limit: number,
  visitor: Visitor,
  symmetry: boolean,
) => number | undefined;

const explorer: Explore = (machine, program, limit, visitor, symmetry) =>
  new Explorer(machine, { symmetry }).explore(program, limit, visitor);

const FAULTS = [
  'takes states for one that agree in their first half',
  'takes states for one that agree in all but the last cell',
  'takes states for one that have the same words',
  'lets the next thread go on from where the one before it stopped',
  'never runs the last thread',
  'runs one thread from each state',
  'drops the states beyond the limit and says nothing',
  'gives up one state too early',
  'stops at the first end',
  'tells of new states only',
  'goes on where it was told not to',
  'leaves out the rest of a state as well, where it was told not to go on',
  'sorts threads that are not alike',
  'sorts threads and leaves their positions',
  'sorts threads by their positions alone',
  'lets blocked threads run',
] as const;
type Fault = (typeof FAULTS)[number];

/** The loop of the explorer, written again with strings and objects, and with a bug if one is asked for. */
function copyWith(fault?: Fault): Explore {
  return (machine, program, limit, visitor, symmetry) => {
    machine.start(program);
    const { state } = machine;
    const states: Int32Array[] = [];
    const numbers = new Map<string, number>();
    const add = (): { number: number; isNew: boolean } => {
      const text = identity(machine, fault);
      const known = numbers.get(text);
      if (known !== undefined) return { number: known, isNew: false };
      numbers.set(text, states.length);
      return { number: states.push(state.slice()) - 1, isNew: true };
    };
    const pairs = symmetry ? alikePairs(machine, program, fault) : [];
    const most = fault === 'gives up one state too early' ? limit - 1 : limit;
    add();
    for (let from = 0; from < states.length; from++) {
      if (states.length > most) {
        if (fault !== 'drops the states beyond the limit and says nothing') return undefined;
        states.length = limit;
        if (from >= limit) return limit;
      }
      state.set(states[from]!);
      const enabled = enabledIn(machine, fault);
      visitor.state?.(from, enabled.length === 0);
      if (enabled.length === 0 && fault === 'stops at the first end') break;
      for (const thread of fault === 'runs one thread from each state' ? enabled.slice(0, 1) : enabled) {
        if (fault !== 'lets the next thread go on from where the one before it stopped')
          state.set(states[from]!);
        else if (!machine.isEnabled(thread)) continue;
        const op = machine.position[thread]!;
        const outcome = machine.step(thread);
        const goesOn = visitor.step?.(from, thread, op, outcome) !== false;
        if (!goesOn && fault === 'leaves out the rest of a state as well, where it was told not to go on')
          break;
        if (!goesOn && fault !== 'goes on where it was told not to') continue;
        sortAlike(machine, pairs, fault);
        const { number, isNew } = add();
        if (isNew || fault !== 'tells of new states only') visitor.transition?.(from, thread, number, isNew);
      }
    }
    return states.length;
  };
}

function identity({ state, words }: Machine, fault: Fault | undefined): string {
  switch (fault) {
    case 'takes states for one that agree in their first half':
      return state.slice(0, Math.ceil(state.length / 2)).join();
    case 'takes states for one that agree in all but the last cell':
      return state.slice(0, -1).join();
    case 'takes states for one that have the same words':
      return words.join();
    default:
      return state.join();
  }
}

function enabledIn(machine: Machine, fault: Fault | undefined): number[] {
  const threads = Array.from({ length: machine.schedulable }, (_, thread) => thread);
  if (fault === 'never runs the last thread') threads.pop();
  if (fault === 'lets blocked threads run')
    return threads.filter((thread) =>
      thread === machine.threadCount ? machine.isEnabled(thread) : machine.node[thread] !== DONE,
    );
  return threads.filter((thread) => machine.isEnabled(thread));
}

type Pair = readonly [one: number, other: number];

function alikePairs(machine: Machine, { threads }: Program, fault: Fault | undefined): Pair[] {
  const numbers = [...threads.keys()];
  const pairs = numbers.flatMap((one) => numbers.slice(one + 1).map((other): Pair => [one, other]));
  if (fault === 'sorts threads that are not alike') return pairs;
  return pairs.filter(
    ([one, other]) => String(threads[one]) === String(threads[other]) && machine.holdAlike(one, other),
  );
}

function sortAlike(machine: Machine, pairs: readonly Pair[], fault: Fault | undefined): void {
  const compare = (one: number, other: number) =>
    fault === 'sorts threads by their positions alone'
      ? machine.position[one]! - machine.position[other]!
      : machine.compareThreads(one, other);
  for (let pass = 0; pass < pairs.length; pass++) {
    for (const [one, other] of pairs) {
      if (compare(one, other) <= 0) continue;
      if (fault === 'sorts threads and leaves their positions') exchange(machine.node, one, other);
      else machine.swapThreads(one, other);
    }
  }
}

const V55 = targetLike('refcount-v5.5');
const REFCOUNT = harnessOf(V55);
const STRAIGHT = harnessOf({ ...V55, subject: atomic, ops: ['inc', 'dec', 'add'], arguments: [2, -1] });
const PEER = harnessOf(targetLike('inet-peer-naive-gc'));
const DEST = harnessOf(targetLike('ip-vs-dest-naive'));

/** The same programs each time: a fault is caught or it is not. No shrinking, since most faults are there to be caught. */
function forPrograms(small: fc.Arbitrary<Program>, numRuns: number, holds: (program: Program) => void): void {
  fc.assert(fc.property(small, holds), { seed: 1, numRuns, endOnFailure: true });
}

interface Path {
  readonly schedule: readonly number[];
  readonly texts: readonly string[];
}

/** Every way through what an explorer tells of a program, with a text for each end. */
function pathsThrough(
  explore: Explore,
  harness: Harness,
  program: Program,
  endText: (machine: Machine) => string,
): string[] {
  const machine = new Machine(harness.subject);
  const ends = new Map<number, string>();
  const edges = new Map<number, { thread: number; to: number; text: string }[]>();
  let text = '';
  explore(
    machine,
    program,
    1e5,
    {
      state(index, stuck) {
        machine.execution.eventCount = 0;
        edges.set(index, []);
        if (stuck) ends.set(index, endText(machine));
      },
      step(_, thread, op, outcome) {
        text = opText(harness, machine, { thread, op, outcome });
        return true;
      },
      transition: (from, thread, to) => void edges.get(from)!.push({ thread, to, text }),
    },
    false,
  );
  const paths: string[] = [];
  let followed = 0;
  const follow = (state: number, { schedule, texts }: Path): void => {
    // Merged states may lead back to themselves, by more ways than anybody can follow.
    if (paths.length > 1e4 || schedule.length > 64 || followed++ > 2e5) return;
    if (ends.has(state)) paths.push(JSON.stringify([schedule, texts, ends.get(state)]));
    for (const edge of edges.get(state) ?? []) {
      follow(edge.to, { schedule: [...schedule, edge.thread], texts: [...texts, edge.text] });
    }
  };
  follow(0, { schedule: [], texts: [] });
  return paths.sort();
}

/** What an access ended: `0.1 true`. */
function opText(
  harness: Harness,
  machine: Machine,
  { thread, op, outcome }: Readonly<Record<'thread' | 'op' | 'outcome', number>>,
): string {
  if (thread >= machine.threadCount || outcome < 0) return '';
  const { result, warnings } = harness.subject.outcomeOf(outcome);
  return `${thread}.${op} ${String(result)} ${warnings.map(({ text }) => text).join()}`;
}

function naivePaths(harness: Harness, program: Program, endText: (machine: Machine) => string): string[] {
  const machine = new Machine(harness.subject);
  const paths: string[] = [];
  let texts: string[] = [];
  let op = 0;
  const watcher = {
    before: (thread: number) => {
      op = machine.position[thread]!;
    },
    after: (thread: number, _: number, outcome: number) =>
      void texts.push(opText(harness, machine, { thread, op, outcome })),
    end: (schedule: readonly number[]) => {
      paths.push(JSON.stringify([schedule, texts, endText(machine)]));
      texts = [];
    },
  };
  fc.pre(everyRun(machine, program, watcher, 300));
  return paths.sort();
}

/** The states of all schedules, as texts. */
function naiveStates(machine: Machine, program: Program, textOf: () => string): Set<string> {
  const states = new Set<string>();
  const note = () => void states.add(textOf());
  fc.pre(everyRun(machine, program, { before: note, end: note }, 300));
  return states;
}

/** A state of a counter's machine in which threads with the same ops are not told apart. */
function orbit({ words, node, position }: Machine, { threads }: Program): string {
  const all = threads.map((ops, thread) => `${ops}: ${node[thread]} ${position[thread]}`);
  return `${words.join()} ${all.sort().join(' | ')}`;
}

/** Each asks one question of an explorer and throws when the answer is wrong. */
const CHECKS: Readonly<Record<string, (explore: Explore) => void>> = {
  'Π(m+1) states of a straight-line program, and not one below the limit'(explore) {
    const machine = new Machine(STRAIGHT.subject);
    forPrograms(programs(STRAIGHT, 4, 3), 30, (program) => {
      const states = program.threads.reduce((product, { length }) => product * (length + 1), 1);
      expect(explore(machine, program, states, {}, false)).toBe(states);
      expect(explore(machine, program, states - 1, {}, false)).toBeUndefined();
    });
  },

  'as many states as all schedules meet'(explore) {
    const machine = new Machine(REFCOUNT.subject);
    forPrograms(smallPrograms(REFCOUNT, 4), 60, (program) => {
      const states = naiveStates(machine, program, () => machine.state.join());
      expect(explore(machine, program, 1e5, {}, false)).toBe(states.size);
    });
  },

  'the very schedules, with what every op returns and what they end in'(explore) {
    const wordText = ({ words }: Machine) => String(words[0]);
    forPrograms(smallPrograms(REFCOUNT, 4), 60, (program) => {
      const expected = naivePaths(REFCOUNT, program, wordText);
      expect(pathsThrough(explore, REFCOUNT, program, wordText), programText(REFCOUNT, program)).toEqual(
        expected,
      );
    });
  },

  'the same of schemes, with locks, RCU and the facts of the object'(explore) {
    const stateText = ({ words, results }: Machine) => `${words.join()} ${results.join()}`;
    for (const harness of [PEER, DEST]) {
      forPrograms(smallPrograms(harness, 3, harness.target.initial), 40, (program) => {
        const expected = naivePaths(harness, program, stateText);
        expect(pathsThrough(explore, harness, program, stateText)).toEqual(expected);
      });
    }
  },

  'nothing behind an access that the visitor refuses, and everything else'(explore) {
    const machine = new Machine(STRAIGHT.subject);
    forPrograms(programs(STRAIGHT, 3, 3), 30, (program) => {
      const last = program.threads.length - 1;
      const visitor: Visitor = { step: (_, thread) => thread !== 0 };
      const expected = program.threads.slice(1).reduce((product, { length }) => product * (length + 1), 1);
      expect(explore(machine, program, 1e5, visitor, false)).toBe(expected);
      const first: Visitor = { step: (_, thread) => thread !== last };
      const others = program.threads.slice(0, -1).reduce((product, { length }) => product * (length + 1), 1);
      expect(explore(machine, program, 1e5, first, false)).toBe(others);
    });
  },

  'with symmetry: as many states as there are up to the order of alike threads'(explore) {
    const machine = new Machine(REFCOUNT.subject);
    forPrograms(smallPrograms(REFCOUNT, 4), 80, (program) => {
      const orbits = naiveStates(machine, program, () => orbit(machine, program));
      expect(explore(machine, program, 1e5, {}, true), programText(REFCOUNT, program)).toBe(orbits.size);
    });
  },

  'with symmetry: the very divergences that all schedules show'(explore) {
    const machine = new WatchedMachine(REFCOUNT);
    const all = () =>
      Array.from({ length: machine.unjudgedCount }, (_, at) => JSON.stringify(machine.unjudged(at)));
    forPrograms(smallPrograms(REFCOUNT, 5), 120, (program) => {
      const expected = new Set<string>();
      const note = () => {
        for (const one of all()) expected.add(one);
      };
      fc.pre(everyRun(machine, program, { after: note, end: () => {} }, 300));
      const found = new Set<string>();
      const visitor: Visitor = {
        step: () => {
          for (const one of all()) found.add(one);
          return true;
        },
      };
      explore(machine, program, 1e5, visitor, true);
      expect([...found].sort()).toEqual([...expected].sort());
    });
  },
};

/** The checks that a copy fails. Any other error is none of their merit. */
function failuresOf(explore: Explore): string[] {
  return Object.entries(CHECKS)
    .filter(([, check]) => {
      try {
        check(explore);
        return false;
      } catch (error) {
        const { cause } = error as Error;
        if (cause instanceof Error && cause.name === 'AssertionError') return true;
        throw error;
      }
    })
    .map(([name]) => name);
}

const FAILURES = new Map<Fault, readonly string[]>();

describe('an explorer gives', () => {
  test.each(Object.entries(CHECKS))('%s', (_, check) => check(explorer));
  test.each(Object.entries(CHECKS))('%s; so does the copy', (_, check) => check(copyWith()));
});

describe('a copy of the explorer is caught that', () => {
  test.each(FAULTS)('%s', (fault) => {
    const failures = failuresOf(copyWith(fault));
    FAILURES.set(fault, failures);
    expect(failures).not.toEqual([]);
  });

  test('and each check catches some of them', () => {
    const caught = new Set(FAULTS.flatMap((fault) => FAILURES.get(fault) ?? failuresOf(copyWith(fault))));
    expect(Object.keys(CHECKS).filter((name) => !caught.has(name))).toEqual([]);
  });
});
