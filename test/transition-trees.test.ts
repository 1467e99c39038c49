import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { values } from '../fuzz/fast-check/values.ts';
import { Alphabet } from '../fuzz/program/alphabet.ts';
import { ACCESS_NAMES, Access } from '../fuzz/run/access.ts';
import { type OpOutcome, TransitionTrees } from '../fuzz/run/transition-trees.ts';
import type { Counter } from '../targets/subject/subject.ts';
import { type BitChange, bitsChanged, KEEP, type Warning, type Word } from '../targets/subject/word.ts';
import { SUBJECTS } from '../targets/target/subjects.ts';

const COUNTERS = SUBJECTS.filter((subject) => subject.kind === 'counter');
const OPS = COUNTERS.flatMap((counter) =>
  Object.entries(counter.ops).map(([op, { arity }]) => ({ counter, op, arity })),
);

const INT_MAX = 0x7fffffff;
const INT_MIN = -0x80000000;
const ENDS = [0, INT_MIN, -0x40000000, 0x40000000];

/** Everything within `reach` of an end of a range, and `powers` powers of two with what lies below them. */
function boundaryValues(reach: number, powers: number): number[] {
  const near = ENDS.flatMap((end) => Array.from({ length: 2 * reach + 1 }, (_, i) => (end + i - reach) | 0));
  const far = Array.from({ length: powers }, (_, i) => 2 ** (5 + i)).flatMap((p) => [p, -p, p - 1, 1 - p]);
  return [...new Set([...near, ...far])];
}

const FEW = boundaryValues(4, 1);
const MANY = boundaryValues(12, 25);
const ARGUMENTS = [0, 1, 2, 3, -1, -2, INT_MAX, INT_MAX - 1, INT_MIN, INT_MIN + 1, 0x40000000, -0x40000000];

function argumentsOf(arity: 0 | 1 | 2, values: readonly number[]): (readonly [a: number, b: number])[] {
  if (arity === 0) return [[0, 0]];
  if (arity === 1) return values.map((a) => [a, 0] as const);
  return values.flatMap((a) => values.map((b) => [a, b] as const));
}

/**
 * A word of its own, with the loop of `update` written out: what the trees must agree with. `before` comes
 * before every access, and may change the cell as another thread would.
 */
class PlainWord implements Word {
  readonly cell: Int32Array;
  readonly warnings: Warning[] = [];
  readonly #before: (cell: Int32Array) => void;
  #accesses = 0;

  constructor(value: number, before: (cell: Int32Array) => void = () => {}) {
    this.cell = Int32Array.of(value);
    this.#before = before;
  }

  #change(next: (old: number) => number): number {
    if (++this.#accesses > 100) throw new Error('the op does not end');
    this.#before(this.cell);
    const old = this.cell[0]!;
    this.cell[0] = next(old);
    return old;
  }

  repeat(round: () => boolean): void {
    while (!round());
  }

  load(): number {
    return this.#change((old) => old);
  }
  store(value: number): void {
    this.#change(() => value);
  }
  exchange(value: number): number {
    return this.#change(() => value);
  }
  fetchAdd(value: number): number {
    return this.#change((old) => old + value);
  }
  fetchSub(value: number): number {
    return this.#change((old) => old - value);
  }
  fetchBits(how: BitChange, value: number): number {
    return this.#change((old) => bitsChanged(old, how, value));
  }
  compareExchange(expected: number, desired: number): number {
    return this.#change((old) => (old === expected ? desired : old));
  }
  update(next: (old: number) => number | typeof KEEP): number {
    for (let old = this.load(); ; ) {
      const desired = next(old);
      if (desired === KEEP) return old;
      const seen = this.compareExchange(old, desired);
      if (seen === old) return old;
      old = seen;
    }
  }
  fence(): void {}
  warn(warning: Warning): void {
    this.warnings.push(warning);
  }
}

