import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NotingWord } from '../../test/c/noting-word.ts';
import type { Counter } from '../subject/subject.ts';
import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../subject/values.ts';
import { atomic } from './atomic.ts';
import { atomicCells, bytesOfCells } from './atomic-cells.ts';
import { refcountV55 } from './refcount-v5.5.ts';

const cellsOf = (counter: Counter, count = 8) =>
  atomicCells(counter, new SharedArrayBuffer(bytesOfCells(count)));
const value = fc.oneof(fc.constantFrom(0, 1, 2, -1, INT_MAX, INT_MIN, REFCOUNT_SATURATED), fc.integer());

describe.each([refcountV55, atomic])('cells of $name', (counter) => {
  test('do what the counter does on any other word', () => {
    const cells = cellsOf(counter);
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(counter.ops)), value, value, value, (op, old, a, b) => {
        const word = new NotingWord(old);
        const result = counter.ops[op]!.run(word, a, b);
        cells.set(3, old);
        expect(cells.prepare(op, a, b)(3)).toBe(result);
        expect(cells.get(3)).toBe(word.value);
        const code = cells.takeWarnings();
        expect(cells.warningTexts()[code]).toEqual(word.warnings);
      }),
    );
  });
});

test('a cell has nothing to do with its neighbours', () => {
  const cells = cellsOf(refcountV55);
  for (let cell = 0; cell < cells.capacity; cell++) cells.set(cell, cell);
  cells.prepare('inc', 0, 0)(4);
  expect(Array.from({ length: 8 }, (_, cell) => cells.get(cell))).toEqual([0, 1, 2, 3, 5, 5, 6, 7]);
});

test('warnings are told once, in their order', () => {
  const warn = (text: string) => ({ kind: text, text });
  const cells = cellsOf({
    ...atomic,
    ops: {
      twice: {
        arity: 0,
        run: (count) => {
          count.load();
          count.warn(warn('one'));
          count.warn(warn('two'));
        },
      },
    },
  });
  cells.prepare('twice', 0, 0)(0);
  const code = cells.takeWarnings();
  expect(cells.warningTexts()[code]).toEqual(['one', 'two']);
  expect(cells.takeWarnings()).toBe(0);
  cells.prepare('twice', 0, 0)(0);
  expect(cells.takeWarnings()).toBe(code);
});

test.each(['load', 'repeat'] as const)('an op that goes round for ever is stopped: %s', (how) => {
  const cells = cellsOf({
    ...atomic,
    ops: {
      wait: {
        arity: 0,
        run: (count) => {
          if (how === 'repeat') count.repeat(() => count.load() !== 0);
          else while (count.load() === 0);
        },
      },
      fail: {
        arity: 0,
        run: () => {
          throw new TypeError('a bug');
        },
      },
    },
  });
  const faultOf = (op: string) => {
    try {
      return cells.prepare(op, 0, 0)(0);
    } catch (error) {
      return cells.faultOf(error);
    }
  };
  expect(faultOf('wait')).toBe('non-terminating');
  cells.refuel();
  expect(faultOf('fail')).toBeUndefined();
  cells.set(0, 1);
  expect(faultOf('wait')).toBeUndefined();
});
