import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VERDICTS } from '../../audit/census/verdict.ts';
import { type Audit, countsOf, freshMisuses } from '../../export/audit/audit.ts';
import { answerOf, lossText, uncoveredLines } from '../../export/audit/audit-answer.ts';
import { auditJson } from '../../export/audit/audit-json.ts';
import { auditResults } from '../../export/audit/audit-results.ts';
import { auditSchema, auditShape } from '../../export/audit/audit-shape.ts';
import { auditText, verdictTable } from '../../export/audit/audit-text.ts';
import { baselineText, heldAgainst, readBaseline } from '../../export/audit/baseline.ts';
import { counterText } from '../../export/audit/counter-text.ts';
import { counterNamed } from '../../export/audit/named-counters.ts';
import { subsystemsOf } from '../../export/audit/subsystems.ts';
import { VERDICT_WORDS } from '../../export/audit/verdict-words.ts';
import { REPORTERS } from '../../export/results/reporters.ts';
import { completed, isBad } from '../../export/results/result.ts';
import { plainStyle } from '../../export/show/style.ts';
import { CENSUS, judged, large, MADE_UP, madeUp, WHOLE } from './made-up-audit.ts';

const MISUSES = MADE_UP.filter(({ verdict }) => verdict === 'misuse');

/** The made-up audit against a baseline that knows so many of its two misuses, and others that are gone. */
function against(known: number, gone = 0): Audit {
  const entries = MISUSES.slice(0, known).map(({ counter, rule }) => ({
    counter: counter.name,
    file: counter.declared.file,
    rule,
    why: '',
  }));
  const mended = Array.from({ length: gone }, (_, at) => ({
    counter: `a${at}.b`,
    file: 'a.c',
    rule: 'r',
    why: '',
  }));
  return madeUp({ held: heldAgainst('known.json', [...entries, ...mended], MADE_UP) });
}

describe('the answer', () => {
  const lossless = { ...CENSUS.loss, lostCount: 0, lost: [] };
  test.each<[string, Audit, string]>([
    [
      'counts misuse, and what converts',
      madeUp(),
      '2 misuses; 1 of 7 atomic counters converts as it is, 1 by one, 1 with a change; 2.0 % of',
    ],
    ['tells news from what is known', against(1), '1 new misuse, and 1 that known.json lists; '],
    ['says that nothing is new', against(2), 'no new misuse, and 2 that known.json lists; '],
    [
      'of sound counters alone',
      madeUp({ judged: [judged('a.b', 'a.c', 'sound')] }),
      'no misuse; no atomic counters; ',
    ],
    [
      'of none that converts',
      madeUp({ judged: [judged('a.b', 'a.c', 'no')] }),
      'no misuse; none of 1 atomic counter converts as it is; ',
    ],
    [
      'of no counters',
      madeUp({ judged: [] }),
      'no counters in 300 files, of which 120 parsed, 100 known from an earlier run.',
    ],
    ['of no losses', madeUp({ census: { ...CENSUS, loss: lossless } }), '; all 1 200 ops were attributed.'],
  ])('%s', (_, audit, text) => expect(answerOf(audit)).toContain(text));

  // "0.0 %" would read as nothing at all.
  test('does not round a loss to none', () => {
    expect(lossText({ ...CENSUS, loss: { ...CENSUS.loss, written: 100_000, lostCount: 1 } })).toContain(
      'less than 0.1 %',
    );
  });

  test('is followed by what it does not cover', () => {
    const lines = auditText(madeUp(), ['linux'], plainStyle);
    const head = lines.slice(0, lines.indexOf('')).join('\n');
    for (const line of uncoveredLines(madeUp())) expect(head).toContain(line);
    expect(uncoveredLines(madeUp())).toHaveLength(4);
    expect(
      uncoveredLines(madeUp({ judged: [], census: { ...CENSUS, skipped: [], loss: lossless } })),
    ).toEqual([]);
  });
});

