import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { refuzz } from '../refuzz.ts';

/** What is known of a pair of sources is known of those, and not of all that have their name. */
const folder = mkdtempSync(join(tmpdir(), 'refuzz-edited-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const counter = (put: string, more = ''): string => `#include <refuzz.h>
struct gate { int users; };
${more}
REFUZZ_COUNTER(struct gate, users);
REFUZZ_OP(void, inc) { __atomic_fetch_add(&counter->users, 1, __ATOMIC_RELAXED); }
REFUZZ_OP(bool, dec_and_test) { ${put} }
`;
const RIGHT = 'return __atomic_fetch_sub(&counter->users, 1, __ATOMIC_ACQ_REL) == 1;';
/** Says of every drop that it was not the last. */
const NEVER_LAST = '__atomic_fetch_sub(&counter->users, 1, __ATOMIC_ACQ_REL); return false;';
/** The same, in other words. */
const NEVER_LAST_EITHER = '__atomic_sub_fetch(&counter->users, 1, __ATOMIC_SEQ_CST); return false;';
/** Says so one drop too early. */
const TOO_EARLY = 'return __atomic_fetch_sub(&counter->users, 1, __ATOMIC_ACQ_REL) == 2;';

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

async function check(
  pair: string,
): Promise<{ code: number | null; isNew: string[]; out: string; err: string }> {
  const files = ['--before', `${pair}/before.c`, '--after', `${pair}/after.c`];
  const ran = await refuzz(['check', ...files, '--threads', '1', '--ops', '2', '--workers', '1'], {
    cwd: folder,
  });
  return { ...ran, isNew: ran.err.split('\n').filter((line) => line.startsWith('new ')) };
}

const stored = (): string[] =>
  readdirSync(join(folder, 'corpus'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  );

test('two folders of one name, and sources that are edited', { timeout: 300_000 }, async () => {
  for (const pair of ['a/src', 'b/src']) write(`${pair}/before.c`, counter(RIGHT));
  write('a/src/after.c', counter(NEVER_LAST));
  const first = await check('a/src');
  expect(first.code, first.err).toBe(1);
  expect(first.isNew.length).toBeGreaterThan(0);
  const before = stored();
  const text = readFileSync(join(folder, 'corpus', before[0]!), 'utf8');
  expect(text).toMatch(/^case: 3\n/m);
  expect(text).toMatch(
    /^code:\n {2}- \{ source: a\/src\/before\.c, build: '[0-9a-f]{12}' \}\n {2}- \{ source: a\/src\/after/m,
  );

  // Nothing has changed, or only words: all is known.
  expect(await check('a/src')).toMatchObject({ code: 0, isNew: [] });
  write('a/src/after.c', counter(NEVER_LAST, '/* why the gate is never closed */'));
  expect(await check('a/src')).toMatchObject({ code: 0, isNew: [] });
  // The code has, and does as it did.
  write('a/src/after.c', counter(NEVER_LAST_EITHER));
  expect(await check('a/src')).toMatchObject({ code: 0, isNew: [] });

  // Another folder has the name, and the very defect: that is news there, and the case of the first one stays.
  write(
    'b/src/after.c',
    counter(NEVER_LAST_EITHER, 'static inline int spare(void) { return 3; }\nint more = 5;'),
  );
  const other = await check('b/src');
  expect(other.code).toBe(1);
  expect(other.isNew).toHaveLength(first.isNew.length);
  expect(other.err).toContain('known from other sources, or as they were before: ');
  expect(stored()).toEqual(expect.arrayContaining(before));
  expect(stored().length).toBeGreaterThan(before.length);
  expect(await check('b/src')).toMatchObject({ code: 0, isNew: [] });
  expect(await check('a/src')).toMatchObject({ code: 0, isNew: [] });

  // A defect that was changed is news, although its signatures are known.
  write('a/src/after.c', counter(TOO_EARLY));
  const changed = await check('a/src');
  expect(changed.code).toBe(1);
  expect(changed.isNew.length).toBeGreaterThan(0);
  // Mended, there is none; and the corpus can still be read.
  write('a/src/after.c', counter(RIGHT));
  expect(await check('a/src')).toMatchObject({ code: 0, isNew: [] });
  const replayed = await refuzz(['replay', '--before', 'b/src/before.c', '--after', 'b/src/after.c'], {
    cwd: folder,
  });
  expect([0, 1]).toContain(replayed.code);
});

test('a case that does not say what it was made with is known where it replays', {
  timeout: 120_000,
}, async () => {
  rmSync(join(folder, 'corpus'), { recursive: true, force: true });
  write('a/src/before.c', counter(RIGHT));
  write('a/src/after.c', counter(NEVER_LAST));
  await check('a/src');
  for (const name of stored()) {
    const path = join(folder, 'corpus', name);
    const text = readFileSync(path, 'utf8')
      .replace(/^case: 3/m, 'case: 2')
      .replace(/^code:\n(?: {2}- .*\n)+/m, '');
    writeFileSync(path, text);
  }
  expect(await check('a/src')).toMatchObject({ code: 0, isNew: [] });
  write('a/src/after.c', counter(TOO_EARLY));
  expect((await check('a/src')).code).toBe(1);
});
