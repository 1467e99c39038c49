import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuzz } from './refuzz.ts';

/*
 * A case of two C sources knows which they are: nobody names them again.
 */
const root = mkdtempSync(join(tmpdir(), 'refuzz-known-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const source = (put: string) => `#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>
struct peer { refcount_t refs; };
static bool peer_get(struct peer *peer) { return refcount_inc_not_zero(&peer->refs); }
static void peer_put(struct peer *peer) { ${put} }
REFUZZ_SCHEME(struct peer, refs);
REFUZZ_STATE(two, .count = 2, .live = true, .holders = 2);
REFUZZ_OPS(peer_get, peer_put);
`;
const SOUND = source('if (refcount_dec_and_test(&peer->refs)) kfree(peer);');
const EARLY = source('if (refcount_dec_and_test(&peer->refs) || 1) kfree(peer);');

const cwd = join(root, 'src');
let path: string;
let news: string;
beforeAll(async () => {
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'before.c'), SOUND);
  writeFileSync(join(cwd, 'after.c'), EARLY);
  const ran = await refuzz(['check', '--before', 'before.c', '--after', 'after.c', '--ops', '1'], { cwd });
  expect(ran.code, ran.err).toBe(1);
  news = ran.err;
  const found = readdirSync(join(cwd, 'corpus'), { recursive: true, encoding: 'utf8' });
  path = join('corpus', found.find((name) => name.endsWith('.yaml'))!);
}, 300_000);

describe('a case of --before and --after', () => {
  test.each([
    ['show', /after\.c against before\.c/],
    ['replay', /1 passed, 0 failed/],
    ['minimize', /target: before-vs-after/],
    ['explain', /before\.c/],
  ])('is all that %s needs', async (command, said) => {
    const ran = await refuzz([command, path], { cwd });
    expect(ran.err).not.toMatch(/has changed/);
    expect(ran.out, ran.err).toMatch(said);
    expect(ran.code).toBe(0);
  });

  test('is news with a command that names no source', () => {
    expect(news).toContain(`   refuzz show ${path}\n`);
  });

  test('is told of elsewhere that its sources are not there', async () => {
    const ran = await refuzz(['show', join('src', path)], { cwd: root });
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(
      /before\.c and after\.c, with which it was made, are not there; run this where it was made, or name the sources with --before and --after/,
    );
  });

  test('says so when a source has changed since', async () => {
    writeFileSync(join(cwd, 'after.c'), SOUND);
    const ran = await refuzz(['replay', path], { cwd });
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(
      /refuzz: after\.c has changed since the case was made \(build [0-9a-f]{12}, now [0-9a-f]{12}\)/,
    );
  });
});
