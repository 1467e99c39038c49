import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowSet } from './row-set.ts';

/** Few values and short rows, so that many are equal, or begin alike. */
const ROW = fc.array(fc.constantFrom(0, 1, -1, 0x7fffffff, -0x80000000), { maxLength: 6 });

test('a set of rows numbers them as a map of texts does', () => {
  const steps = fc.array(
    fc.oneof({ weight: 40, arbitrary: ROW }, { weight: 1, arbitrary: fc.constant('clear') }),
    {
      maxLength: 3_000,
      size: 'max',
    },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const rows = new RowSet();
      let plain = new Map<string, number>();
      for (const step of all) {
        if (typeof step === 'string') {
          rows.clear();
          plain = new Map();
          continue;
        }
        const known = plain.get(step.join()) ?? plain.size;
        plain.set(step.join(), known);
        // Behind the row lies what is not of it.
        expect(rows.add(Int32Array.of(...step, 77), step.length)).toBe(known);
        expect(rows.size).toBe(plain.size);
      }
      for (const [text, row] of plain) {
        expect(rows.cells.slice(rows.from(row), rows.from(row + 1)).join()).toBe(text);
      }
    }),
    { numRuns: 30 },
  );
});

test('a large one finds each of its rows', () => {
  const rows = new RowSet();
  const row = (number: number) => Int32Array.of(number % 7, number, 1);
  for (let number = 0; number < 20_000; number++) expect(rows.add(row(number), 2)).toBe(number);
  for (let number = 0; number < 20_000; number++) expect(rows.add(row(number), 2)).toBe(number);
  expect(rows.add(row(0), 3)).toBe(20_000);
});
