import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { INT_MAX } from '../../targets/subject/values.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import type { Program } from '../program/program.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { multisets, Scope, type ScopeSize } from './scope.ts';

const COUNTER = targetLike('refcount-v5.5', { ops: ['add', 'inc', 'dec'], arguments: [2], initial: [1, 0] });
const SCHEME = targetLike('inet-peer-biased', { ops: ['lookup', 'put', 'gc'] });
const TRASH = targetLike('ip-vs-dest-naive', { ops: ['unbind', 'expire'], initial: ['trashConn', 'svc'] });

/** By thread: the same text where two threads hold as much at the start. */
function holdings({ target }: Harness, { start, threads }: Program): string[] {
  const holders = target.subject.kind === 'scheme' ? (target.subject as Scheme).states[start]!.holders : [];
  return threads.map((_, thread) => String(holders.filter((one) => one === thread).length));
}

/** A program as text in which alike threads stand in one order. */
function canonical(harness: Harness, program: Program): string {
  const held = holdings(harness, program);
  const texts = program.threads.map((ops, thread) => `${held[thread]}: ${ops.join()}`);
  const sorted = texts.map((_, thread) => {
    const peers = texts.filter((_, other) => held[other] === held[thread]).sort();
    const place = held.slice(0, thread).filter((other) => other === held[thread]).length;
    return peers[place]!;
  });
  return JSON.stringify([program.start, sorted]);
}

/** How many programs differ from this one only in which of several alike threads is which. */
function orbitSize(harness: Harness, program: Program): number {
  const held = holdings(harness, program);
  const place = (order: readonly number[]) =>
    order.map((thread) => program.threads[thread]!.join()).join(' | ');
  const orders = permutations([...held.keys()]).filter((order) =>
    order.every((thread, at) => held[thread] === held[at]),
  );
  return new Set(orders.map(place)).size;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first) =>
    permutations(items.filter((one) => one !== first)).map((rest) => [first, ...rest]),
  );
}

/** Every program of a size, threads told apart. */
function everyProgram({ calls, target }: Harness, { threads, ops }: ScopeSize): Program[] {
  const longer = (lists: number[][]) => lists.flatMap((list) => calls.map((call) => [...list, call]));
  const lists: number[][] = [];
  for (let length = 1, some: number[][] = [[]]; length <= ops; length++) {
    some = longer(some);
    lists.push(...some);
  }
  const programs: Program[] = [];
  const extend = (program: Program) => {
    if (program.threads.length > 0) programs.push(program);
    if (program.threads.length === threads) return;
    for (const list of lists) extend({ ...program, threads: [...program.threads, list] });
  };
  for (const start of target.initial) extend({ start, threads: [] });
  return programs;
}

function isLargest({ threads }: Program, size: ScopeSize): boolean {
  return threads.length === size.threads && threads.every((ops) => ops.length === size.ops);
}

describe('a scope numbers every program once, up to the order of alike threads', () => {
  const cases = [
    [COUNTER, { threads: 1, ops: 1 }],
    [COUNTER, { threads: 2, ops: 2 }],
    [COUNTER, { threads: 3, ops: 1 }],
    [COUNTER, { threads: 4, ops: 1 }],
    [SCHEME, { threads: 2, ops: 2 }],
    [SCHEME, { threads: 3, ops: 1 }],
    [SCHEME, { threads: 4, ops: 1 }],
    [TRASH, { threads: 3, ops: 2 }],
  ] as const;

  test.each(
    cases.map(([target, size]) => [`${target.name}, ${size.threads} × ${size.ops}`, target, size] as const),
  )('%s', (_, target, size) => {
    const harness = harnessOf(target);
    const scope = new Scope(harness, size);
    const numbered = Array.from({ length: scope.programs }, (_, number) => scope.program(number));
    const texts = new Set(numbered.map((program) => canonical(harness, program)));
    expect(texts.size).toBe(scope.programs);
    const all = everyProgram(harness, size);
    const expected = new Set(all.map((program) => canonical(harness, program)));
    expect([...texts].sort()).toEqual([...expected].sort());
    const largest = all.filter((program) => isLargest(program, size));
    expect(scope.largest).toBe(new Set(largest.map((program) => canonical(harness, program))).size);
    const stoodFor = numbered.reduce((sum, program) => sum + orbitSize(harness, program), 0);
    expect(stoodFor).toBe(all.length);
  });

  test('and no other', () => {
    const scope = new Scope(harnessOf(COUNTER), { threads: 2, ops: 1 });
    expect(() => scope.program(scope.programs)).toThrow(RangeError);
  });

  test('the simplest of each start and size first', () => {
    const harness = harnessOf(COUNTER);
    const scope = new Scope(harness, { threads: 2, ops: 2 });
    const text = ({ start, threads }: Program) =>
      `${start}: ${threads.map((ops) => ops.map((call) => harness.alphabet.format(call)).join('; ')).join(' | ')}`;
    const first = Array.from({ length: 5 }, (_, number) => text(scope.program(number)));
    expect(first).toEqual(['1: inc', '1: dec', '1: add(2)', '1: inc; inc', '1: inc; dec']);
  });
});