/** Does the access of `node` on a plain word. */
function perform(trees: TransitionTrees, node: number, word: PlainWord): number {
  const a = trees.a[node]!;
  switch (trees.kind[node]) {
    case Access.LOAD:
      return word.load();
    case Access.STORE:
      word.store(a);
      return 0;
    case Access.EXCHANGE:
      return word.exchange(a);
    case Access.FETCH_ADD:
      return word.fetchAdd(a);
    case Access.FETCH_SUB:
      return word.fetchSub(a);
    case Access.COMPARE_EXCHANGE:
      return word.compareExchange(a, trees.b[node]!);
    default:
      throw new Error(`no access of a counter: ${trees.kind[node]}`);
  }
}

/** Overwrites the cell before the first accesses; `undefined` leaves it alone. */
function interference(script: readonly (number | undefined)[]): (cell: Int32Array) => void {
  let at = 0;
  return (cell) => {
    const value = script[at++];
    if (value !== undefined) cell[0] = value;
  };
}

interface Ended {
  readonly outcome: OpOutcome;
  readonly value: number;
}

function runPlainly(counter: Counter, op: string, a: number, b: number, word: PlainWord): Ended {
  const result = counter.ops[op]!.run(word, a, b) ?? undefined;
  return { outcome: { result, warnings: word.warnings }, value: word.cell[0]! };
}

/**
 * An outcome as far as trees shared by many ops keep it: they number outcomes by result and text, so that of
 * two warnings with one text the kind of the first stays. (Trees of a single op are compared in full.)
 */
function seen({ result, warnings }: OpOutcome): { result: OpOutcome['result']; texts: string[] } {
  return { result, texts: warnings.map(({ text }) => text) };
}

function differs(one: Ended, other: Ended): boolean {
  const warnings = ({ outcome }: Ended) => outcome.warnings.map(({ kind, text }) => `${kind} ${text}`).join();
  return (
    one.outcome.result !== other.outcome.result ||
    one.value !== other.value ||
    warnings(one) !== warnings(other)
  );
}

test('the values tried are as many as they should be', () => {
  expect(COUNTERS.length).toBeGreaterThanOrEqual(6);
  expect(FEW.length).toBe(40);
  expect(MANY.length).toBe(200);
});

describe('an op is deterministic', () => {
  /** The accesses of an op from each old value: alone, and with the word changed in between. */
  function grow(
    counter: Counter,
    op: string,
    arity: 0 | 1 | 2,
    olds: readonly number[],
  ): Map<string, string> {
    const alphabet = new Alphabet(counter);
    const trees = new TransitionTrees(counter, alphabet);
    const paths = new Map<string, string>();
    for (const [a, b] of argumentsOf(arity, [0, 1, -1, INT_MAX, INT_MIN])) {
      const call = alphabet.id(op, a, b);
      for (const old of olds) {
        const script = Array.from({ length: 6 }, (_, i) => FEW[(FEW.indexOf(old) + 7 * i) % FEW.length]);
        for (const [name, others] of [
          ['alone', []],
          ['disturbed', script],
        ] as const) {
          const word = new PlainWord(old, interference(others));
          const path: string[] = [];
          let node = trees.root(call);
          while (trees.kind[node] !== Access.RETURN) {
            const access = ACCESS_NAMES[trees.kind[node]!];
            path.push(`${access} ${trees.a[node]} ${trees.b[node]} ${trees.order(node)}`);
            node = trees.child(node, perform(trees, node, word));
          }
          path.push(JSON.stringify(trees.outcomeOf(trees.outcome[node]!)));
          paths.set(`${alphabet.format(call)} from ${old}, ${name}`, path.join('; '));
        }
      }
    }
    return paths;
  }

  test.each(OPS.map((row) => [`${row.counter.name} ${row.op}`, row] as const))('%s', (_, row) => {
    const paths = grow(row.counter, row.op, row.arity, FEW);
    expect(paths.size).toBe(2 * FEW.length * argumentsOf(row.arity, [0, 1, -1, INT_MAX, INT_MIN]).length);
    // The other way round, so that every node is reached by another path and has another number.
    expect(grow(row.counter, row.op, row.arity, FEW.toReversed())).toEqual(paths);
  });
});

