import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCase } from '../../fuzz/case/case-file.ts';
import { replayCase } from '../../fuzz/case/replay-case.ts';
import type { EquivalenceOptions } from '../../fuzz/fast-check/equivalence.ts';
import { pairTarget } from '../../fuzz/fast-check/pair-target.ts';
import { runUnder } from '../../fuzz/fast-check/run-under.ts';
import { runs } from '../../fuzz/fast-check/runs.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { atomic } from '../../targets/counters/atomic.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { loadBuiltInTargets } from '../../targets/target/built-in-targets.ts';
import { type AssertOptions, assertEquivalent, NotEquivalentError } from './assert-equivalent.ts';

/** `atomic`, whose last put looks first and subtracts later. */
const RACY: Counter = {
  ...atomic,
  name: 'racy',
  ops: {
    inc: atomic.ops.inc!,
    dec_and_test: {
      arity: 0,
      run: (count) => {
        const old = count.load('relaxed');
        count.fetchSub(1, 'release');
        return old === 1;
      },
    },
  },
};

function failure(act: () => unknown): NotEquivalentError {
  try {
    act();
  } catch (error) {
    if (error instanceof NotEquivalentError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('assertEquivalent passes', () => {
  test('a counter against itself', () => {
    expect(assertEquivalent(atomic, { ...atomic, name: 'copy' })).toEqual({
      kind: 'equivalent',
      programs: 1000,
      undecided: 0,
    });
  });

  test.each<[string, string, AssertOptions]>([
    ['refcount/v5.5', 'refcount/v5.5', { oracles: ['lockstep', 'outcomes'] }],
    ['refcount/v5.5', 'refcount/v5.5', { accepted: ['transient'] }],
    ['atomic', 'refcount/v5.5', { accepted: ['protects', 'false-alarm', 'misses', 'transient'] }],
    ['inet-peer', 'inet-peer-biased', {}],
    ['ip-vs-dest', 'ip-vs-dest-now', {}],
  ])('%s and %s', (reference, subject, options) => {
    assertEquivalent(reference, subject, { ...options, numRuns: 300, seed: 1 });
  });

  test('a target, with other options', () => {
    const target = loadBuiltInTargets().find(({ name }) => name === 'inet-peer-biased')!;
    assertEquivalent(target, { threads: 2, numRuns: 100 });
  });
});

describe('assertEquivalent fails', () => {
  const error = failure(() => assertEquivalent('atomic', RACY, { seed: 1 }));

  test('with a message that has all it takes', () => {
    const golden = readFileSync('test/golden/not-equivalent.txt', 'utf8');
    expect(`${error.message}\n`).toBe(golden);
    expect(readFileSync('docs/fast-check.md', 'utf8')).toContain(golden);
  });

  test('the same way from the same seed, and from seed and path at once', () => {
    expect(failure(() => assertEquivalent('atomic', RACY, { seed: 1 })).message).toBe(error.message);
    expect(failure(() => assertEquivalent('atomic', RACY, { ...error.found.replay })).message).toBe(
      error.message,
    );
  });

  test('from any other seed, at the same two ops', () => {
    for (let seed = -5; seed < 5; seed++) {
      const { found } = failure(() => assertEquivalent('atomic', RACY, { seed }));
      expect(found.kind === 'differs' && found.case.program.threads).toEqual([
        ['dec_and_test'],
        ['dec_and_test'],
      ]);
    }
  });

  test('with a case that the corpus can hold, and that replays', () => {
    const text = error.message.slice(error.message.indexOf('case: 1'));
    const stored = parseCase('pasted.yaml', `${text}\n`);
    expect(replayCase(() => harnessOf(pairTarget('atomic', RACY)), stored)).toEqual({ kind: 'same' });
  });

  test('until all signatures that it shows are known', () => {
    const known = new Set<string>();
    for (let round = 0; round < 50; round++) {
      try {
        assertEquivalent('atomic', RACY, { seed: 1, known });
        break;
      } catch (thrown) {
        const { found } = thrown as NotEquivalentError;
        expect(found.kind).toBe('differs');
        if (found.kind !== 'differs') break;
        expect(known).not.toContain(found.signature);
        known.add(found.signature);
      }
    }
    expect(known.size).toBeGreaterThan(1);
    assertEquivalent('atomic', RACY, { seed: 1, known });
  });
});

describe('what is undecided is not equivalent', () => {
  /** Waits for another thread: alone it never returns. */
  const waiting: Counter = {
    ...atomic,
    name: 'waiting',
    ops: {
      inc: atomic.ops.inc!,
      read: { arity: 0, run: (count) => void count.repeat(() => count.load('relaxed') > 0) },
    },
  };
  const options = { ops: ['inc', 'read'], initial: [0], seed: 1, numRuns: 50 } as const;
  const run = (more: EquivalenceOptions = {}) => assertEquivalent(waiting, waiting, { ...options, ...more });

  test('and fails, with the program and the reason', () => {
    const { message } = failure(run);
    expect(message).toContain('It is not decided whether waiting is equivalent to waiting');
    expect(message).toMatch(/^Of 0: .*read/m);
    expect(message).toContain('never returns');
  });

  test('unless that is accepted, and then it is counted', () => {
    expect(run({ undecided: 'accept' }).undecided).toBeGreaterThan(0);
  });
});

describe('outcomes without a signature', () => {
  const options = { oracles: ['lockstep', 'outcomes'], seed: 1, numRuns: 3000 } as const;
  /** A put in two steps can be lost; in one step it cannot. Nothing new, and something gone. */
  const reference: Counter = {
    ...atomic,
    name: 'two-steps',
    ops: {
      inc: atomic.ops.inc!,
      dec: {
        arity: 0,
        run: (count) => {
          const old = count.load('relaxed');
          count.store((old - 1) | 0, 'relaxed');
        },
      },
    },
  };
  const subject: Counter = { ...reference, name: 'whole', ops: { ...reference.ops, dec: atomic.ops.dec! } };

  test('are a difference all the same, in a program that cannot be smaller', () => {
    const { found, message } = failure(() => assertEquivalent(reference, subject, options));
    expect(found.kind).toBe('outcomes-differ');
    expect(found.kind === 'outcomes-differ' && found.signature).toBe('lost-outcomes');
    expect(message).toContain('cannot happen any more');
    expect(found.kind === 'outcomes-differ' && found.program.match(/dec|inc/g)).toHaveLength(2);
    assertEquivalent(reference, subject, { ...options, known: ['lost-outcomes'] });
  });
});

describe('wrong options are errors that say what to write', () => {
  test.each<[string, () => unknown, string]>([
    ['a subject', () => assertEquivalent('atomik', RACY), 'unknown subject "atomik"; did you mean "atomic"?'],
    ['an op', () => assertEquivalent('atomic', RACY, { ops: ['dec'] }), 'racy has no op "dec"'],
    ['a value', () => assertEquivalent('atomic', RACY, { initial: ['MAX'] }), '"MAX" is not a 32-bit value'],
    [
      'a state',
      () => assertEquivalent('inet-peer', 'inet-peer', { initial: ['idel'] }),
      'did you mean "idle"?',
    ],
    ['threads', () => assertEquivalent('atomic', RACY, { threads: 5 }), '5 is not a number from 1 to 4'],
    [
      'an oracle',
      () => assertEquivalent('atomic', RACY, { oracles: ['lifetime'] }),
      '"lifetime" does not fit',
    ],
    ['numRuns', () => assertEquivalent('atomic', RACY, { numRuns: 0 }), '0 programs show nothing'],
    ['arguments', () => assertEquivalent('atomic', 'atomic', { arguments: [] }), 'takes an argument'],
    [
      'kinds',
      () => assertEquivalent('atomic', 'inet-peer'),
      'inet-peer is a scheme, and its reference is none',
    ],
  ])('%s', (_, act, text) => expect(act).toThrow(text));
});

test('what an op throws is thrown', () => {
  const broken: Counter = {
    ...RACY,
    name: 'broken',
    ops: {
      ...RACY.ops,
      inc: {
        arity: 0,
        run: (count) => {
          if (count.fetchAdd(1, 'relaxed') === 2) throw new Error('two is too many');
        },
      },
    },
  };
  expect(() => assertEquivalent('atomic', broken)).toThrow('two is too many');
});

test('the property of docs/fast-check.md fails as it says there', () => {
  const harness = harnessOf(pairTarget('atomic', RACY, { ops: ['dec_and_test'] }));
  for (let seed = 0; seed < 10; seed++) {
    const property = fc.property(runs(harness), ([program, turns]) => {
      const { subject } = runUnder(harness, program, turns);
      return subject.results.flat().filter((result) => result === true).length < 2;
    });
    const { counterexample } = fc.check(property, { seed, numRuns: 2000 });
    expect(fc.stringify(counterexample)).toBe('[[1: dec_and_test | dec_and_test,[0,1]]]');
  }
});