describe('a scope has the size that arithmetic says', () => {
  test('refcount-v5.5, 2 threads × 2 ops', () => {
    const scope = new Scope(harnessOf(targetLike('refcount-v5.5')), { threads: 2, ops: 2 });
    // 35 calls, 8 starts: C(35² + 1, 2) multisets of two lists of two, and C(992 + 1, 2) of any two lists.
    expect(scope.largest).toBe(8 * ((1225 * 1226) / 2));
    expect(scope.largest).toBe(6_007_400);
    expect(scope.programs).toBe(8 * (1260 + (1260 * 1261) / 2));
    expect(scope.programs).toBe(6_365_520);
  });

  test('inet-peer-biased, 3 threads × 2 ops: what each program stands for adds up to all', () => {
    const harness = harnessOf(targetLike('inet-peer-biased'));
    const size = { threads: 3, ops: 2 };
    const scope = new Scope(harness, size);
    const numbered = Array.from({ length: scope.programs }, (_, number) => scope.program(number));
    const largest = numbered.filter((program) => isLargest(program, size));
    expect(largest.length).toBe(19_175);
    expect(scope.largest).toBe(19_175);
    expect(largest.reduce((sum, program) => sum + orbitSize(harness, program), 0)).toBe(46_875);
    expect(46_875).toBe(3 * 25 ** 3);
  });

  test('multisets are C(n + k - 1, k)', () => {
    const pascal = (n: number, k: number): number =>
      k === 0 ? 1 : n === 0 ? 0 : pascal(n - 1, k) + pascal(n, k - 1);
    for (let kinds = 0; kinds <= 7; kinds++)
      for (let size = 0; size <= 4; size++) expect(multisets(kinds, size)).toBe(pascal(kinds, size));
  });
});

describe('a scope of very many programs', () => {
  // The calls in the order of the numbering: those without arguments first.
  const target = targetLike('refcount-v5.5', {
    ops: ['add', 'inc', 'dec'],
    arguments: [2, INT_MAX],
    initial: [3],
  });
  const harness = harnessOf(target);
  const { alphabet } = harness;
  const digits = ['inc', 'dec', 'add(2)', 'add(INT_MAX)'].map((text) => alphabet.parse(text));

  const choose = (n: bigint, k: number): bigint => {
    let product = 1n;
    for (let i = 0; i < k; i++) product = (product * (n - BigInt(i))) / BigInt(i + 1);
    return product;
  };
  const numberOfList = (ops: readonly number[]): bigint => {
    const shorter = ops.slice(1).reduce((sum, _, at) => sum + 4n ** BigInt(at + 1), 0n);
    return shorter + ops.reduce((number, call) => number * 4n + BigInt(digits.indexOf(call)), 0n);
  };
  /** The number of a program, in exact arithmetic: the combinatorial number system, after all with fewer threads. */
  const numberOf = ({ threads }: Program, lists: bigint): bigint => {
    const fewer = threads.slice(1).reduce((sum, _, at) => sum + choose(lists + BigInt(at), at + 1), 0n);
    const ascending = threads.map(numberOfList).sort((one, other) => (one < other ? -1 : 1));
    return fewer + ascending.reduce((sum, list, at) => sum + choose(list + BigInt(at), at + 1), 0n);
  };

  test.each([
    { threads: 2, ops: 11 },
    { threads: 3, ops: 8 },
    { threads: 4, ops: 6 },
  ])('is numbered without an error of rounding: $threads threads of $ops ops', (size) => {
    const scope = new Scope(harness, size);
    expect(scope.programs).toBeGreaterThan(2 ** 40);
    const lists = Array.from({ length: size.ops }, (_, at) => 4n ** BigInt(at + 1)).reduce((a, b) => a + b);
    const near = fc.integer({ min: 0, max: 1000 });
    const anywhere = fc.maxSafeNat().map((number) => number % scope.programs);
    const number = fc.oneof(
      anywhere,
      near,
      near.map((back) => scope.programs - 1 - back),
    );
    const property = fc.property(number, (one) => {
      expect(numberOf(scope.program(one), lists)).toBe(BigInt(one));
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('is an input error once numbers would not be exact', () => {
    const full = harnessOf(targetLike('refcount-v5.5'));
    for (const size of [
      { threads: 4, ops: 12 },
      { threads: 3, ops: 4 },
    ]) {
      expect(() => new Scope(full, size)).toThrow(InputError);
      expect(() => new Scope(full, size)).toThrow(
        `${size.threads} threads × ${size.ops} ops are too many programs`,
      );
    }
    expect(() => new Scope(full, { threads: 3, ops: 2 })).not.toThrow();
  });
});
