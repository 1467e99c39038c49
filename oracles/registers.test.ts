import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Registers } from './registers.ts';

const THREADS = 4;

describe('registers', () => {
  test('of small fields share cells; a word has one of its own', () => {
    const registers = new Registers(THREADS);
    registers.field(12);
    registers.word();
    registers.perThread(5);
    expect(registers.cells).toBe(2);
    registers.field(1);
    expect(registers.cells).toBe(3);
  });

  test('keep what was written last into each field, whatever is written to others', () => {
    const width = fc.integer({ min: 1, max: 31 });
    const property = fc.property(
      fc.array(width, { minLength: 1, maxLength: 12 }),
      fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 60 }),
      (widths, writes) => {
        const registers = new Registers(THREADS);
        const fields = widths.map((bits) => registers.field(bits));
        const cells = new Int32Array(registers.cells);
        const expected = widths.map(() => 0);
        for (const [which, value] of writes) {
          const at = which % widths.length;
          expected[at] = value % 2 ** widths[at]!;
          fields[at]!.set(cells, expected[at]!);
          expect(fields.map((field) => field.get(cells))).toEqual(expected);
        }
      },
    );
    fc.assert(property);
  });

  test('of threads can be exchanged', () => {
    const registers = new Registers(THREADS);
    const [low, high] = [registers.perThread(4), registers.perThread(4)];
    const cells = new Int32Array(registers.cells);
    for (let thread = 0; thread < THREADS; thread++) {
      low.set(cells, thread, thread + 1);
      high.set(cells, thread, 15 - thread);
    }
    high.swap(cells, 0, 3);
    const read = (field: typeof low) => [0, 1, 2, 3].map((thread) => field.get(cells, thread));
    expect([read(low), read(high)]).toEqual([
      [1, 2, 3, 4],
      [12, 14, 13, 15],
    ]);
  });

  test.each([-1, 8, 2 ** 31])('refuse %d in three bits, and leave the cell as it is', (value) => {
    const registers = new Registers(THREADS);
    const [field, each] = [registers.field(3), registers.perThread(3)];
    const cells = new Int32Array(registers.cells);
    expect(() => field.set(cells, value)).toThrow('does not fit');
    expect(() => each.set(cells, 1, value)).toThrow('does not fit');
    expect([...cells]).toEqual([0]);
  });
});
