import { beforeAll, describe, expect, test } from 'vitest';
import { counterIn, sourceOf } from '../../../test/c/c-subjects.ts';
import { NotingWord } from '../../../test/c/noting-word.ts';
import type { SharedCells } from '../../subject/shared-cells.ts';
import type { Counter } from '../../subject/subject.ts';
import { INT_MAX, INT_MIN } from '../../subject/values.ts';
import { compile } from '../build/compiler.ts';
import { readSource } from '../build/source-files.ts';
import { sharedCounter, sharedMemory } from './shared-counter.ts';

/** As many instances on one memory as threads would have, in one thread. */
function instances(bytes: Uint8Array, threads: number): SharedCells[] {
  const memory = sharedMemory();
  return Array.from({ length: threads }, (_, thread) =>
    sharedCounter('test.c', bytes, memory, thread, threads),
  );
}

function warnedOf(cells: SharedCells): readonly string[] | undefined {
  const code = cells.takeWarnings();
  return cells.warningTexts()[code];
}

const compiled = (text: string) =>
  compile(sourceOf(`#include <refuzz.h>\n#include <stdatomic.h>\n${text}`), 'direct');

describe('instances of sound.c on one memory', () => {
  let bytes: Uint8Array;
  let sound: Counter;
  beforeAll(async () => {
    bytes = await compile(readSource('test/c/sound.c'), 'direct');
    sound = await counterIn('test/c/sound.c', 'sound');
  });

  test('each do what the interpreter does', () => {
    const threadGroup = instances(bytes, 3);
    for (const [op, { arity, run }] of Object.entries(sound.ops)) {
      for (const old of [0, 1, 2, -1, INT_MAX, INT_MIN]) {
        for (const [thread, cells] of threadGroup.entries()) {
          const word = new NotingWord(old);
          const args = [arity > 0 ? 2 : 0, arity > 1 ? 1 : 0] as const;
          const result = run(word, ...args);
          cells.set(thread, old);
          cells.refuel();
          expect(cells.prepare(op, ...args)(thread), op).toBe(result);
          expect(cells.get(thread)).toBe(word.value);
          expect(warnedOf(cells)).toEqual(word.warnings);
        }
      }
    }
    for (const cells of threadGroup) expect(cells.isIntact()).toBe(true);
  });

  test('see the same cells', () => {
    const [one, other] = instances(bytes, 2);
    one!.set(7, 41);
    one!.refuel();
    one!.prepare('inc', 0, 0)(7);
    expect(other!.get(7)).toBe(42);
    expect(other!.get(6)).toBe(0);
    expect(other!.get(8)).toBe(0);
  });
});

describe('an instance that starts later', () => {
  const TEXT = `struct tally { int other; _Atomic int count; };
static int starts = 100;
REFUZZ_COUNTER(struct tally, count);
REFUZZ_OP(int, touch) { return ++starts; }
REFUZZ_OP(void, warn_one) { refuzz_warn("one"); }
REFUZZ_OP(void, warn_both) { refuzz_warn("one"); refuzz_warn("two"); }
REFUZZ_OP(void, warn_back) { refuzz_warn("two"); refuzz_warn("one"); }
REFUZZ_OP(int, get) { return atomic_load(&counter->count); }`;

  test('does not fill static data again', async () => {
    const bytes = await compiled(TEXT);
    const memory = sharedMemory();
    const first = sharedCounter('test.c', bytes, memory, 0, 2);
    first.refuel();
    expect(first.prepare('touch', 0, 0)(0)).toBe(101);
    const second = sharedCounter('test.c', bytes, memory, 1, 2);
    expect(second.prepare('touch', 0, 0)(0)).toBe(102);
  });

  test('has warnings of its own', async () => {
    const [first, second] = instances(await compiled(TEXT), 2);
    for (const cells of [first!, second!]) cells.refuel();
    first!.prepare('warn_both', 0, 0)(0);
    expect(second!.takeWarnings()).toBe(0);
    second!.prepare('warn_back', 0, 0)(0);
    first!.prepare('warn_one', 0, 0)(1);
    expect(warnedOf(second!)).toEqual(['two', 'one']);
    expect(warnedOf(first!)).toEqual(['one', 'two', 'one']);
  });

  test('has a cell for each object, whatever else is in it', async () => {
    const [cells] = instances(await compiled(TEXT), 1);
    for (let cell = 0; cell < 100; cell++) cells!.set(cell, cell * 3);
    for (let cell = 0; cell < 100; cell++) expect(cells!.prepare('get', 0, 0)(cell)).toBe(cell * 3);
    expect(cells!.capacity).toBeGreaterThan(100_000);
  });
});

describe('an op that fails to return', () => {
  const TEXT = `struct tally { _Atomic int count; };
REFUZZ_COUNTER(struct tally, count);
static int deep(struct tally *t, int n) {
  volatile int frame[64];
  frame[n & 63] = n;
  return n <= 0 ? atomic_load(&t->count) : deep(t, n - 1) + frame[n & 63];
}
REFUZZ_OP(void, wait) { while (atomic_load(&counter->count) == 0); }
REFUZZ_OP(void, fall) { __builtin_trap(); }
REFUZZ_OP(int, recurse, int n) { return deep(counter, n); }`;

  test('is stopped, and the next one runs', async () => {
    const [cells] = instances(await compiled(TEXT), 2);
    const faultOf = (op: string, a = 0) => {
      cells!.refuel();
      try {
        return cells!.prepare(op, a, 0)(0);
      } catch (error) {
        return cells!.faultOf(error);
      }
    };
    expect(faultOf('wait')).toBe('non-terminating');
    expect(faultOf('fall')).toBe('trap');
    expect(cells!.isIntact()).toBe(true);
    cells!.set(0, 1);
    expect(faultOf('wait')).toBeUndefined();
  });

  test('because it needs more stack than it has is told by the guard', async () => {
    const bytes = await compiled(TEXT);
    const [low, high] = instances(bytes, 2);
    high!.refuel();
    expect(high!.prepare('recurse', 10, 0)(0)).toBe(55);
    expect(high!.isIntact()).toBe(true);
    high!.prepare('recurse', 300, 0)(0);
    expect(high!.isIntact()).toBe(false);
    expect(low!.isIntact()).toBe(true);
  });
});