test('files that were not read are told by reason', () => {
  const files = (why: string, number: number) =>
    Array.from({ length: number }, (_, at) => ({ file: `${why}${at}.c`, why }));
  const told = (...reasons: [string, number][]) => {
    const skipped = reasons.flatMap(([why, number]) => files(why, number));
    return uncoveredLines(madeUp({ census: { ...CENSUS, skipped } })).filter((line) =>
      line.startsWith('not read'),
    );
  };
  expect(told(['odd', 1], ['link', 30])).toEqual([
    'not read: 30 files, first link0.c (link)',
    'not read: odd0.c (odd)',
  ]);
  expect(told(['a', 1], ['b', 1], ['c', 1], ['d', 1])).toHaveLength(4);
  expect(told(['a', 9], ['b', 8], ['c', 7], ['d', 6], ['e', 5]).at(-1)).toBe(
    'not read: 11 files for 2 other reasons; --json has them',
  );
});

describe('for a person', () => {
  test('an audit', async () => {
    const text = auditText(against(1, 7), ['my linux'], plainStyle).join('\n');
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/audit.txt');
  });

  test('one counter whole', async () => {
    const text = counterText(WHOLE, ['linux'], plainStyle).join('\n');
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/audit-counter.txt');
  });

  test('a kernel fits on a screen', () => {
    const lines = auditText(large(5000), ['linux'], plainStyle);
    expect(lines.length).toBeLessThan(45);
    for (const line of lines) expect(line.length).toBeLessThan(125);
  });

  test.each([madeUp(), large(500), large(1)])('the last line of the table sums the others', ({
    judged: all,
  }) => {
    const [, , ...rows] = verdictTable(all, plainStyle).split('\n');
    const numbers = rows.map((row) =>
      row
        .split(/ {2,}/)
        .slice(1)
        .map((cell) => (cell === '·' ? 0 : Number(cell.replaceAll(' ', '')))),
    );
    const total = numbers.at(-1)!;
    expect(total.at(-1)).toBe(all.length);
    if (rows.length === 1) return;
    for (const [at, sum] of total.entries())
      expect(numbers.slice(0, -1).reduce((all, row) => all + row[at]!, 0)).toBe(sum);
  });

  test('every op of a counter is told, with its line and what it decides', () => {
    const text = counterText(WHOLE, ['linux'], plainStyle).join('\n');
    for (const { line, text: source, locks } of WHOLE.counter.sites)
      for (const part of [String(line), source, ...locks]) expect(text).toContain(part);
  });
});

describe('subsystems', () => {
  const file = fc
    .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join('/'));
  test('every counter is in one, and there are few more than asked for', () => {
    fc.assert(
      fc.property(fc.array(file), fc.integer({ min: 1, max: 12 }), (files, most) => {
        const made = subsystemsOf(
          files.map((path) => ({ path })),
          ({ path }) => path,
          most,
        );
        expect(made.flatMap(({ members }) => members)).toHaveLength(files.length);
        expect(new Set(made.flatMap(({ members }) => members)).size).toBe(files.length);
        const roots = new Set(files.map((path) => (path.includes('/') ? path.split('/')[0] : '.')));
        expect(made.length).toBeLessThanOrEqual(most + roots.size);
        for (const { name, members } of made)
          for (const { path } of members) {
            const folder = name.replace(', rest', '');
            expect(
              folder === '.' ? !path.includes('/') : path.startsWith(`${folder}/`),
              `${path} in ${name}`,
            ).toBe(true);
          }
      }),
    );
  });

  test('the fullest folder is taken out first', () => {
    const files = [
      ...Array(6).fill('drivers/net/a.c'),
      ...Array(4).fill('drivers/gpu/b.c'),
      ...Array(3).fill('fs/c.c'),
      'drivers/x.c',
    ];
    const names = (most: number) =>
      subsystemsOf(files, (path) => path, most).map(({ name, members }) => `${name} ${members.length}`);
    expect(names(2)).toEqual(['drivers 11', 'fs 3']);
    expect(names(3)).toEqual(['drivers/net 6', 'drivers, rest 5', 'fs 3']);
    expect(names(4)).toEqual(['drivers/net 6', 'drivers/gpu 4', 'fs 3', 'drivers, rest 1']);
  });
});

