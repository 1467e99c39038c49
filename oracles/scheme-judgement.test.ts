import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Judgement } from './divergence.ts';
import { type Conduct, judgeFact, judgeResult, judgeWarning } from './scheme-judgement.ts';

const SECTION = /## Judgements of schemes\n(.*?)\n## /s.exec(readFileSync('docs/words.md', 'utf8'))![1]!;

/** The rows of the table with these headings, cell by cell; of a cell the name in code, or its text. */
function tableOf(heading: string): string[][] {
  const lines = SECTION.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  expect(at, `a table that begins with ${heading}`).toBeGreaterThanOrEqual(0);
  const rows: string[][] = [];
  for (const line of lines.slice(at + 2)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
    );
  }
  return rows;
}

describe('the tables of docs/words.md, cell by cell', () => {
  test.each(
    tableOf('reference there | every such run of the subject warns anew'),
  )('a new fact where the reference is %s: %s if it is announced, else %s', (there, announced, silent) => {
    expect(judgeFact(there as Conduct, true)).toBe(announced);
    expect(judgeFact(there as Conduct, false)).toBe(silent);
  });

  test('a new warning', () => {
    const seen = { there: 'clean' as Conduct, isReferenceFaulty: true, isFaultyWithResults: false };
    const judged = {
      'warns otherwise, always': judgeWarning({ ...seen, warnsOtherwise: true }),
      clean: judgeWarning({ ...seen, warnsOtherwise: false }),
      faulty: judgeWarning({ ...seen, there: 'faulty', warnsOtherwise: false }),
      'never, and faulty in every run with the same results': judgeWarning({
        there: 'never',
        isReferenceFaulty: true,
        isFaultyWithResults: true,
        warnsOtherwise: false,
      }),
      'never, otherwise': judgeWarning({ ...seen, there: 'never', warnsOtherwise: false }),
    };
    expect(Object.entries(judged)).toEqual(tableOf('reference there | judgement'));
  });

  test('new results', () => {
    const [faulty, clean] = tableOf('near runs of the reference');
    const row = (isFaultyNearby: boolean, warning: Judgement) => [
      judgeResult({ isFaultyNearby, isDenied: true, warning: undefined }),
      judgeResult({ isFaultyNearby, isDenied: false, warning }),
      judgeResult({ isFaultyNearby, isDenied: false, warning: undefined }),
    ];
    expect(['all faulty', ...row(true, 'changes')]).toEqual(faulty);
    for (const warning of ['protects', 'false-alarm', 'changes'] as const)
      expect(['some clean', ...(row(false, warning) as string[]).with(1, 'as the warning')]).toEqual(clean);
    expect(row(false, 'protects')[1]).toBe('protects');
    expect(row(false, 'false-alarm')[1]).toBe('false-alarm');
  });
});
