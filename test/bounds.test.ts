import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { filesBelow } from './campaign-folders.ts';
import { type Hit, shoot } from './signalled.ts';
import { THOROUGH } from './thorough.ts';

/*
 * Input that asks for more than there is: each has an end of its own, says where and what to change, and leaves
 * nothing behind. docs/security.md has the table of limits.
 */

const root = mkdtempSync(join(tmpdir(), 'refuzz-bounds-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const HEAD =
  '#include <refuzz.h>\n#include <linux/bug.h>\nstruct obj { int count; };\nREFUZZ_COUNTER(struct obj, count);\n';
const INC = '__atomic_fetch_add(&counter->count, 1, __ATOMIC_RELAXED)';

function source(name: string, body: string): string {
  const path = join(root, name);
  writeFileSync(path, `${HEAD}${body}\n`);
  return path;
}

const ok = source('ok.c', `REFUZZ_OP(void, inc) { ${INC}; }`);
const times = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join('\n');

/** Of all ends 70, a bug of refuzz, is the one that none may have. */
const ROWS: readonly { name: string; body: string; code: number; says: RegExp }[] = [
  {
    name: 'a loop of warnings',
    body: `REFUZZ_OP(void, inc) { if (${INC} == 1) for (;;) WARN_ON(1); }`,
    code: 1,
    says: /returns non-terminating/,
  },
  {
    name: 'statics of 8 MB',
    body: `char big[8 << 20];\nREFUZZ_OP(int, inc) { return big[${INC} & 0xffff]; }`,
    code: 2,
    says: /statics\.c: has 8320 KiB of stack and static data; at most 1024 KiB fit/,
  },
  {
    name: '100 ops',
    body: times(100, (at) => `REFUZZ_OP(void, inc${at}) { ${INC}; }`),
    code: 2,
    says: /ops\.c: declares 100 ops; at most 64, so split the source/,
  },
];

async function run(args: readonly string[], env = {}): Promise<Hit & { readonly cwd: string }> {
  const cwd = mkdtempSync(join(root, 'in-'));
  return { ...(await shoot({ args, cwd, signal: 'SIGINT', after: 120_000, env })), cwd };
}

test.each(ROWS)('$name', async ({ name, body, code, says }) => {
  const path = source(`${name.split(' ').at(name.startsWith('100') ? -1 : 0)}.c`, body);
  const hit = await run(['check', '--before', ok, '--after', path, '--ops', '1', '--threads', '1']);
  expect(hit.code, hit.err).toBe(code);
  expect(hit.out + hit.err).toMatch(says);
  expect(hit.left).toEqual([]);
  // Kilobytes: what it needs without anything hostile is a third of that.
  expect(hit.peak).toBeLessThan(400 << 10);
  for (const file of filesBelow(join(hit.cwd, 'corpus')))
    expect(statSync(join(hit.cwd, 'corpus', file)).size, 'a case is a page').toBeLessThan(10_000);
});

// A million accesses take the compiler its half minute; a hundred million its memory, which is sooner.
const BOMBS: readonly (readonly [string, string])[] = [
  ['a hundred million', 'C(C('],
  ['a million', 'C(B('],
];
test.each(BOMBS.slice(0, THOROUGH ? 2 : 1))(
  'a macro that stands for %s accesses ends with what to change',
  async (_, bombs) => {
    const body = [
      '#define A(x) x x x x x x x x x x',
      '#define B(x) A(A(x))',
      '#define C(x) B(B(x))',
      `REFUZZ_OP(void, inc) { ${bombs}${INC};)) }`,
    ].join('\n');
    const bomb = source('bomb.c', body);
    const hit = await run(['check', '--before', ok, '--after', bomb], { XDG_CACHE_HOME: join(root, 'cold') });
    expect(hit.code, hit.err).toBe(2);
    expect(hit.err).toMatch(
      /bomb\.c: takes the compiler more than \d+ (s of processor time|MB of memory); have less/,
    );
    expect(hit.left).toEqual([]);
    // Within the time of a command there is less of it.
    const brief = await run(['fuzz', '--before', ok, '--after', bomb, '--time', '1s'], {
      XDG_CACHE_HOME: join(root, 'cold'),
    });
    expect(brief.code, brief.err).toBe(3);
    expect(brief.out).toContain('is not compiled yet');
    expect(brief.left).toEqual([]);
  },
  300_000,
);

test('sixteen workers take less than 45 MB each, and what the process needs itself', async () => {
  const hit = await run([
    'fuzz',
    'refcount-v5.5',
    'pax',
    '--workers',
    '16',
    '--time',
    '2s',
    '--corpus',
    'none',
  ]);
  expect(hit.code, hit.err).toBe(1);
  // Some 300 to 500 MB, by how far they come. docs/campaigns.md has a table.
  expect(hit.peak).toBeLessThan((100 + 16 * 45) << 10);
});
