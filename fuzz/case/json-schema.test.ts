import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseTargetFile } from '../../targets/target/target-file.ts';
import { parseCase } from './case-file.ts';
import { loadCases } from './corpus.ts';
import { caseSchema, targetSchema } from './json-schema.ts';

const ajv = new Ajv2020({ strict: true });
const isCase = ajv.compile(JSON.parse(caseSchema()));
const isTarget = ajv.compile(JSON.parse(targetSchema()));
const CASES = loadCases(['corpus']).map(({ path }) => readFileSync(path, 'utf8'));
const TARGETS = readdirSync('targets')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name, text: readFileSync(join('targets', name), 'utf8') }));

test('every case and every target that comes with refuzz is as its schema wants it', () => {
  expect(CASES.length).toBeGreaterThan(500);
  for (const text of CASES) expect(isCase(parse(text)), JSON.stringify(isCase.errors)).toBe(true);
  expect(TARGETS.length).toBeGreaterThan(10);
  for (const { text } of TARGETS) expect(isTarget(parse(text)), JSON.stringify(isTarget.errors)).toBe(true);
});

describe('a slip', () => {
  const [text] = CASES as [string];
  test.each([
    ['a misspelt key', (one: Any) => ({ ...one, shedule: [0] })],
    ['a misspelt key further in', (one: Any) => ({ ...one, program: { ...one.program, thread: [] } })],
    ['a key that is missing', ({ why: _, ...rest }: Any) => rest],
    ['an unknown judgement', (one: Any) => withDivergence(one, { judgement: 'brakes' })],
    ['a version that nobody knows', (one: Any) => ({ ...one, case: 9 })],
    ['a list where a text belongs', (one: Any) => ({ ...one, target: ['pax'] })],
  ])('%s is seen in a case', (_, slip) => {
    expect(isCase(slip(parse(text)))).toBe(false);
  });

  test.each([
    ['a misspelt key', { referense: 'atomic' }],
    ['an unknown oracle', { oracles: ['lockstepp'] }],
    ['too many threads', { threads: 5 }],
    ['no ops at all', { ops: [] }],
  ])('%s is seen in a target', (_, slip) => {
    expect(isTarget({ ...parse(TARGETS[0]!.text), ...slip })).toBe(false);
  });
});

type Any = Record<string, Record<string, unknown>>;

function withDivergence(one: Any, slip: object) {
  const divergence = { ...(one.expect!.divergence as object), ...slip };
  return { ...one, expect: { ...one.expect, divergence } };
}

// An editor that marks what refuzz reads would be worse than none.
test('what refuzz reads, no schema refuses', () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string(),
    fc.constant([]),
    fc.constant({}),
  );
  let [read, refused] = [0, 0];
  const change = (whole: unknown, path: number[], to: unknown): unknown => {
    if (typeof whole !== 'object' || whole === null || path.length === 0) return to;
    const keys = Object.keys(whole);
    const key = keys[path[0]! % Math.max(1, keys.length)];
    if (key === undefined) return to;
    const copy = (Array.isArray(whole) ? [...whole] : { ...whole }) as Record<string, unknown>;
    copy[key] = change(copy[key], path.slice(1), to);
    return copy;
  };
  const holds = (text: string, reads: (text: string) => unknown, fits: (value: unknown) => boolean) => {
    try {
      reads(text);
    } catch {
      refused++;
      return;
    }
    read++;
    expect(fits(parse(text)), text).toBe(true);
  };
  const path = fc.array(fc.nat(20), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.nat(CASES.length - 1), path, value, (at, way, to) => {
      holds(stringify(change(parse(CASES[at]!), way, to)), (text) => parseCase('x.yaml', text), isCase);
      const { name, text } = TARGETS[at % TARGETS.length]!;
      holds(stringify(change(parse(text), way, to)), (one) => parseTargetFile(name, one), isTarget);
    }),
    { numRuns: 300 },
  );
  expect(read).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(20);
});
