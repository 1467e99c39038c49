import {
  cpSync,
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
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCase } from '../fuzz/case/case-file.ts';
import { signatureOf } from '../oracles/divergence.ts';
import { casesIn, filesBelow, rawFindingsIn } from './campaign-folders.ts';
import { writeKiller } from './killed-at-write.ts';
import { startRefuzz } from './refuzz.ts';

/*
 * The usual loop: search, stop, edit, search. What the first search met was met on code that is gone.
 */
const root = mkdtempSync(join(tmpdir(), 'refuzz-edited-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const source = (inc: string, dec: string, more = '') => `#include <refuzz.h>
#include <stdatomic.h>
#include <stdbool.h>
struct tally { _Atomic int count; };
REFUZZ_COUNTER(struct tally, count);
REFUZZ_OP(void, inc) { ${inc} }
REFUZZ_OP(bool, dec_and_test) { ${dec} }
${more}`;
const SOUND = source(
  'atomic_fetch_add(&counter->count, 1);',
  'return atomic_fetch_sub(&counter->count, 1) == 1;',
);
/** inc makes three accesses, and loses what comes between them. */
const LOSING =
  'int old = atomic_load(&counter->count); (void)atomic_load(&counter->count); atomic_store(&counter->count, old + 1);';
const LATE = 'atomic_fetch_sub(&counter->count, 1); return atomic_load(&counter->count) == 0;';
const BOTH_WRONG = source(LOSING, LATE);
/** inc makes one access, as the reference's does; what dec_and_test does is as wrong as it was. */
const HALF_RIGHT = source('atomic_fetch_add(&counter->count, 1);', LATE);

const JOURNAL = join('targets', 'before-vs-after', 'journal.jsonl');
const state = (cwd: string) => join(cwd, '.refuzz', 'campaign');
const COMMON = ['--before', 'before.c', '--after', 'after.c', '--corpus', 'corpus', '--workers', '2'];
const START = ['fuzz', ...COMMON, '--engine', 'random', '--seed', '1', '--iterations', '64'];

/** A folder whose campaign was killed before its first case had a name. */
const killed = join(root, 'killed');
let met: string[];
beforeAll(async () => {
  mkdirSync(killed);
  writeFileSync(join(killed, 'before.c'), SOUND);
  writeFileSync(join(killed, 'after.c'), BOTH_WRONG);
  const env = { REFUZZ_KILL_CASE: '1' };
  const ran = await startRefuzz(START, { cwd: killed, env, node: ['--import', writeKiller(root)] }).ended;
  expect(ran.signal, ran.err).toBe('SIGKILL');
  met = rawFindingsIn(state(killed));
  expect(met.length).toBeGreaterThan(3);
}, 120_000);

function copyWith(name: string, after: string): string {
  const cwd = join(root, name);
  cpSync(killed, cwd, { recursive: true });
  writeFileSync(join(cwd, 'after.c'), after);
  return cwd;
}

test('what was met is looked into anew on the edited source, twice, and nothing of it is lost', async () => {
  const cwd = copyWith('half', HALF_RIGHT);
  const before = readFileSync(join(state(cwd), JOURNAL), 'utf8');
  for (const _ of [1, 2]) {
    const ran = await startRefuzz(START, { cwd }).ended;
    expect(ran.err).not.toMatch(/internal/);
    expect(ran.code, ran.err).toBeLessThan(2);
  }
  const cases = [...casesIn(join(cwd, 'corpus'))].map(([name, text]) => parseCase(name, text));
  const made = cases.map(({ expect: { divergence } }) => `before-vs-after/${signatureOf(divergence)}`);
  const stale = filesBelow(state(cwd)).filter((name) => name.endsWith('.json.stale'));
  expect(stale.some((name) => name.includes('/inc-'))).toBe(true);
  expect(cases.some(({ expect: { divergence } }) => divergence.op === 'dec_and_test')).toBe(true);
  expect(rawFindingsIn(state(cwd))).toEqual([]);
  // Each that was met is a case, or kept under another name.
  for (const signature of met) {
    const isStale = stale.some((name) =>
      name.endsWith(`/${signature.split('/')[1]!.replaceAll('_', '-')}.json.stale`),
    );
    expect(made.includes(signature) || isStale, signature).toBe(true);
  }
  // The campaign that was killed can still be gone on with, once its source is as it was.
  const kept = readdirSync(join(cwd, '.refuzz')).map((name) => join(cwd, '.refuzz', name, JOURNAL));
  expect(kept.filter((path) => existsSync(path) && readFileSync(path, 'utf8') === before)).toHaveLength(1);
}, 120_000);

test('an op that is gone, a damaged file and a target that is gone cost a line each', async () => {
  const renamed = (text: string) =>
    text.replace('dec_and_test)', 'sub_and_test, int n)').replaceAll(', 1)', ', n)');
  const cwd = copyWith('gone', HALF_RIGHT);
  for (const [name, text] of [
    ['before.c', SOUND],
    ['after.c', HALF_RIGHT],
  ] as const) {
    const [head, dec] = text.split('REFUZZ_OP(bool,');
    writeFileSync(join(cwd, name), `${head}REFUZZ_OP(bool,${renamed(dec!)}`);
  }
  const folder = join(state(cwd), 'raw-findings', 'before-vs-after');
  const [first] = readdirSync(folder).filter((name) => name.startsWith('inc-'));
  writeFileSync(join(folder, first!), '{"target":"before-vs-after"');
  const ran = await startRefuzz(START, { cwd }).ended;
  expect(ran.err).not.toMatch(/internal/);
  expect(ran.err).toContain(`${first}: is damaged; kept as ${first}.damaged`);
  expect(ran.err).toMatch(/dec-and-test.*json: fits its target no more \(.*dec_and_test/);
  expect(ran.code, ran.err).toBeLessThan(4);
  expect(existsSync(join(folder, `${first}.damaged`))).toBe(true);
}, 120_000);
