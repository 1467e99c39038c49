import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Census } from '../../audit/census/counter.ts';
import { judge } from '../../audit/rules/judge.ts';
import { censusOfTexts } from './census-of-texts.ts';

/**
 * Counters in the manner of drivers and file systems, each with what is known of it: mistakes that conversions have made, and
 * sound code that comes near to one. The first line of a file says the counter, and the verdicts that are right.
 *
 *     /* counter: lcd_if.holders; verdict: misuse *\/
 *     /* counter: assigned.refs; verdict: sound|unknown *\/
 */
const FOLDER = 'test/audit/known';
const TEXTS = Object.fromEntries(
  readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
);

/** What is wrong, a line each. */
function wrong(census: Census, texts: Readonly<Record<string, string>>): string[] {
  const judged = judge(census);
  return Object.entries(texts).flatMap(([name, text]) => {
    const [, counter, verdicts] = /counter: ([\w.]+); verdict: ([\w|-]+)/.exec(text) ?? [];
    const found = judged.find((one) => one.counter.name === counter);
    const isRight = verdicts?.split('|').includes(found?.verdict ?? 'not found');
    return isRight ? [] : [`${name}: ${found?.verdict} (${found?.rule}), and it is ${verdicts}`];
  });
}

test('each is judged as it is known, read together', async () => {
  expect(Object.keys(TEXTS).length).toBe(77);
  expect(wrong(await censusOfTexts(TEXTS), TEXTS)).toEqual([]);
});

test('a value that nobody was seen to set is no mistake where others may set it', async () => {
  const header = 'struct pool_ref {\n\trefcount_t users;\n};\n';
  const code =
    'void pool_use(struct pool_ref *p)\n{\n\trefcount_inc(&p->users);\n}\nvoid pool_end(struct pool_ref *p)\n{\n\tif (refcount_dec_and_test(&p->users))\n\t\tpool_off(p);\n}\n';
  const whole = await censusOfTexts({ 'drivers/pool.h': header, 'drivers/pool.c': code });
  const verdictOf = (census: Census) => judge(census).map(({ verdict, rule }) => `${verdict} ${rule}`);
  expect(verdictOf(whole)).toEqual(['misuse raised-from-zero']);
  expect(verdictOf({ ...whole, isPart: true })).toEqual(['sound refcount']);
  // What a .c file declares is its own, however few files were named.
  const alone = await censusOfTexts({ 'drivers/pool.c': `${header}${code}` });
  expect(verdictOf({ ...alone, isPart: true })).toEqual(['misuse raised-from-zero']);
});
