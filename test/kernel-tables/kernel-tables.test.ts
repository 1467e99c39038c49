import { describe, expect, test } from 'vitest';
import { Alphabet } from '../../fuzz/program/alphabet.ts';
import { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { readTable, TABLES, type Table } from './tables.ts';

describe.each(TABLES.map((table) => [table.name, table] as const))('%s', (_, table) => {
  const rows = readTable(table);
  const alphabet = new Alphabet(table.subject);
  const trees = new TransitionTrees(table.subject, alphabet);

  test(`has ${table.cells} cells, each of its own`, () => {
    expect(rows).toHaveLength(table.cells);
    expect(new Set(rows.map(({ title }) => title)).size).toBe(table.cells);
  });

  test.each(rows.map((row) => [row.title, row] as const))('%s', (_, row) => {
    const index = trees.specification.atomically(alphabet.id(row.op, row.a, row.b), row.old);
    const { result, warnings } = trees.outcomeOf(trees.specification.atomicOutcome(index));
    expect(result).toBe(row.result);
    expect(bits(trees.specification.atomicValue(index))).toBe(bits(row.value));
    if (row.warning === 'unknown') return;
    if (row.warning === 'none') expect(warnings).toEqual([]);
    else expect(warnings).toEqual([expect.objectContaining(row.warning)]);
  });
});

test('the tables hold 909 cells', () => {
  expect(TABLES.reduce((sum, table) => sum + readTable(table).length, 0)).toBe(909);
});

describe('the reader of the tables', () => {
  const [table] = TABLES.filter(({ saturated }) => saturated !== undefined);
  const read = (text: string) => readTable({ ...(table as Table), text });

  test.each([
    ['a cell of prose', 'op | 00000001\n inc | same', 'not a cell: "same"'],
    ['an empty cell', 'op | 00000001\n inc | ', 'not a cell: ""'],
    ['a repetition of nothing', 'op | 00000001\n inc | …', 'not a cell: ""'],
    ['a warning without a name', 'op | 00000001\n inc | →2 OOPS', 'no warning is called OOPS'],
    ['a cell too few', 'op | 00000001 | 00000002\n inc | →2', '1 cells for "inc"'],
    ['a cell too many', 'op | 00000001\n inc | →2 | →3', '2 cells for "inc"'],
    ['a short old value', 'op | 1\n inc | →2', 'not an old value: "1"'],
    ['an unknown op', 'op | 00000001\n increment | →2', 'increment with 0 arguments, not undefined'],
    ['an argument too few', 'op | 00000001\n add | →2', 'add with 0 arguments, not 1'],
    ['a number it does not know', 'op | 00000001\n add(one) | →2', 'not an argument: "one"'],
    [
      'results of two types',
      'op | 00000001 | 00000002\n inc_not_zero | T→2 | →3',
      'results of more than one type',
    ],
    ['a table without a header', 'inc | →2', 'not a header'],
  ])('refuses %s', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

function bits(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
