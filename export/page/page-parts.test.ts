import { describe, expect, test } from 'vitest';
import { parseProgram } from '../../fuzz/case/program-text.ts';
import { answerProgram } from '../../fuzz/check/answer.ts';
import { type SweptCall, sweepTarget } from '../../fuzz/sweep/sweep-target.ts';
import { harnessFor } from '../../test/shipped-pages.ts';
import { causeLine } from './cause-line.ts';
import { layOut } from './graph-layout.ts';
import { KNOWN_SHAPES } from './known-shapes.ts';
import { generations, matrixData } from './matrix-data.ts';
import { spaceData } from './space-data.ts';
import { sweepData } from './sweep-data.ts';

describe('the matrix', () => {
  const { rows, counters } = matrixData(KNOWN_SHAPES, generations());
  const cell = (program: string, counter: string) =>
    rows.find((row) => row.program === program)!.cells[counters.findIndex(({ name }) => name === counter)]!;

  test('says what each generation is known for', () => {
    expect(counters.map(({ name }) => name)).toEqual([
      'atomic',
      'pax',
      'refcount/v4.11',
      'refcount/x86',
      'refcount/v5.5',
    ]);
    expect(cell('INT_MAX: inc', 'atomic')).toMatchObject({
      kind: 'misses',
      finals: ['INT_MIN'],
      warnings: [],
    });
    expect(cell('INT_MAX: inc', 'refcount/v5.5')).toMatchObject({ kind: 'objects', finals: ['0xC0000000'] });
    // Its word is unsigned: INT_MAX is the middle of it.
    expect(cell('INT_MAX: inc', 'refcount/v4.11')).toMatchObject({ kind: 'sound', finals: ['INT_MIN'] });
    expect(cell('1: dec_and_test | dec_and_test', 'refcount/v5.5').kind).toBe('objects');
  });

  test('finds no fault in sound use', () => {
    for (const row of rows.filter(({ about }) => about.startsWith('sound')))
      for (const { kind } of row.cells) expect(kind, row.program).toBe('sound');
  });
});

describe('the states of a program', () => {
  const spaceOf = (name: string, text: string) => {
    const harness = harnessFor(name);
    const program = parseProgram(harness, text);
    return spaceData(harness, program, answerProgram(harness, program, 10_000), 10_000);
  };

  test('are all drawn, and the schedule of the witness leads through them', () => {
    const space = spaceOf('refcount-v5.5', 'INT_MAX: inc | inc | read');
    const [reference, subject] = space.sides;
    expect([reference!.side, subject!.side]).toEqual(['reference', 'subject']);
    const { full, merged } = subject!;
    expect(full.nodes).toHaveLength(full.states);
    expect(full.note).toBeUndefined();
    expect(merged!.states).toBeLessThan(full.states);
    for (const graph of [full, merged!]) {
      const [path] = graph.paths;
      expect(path!.name).toBe('read-int-max-result-transient');
      const edges = path!.edges.map((at) => graph.edges[at]!);
      expect(edges[0]!.from).toBe(0);
      for (const [at, edge] of edges.slice(1).entries()) expect(edge.from).toBe(edges[at]!.to);
      expect(graph.nodes[edges.at(-1)!.to]!.kind).toBe('end');
    }
  });

  test('name the outcomes of each side', () => {
    const { outcomes } = spaceOf('refcount-v5.5', 'INT_MAX: inc | read');
    expect(outcomes.filter(({ reference, subject }) => reference !== subject).length).toBeGreaterThan(0);
    expect(outcomes.every(({ reference, subject }) => reference || subject)).toBe(true);
    const schemes = spaceOf('inet-peer-naive-gc', 'one: gc').outcomes;
    expect(schemes.find(({ outcome }) => outcome.includes('freed-while-held'))).toMatchObject({
      reference: false,
      subject: true,
    });
  });

  test('are cut where nobody could see them, and it says so', () => {
    const { sides } = spaceOf(
      'refcount-v5.5',
      'INT_MAX: inc, dec, inc | dec, inc, dec | inc, dec_and_test, read',
    );
    const { full } = sides[1]!;
    expect(full.nodes).toHaveLength(300);
    expect(full.note).toMatch(/^Of [\d ,.]+ states the 300 nearest to the start are drawn/);
    for (const { from, to } of full.edges) expect(Math.max(from, to)).toBeLessThan(300);
  });
});

