import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { formatProgram, parseProgram } from '../case/program-text.ts';
import { programs } from '../fast-check/programs.ts';
import { MAX_OPS, MAX_THREADS, type Program } from '../program/program.ts';
import { type Harness, harnessOf } from './harness.ts';
import { PACKED_LENGTH, packProgram, unpackProgram } from './packed-program.ts';

const fresh = (name: string) => harnessOf(targetLike(name));
const COUNTER = fresh('refcount-v5.5');
const SCHEME = fresh('inet-peer-naive');
const HARNESSES: [string, Harness][] = [
  ['of a counter', COUNTER],
  ['with ops of two arguments', fresh('atomic-vs-ideal')],
  ['of a scheme', SCHEME],
];
const LIMITS = { maxThreads: MAX_THREADS, maxOps: MAX_OPS };

describe('packed programs', () => {
  test.each(
    HARNESSES,
  )('%s mean the same to another alphabet that met the ops in another order', (_, harness) => {
    const other = harnessOf({ ...harness.target, ops: [...harness.target.ops].reverse() });
    fc.assert(
      fc.property(programs(harness, LIMITS), (program) => {
        const packed = packProgram(harness, program);
        expect(unpackProgram(harness, packed)).toEqual(program);
        expect(packed.every((number) => (number | 0) === number)).toBe(true);
        expect(packed.length).toBeLessThanOrEqual(PACKED_LENGTH);
        const there = unpackProgram(other, packed);
        expect(formatProgram(other, there)).toBe(formatProgram(harness, program));
        expect(packProgram(other, there)).toEqual(packed);
      }),
      { numRuns: 200 },
    );
  });

  test('have room for the largest program, to the last integer', () => {
    const call = COUNTER.alphabet.id('add', -2147483648);
    const program: Program = {
      start: -2147483648,
      threads: Array.from({ length: MAX_THREADS }, () => Array(MAX_OPS).fill(call)),
    };
    const packed = packProgram(COUNTER, program);
    expect(packed.length).toBe(PACKED_LENGTH);
    expect(unpackProgram(COUNTER, packed)).toEqual(program);
  });

  // Stored campaigns hold them: another order of integers needs another version of that format.
  test('are what stored campaigns hold', () => {
    const program = parseProgram(COUNTER, '-1: inc, add(2) | read');
    const number = (op: string) => COUNTER.alphabet.opNames.indexOf(op);
    expect(packProgram(COUNTER, program)).toEqual([
      ...[-1, 2, 2, 1],
      ...[number('inc'), 0, 0],
      ...[number('add'), 2, 0],
      ...[number('read'), 0, 0],
    ]);
    const { states } = SCHEME.target.subject as { states: object };
    const idle = packProgram(SCHEME, parseProgram(SCHEME, 'two: gc'));
    expect(idle.slice(0, 3)).toEqual([Object.keys(states).indexOf('two'), 1, 1]);
  });
});

describe('integers that are no program are refused', () => {
  const packed = packProgram(COUNTER, parseProgram(COUNTER, '1: inc, dec | read'));

  test.each([
    ['none', []],
    ['a start alone', [1]],
    ['no thread', [1, 0]],
    ['too few', packed.slice(0, -1)],
    ['too many', [...packed, 0]],
    ['an op that there is not', packed.with(4, 999)],
    ['an op before the first', packed.with(4, -1)],
    ['a thread that is too long', [0, 1, MAX_OPS + 1, ...Array(3 * (MAX_OPS + 1)).fill(0)]],
    ['a thread of less than nothing', [0, 2, -1, 1]],
    ['too many threads', [0, MAX_THREADS + 1, ...Array(MAX_THREADS + 1).fill(0)]],
  ])('%s', (_, integers) => {
    expect(() => unpackProgram(COUNTER, integers)).toThrow(/^internal: /);
  });

  test.each([-1, 99])('a state that a scheme does not have: %i', (state) => {
    const scheme = packProgram(SCHEME, parseProgram(SCHEME, 'idle: gc'));
    expect(() => unpackProgram(SCHEME, [state, ...scheme.slice(1)])).toThrow(/^internal: /);
  });
});
