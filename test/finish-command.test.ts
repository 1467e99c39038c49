import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { refuzz } from './refuzz.ts';

/** `refuzz minimize` of what sessions left. */

const root = mkdtempSync(join(tmpdir(), 'refuzz-finish-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const corpus = join(root, 'corpus');
const states = join(root, 'states');
beforeEach(() => {
  rmSync(corpus, { recursive: true, force: true });
  rmSync(states, { recursive: true, force: true });
});

const DIVERGENCE = { op: 'inc', boundary: 'zero', kind: 'value', judgement: 'protects' };
const PROGRAM = { start: 0, threads: [['read', 'inc', 'read'], ['dec']] };

/** As a session would have left it. @returns its file */
function leave(state: string, target: string, by: string): string {
  const folder = join(states, state, 'raw-findings', target);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'inc-zero-value-protects.json');
  const raw = { target, divergence: DIVERGENCE, program: PROGRAM, by, iteration: 3, seed: 7 };
  writeFileSync(path, `${JSON.stringify(raw)}\n`);
  return path;
}

function cases(): string[] {
  if (!existsSync(corpus)) return [];
  const all = readdirSync(corpus, { recursive: true, encoding: 'utf8' });
  return all.filter((name) => name.endsWith('.yaml'));
}

test.each([
  ['the state', () => join(states, 'threads')],
  ['the folder of several states', () => states],
  ['the raw finding', (left: string) => left],
])('%s: raw findings become cases, and are gone', async (_, path) => {
  const left = leave('threads', 'refcount-v4.11', 'threads');
  const { code, out, err } = await refuzz(['minimize', path(left), '--corpus', corpus]);
  expect([code, out]).toEqual([0, '1 new case, 0 raw findings left\n']);
  expect(err).toContain('new  refcount-v4.11: inc at zero, value, protects   refuzz show ');
  expect(existsSync(left)).toBe(false);
  expect(cases()).toHaveLength(1);
  const made = readFileSync(join(corpus, cases()[0]!), 'utf8');
  expect(made).toContain('found: { by: threads, seed: 0x00000007, iteration: 3 }');
  expect(made).toContain('- [inc]\nexpect:');
});

test('a campaign knows its targets, and counts the case as found', async () => {
  const state = join(states, 'campaign');
  const places = ['--state', state, '--corpus', corpus];
  await refuzz(['fuzz', 'refcount-v4.11', '--iterations', '0', '--seed', '7', ...places]);
  leave('campaign', 'refcount-v4.11', 'random');
  const { code, out } = await refuzz(['minimize', state, '--corpus', corpus]);
  expect([code, out]).toEqual([0, '1 new case, 0 raw findings left\n']);
  const resumed = await refuzz(['fuzz', '--resume', '--iterations', '0', '--json', ...places]);
  expect(resumed.code).toBe(1);
  const { new: fresh, divergences } = JSON.parse(resumed.out.trimEnd().split('\n').at(-1)!);
  expect(fresh).toBe(1);
  expect(divergences).toMatchObject([{ ...DIVERGENCE, case: join(corpus, cases()[0]!) }]);
});

test('a state in which nothing is left is no error', async () => {
  mkdirSync(join(states, 'threads', 'raw-findings'), { recursive: true });
  const { code, out } = await refuzz(['minimize', states, '--corpus', corpus]);
  expect([code, out]).toEqual([0, '0 new cases, 0 raw findings left\n']);
});

test('what is neither is told', async () => {
  mkdirSync(join(states, 'empty'), { recursive: true });
  const { code, err } = await refuzz(['minimize', states]);
  expect(code).toBe(2);
  expect(err).toContain('is neither a case nor the state of a campaign or an engine');
});

test('a target that is not there is told, and nothing is lost', async () => {
  const left = leave('threads', 'my-own', 'threads');
  const { code, err } = await refuzz(['minimize', states, '--corpus', corpus]);
  expect(code).toBe(2);
  expect(err).toMatch(/unknown target "my-own".*--target-file/);
  expect(existsSync(left)).toBe(true);
});