describe('a counter by its name', () => {
  const found = (name: string) => counterNamed(name, MADE_UP).found.map(({ counter }) => counter.id);
  test.each([
    ['peer.refs', ['peer.refs']],
    ['struct peer.refs', ['peer.refs']],
    ['peer->refs', ['peer.refs']],
    ['peer', ['peer.refs']],
    ['opens', ['opens']],
    ['priv.users', ['priv.users@drivers/x/y.c', 'priv.users@drivers/z/y.c']],
    ['priv.users@drivers/z/y.c', ['priv.users@drivers/z/y.c']],
    ['nothing', []],
    ['', []],
  ])('%s', (name, ids) => expect(found(name)).toEqual(ids));

  test.each([
    ['peer.ref', 'peer.refs'],
    ['ticket.count', 'ticket.refs'],
    ['noode.refcnt', 'node.refcnt'],
    ['openz', 'opens'],
  ])('of %s the nearest is %s', (name, nearest) => {
    expect(counterNamed(name, MADE_UP).nearest[0]).toBe(nearest);
  });
});

describe('a baseline', () => {
  const text = baselineText(MADE_UP, []);
  const moved = MADE_UP.map((one) => ({
    ...one,
    counter: { ...one.counter, declared: { ...one.counter.declared, line: one.counter.declared.line + 100 } },
  }));

  test('knows every misuse that it was made of, wherever its lines have moved', () => {
    const held = heldAgainst('f', readBaseline(text, 'f'), moved);
    expect(freshMisuses(madeUp({ judged: moved, held }))).toEqual([]);
    expect(held.gone).toEqual([]);
  });

  test('has a line for each, and no line numbers', () => {
    expect(text.split('\n').filter((line) => line.includes('"counter"'))).toHaveLength(2);
    expect(text).not.toMatch(/"line"/);
    expect(baselineText([], [])).toBe('{\n  "refuzz-audit-baseline": 1,\n  "misuse": []\n}\n');
  });

  test.each([
    ['another rule', (one: (typeof MADE_UP)[number]) => ({ ...one, rule: 'other' })],
    [
      'another file',
      (one: (typeof MADE_UP)[number]) => ({
        ...one,
        counter: { ...one.counter, declared: { ...one.counter.declared, file: 'w.c' } },
      }),
    ],
    [
      'another member',
      (one: (typeof MADE_UP)[number]) => ({ ...one, counter: { ...one.counter, name: 'priv.gets' } }),
    ],
  ])('does not know %s, and tells what is gone', (_, change) => {
    const [first, ...others] = MADE_UP;
    const changed = [change(first!), ...others];
    const held = heldAgainst('f', readBaseline(text, 'f'), changed);
    expect(freshMisuses(madeUp({ judged: changed, held }))).toEqual([changed[0]]);
    expect(held.gone).toHaveLength(1);
  });

  test('keeps the reasons that it was given', () => {
    const reasoned = readBaseline(text, 'f').map((entry) => ({ ...entry, why: `because ${entry.file}` }));
    const again = readBaseline(baselineText(moved, reasoned), 'f');
    expect(again).toEqual(reasoned);
  });

  test('says a misuse once that is there twice', () => {
    expect(readBaseline(baselineText([...MADE_UP, ...MADE_UP], []), 'f')).toHaveLength(2);
  });

  test.each([
    ['{', 'known.json: is no JSON'],
    ['[]', 'known.json: is no baseline'],
    ['{"refuzz-audit-baseline":2,"misuse":[]}', 'at refuzz-audit-baseline'],
    ['{"refuzz-audit-baseline":1,"misuse":[{"counter":"a","file":"b"}]}', 'at misuse.0.rule'],
    ['{"refuzz-audit-baseline":1,"misuse":[],"known":[]}', 'write it with --write-baseline'],
  ])('that is %s is refused', (wrong, message) => {
    expect(() => readBaseline(wrong, 'known.json')).toThrow(message);
  });
});

