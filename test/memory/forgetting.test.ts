import { afterEach, describe, expect, test } from 'vitest';
import { Scope } from '../../fuzz/check/scope.ts';
import { Explorer, type ExplorerOptions } from '../../fuzz/explore/explorer.ts';
import { ProgramPoints } from '../../fuzz/explore/program-points.ts';
import { WhatIsLeft } from '../../fuzz/explore/what-is-left.ts';
import { Instances, Outcomes } from '../../fuzz/judge/scheme-outcomes.ts';
import { SchemeRuns } from '../../fuzz/judge/scheme-runs.ts';
import type { Program } from '../../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { NeededHistories } from '../../fuzz/weak/needed-histories.ts';
import type { Needs } from '../../fuzz/weak/needs.ts';
import { inetPeer, inetPeerBiased, inetPeerNaiveGc, inetPeerNow } from '../../targets/schemes/inet-peer.ts';
import { ipVsDest, ipVsDestNow } from '../../targets/schemes/ip-vs-dest.ts';
import type { Scheme, SchemeOp } from '../../targets/subject/subject.ts';
import { withMemory } from '../../targets/target/memory.ts';
import { randomProgram } from './random-programs.ts';
import { endsOf, isSayable, withoutAddresses } from './weak-programs.ts';
import { WEAK_SLIPS } from './weak-slips.ts';

/*
 * What is forgotten of views, and when barriers are passed, against a twin that forgets nothing and tries everything: the
 * explorer without what it leaves out.
 */

function harnessFor(scheme: Scheme, threads: number): Harness {
  return harnessOf(
    withMemory(
      {
        name: 'twins',
        about: '',
        reference: scheme,
        subject: scheme,
        threads,
        ops: Object.keys(scheme.ops),
        initial: Object.keys(scheme.states),
        arguments: [],
        oracles: ['outcomes', 'lifetime'],
      },
      'kernel',
    ),
  );
}

/** Of programs of two threads as well. */
const REDUCED: ExplorerOptions = { eager: true, attendsFrom: 1 };

/** Says of a program all outcomes of the complete runs, as text. */
function outcomesBy({ subject }: Harness, options: ExplorerOptions): (program: Program) => string[] {
  const instances = new Instances();
  const outcomes = new Outcomes(instances, options);
  const runs = new SchemeRuns(new Explorer(new Machine(subject), options), outcomes, instances);
  return (program) => {
    instances.begin(program);
    if (!runs.explore(program, 400_000, { states: 0, transitions: 0 })) throw new Error('too many states');
    const row = new Int32Array(runs.rows.stride);
    return Array.from({ length: runs.rows.size }, (_, index) => {
      runs.rows.copyTo(index, row);
      return row.join(' ');
    }).sort();
  };
}

/** Every so many of the programs up to two threads with two ops, or three with one. */
function* programsOf(harness: Harness, threads: number, every: number): Generator<Program> {
  const scope = new Scope(harness, { threads, ops: threads === 2 ? 2 : 1 });
  for (let number = 0; number < scope.programs; number += every) yield scope.program(number);
}

const PROTOCOLS: readonly (readonly [name: string, scheme: Scheme, threads: number, every: number])[] = [
  ['inet-peer', inetPeer, 2, 17],
  ['inet-peer', inetPeer, 3, 11],
  ['inet-peer-naive-gc', inetPeerNaiveGc, 2, 29],
  ['inet-peer-biased', inetPeerBiased, 2, 29],
  ['inet-peer-now', inetPeerNow, 2, 17],
  ['ip-vs-dest', ipVsDest, 2, 67],
  ['ip-vs-dest-now', ipVsDestNow, 2, 67],
  ...WEAK_SLIPS.flatMap(({ before, after }, at): [string, Scheme, number, number][] => [
    [`slip ${at}`, before, 3, 1],
    [`slip ${at}, made`, after, 3, 1],
  ]),
];

test.each(PROTOCOLS)('%s: the same outcomes as without', (_, scheme, threads, every) => {
  const harness = harnessFor(scheme, threads);
  const [reduced, plain] = [outcomesBy(harness, REDUCED), outcomesBy(harness, {})];
  for (const program of programsOf(harness, threads, every))
    expect(reduced(program), JSON.stringify(program)).toEqual(plain(program));
});

/** Seeds of programs in which it matters when a barrier is passed: see weak-reads.test.ts. */
const TELLING = [8400, 9397, 18762, 34219, 44622, 58615, 66470, 69810, 143807];

