import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PackedField, PackedFields } from '../../oracles/packed-fields.ts';
import { MAX_OPS, MAX_THREADS } from '../program/program.ts';
import { grown, grownBytes } from './grown.ts';
import { classesOf, codeAt, codeOf, firstCodes, withCode } from './op-results.ts';
import { callerOf, withWaiting, withWaitingBegun } from './scheme-facts.ts';
import { changeHeld, heldBy } from './scheme-words.ts';

const shapes = fc
  .integer({ min: 1, max: 8 })
  .chain((bits) =>
    fc.record({ bits: fc.constant(bits), fields: fc.integer({ min: 2, max: Math.floor(32 / bits) }) }),
  );

describe('packed fields agree with a list of numbers', () => {
  // Up to the sign bit: the highest field of eight nibbles makes the integer negative.
  test('whatever is written, and wherever two are exchanged', () => {
    const writes = fc.array(fc.tuple(fc.nat(31), fc.nat(255), fc.nat(31)));
    fc.assert(
      fc.property(shapes, writes, (shape, list) => {
        const packing = new PackedFields(shape);
        const naive = Array<number>(shape.fields).fill(0);
        let packed = 0;
        for (const [place, number, second] of list) {
          const [at, other] = [place % shape.fields, second % shape.fields];
          naive[at] = number & packing.most;
          packed = packing.with(packed, at, number & packing.most);
          [naive[at], naive[other]] = [naive[other]!, naive[at]!];
          packed = packing.swapped(packed, at, other);
          expect(naive.map((_, field) => packing.of(packed, field))).toEqual(naive);
        }
      }),
    );
  });

  test('a number that does not fit is refused, since it would change its neighbour', () => {
    const packing = new PackedFields({ bits: 4, fields: 5 });
    expect(() => packing.with(0, 0, 16)).toThrow(/^internal: /);
    expect(() => packing.with(0, 0, -1)).toThrow(/^internal: /);
  });

  test('one field keeps what is written, and leaves the other bits alone', () => {
    const shape = fc
      .integer({ min: 1, max: 31 })
      .chain((bits) => fc.record({ bits: fc.constant(bits), from: fc.integer({ min: 0, max: 32 - bits }) }));
    const property = fc.property(shape, fc.integer(), fc.nat(), ({ from, bits }, packed, number) => {
      const field = new PackedField({ from, bits });
      const value = number % 2 ** bits;
      const after = field.with(packed, value);
      expect(field.of(after)).toBe(value);
      expect(field.with(after, field.of(packed))).toBe(packed);
      for (const wrong of [-1, 2 ** bits]) expect(() => field.with(packed, wrong)).toThrow(/^internal: /);
    });
    fc.assert(property);
    expect(() => new PackedField({ from: 30, bits: 3 })).toThrow(/^internal: /);
  });

  test('and so are more fields than an integer has bits', () => {
    expect(() => new PackedFields({ bits: 7, fields: 5 })).toThrow(/^internal: /);
    expect(() => new PackedFields({ bits: 4, fields: 8 })).not.toThrow();
  });
});

describe('the words of a scheme', () => {
  test('each thread holds its own references', () => {
    const words = new Int32Array(32);
    for (let thread = 0; thread < MAX_THREADS; thread++)
      for (let i = 0; i <= thread; i++) changeHeld(words, thread, 1);
    expect([0, 1, 2, 3].map((thread) => heldBy(words, thread))).toEqual([1, 2, 3, 4]);
    changeHeld(words, 0, -1);
    expect(() => changeHeld(words, 0, -1)).toThrow(/^internal: /);
  });

  test('the caller of a callback comes back as it was packed', () => {
    const caller = { thread: 3, op: 11, boundary: 5, hasTouched: true };
    const other = { thread: 1, op: 2, boundary: 3, hasTouched: false };
    const begun = withWaitingBegun(withWaiting(0, caller, true), true, false);
    expect(callerOf(begun)).toMatchObject(caller);
    // The next one waits, and is not taken for the one under way.
    const both = withWaiting(begun, other, false);
    expect(callerOf(both)).toMatchObject(caller);
    expect(callerOf(withWaitingBegun(both, true, false))).toMatchObject(other);
    expect(() => withWaiting(0, { ...caller, thread: 8 }, true)).toThrow(/^internal: /);
  });

  test('there is room for the results of the longest thread', () => {
    let results = 0;
    for (let op = 0; op < MAX_OPS; op++) results = withCode(results, op, codeOf('void'));
    expect(classesOf(results)).toEqual(Array(MAX_OPS).fill('void'));
    expect(classesOf(firstCodes(results, 2, codeOf('granted')))).toEqual(['void', 'void', 'granted']);
    expect(codeAt(results, MAX_OPS - 1)).toBe(codeOf('void'));
  });
});

test('arrays grow by doubling, keep their cells, and are left alone when they are long enough', () => {
  const ints = Int32Array.of(1, 2, 3);
  expect(grown(ints, 2)).toBe(ints);
  expect([...grown(ints, 6, -1)]).toEqual([1, 2, 3, ...Array(9).fill(-1)]);
  expect([...grown(new Int32Array(0), 2)]).toEqual([0, 0, 0, 0]);
  expect([...grownBytes(Uint8Array.of(7), 1)]).toEqual([7, 0]);
});
