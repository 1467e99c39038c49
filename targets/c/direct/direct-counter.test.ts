import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { counterIn, counterOf } from '../../../test/c/c-subjects.ts';
import { NotingWord } from '../../../test/c/noting-word.ts';
import { refcountV55 } from '../../counters/refcount-v5.5.ts';
import { InputError } from '../../subject/input-error.ts';
import type { Counter, DirectCounter, Result } from '../../subject/subject.ts';
import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../../subject/values.ts';
import { warningText } from '../recorded/warning-text.ts';

const EDGES = [
  0,
  1,
  2,
  -1,
  INT_MAX - 1,
  INT_MAX,
  INT_MIN,
  INT_MIN + 1,
  REFCOUNT_SATURATED,
  REFCOUNT_SATURATED - 1,
];
const value = fc.oneof(fc.constantFrom(...EDGES), fc.integer());

const codeOf = (result: Result) => (typeof result === 'number' ? result : result === true ? 1 : 0);

/** What an op of the other engine, an interpreter or a model, makes of one value. */
function alone({ ops }: Counter, op: string, old: number, a: number, b: number) {
  const word = new NotingWord(old);
  const result = codeOf(ops[op]!.run(word, a, b) as Result);
  return { value: word.value, result, warnings: word.warnings };
}

/** What machine code makes of many. */
function batch(direct: DirectCounter, op: string, olds: readonly number[], a: number, b: number) {
  direct.values.set(olds);
  expect(direct.batch(op, a, b, olds.length)).toBe(true);
  return olds.map((_, at) => ({
    value: direct.values[at]!,
    result: direct.results[at]!,
    warnings: direct.warningTexts(direct.warnings[at]!),
  }));
}

