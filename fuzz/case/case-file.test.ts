import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOUNDARIES } from '../../oracles/boundary.ts';
import { JUDGEMENTS, KINDS } from '../../oracles/divergence.ts';
import { FACT_CHOICES } from '../../oracles/lifetime.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Result } from '../../targets/subject/subject.ts';
import { formatValue, INT_MAX, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import { values } from '../fast-check/values.ts';
import { MAX_OPS, MAX_THREADS } from '../program/program.ts';
import type { Case, Observed } from './case.ts';
import { caseFileName, formatCase, parseCase } from './case-file.ts';

const COUNTER: Case = {
  target: 'refcount-v5.5',
  program: { start: INT_MAX, threads: [['inc', 'cmpxchg(1, 0)'], ['read']] },
  schedule: [0, 0, 0, 1],
  expect: {
    divergence: { op: 'inc', boundary: 'int-max', kind: 'result', judgement: 'protects' },
    reference: { results: [[undefined, -0x80000000], [5000]], warnings: [], final: -0x80000000 },
    subject: {
      results: [[undefined, REFCOUNT_SATURATED], [true]],
      warnings: ['saturated; leaking memory', '50%, "quoted": it\'s'],
      final: REFCOUNT_SATURATED,
    },
  },
  why: 'INT_MAX + 1 does not fit. atomic_t wraps to INT_MIN without a word; refcount_t pins the count and says so, once.\nA second paragraph.',
  found: { by: 'random', seed: 0x3f2a91c4, iteration: 17 },
};

const COUNTER_TEXT = `case: 1
target: refcount-v5.5
program:
  start: INT_MAX
  threads:
    - [inc, 'cmpxchg(1, 0)']
    - [read]
schedule: [0, 0, 0, 1]
expect:
  divergence: { op: inc, boundary: int-max, kind: result, judgement: protects }
  reference:
    results: [[void, INT_MIN], [0x00001388]]
    final: INT_MIN
  subject:
    results: [[void, 0xC0000000], [true]]
    warnings: [saturated; leaking memory, '50%, "quoted": it''s']
    final: 0xC0000000
why: >
  INT_MAX + 1 does not fit. atomic_t wraps to INT_MIN without a word; refcount_t pins the count and
  says so, once.

  A second paragraph.
found: { by: random, seed: 0x3f2a91c4, iteration: 17 }
`;

const SCHEME: Case = {
  target: 'inet-peer-naive',
  program: { start: 'idle', threads: [['lookup', 'put']] },
  expect: {
    divergence: { op: 'lookup', boundary: 'zero', kind: 'lifetime', judgement: 'false-alarm' },
    reference: { results: [['granted', 'void']], warnings: [], facts: [] },
    subject: { results: [['refused', 'void']], warnings: [], facts: ['leak', 'use-after-free'] },
  },
  why: '0 means idle but alive here.',
  found: { by: 'hand' },
};

const SCHEME_TEXT = `case: 1
target: inet-peer-naive
program:
  start: idle
  threads:
    - [lookup, put]
expect:
  divergence: { op: lookup, boundary: zero, kind: lifetime, judgement: false-alarm }
  reference:
    results: [[granted, void]]
  subject:
    results: [[refused, void]]
    facts: [leak, use-after-free]
why: >
  0 means idle but alive here.
found: { by: hand }
`;

describe('a case file', () => {
  it('has this text for a counter', () => expect(formatCase(COUNTER)).toBe(COUNTER_TEXT));
  it('has this text for a scheme', () => expect(formatCase(SCHEME)).toBe(SCHEME_TEXT));

  it('becomes the case again', () => {
    expect(parseCase('c.yaml', COUNTER_TEXT)).toStrictEqual(COUNTER);
    expect(parseCase('c.yaml', SCHEME_TEXT)).toStrictEqual(SCHEME);
  });

  it('is named after its signature', () => {
    expect(caseFileName(SCHEME)).toBe('lookup-zero-lifetime-false-alarm.yaml');
    const { divergence } = COUNTER.expect;
    const underscored: Case = {
      ...COUNTER,
      expect: { ...COUNTER.expect, divergence: { ...divergence, op: 'dec_and_test' } },
    };
    expect(caseFileName(underscored)).toBe('dec-and-test-int-max-result-protects.yaml');
  });

  it('may be edited by hand: comments, other spellings, other line breaks', () => {
    const edited = COUNTER_TEXT.replace('case: 1', '# a comment\ncase: 1 # the format')
      .replace('start: INT_MAX', 'start: 0x7FFFFFFF')
      .replace('0x00001388', '5000')
      .replace('word; refcount_t', 'word;\n  refcount_t')
      .replaceAll('\n', '\r\n');
    expect(parseCase('c.yaml', edited)).toStrictEqual(COUNTER);
    expect(formatCase(parseCase('c.yaml', edited))).toBe(COUNTER_TEXT);
  });

  it('wraps a word only where there is a space', () => {
    const lines = formatCase({ ...SCHEME, why: `${'x'.repeat(120)} ${'ab '.repeat(60)}` }).split('\n');
    const why = lines.slice(lines.indexOf('why: >') + 1, -2);
    expect(why.map((line) => line.length)).toEqual([122, 100, 82]);
  });

  it('round-trips byte for byte', () => {
    fc.assert(
      fc.property(fc.oneof(counterCase(), schemeCase()), (generated) => {
        // Records of fast-check have no prototype; those of the parser have.
        const stored = structuredClone(generated);
        const text = formatCase(stored);
        const parsed = parseCase('c.yaml', text);
        expect(formatCase(parsed)).toBe(text);
        // White space in `why` is the one thing that may change.
        expect({ ...parsed, why: '' }).toStrictEqual({ ...stored, why: '' });
        expect(wordsOf(parsed.why)).toEqual(wordsOf(stored.why));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a wrong case file', () => {
  const edits: readonly (readonly [why: string, from: string | RegExp, to: string, message: string])[] = [
    // Version
    [
      'later version',
      'case: 1',
      'case: 4\nnews: 1',
      '1:7: case format 4 is unknown, this refuzz reads 1, 2 and 3; a later refuzz may read it',
    ],
    ['no version', 'case: 1\n', '', '1:1: not a case file: it must begin with "case: 2"'],
    // Keys
    ['a misspelt key', 'schedule', 'shedule', '8:1: unknown key "shedule"; did you mean "schedule"?'],
    ['a misspelt key below', 'threads:', 'thread:', '5:3: unknown key "thread"; did you mean "threads"?'],
    ['a misspelt key in a flow', 'seed', 'sead', '23:22: unknown key "sead"; did you mean "seed"?'],
    ['a key twice', 'program:', 'target: x\nprogram:', '3:1: this key is there already'],
    ['no target', /target.*\n/, '', '1:1: the key "target" is missing'],
    ['no start', '  start: INT_MAX\n', '', '4:3: the key "start" is missing'],
    // Names
    ['boundary', 'int-max,', 'intmax,', '10:36: unknown boundary "intmax"; did you mean "int-max"?'],
    ['kind', 'kind: result', 'kind: results', '10:51: unknown kind "results"; did you mean "result"?'],
    ['judgement', 'protects', 'protect', '10:70: unknown judgement "protect"; did you mean "protects"?'],
    [
      'a kind that is no word',
      'kind: result',
      'kind: 3',
      '10:51: expected one of result, value, warning, lifetime, conservation, sticky, not 3',
    ],
    [
      'target',
      'refcount-v5.5',
      'a/b',
      '2:9: "a/b" is not a name for a target; write small letters, digits, "-" and "."',
    ],
    // Values
    [
      'start',
      'start: INT_MAX',
      'start: INTMAX',
      `4:10: "INTMAX" is neither a state's name nor a 32-bit value; write 1, -1, 0xC0000000 or INT_MAX-1`,
    ],
    [
      'a start of 33 bits',
      'start: INT_MAX',
      'start: 0x100000000',
      `4:10: 4294967296 is neither a state's name nor a 32-bit value; write 1, -1, 0xC0000000 or INT_MAX-1`,
    ],
    [
      'a start for scheme and counter',
      'start: INT_MAX',
      'start: idle',
      '12:22: unknown result "INT_MIN"; did you mean "granted"?',
    ],
    [
      'a result',
      '[true]',
      '[yes]',
      '15:36: "yes" is not a result; write true, false, void or a 32-bit value',
    ],
    [
      'a result of 33 bits',
      '0x00001388',
      '-3000000000',
      '12:33: -3000000000 is not a result; write true, false, void or a 32-bit value',
    ],
    [
      'a final value',
      'final: INT_MIN',
      'final: INT_MUN',
      '13:12: "INT_MUN" is not a 32-bit value; write 1, -1, 0xC0000000 or INT_MAX-1',
    ],
    [
      'facts of a counter',
      'final: INT_MIN',
      'facts: [leak]',
      '13:12: a counter has no facts, only schemes have; leave them out',
    ],
    ['a seed', '0x3f2a91c4', '-1', '23:28: must be at least 0, not -1'],
    ['a seed that is text', '0x3f2a91c4', '3f2a91c4', '23:28: expected a number, not "3f2a91c4"'],
    // Programs
    [
      'an op torn at its comma',
      "'cmpxchg(1, 0)'",
      'cmpxchg(1, 0)',
      `6:13: "cmpxchg(1" is not an op; write dec, add(2) or 'cmpxchg(1, 0)', with quotes round a comma`,
    ],
    [
      'an argument',
      "'cmpxchg(1, 0)'",
      'add(MAX)',
      '6:13: "MAX" is not a 32-bit value; write 1, -1, 0xC0000000 or INT_MAX-1',
    ],
    ['no threads', /threads:\n( .*\n)+/, 'threads: []\n', '5:12: must not be empty'],
    ['too many ops', '[read]', `[${'read, '.repeat(13)}]`, '7:7: takes at most 12'],
    ['too many threads', '    - [read]\n', '    - [read]\n'.repeat(4), '6:5: takes at most 4'],
    [
      'a thread that is not there',
      '[0, 0, 0, 1]',
      '[0, 0, 2, 1]',
      '8:18: there is no thread 2; the last one is 1',
    ],
    [
      'results of another program',
      '[0x00001388]]',
      '[0], [0]]',
      '12:14: results of 3 threads, and the program has 2',
    ],
    ['a result too many', '[true]', '[true, false]', '15:42: thread 1 has no op for this result'],
  ];
  for (const [why, from, to, message] of edits) {
    it(`is refused: ${why}`, () => expect(errorOf(COUNTER_TEXT.replace(from, to))).toBe(`c.yaml:${message}`));
  }

  it('is refused: schemes and what belongs to counters', () => {
    expect(errorOf(SCHEME_TEXT.replace('[[granted', '[[grunted'))).toBe(
      'c.yaml:10:16: unknown result "grunted"; did you mean "granted"?',
    );
    expect(errorOf(SCHEME_TEXT.replace('[[granted', '[[true'))).toBe(
      'c.yaml:10:16: true is not a result; write granted, refused, void',
    );
    expect(errorOf(SCHEME_TEXT.replace('facts: [leak', 'facts: [leek'))).toBe(
      'c.yaml:13:13: unknown fact "leek"; did you mean "leak"?',
    );
    expect(errorOf(SCHEME_TEXT.replace('facts: [leak, use-after-free]', 'final: 0'))).toBe(
      'c.yaml:13:12: a scheme has no final value; leave it out',
    );
    // One thread, and up to four behind it for what runs later.
    const scheduled = (schedule: string) => SCHEME_TEXT.replace('expect:', `schedule: ${schedule}\nexpect:`);
    expect(errorOf(scheduled('[0, 1]'))).toBe('no error');
    expect(errorOf(scheduled('[0, 5]'))).toBe('c.yaml:7:15: there is no thread 5; the last one is 4');
  });
});

function errorOf(text: string): string {
  try {
    parseCase('c.yaml', text);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  return 'no error';
}

const wordsOf = (text: string): string[] => text.split(/[\s\p{Cc}\ufeff]+/u).filter((word) => word !== '');

/** Anything a text may hold, and what YAML would take for something else. */
const anyText = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(
      'true',
      'null',
      'No',
      '~',
      '-',
      '- a',
      '#',
      'a #b',
      'a: b',
      '12',
      '0x10',
      ' a ',
      "it's",
      '*a',
      '!b',
      '---',
      'a\nb',
    ),
    fc.string(),
    fc.string({ unit: 'binary' }),
  );

const sentence = (): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.lorem({ mode: 'words', maxCount: 20 }), anyText()), { maxLength: 12 })
    .chain((parts) =>
      fc.constantFrom(' ', '\n', '\n\n', '\t', '  \n ').map((separator) => parts.join(separator)),
    );

const counterOp = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('inc', 'dec_and_test'),
    values().map((a) => `add(${formatValue(a)})`),
    fc.tuple(values(), values()).map(([a, b]) => `cmpxchg(${formatValue(a)}, ${formatValue(b)})`),
  );

function counterCase(): fc.Arbitrary<Case> {
  const result = fc.oneof(fc.boolean(), fc.constant(undefined), values());
  const final = fc.option(values(), { nil: undefined });
  return caseOf(values(), counterOp(), result, (observed) =>
    final.map((last) => ({ ...observed, ...(last !== undefined && { final: last }) })),
  );
}

function schemeCase(): fc.Arbitrary<Case> {
  const result = fc.constantFrom('granted', 'refused', 'void');
  return caseOf(
    fc.constantFrom('idle', 'trashConn'),
    fc.constantFrom('lookup', 'lookup_locked'),
    result,
    (observed) => fc.subarray([...FACT_CHOICES]).map((facts) => ({ ...observed, facts })),
  );
}

function caseOf(
  start: fc.Arbitrary<number | string>,
  op: fc.Arbitrary<string>,
  result: fc.Arbitrary<Result | string>,
  complete: (observed: Observed) => fc.Arbitrary<Observed>,
): fc.Arbitrary<Case> {
  const thread = fc.array(op, { minLength: 0, maxLength: MAX_OPS });
  return fc.array(thread, { minLength: 1, maxLength: MAX_THREADS }).chain((threads) => {
    const results = fc.tuple(...threads.map(({ length }) => fc.array(result, { maxLength: length })));
    const observed = fc.record({ results, warnings: fc.array(anyText(), { maxLength: 3 }) }).chain(complete);
    return fc.record(
      {
        target: fc.constantFrom('pax', 'refcount-v5.5', 'v4.11-to-v5.5'),
        program: fc.record({ start, threads: fc.constant(threads) }),
        schedule: fc.array(fc.nat({ max: threads.length - 1 })),
        expect: fc.record({
          divergence: fc.record({
            op: fc.constantFrom('inc', 'dec_and_test'),
            boundary: fc.constantFrom(...BOUNDARIES),
            kind: fc.constantFrom(...KINDS),
            judgement: fc.constantFrom(...JUDGEMENTS),
          }),
          reference: observed,
          subject: observed,
        }),
        why: sentence(),
        found: fc.record(
          {
            by: fc.constantFrom('random', 'exhaustive', 'hand'),
            seed: fc.oneof(fc.nat({ max: 0xffffffff }), fc.maxSafeNat()),
            iteration: fc.maxSafeNat(),
          },
          { requiredKeys: ['by'] },
        ),
      },
      { requiredKeys: ['target', 'program', 'expect', 'why', 'found'] },
    );
  });
}