test('a graph is laid out from the start downwards', () => {
  const places = layOut(4, [
    { from: 0, to: 1 },
    { from: 0, to: 2 },
    { from: 1, to: 3 },
    { from: 2, to: 3 },
    { from: 3, to: 1 },
  ]);
  expect(places.map(({ row }) => row)).toEqual([0, 1, 1, 2]);
  expect(new Set(places.map(({ row, at }) => `${row} ${at}`)).size).toBe(4);
});

test('a sweep becomes columns that all calls share', async () => {
  const harness = harnessFor('refcount-v5.5');
  const calls = ['inc', 'dec_and_test'].map((text) => harness.alphabet.parse(text));
  const swept: SweptCall[] = [];
  for await (const event of sweepTarget(harness, { workers: 1, calls, from: 0, to: 20 }))
    if (event.kind === 'call') swept.push(event);
  const data = sweepData({ harness, swept, open: [], values: 21, known: new Set() });
  expect(data.columns[0]).toEqual({ from: '0', to: '0', values: 1 });
  expect(data.columns.reduce((sum, { values }) => sum + values, 0)).toBe(21);
  for (const { ranges } of data.rows) {
    // Each call covers the line without a gap.
    expect(ranges[0]!.from).toBe(0);
    expect(ranges.at(-1)!.to).toBe(data.columns.length - 1);
    for (const [at, range] of ranges.slice(1).entries()) expect(range.from).toBe(ranges[at]!.to + 1);
  }
  expect(data.rows[0]!.ranges[0]!.judged.map(({ signature }) => signature)).toEqual([
    'inc-zero-value-protects',
  ]);
});

describe('the number line of a cause', () => {
  test('has the boundaries, and what happens there', () => {
    const line = causeLine(harnessFor('refcount-v5.5'), ['inc'])!;
    expect(line.rows.map(({ call }) => call)).toEqual(['inc']);
    const at = (label: string) => line.rows[0]!.ranges.find((range) => range.label === label)!;
    for (const [label, signature] of [
      ['0', 'inc-zero-value-protects'],
      ['INT_MAX', 'inc-int-max-value-protects'],
      ['INT_MIN', 'inc-wrap-value-protects'],
      // From here on the ideal counter would be back at 0.
      ['-1', 'inc-wrap-value-protects'],
    ] as const)
      expect(
        at(label).judged.map((one) => one.signature),
        label,
      ).toEqual([signature]);
    expect(at('1 … INT_MAX-1')).toMatchObject({ isSame: true, subject: 'old+1', judged: [] });
    expect(line.summary.join()).toContain('refcount/v5.5: 1 of 1 calls as documented, on all values.');
    expect(line.columns.reduce((sum, { values }) => sum + values, 0)).toBe(2 ** 32);
  });

  test('leaves out arguments that nobody gives', () => {
    const harness = harnessFor('refcount-v5.5');
    const callsOf = (ops: readonly string[]) => causeLine(harness, ops)!.rows.map(({ call }) => call);
    expect(callsOf(['add', 'inc'])).toEqual(['inc', 'add(1)', 'add(2)']);
  });

  test('is not there for schemes, and where alone both do the same', () => {
    expect(causeLine(harnessFor('inet-peer-naive-gc'), ['gc'])).toBeUndefined();
    expect(causeLine(harnessFor('refcount-v5.5'), ['read'])).toBeUndefined();
  });
});