function agree(direct: DirectCounter, other: Counter, ops: readonly string[]): void {
  const olds = fc.array(value, { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(fc.constantFrom(...ops), olds, value, value, (op, values, a, b) => {
      expect(batch(direct, op, values, a, b)).toEqual(values.map((old) => alone(other, op, old, a, b)));
    }),
    { numRuns: 300 },
  );
}

/** A sweep that expects what the first value gives, in steps, counts the values that go on like that. */
function sweepsAgree(direct: DirectCounter, other: Counter, ops: readonly string[]): void {
  const step = fc.constantFrom(0, 1);
  fc.assert(
    fc.property(fc.constantFrom(...ops), value, value, step, step, (op, first, a, valueStep, resultStep) => {
      const start = alone(other, op, first, a, 0);
      batch(direct, op, [first], a, 0);
      const warning = direct.warnings[0]!;
      let same = 0;
      for (; same < 40; same++) {
        const next = alone(other, op, (first + same) | 0, a, 0);
        const isSame =
          next.value === ((start.value + same * valueStep) | 0) &&
          next.result === ((start.result + same * resultStep) | 0) &&
          next.warnings.join() === start.warnings.join();
        if (!isSame) break;
      }
      const expected = { ...start, valueStep: valueStep as 0 | 1, resultStep: resultStep as 0 | 1, warning };
      expect(direct.sweep(op, a, 0, first, 40, expected)).toBe(same);
    }),
    { numRuns: 300 },
  );
}

describe('the machine code of sound.c', () => {
  let sound: Counter;
  beforeAll(async () => {
    sound = await counterIn('test/c/sound.c', 'sound');
  });

  test('does in batches what the interpreter does one by one', () => {
    agree(sound.direct!, sound, Object.keys(sound.ops));
  });

  test('does it in sweeps as well', () => {
    sweepsAgree(sound.direct!, sound, Object.keys(sound.ops));
  });

  test('takes as many values as it says', () => {
    const { capacity, values } = sound.direct!;
    expect(values).toHaveLength(capacity);
    const olds = Array.from({ length: capacity }, (_, at) => at + 1);
    expect(batch(sound.direct!, 'inc', olds, 0, 0).map((seen) => seen.value)).toEqual(
      olds.map((old) => old + 1),
    );
  });
});

describe("the machine code of refuzz's own linux/refcount.h", () => {
  let header: Counter;
  beforeAll(async () => {
    header = await counterOf(`#include <linux/refcount.h>
REFUZZ_COUNTER(refcount_t, refs);
REFUZZ_OP(int, read) { return refcount_read(counter); }
REFUZZ_OP(void, set, int n) { refcount_set(counter, n); }
REFUZZ_OP(void, add, int i) { refcount_add(i, counter); }
REFUZZ_OP(void, inc) { refcount_inc(counter); }
REFUZZ_OP(bool, add_not_zero, int i) { return refcount_add_not_zero(i, counter); }
REFUZZ_OP(bool, inc_not_zero) { return refcount_inc_not_zero(counter); }
REFUZZ_OP(bool, sub_and_test, int i) { return refcount_sub_and_test(i, counter); }
REFUZZ_OP(bool, dec_and_test) { return refcount_dec_and_test(counter); }
REFUZZ_OP(void, dec) { refcount_dec(counter); }
REFUZZ_OP(bool, dec_if_one) { return refcount_dec_if_one(counter); }
REFUZZ_OP(bool, dec_not_one) { return refcount_dec_not_one(counter); }`);
  });

  test('does what the model of v5.5 does', () => {
    agree(header.direct!, refcountV55, Object.keys(header.ops));
    sweepsAgree(header.direct!, refcountV55, Object.keys(header.ops));
  });
});

describe('warnings', () => {
  test('are all told, in their order', async () => {
    const { direct } = await counterOf(`struct tally { int count; };
REFUZZ_COUNTER(struct tally, count);
REFUZZ_OP(void, once) { counter->count++; refuzz_warn("refcount_t: one.\\n"); }
REFUZZ_OP(void, twice) { counter->count++; refuzz_warn("one"); refuzz_warn("two"); }
REFUZZ_OP(void, otherwise) { counter->count++; refuzz_warn("two"); refuzz_warn("one"); }
REFUZZ_OP(void, thrice) { counter->count++; for (int i = 0; i < 3; i++) refuzz_warn("one"); }
REFUZZ_OP(void, never) { counter->count++; }`);
    const texts = (op: string) => batch(direct!, op, [1], 0, 0)[0]!.warnings;
    for (let turn = 0; turn < 2; turn++) {
      expect(texts('once')).toEqual(['one']);
      expect(texts('twice')).toEqual(['one', 'two']);
      expect(texts('otherwise')).toEqual(['two', 'one']);
      expect(texts('thrice')).toEqual(['one', 'one', 'one']);
      expect(texts('never')).toEqual([]);
    }
  });

  test.each([
    ['refcount_t: saturated; leaking memory.\n', 'saturated; leaking memory'],
    ['too many', 'too many'],
    ['a. b.', 'a. b'],
  ])('%j are %j', (text, expected) => {
    expect(warningText(text)).toBe(expected);
  });
});

describe('a direct counter', () => {
  test('that calls what nobody defines says so', async () => {
    const { direct } = await counterOf(`void elsewhere(void);
struct tally { int count; };
REFUZZ_COUNTER(struct tally, count);
REFUZZ_OP(void, act) { counter->count++; elsewhere(); }`);
    expect(() => direct!.batch('act', 0, 0, 1)).toThrow('calls elsewhere, which a counter cannot');
  });

  test('with more static data than memory says how much it may have', async () => {
    const made = counterOf(`static volatile char large[4 << 20];
struct tally { int count; };
REFUZZ_COUNTER(struct tally, count);
REFUZZ_OP(void, act) { counter->count += large[counter->count]; }`);
    await expect(made).rejects.toMatchObject({ name: 'InputError' });
  });
});

describe('what a source imports under a name of its own', () => {
  const imported = (from: string, name: string, to: string) =>
    `__attribute__((import_module("${from}"), import_name("${name}"))) int ${to}(int);`;
  const gate = `
struct gate { int count; };
REFUZZ_COUNTER(struct gate, count);
REFUZZ_OP(void, inc) { __atomic_fetch_add(&counter->count, 1, __ATOMIC_RELAXED); }
`;

  test('is refused when it is called, and not before', async () => {
    const { direct } = await counterOf(`${gate}
${imported('wasi_snapshot_preview1', 'fd_write', 'one')}
${imported('__proto__', '__proto__', 'two')}
${imported('env', 'constructor', 'three')}
REFUZZ_OP(int, write) { return one(1); }
REFUZZ_OP(int, proto) { return two(1); }
REFUZZ_OP(int, make) { return three(1); }
`);
    const run = (op: string) => batch(direct!, op, [3], 0, 0);
    expect(run('inc')).toMatchObject([{ value: 4 }]);
    expect(() => run('write')).toThrow('calls fd_write, which a counter cannot');
    expect(() => run('proto')).toThrow('calls __proto__, which a counter cannot');
    expect(() => run('make')).toThrow('calls constructor, which a counter cannot');
  });

  test('has not the place of the memory', async () => {
    const text = `${gate}${imported('env', 'memory', 'one')}\nREFUZZ_OP(int, read) { return one(1); }`;
    const made = counterOf(text).then(({ direct }) => batch(direct!, 'inc', [3], 0, 0));
    await expect(made).rejects.toThrow(InputError);
    await expect(made).rejects.toThrow('imports "memory" of "env"');
  });
});