describe('for programs', () => {
  const isAudit = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(auditSchema()));

  test.each([
    madeUp(),
    against(1, 2),
    large(50),
    madeUp({ judged: [] }),
  ])('the JSON is as its schema wants it', (audit) => {
    const text = auditJson(audit, audit.judged);
    expect(text.split('\n')).toHaveLength(2);
    const data = JSON.parse(text);
    expect(isAudit(data), JSON.stringify(isAudit.errors?.[0])).toBe(true);
    // A key that the shape lacks would go when it is read by it: then nobody has documented it.
    expect(auditShape().parse(data)).toEqual(data);
    expect(data.counters).toHaveLength(audit.judged.length);
  });

  test('the JSON of some counters has the numbers of all', () => {
    const data = JSON.parse(auditJson(madeUp(), [WHOLE]));
    expect(data.counters.map(({ id }: { id: string }) => id)).toEqual(['peer.refs']);
    expect(data.verdicts).toEqual(countsOf(MADE_UP));
  });

  const report = (audit: Audit, exitCode: number) =>
    completed({
      command: 'audit',
      version: '9.9.9',
      exitCode,
      seconds: 1,
      results: auditResults(audit, (file) => `linux/${file}`),
    });
  const sarif = (audit: Audit, exitCode: number) =>
    JSON.parse(REPORTERS.find(({ name }) => name === 'sarif')!.text(report(audit, exitCode))).runs[0];

  test('news fails, what is known does not, and the exit code agrees', () => {
    expect(report(madeUp(), 1).results.filter(isBad)).toHaveLength(3);
    expect(report(against(2), 0).results.filter(isBad)).toEqual([]);
    expect(report(against(1), 1).results.filter(({ status }) => status === 'known')).toHaveLength(1);
  });

  test('what was not read is skipped, with its reason', () => {
    const skipped = report(madeUp(), 1).results.filter(({ status }) => status === 'skipped');
    expect(skipped).toEqual([
      expect.objectContaining({ name: 'drivers/x/big.c', message: 'larger than 16 MB' }),
    ]);
  });

  test('SARIF has the rule of each misuse, its line, and the same fingerprint wherever lines move', () => {
    const validator = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    formats.default(validator);
    const schema = JSON.parse(readFileSync('test/results/sarif-schema-2.1.0.json', 'utf8'));
    const text = REPORTERS.find(({ name }) => name === 'sarif')!.text(report(against(1), 1));
    expect(validator.validate(schema, JSON.parse(text)), JSON.stringify(validator.errors?.[0])).toBe(true);
    const { results, tool } = sarif(against(1), 1);
    const misuses = results.filter(({ ruleId }: { ruleId: string }) => ruleId.startsWith('refuzz/audit/'));
    expect(misuses).toHaveLength(2);
    for (const { ruleId, ruleIndex } of misuses) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(misuses[1].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'linux/drivers/z/y.c' },
      region: { startLine: 30 },
    });
    expect(misuses.map(({ suppressions = [] }: { suppressions?: unknown[] }) => suppressions.length)).toEqual(
      [1, 0],
    );
    expect(misuses.map((one: { partialFingerprints: object }) => one.partialFingerprints)).toEqual([
      { 'refuzz/v1': 'audit/priv.users@drivers/x/y.c: misuse-from-0' },
      { 'refuzz/v1': 'audit/priv.users@drivers/z/y.c: misuse-limit' },
    ]);
  });

  test('GitHub has an annotation at the line of each new misuse, and none for what is known', () => {
    const lines = REPORTERS.find(({ name }) => name === 'github')!
      .text(report(against(1), 1))
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('::error file=linux/drivers/z/y.c,line=30,title=');
  });
});

test('every verdict has words, and none has those of another', () => {
  expect(Object.keys(VERDICT_WORDS)).toEqual([...VERDICTS]);
  const words = Object.values(VERDICT_WORDS);
  expect(new Set(words.map(({ word }) => word)).size).toBe(VERDICTS.length);
  for (const { head } of words) expect(head.length).toBeLessThanOrEqual(8);
});

test('docs/audit.md explains every verdict, in these words', () => {
  const page = readFileSync('docs/audit.md', 'utf8');
  for (const { word, means } of Object.values(VERDICT_WORDS))
    expect(page).toContain(`| ${word} | ${means} |`);
});
