import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BOUNDARIES } from './boundary.ts';
import { JUDGEMENTS, KINDS } from './divergence.ts';
import type { Oracle, Where } from './oracle.ts';
import { defaultOracles, fittingOracles, ORACLE_NAMES, ORACLES, oracleBehind } from './oracles.ts';

const WORDS = readFileSync('docs/words.md', 'utf8');
const TABLE: readonly Oracle[] = ORACLES;

describe('every oracle', () => {
  test.each(
    TABLE.map((oracle) => [oracle.name, oracle] as const),
  )('%s has a row in docs/words.md, which begins with its question', (name, { subjects, question }) => {
    const whose = subjects.map((subject) => `${subject}s`).join(', ');
    expect(WORDS).toContain(`| \`${name}\` | ${whose} | ${question}`);
  });

  test('is asked by default only where it fits', () => {
    for (const { subjects, byDefault } of TABLE)
      expect(subjects).toEqual(expect.arrayContaining([...byDefault]));
  });

  test('has a name of its own', () => {
    expect(new Set(ORACLE_NAMES).size).toBe(ORACLES.length);
  });
});

test('targets that name no oracles ask these; a stored corpus and its campaigns depend on them', () => {
  expect(defaultOracles('counter')).toEqual(['lockstep', 'linearizable', 'conservation', 'sticky']);
  expect(defaultOracles('scheme')).toEqual(['outcomes', 'lifetime']);
});

test('against the ideal counter none can be asked that compares with what a reference does', () => {
  expect(fittingOracles('counter', true)).not.toContain('outcomes');
  expect(fittingOracles('counter')).toContain('outcomes');
});

describe('the oracle behind a divergence', () => {
  const places: readonly Where[] = [
    { subject: 'counter', isAlone: true },
    { subject: 'counter', isAlone: false },
    { subject: 'scheme', isAlone: false },
  ];

  test('is one of those asked, if any of them sees it', () => {
    for (const where of places)
      for (const boundary of BOUNDARIES)
        for (const kind of KINDS)
          for (const judgement of JUDGEMENTS) {
            const divergence = { op: 'dec', boundary, kind, judgement };
            for (const { name, sees } of TABLE) {
              if (!sees(divergence, where)) continue;
              const asked = ORACLE_NAMES.filter((known) => known === name);
              expect(oracleBehind(divergence, where, asked)?.name).toBe(name);
              expect(oracleBehind(divergence, where, [])).toBeDefined();
            }
          }
  });
});