describe('a tree says what the op itself does', () => {
  test.each(OPS.map((row) => [`${row.counter.name} ${row.op}`, row] as const))('%s', (_, row) => {
    const { counter, op, arity } = row;
    const alphabet = new Alphabet(counter);
    const trees = new TransitionTrees(counter, alphabet);
    const wrong: unknown[] = [];
    for (const [a, b] of argumentsOf(arity, ARGUMENTS)) {
      const call = alphabet.id(op, a, b);
      for (const old of MANY) {
        const index = trees.specification.atomically(call, old);
        const grown = {
          outcome: trees.outcomeOf(trees.specification.atomicOutcome(index)),
          value: trees.specification.atomicValue(index),
        };
        const plain = runPlainly(counter, op, a, b, new PlainWord(old));
        if (differs(grown, plain)) wrong.push({ a, b, old, grown, plain });
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  const grown = new Map(COUNTERS.map((counter) => [counter, grownFor(counter)]));

  function grownFor(counter: Counter) {
    const alphabet = new Alphabet(counter);
    return { alphabet, trees: new TransitionTrees(counter, alphabet) };
  }

  const int32 = values({ near: 25 });
  const call = fc.record({ row: fc.constantFrom(...OPS), a: int32, b: int32, old: int32 });

  test('for any arguments and old value', () => {
    fc.assert(
      fc.property(call, ({ row: { counter, op }, a, b, old }) => {
        const { alphabet, trees } = grown.get(counter)!;
        const index = trees.specification.atomically(alphabet.id(op, a, b), old);
        const { outcome, value } = runPlainly(counter, op, a, b, new PlainWord(old));
        expect(seen(trees.outcomeOf(trees.specification.atomicOutcome(index)))).toEqual(seen(outcome));
        expect(trees.specification.atomicValue(index)).toBe(value);
      }),
      { numRuns: 5000 },
    );
  });

  test('and when another thread changes the word between its accesses', () => {
    const script = fc.array(fc.option(int32, { nil: undefined }), { maxLength: 6 });
    fc.assert(
      fc.property(call, script, ({ row: { counter, op }, a, b, old }, others) => {
        const { alphabet, trees } = grown.get(counter)!;
        const word = new PlainWord(old, interference(others));
        let node = trees.root(alphabet.id(op, a, b));
        while (trees.kind[node] !== Access.RETURN) node = trees.child(node, perform(trees, node, word));
        const plain = runPlainly(counter, op, a, b, new PlainWord(old, interference(others)));
        expect(seen(trees.outcomeOf(trees.outcome[node]!))).toEqual(seen(plain.outcome));
        expect(word.cell[0]).toBe(plain.value);
      }),
      { numRuns: 5000 },
    );
  });
});

/** A counter with one op, `op`. */
function counterWith(run: (count: Word) => boolean | number | undefined): Counter {
  const op = { arity: 0 as const, run };
  return { kind: 'counter', name: 'test counter', reading: 'signed', ops: { op }, about: '' };
}

function treesOf(counter: Counter): { trees: TransitionTrees; root: number } {
  const alphabet = new Alphabet(counter);
  const trees = new TransitionTrees(counter, alphabet);
  return { trees, root: trees.root(alphabet.id('op')) };
}

describe('a failed attempt of update', () => {
  const next = (old: number) => (old === 0 ? KEEP : (old + 1) | 0);

  test('leads to the node of having loaded the value it saw', () => {
    const { trees, root } = treesOf(counterWith((count) => count.update(next)));
    const loaded5 = trees.child(root, 5);
    expect(ACCESS_NAMES[trees.kind[loaded5]!]).toBe('compare_exchange');
    expect([trees.a[loaded5], trees.b[loaded5]]).toEqual([5, 6]);
    const loaded7 = trees.child(loaded5, 7);
    expect(trees.child(root, 7)).toBe(loaded7);
    expect([trees.a[loaded7], trees.b[loaded7]]).toEqual([7, 8]);
  });

  test('adds no node when the value has been loaded before, so that a livelock is a cycle', () => {
    const { trees, root } = treesOf(counterWith((count) => count.update(next)));
    const loaded5 = trees.child(root, 5);
    const loaded7 = trees.child(root, 7);
    const size = trees.size;
    expect(trees.child(loaded5, 7)).toBe(loaded7);
    expect(trees.child(loaded7, 5)).toBe(loaded5);
    expect(trees.size).toBe(size);
  });

  test('ends the op when the value it saw is one to keep', () => {
    const { trees, root } = treesOf(counterWith((count) => count.update(next)));
    const refused = trees.child(trees.child(root, 5), 0);
    expect(refused).toBe(trees.child(root, 0));
    expect(trees.kind[refused]).toBe(Access.RETURN);
    expect(trees.outcomeOf(trees.outcome[refused]!).result).toBe(0);
  });

  test('goes back to the load of its own loop, with the accesses before it', () => {
    const twice = counterWith((count) => 10 * count.update(next) + count.update(next));
    const { trees, root } = treesOf(twice);
    const second = trees.child(trees.child(root, 1), 1);
    expect(ACCESS_NAMES[trees.kind[second]!]).toBe('load');
    const loaded2 = trees.child(second, 2);
    expect(trees.child(loaded2, 4)).toBe(trees.child(second, 4));
    expect(trees.child(loaded2, 4)).not.toBe(trees.child(root, 4));
    const done = trees.child(trees.child(loaded2, 4), 4);
    expect(trees.outcomeOf(trees.outcome[done]!).result).toBe(14);
  });

  test('is no concern of a single compare-exchange', () => {
    const { trees, root } = treesOf(counterWith((count) => count.compareExchange(1, 0) === 1));
    const failed = trees.child(root, 7);
    expect(trees.kind[failed]).toBe(Access.RETURN);
    expect(trees.outcomeOf(trees.outcome[failed]!).result).toBe(false);
  });

  const loops = OPS.filter(({ counter, op, arity }) => {
    const alphabet = new Alphabet(counter);
    const trees = new TransitionTrees(counter, alphabet);
    const root = trees.root(alphabet.id(op, 1, arity === 2 ? 12345 : 0));
    return trees.kind[root] === Access.LOAD && trees.kind[trees.child(root, 5)] === Access.COMPARE_EXCHANGE;
  });

  test('is found in every generation', () => {
    const names = new Set(loops.map(({ counter }) => counter.name));
    expect([...names].sort()).toEqual(
      ['atomic', 'canary', 'pax', 'refcount/v4.11', 'refcount/v5.5', 'refcount/x86'].sort(),
    );
  });

  test.each(loops.map((row) => [`${row.counter.name} ${row.op}`, row] as const))('folds in %s', (_, row) => {
    const alphabet = new Alphabet(row.counter);
    const trees = new TransitionTrees(row.counter, alphabet);
    const root = trees.root(alphabet.id(row.op, 1, row.arity === 2 ? 12345 : 0));
    const attempts = FEW.map((value) => trees.child(root, value)).filter(
      (node) => trees.kind[node] === Access.COMPARE_EXCHANGE,
    );
    expect(attempts.length).toBeGreaterThan(0);
    const size = trees.size;
    for (const attempt of attempts) {
      for (const seen of FEW) {
        if (seen !== trees.a[attempt]) expect(trees.child(attempt, seen)).toBe(trees.child(root, seen));
      }
    }
    expect(trees.size).toBe(size);
  });
});

describe('an op that is not deterministic', () => {
  test('is reported when it makes fewer accesses than before', () => {
    let runs = 0;
    const fickle = counterWith((count) => (runs++ === 0 ? count.load() : 0));
    const { trees, root } = treesOf(fickle);
    expect(ACCESS_NAMES[trees.kind[root]!]).toBe('load');
    expect(() => trees.child(root, 5)).toThrow('test counter: the op made fewer accesses than before');
  });

  test('is reported by an indivisible run as well', () => {
    let runs = 0;
    const fickle = counterWith((count) => (runs++ === 0 ? count.fetchAdd(1) : undefined));
    const alphabet = new Alphabet(fickle);
    const trees = new TransitionTrees(fickle, alphabet);
    expect(() => trees.specification.atomically(alphabet.id('op'), 1)).toThrow('not deterministic');
  });
});
