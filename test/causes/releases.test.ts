import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { releaseJson, releaseLines } from '../../export/report/release-report.ts';
import { makeStoredCase } from '../../fuzz/case/make-case.ts';
import { type ReleaseChanges, releaseChanges } from '../../fuzz/case/release-changes.ts';
import { causesOf } from '../../fuzz/cause/causes-of.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { atomic } from '../../targets/counters/atomic.ts';
import { builtInFile } from '../../targets/target/built-in-targets.ts';
import { kernelTrees } from '../../targets/target/named-targets.ts';
import { readTarget } from '../../targets/target/read-target.ts';
import { shownBy } from './shown.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-releases-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const HEADER = readFileSync('targets/c/include/linux/refcount.h', 'utf8');
const identity = (text: string) => text;
const PLAIN = { bold: identity, dim: identity, red: identity, green: identity, yellow: identity };

let trees = 0;

/** A tree whose Makefile says that it is of a release. */
function tree(release: number, ...changes: readonly (readonly [from: string, to: string])[]): string {
  const folder = join(root, String(trees++));
  mkdirSync(join(folder, 'include/linux'), { recursive: true });
  mkdirSync(join(folder, 'lib'));
  const header = changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, HEADER);
  writeFileSync(join(folder, 'include/linux/refcount.h'), header);
  writeFileSync(join(folder, 'lib/refcount.c'), '#include <linux/refcount.h>\n');
  writeFileSync(join(folder, 'Makefile'), `VERSION = 7\nPATCHLEVEL = ${release}\n`);
  return folder;
}

async function between(kernel: string, against: string): Promise<ReleaseChanges> {
  const file = builtInFile('kernel-vs-kernel');
  const harness = harnessOf(await readTarget(file, await kernelTrees({ kernel, against })));
  const causes = causesOf(harness)!;
  const met = new Map(
    [...shownBy(harness).values()].map(({ divergence, program, schedule }) => {
      const stored = makeStoredCase(harness, divergence, program, schedule, { by: 'exhaustive' });
      return [causes.causeOf(divergence, program).name, { divergence, program, stored }];
    }),
  );
  const found = [...met.values()].map(({ divergence, program, stored }) => ({
    cause: causes.causeOf(divergence, program),
    witness: { path: 'a.yaml', case: stored },
  }));
  return releaseChanges(harness, atomic, found);
}

/** `dec` without its check is `atomic_t`'s. */
const DEC_UNCHECKED = ['(old <= 1))', '(old < INT_MIN))'] as const;
const DEC_LATE = ['(old <= 1))', '(old < 1))'] as const;
const DIVISIBLE = [
  'return atomic_cmpxchg_release(&r->refs, 1, 0) == 1;',
  'if (atomic_read(&r->refs) != 1) return false; atomic_set(&r->refs, 0); return true;',
] as const;

/** What is told, without the breaks of long lines. */
function linesOf(release: ReleaseChanges): string[] {
  const lines = releaseLines(release, PLAIN);
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(100);
  return lines
    .join('\n')
    .replace(/\n {11}(?=\S)/g, ' ')
    .split('\n');
}

test('a check that was taken away went, and the rest stayed', async () => {
  const release = await between(tree(1), tree(2, DEC_UNCHECKED));
  const lines = linesOf(release);
  expect(lines[0]).toMatch(
    /^from Linux 7\.1 to Linux 7\.2, causes against atomic: none came, 1 went, none changed, \d+ stayed$/,
  );
  expect(lines[1]).toMatch(/^ {2}went {5}dec where the count is .*: Linux 7\.1 leaves 0xC0000000 and warns/);
  expect(lines[1]).toMatch(/; Linux 7\.2 does what atomic does$/);
  expect(release.stayed.flatMap(({ ops }) => ops)).toContain('inc');
  expect(release.stayed.flatMap(({ ops }) => ops)).not.toContain('dec');
});

test('the other way round it came', async () => {
  const release = await between(tree(2, DEC_UNCHECKED), tree(3));
  expect(linesOf(release)[1]).toMatch(/^ {2}came {5}dec .*Linux 7\.2 does what atomic does; Linux 7\.3/);
  expect(releaseJson(release)).toMatchObject({ came: [{ ops: ['dec'] }], went: [], changed: [] });
});

test('a place that moved went there, and what both do is told where both part', async () => {
  const late = await between(tree(1), tree(2, DEC_LATE));
  expect(late.changes.map(({ kind, cause }) => [kind, cause.ops])).toEqual([['went', ['dec']]]);
  const refusing = await between(tree(1), tree(2, ['if (old == 1)\n', 'if (old <= 1)\n']));
  expect(refusing.changes.map(({ kind, cause }) => [kind, cause.ops])).toEqual([['came', ['dec_not_one']]]);
  const worded = await between(tree(1), tree(2, ['decrement hit 0; leaking memory', 'decrement hit 0']));
  expect(linesOf(worded).slice(1)).toEqual([
    expect.stringMatching(
      /^ {2}changed {2}dec where .*: Linux 7\.1 warns "decrement hit 0; leaking memory"; Linux 7\.2 warns "decrement hit 0"$/,
    ),
  ]);
});

test('what only races show came too', async () => {
  const release = await between(tree(1), tree(2, DIVISIBLE));
  expect(linesOf(release)[1]).toBe(
    '  came     dec_if_one in races: in Linux 7.2 others can come between its accesses, and could not in Linux 7.1',
  );
});

test('of two trees that do the same everything stayed', async () => {
  const release = await between(tree(1), tree(2, ['#endif', '/* new */\n#endif']));
  expect(release.changes).toEqual([]);
  expect(linesOf(release)).toEqual([
    `from Linux 7.1 to Linux 7.2, causes against atomic: none came, none went, none changed, ${release.stayed.length} stayed`,
  ]);
  expect(release.stayed.length).toBeGreaterThan(4);
});
