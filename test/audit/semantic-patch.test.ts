import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Judged, Verdict } from '../../audit/census/verdict.ts';
import { patchOf } from '../../audit/patch/patch-of.ts';
import { censusOfTexts } from './census-of-texts.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-cocci-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TEXT = `#include <linux/atomic.h>

struct peer {
	int id;
	atomic_t refcnt;
	atomic_t slots[4];
};
static atomic_t users = ATOMIC_INIT(1);
static struct peer first = {
	.id = 1,
	.refcnt = ATOMIC_INIT(1),
};

void get(struct peer *p, struct peer q, int n)
{
	atomic_inc(&p->refcnt);
	atomic_inc(&(p)->refcnt);
	atomic_inc(&q.refcnt);
	atomic_set(&p->refcnt, n);
	atomic_add(n, &p->refcnt);
	atomic_inc(&users);
	atomic_inc(&p->slots[n]);
	if (!atomic_add_unless(&p->refcnt, 1, 0))
		return;
	if (atomic_read(&p->refcnt) == 1)
		return;
	if (atomic_dec_return(&p->refcnt) == 0)
		kfree(p);
	if (atomic_dec_and_lock(&p->refcnt, &lock))
		kfree(p);
	if (atomic_dec_return(&p->refcnt) > 0)
		return;
	if (atomic_dec_and_test(&p->refcnt))
		kfree(p);
	p->first = (struct peer) {
		.refcnt = ATOMIC_INIT(1),
		.id = 2,
	};
}
`;

async function patch(text: string, verdict: Verdict) {
  const { counters } = await censusOfTexts({ 'a.c': text });
  const judged = counters.map((counter) => ({ counter, verdict, reasons: [] }) as unknown as Judged);
  return patchOf(judged, new Map([['a.c', text]]));
}

test('a rule names the type of what it works on', async () => {
  const { cocci, converted } = await patch(TEXT, 'as-is');
  expect([...converted].sort()).toEqual(['peer.refcnt', 'peer.slots', 'users']);
  expect(cocci).toContain('@@ struct peer *E; @@\n- atomic_inc(&E->refcnt)\n+ refcount_inc(&E->refcnt)\n');
  expect(cocci).toContain('@@ struct peer E; @@\n- atomic_inc(&E.refcnt)\n+ refcount_inc(&E.refcnt)\n');
  expect(cocci).toContain('@@ struct peer *E; expression I; @@\n- atomic_inc(&E->slots[I])\n');
  expect(cocci).toContain('@@ @@\n- atomic_inc(&users)\n+ refcount_inc(&users)\n');
});

test('a value that is one less stays that value, wherever the pattern matches', async () => {
  const text = TEXT.replace(
    /\tif \(!atomic_add_unless[\s\S]*\tp->first/,
    '\tif (atomic_read(&p->refcnt))\n\t\treturn;\n\tp->first',
  );
  const { cocci, diff } = await patch(text, 'by-one');
  expect(diff).toContain('+\tif (refcount_read(&p->refcnt) != 1)\n');
  expect(cocci).toContain('- atomic_read(&E->refcnt)\n+ (refcount_read(&E->refcnt) - 1)\n');
});

const spatch = (...args: string[]) =>
  execFileSync('spatch', ['--very-quiet', ...args], { cwd: folder, stdio: 'pipe', encoding: 'utf8' });
const HAS_SPATCH = (() => {
  try {
    return spatch('--version') !== '';
  } catch {
    return false;
  }
})();

// Where it is not installed; in CI it is.
describe.skipIf(!HAS_SPATCH && !process.env.CI)('coccinelle', () => {
  const withoutComments = (text: string) => text.replaceAll(/^\t*\/\* refuzz: .*\n/gm, '');

  test('makes of a file what the diff makes of it', async () => {
    const { cocci, diff } = await patch(TEXT, 'as-is');
    writeFileSync(join(folder, 'a.c'), TEXT);
    writeFileSync(join(folder, 'a.cocci'), cocci);
    spatch('--sp-file', 'a.cocci', 'a.c', '-o', 'by-coccinelle.c');
    execFileSync('git', ['apply', '-'], { cwd: folder, input: diff });
    const byDiff = withoutComments(readFileSync(join(folder, 'a.c'), 'utf8'));
    expect(byDiff).not.toContain('atomic_t');
    expect(readFileSync(join(folder, 'by-coccinelle.c'), 'utf8')).toBe(byDiff);
  });
});
