import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Judged } from '../../audit/census/verdict.ts';
import { judge } from '../../audit/rules/judge.ts';
import { RULES } from '../../audit/rules/table.ts';
import { censusOfTexts } from './census-of-texts.ts';

/**
 * A fixture is a C file. Its first line names the counter, and what is expected of it; lines that are shown as reasons
 * end in a comment that says so, and no other lines are:
 *
 *     /* counter: far_end.refcnt; verdict: by-one; rule: sentinel *\/
 *         if (!atomic_add_unless(&p->refcnt, 1, -1)) /* evidence *\/
 */
interface Fixture {
  readonly name: string;
  readonly text: string;
  readonly counter: string;
  readonly verdict: string | undefined;
  readonly rule: string | undefined;
  /** Lines, from 1. */
  readonly evidence: readonly number[];
}

const RULES_FOLDER = 'test/audit/rules';
const TWENTY_FOLDER = 'test/audit/twenty';

function fixture(folder: string, name: string): Fixture {
  const text = readFileSync(join(folder, name), 'utf8');
  const lines = text.split('\n');
  const said = (what: string) => new RegExp(`\\b${what}: ([\\w.-]+)`).exec(lines[0]!)?.[1];
  const evidence = lines.flatMap((line, at) => (line.includes('/* evidence */') ? [at + 1] : []));
  return { name, text, counter: said('counter')!, verdict: said('verdict'), rule: said('rule'), evidence };
}

async function judged({ name, text, counter }: Fixture): Promise<Judged> {
  const census = await censusOfTexts({ [name]: text });
  const found = judge(census).find((one) => one.counter.name === counter);
  if (found === undefined) throw new Error(`${name}: no counter ${counter}`);
  return found;
}

/** The lines shown, each once. Whoever fixes a fixture gets to see what is said of it. */
function linesOf({ reasons }: Judged): readonly number[] {
  return [...new Set(reasons.flatMap(({ places }) => places.map(({ line }) => line)))].sort((a, b) => a - b);
}

const MATCHING = RULES.map(({ name }) => name);
const FILES = readdirSync(RULES_FOLDER);

test('each rule has a file that it matches and one that it nearly matches, and there are no others', () => {
  expect(FILES.toSorted()).toEqual(MATCHING.flatMap((name) => [`${name}.c`, `${name}.near.c`]).toSorted());
});

describe('a rule holds, with its lines:', () => {
  test.each(MATCHING)('%s', async (name) => {
    const one = fixture(RULES_FOLDER, `${name}.c`);
    const found = await judged(one);
    expect(found.rule, JSON.stringify(found.reasons, undefined, 1)).toBe(name);
    expect(linesOf(found), JSON.stringify(found.reasons, undefined, 1)).toEqual(one.evidence);
    // Each line is shown as the file has it.
    for (const { file, line, text } of found.reasons.flatMap(({ places }) => places)) {
      expect(file).toBe(one.name);
      expect(one.text.split('\n')[line - 1]).toContain(text);
    }
  });
});

describe('a rule does not hold on what is nearly so:', () => {
  test.each(MATCHING)('%s', async (name) => {
    const found = await judged(fixture(RULES_FOLDER, `${name}.near.c`));
    expect(found.rule).not.toBe(name);
  });
});

describe('counters that are known are judged as they are:', () => {
  const names = readdirSync(TWENTY_FOLDER);

  test('twenty of them', () => expect(names.length).toBe(20));

  test.each(names)('%s', async (name) => {
    const one = fixture(TWENTY_FOLDER, name);
    const found = await judged(one);
    const said = JSON.stringify(found.reasons, undefined, 1);
    expect([found.verdict, found.rule], said).toEqual([one.verdict, one.rule]);
    expect(linesOf(found), said).toEqual(one.evidence);
  });
});
