import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readPair } from './read-target.ts';
import { constantsOf, constantsOutOfReach } from './source-constants.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-constants-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('numbers of a source', () => {
  test.each([
    ['if (count == 6) return;', [6]],
    ['while (1000 > count) {}', [1000]],
    ['if (count < -5 || 0x10u <= count) return;', [-5, 16]],
    ['switch (x) { case 8: case 010: break; }', [8]],
    ['#define MOST 77\n#define LEAST (-7)\nint all = MOST - LEAST;', [77, -7]],
    ['#define UNUSED 77\nenum { ALIVE = 12, DEAD = 13, GONE = 14 }; x = DEAD;', [13]],
    ['enum { A = 12, B }; static const int c = 13; x = 14 + A;', [12, 13]],
    ['atomic_cmpxchg(&v, 20, 21); atomic_add_unless(&v, 1, 22);', [22, 1, 20, 21]],
    ['if (count != 0xC0000000) {}', [-0x40000000]],
    ['/* == 6 */ // < 7\n printf("== 8"); x = y == 9 ? \'1\' : 0;', [9]],
    ['x = y - 4 == z; x <<= 3; y = z >> 5; a->b > c;', [4]],
    ['for (int i = 0; i < 30; i++) if (f(i) == 31) g(x < 32);', [31, 32]],
    ['if (x == 0x123456789) {}', []],
    ['if (x == 1.5) {}', []],
  ])('%j', (text, compared) => {
    const found = constantsOf(file('text.c', text)).compared;
    expect([...found].sort()).toEqual([...compared].sort());
  });

  test('that nothing is compared with are others; widths and lengths are none', () => {
    const text = 'char name[16]; int a = f(5) + (1 << 20); g(-3);';
    expect(constantsOf(file('text.c', text))).toEqual({ compared: [], others: [5, 1, -3] });
  });

  test('of a header beside it count too', () => {
    file('limits.h', '#define MOST 41\n');
    expect(constantsOf(file('text.c', '#include "limits.h"\nint most = MOST;\n')).compared).toEqual([41]);
  });
});

const counter = (name: string, test: string) =>
  file(
    name,
    `#include <refuzz.h>
struct thing { int count; };
REFUZZ_COUNTER(struct thing, count);
REFUZZ_OP(void, add, int n) { __atomic_fetch_add(&counter->count, n, __ATOMIC_RELAXED); }
REFUZZ_OP(bool, get)
{
	int old = __atomic_load_n(&counter->count, __ATOMIC_RELAXED);
	${test}
	return __atomic_compare_exchange_n(&counter->count, &old, old + 1, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}
`,
  );

test('programs of a pair of counters start around the numbers of both, and are given them', async () => {
  const target = await readPair(
    'pair',
    counter('before.c', 'if (old > 60) return false;'),
    counter('after.c', 'if (old > 60 || old == 90) return false;'),
  );
  for (const value of [0, -1, 59, 60, 61, 89, 90, 91]) expect(target.initial).toContain(value);
  expect(target.arguments).toEqual(expect.arrayContaining([0, 60, 90]));
  expect(constantsOutOfReach(target, 4)).toBe('');
});

test('a pair that saturates starts there and is given that, whatever its source says', async () => {
  const saturating = (name: string, value: string) =>
    file(name, `${readFileSync(counter(name, ''), 'utf8')}REFUZZ_SATURATED(${value});\n`);
  const target = await readPair('pair', saturating('before.c', '-77'), saturating('after.c', '-0x20000000'));
  for (const value of [-77, -0x20000000]) {
    expect(target.initial).toContain(value);
    expect(target.arguments).toContain(value);
  }
});

test('numbers beyond the first four are told as out of reach', async () => {
  const many = [50, 150, 250, 350, 450].map((value) => `if (old == ${value}) return false;`).join(' ');
  const target = await readPair('pair', counter('before.c', many), counter('after.c', many));
  expect(constantsOutOfReach(target, 4)).toBe(', without values near 450 (in both)');
  expect(constantsOutOfReach(target, 99)).toBe('');
});

test('a scheme starts from its states: a number that none comes near is told', async () => {
  const scheme = (name: string, most: number) =>
    file(
      name,
      `#include <refuzz.h>
struct thing { int count; };
REFUZZ_SCHEME(struct thing, count);
REFUZZ_STATE(one) { object->count = 1; refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
REFUZZ_GET(get) { return __atomic_fetch_add(&object->count, 1, __ATOMIC_RELAXED) < ${most}; }
REFUZZ_PUT(put) { __atomic_fetch_sub(&object->count, 1, __ATOMIC_RELAXED); }
`,
    );
  const same = await readPair('pair', scheme('before.c', 1000), scheme('after.c', 1000));
  expect(constantsOutOfReach(same, 4)).toBe(', without values near 1000 (in both)');
});

test('a number that only one source has goes before those that both have', async () => {
  const edited = await readPair(
    'pair',
    counter('before.c', 'if (old == 7) return false;'),
    counter('after.c', ''),
  );
  // It goes before all that both have, and so is reached.
  expect(constantsOutOfReach(edited, 0)).not.toContain('7');
  const target = { ...edited, initial: [0], arguments: [0] };
  expect(constantsOutOfReach(target, 6)).toBe(', without values near 7 (only in before.c)');
  expect(constantsOutOfReach(target, 7)).toBe('');
});