/** What a fault replaces, and with what. */
type Fault = readonly [name: string, of: object, method: string, by: (original: Call) => Call];
type Call = (this: never, ...args: never[]) => unknown;

const lessNeeded = (change: (needs: Needs) => Partial<Needs>) => (original: Call) =>
  function (this: never, ...args: never[]) {
    const needs = original.apply(this, args) as Needs | undefined;
    return needs && { ...needs, ...change(needs) };
  };
const none = (masks: readonly number[]) => masks.map(() => 0);

const FAULTS: readonly Fault[] = [
  [
    'nobody reads older writes',
    WhatIsLeft.prototype,
    'needs',
    lessNeeded(({ readers }) => ({ readers: none(readers) })),
  ],
  [
    'what threads know is forgotten',
    WhatIsLeft.prototype,
    'needs',
    lessNeeded(({ known }) => ({ known: none(known) })),
  ],
  [
    'what they have read is forgotten',
    WhatIsLeft.prototype,
    'needs',
    lessNeeded(({ read }) => ({ read: none(read) })),
  ],
  [
    'what a fence ordered is forgotten',
    WhatIsLeft.prototype,
    'needs',
    lessNeeded(({ fenced }) => ({ fenced: none(fenced) })),
  ],
  [
    'what carriers hold is forgotten',
    WhatIsLeft.prototype,
    'needs',
    lessNeeded(({ carriers }) => ({ carriers: none(carriers) })),
  ],
  ['no barrier can be passed apart', WhatIsLeft.prototype, 'needs', lessNeeded(() => ({ splits: 0 }))],
  ['everybody passes barriers at once', NeededHistories.prototype, 'hasNews', () => () => false],
];

const raise =
  (at: number): SchemeOp['run'] =>
  ({ words }) => {
    words[at]!.exchange(1, 'full');
    return 'void';
  };
const set =
  (at: number): SchemeOp['run'] =>
  ({ words }) => {
    words[at]!.store(1, 'relaxed');
    return 'void';
  };

/** Each raises its flag with a full barrier behind it, and looks at the other's in an op of its own. */
const FLAGS: Scheme = {
  kind: 'scheme',
  name: 'flags',
  about: 'two words that two threads tell each other things by, in two ops',
  bias: 0,
  words: ['one', 'other'].map((name) => ({ name, isInObject: false })),
  states: { start: { count: 1, list: 1, holders: [] } },
  ops: Object.fromEntries(
    [0, 1].flatMap((at): [string, SchemeOp][] => [
      [`raise${at}`, { role: 'other', run: raise(at) }],
      [`set${at}`, { role: 'other', run: set(at) }],
      [
        `look${at}`,
        { role: 'other', run: ({ words }) => (words[1 - at]!.load('relaxed') === 0 ? 'granted' : 'refused') },
      ],
    ]),
  ),
  callback() {},
};

/** Faults that show in programs of several ops, or in the order of barriers. */
const OF_OPS: readonly Fault[] = [
  ['what comes behind an op is left out', ProgramPoints.prototype, 'behind', () => () => 0],
];

describe('a fault is found out', () => {
  let restore = () => {};
  afterEach(() => restore());

  test.each(FAULTS)('%s', (_, of, method, by) => {
    const original = (of as Record<string, Call>)[method]!;
    restore = () => Object.assign(of, { [method]: original });
    const isFound = [...TELLING, ...Array.from({ length: 1500 }, (_unused, seed) => seed)].some((seed) => {
      const program = withoutAddresses(randomProgram(seed));
      if (!isSayable(program)) return false;
      Object.assign(of, { [method]: original });
      const plain = [...endsOf(program)].sort().join();
      Object.assign(of, { [method]: by(original) });
      return [...endsOf(program, REDUCED)].sort().join() !== plain;
    });
    expect(isFound).toBe(true);
  });

  test.each(OF_OPS)('%s', (_, of, method, by) => {
    const original = (of as Record<string, Call>)[method]!;
    restore = () => Object.assign(of, { [method]: original });
    const harness = harnessFor(FLAGS, 2);
    const programs = [...programsOf(harness, 2, 1)];
    const expected = programs.map(outcomesBy(harness, {}));
    expect(programs.map(outcomesBy(harness, REDUCED))).toEqual(expected);
    Object.assign(of, { [method]: by(original) });
    expect(programs.map(outcomesBy(harness, REDUCED))).not.toEqual(expected);
  });
});
