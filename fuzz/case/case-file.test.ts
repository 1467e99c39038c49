import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOUNDARIES } from '../../oracles/boundary.ts';
import { JUDGEMENTS, KINDS } from '../../oracles/divergence.ts';
import { FACT_CHOICES } from '../../oracles/lifetime.ts';
import type { Result } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { COUNTER, COUNTER_TEXT, SCHEME, SCHEME_TEXT } from '../../test/written-cases.ts';
import { values } from '../fast-check/values.ts';
import { MAX_OPS, MAX_THREADS } from '../program/program.ts';
import type { Case, Observed } from './case.ts';
import { caseFileName, formatCase, parseCase } from './case-file.ts';

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
