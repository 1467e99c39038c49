import { describe, expect, test } from 'vitest';
import type { MetCause } from '../../fuzz/case/causes-met.ts';
import type { StoredCase } from '../../fuzz/case/corpus.ts';
import type { Cause } from '../../fuzz/cause/cause.ts';
import type { Way } from '../../fuzz/cause/ways.ts';
import { divergenceOf } from '../../oracles/divergence.ts';
import { INT_MAX, INT_MIN } from '../../targets/subject/values.ts';
import { plainStyle } from '../show/style.ts';
import { answerLine, causeLines, judgementLegend } from './cause-report.ts';
import { causeBrief, causeText } from './cause-text.ts';

const way = (more: Partial<Way>): Way => ({
  call: 'dec',
  low: INT_MIN,
  high: 0,
  base: { result: undefined, left: 'old-1', warnings: [], acts: [] },
  subject: { result: undefined, left: '0xC0000000', warnings: ['underflow; use-after-free'], acts: [] },
  ...more,
});

const cause = (more: Partial<Cause>): Cause => ({
  name: 'dec-from-INT_MIN-to-0',
  ops: ['dec'],
  alone: [{ low: INT_MIN, high: 0 }],
  ways: [way({})],
  base: 'atomic',
  ...more,
});

function met(target: string, of: Cause | undefined, isNew = false): MetCause {
  const divergences = ['dec-zero-value-protects', 'dec-interior-value-transient'].map((text) => ({
    target,
    divergence: divergenceOf(text)!,
    isNew,
    count: 1,
  }));
  return { target, cause: of, isProvisional: false, met: divergences, witness: undefined };
}

test('what is only likely says so', () => {
  const told = { ...met('t', cause({}), true), isProvisional: true };
  expect(causeLines([told], plainStyle).join('\n')).toContain('new    likely: dec parts from atomic where');
});

describe('a cause in words', () => {
  test('tells what both sides do', () => {
    expect(causeText(cause({}))).toBe(
      'dec parts from atomic where the count is 0 or below: it leaves 0xC0000000 and warns "underflow; use-after-free", atomic leaves count-1 and is silent',
    );
  });

  test('against the ideal counter is what goes along in silence', () => {
    const same = way({ subject: { result: undefined, left: 'old-1', warnings: [], acts: [] } });
    expect(causeText(cause({ ways: [same], base: 'ideal' }))).toBe(
      'dec parts from the ideal counter where the count is 0 or below: it goes along with misuse or an overflow, and says nothing',
    );
  });

  test('of a race', () => {
    const race = cause({ name: 'add+inc-in-races', ops: ['add', 'inc'], alone: undefined, ways: [] });
    expect(causeText(race)).toContain('add and inc do alone what atomic does, and not where others come');
  });

  // Of schemes: what no place in one op explains.
  test.each([
    ['together', 'gc+put-together', 'gc and put part from before.c together'],
    ['as-a-whole', 'gc+put-as-a-whole', 'the conversion as a whole parts from before.c'],
    ['state', 'states-two', 'the state two has another count'],
  ] as const)('%s', (joint, name, text) => {
    const told = cause({ name, joint, ops: ['gc', 'put'], alone: undefined, ways: [], base: 'before.c' });
    expect(causeText(told)).toContain(text);
    expect(causeBrief(told)).toContain(text);
  });

  test('of what a scheme does besides counting', () => {
    const frees = way({
      base: { result: 'refused', left: 'old', warnings: [], acts: [] },
      subject: { result: 'refused', left: 'old', warnings: [], acts: ['frees the object'] },
    });
    expect(causeText(cause({ ways: [frees] }))).toContain('it frees the object, atomic does not');
  });

  test('in half a line', () => {
    const ops = ['add', 'dec', 'inc', 'sub'];
    const alone = [{ low: INT_MAX, high: 0 }];
    const [first, second] = [
      way({ subject: { result: undefined, left: 'old', warnings: [], acts: [] } }),
      way({}),
    ];
    expect(causeBrief(cause({ ops, alone, ways: [first, second] }))).toBe(
      'add, dec and 2 more at ≥ INT_MAX, ≤ 0: saturates and warns',
    );
  });
});

describe('the causes of a search', () => {
  test('of one target are told in full', () => {
    expect(causeLines([met('pax', cause({}), true)], plainStyle)).toEqual([
      'pax: 1 new cause, 2 signatures',
      '  new    dec parts from atomic where the count is 0 or below: it leaves 0xC0000000 and warns',
      '         "underflow; use-after-free", atomic leaves count-1 and is silent (1 protects, 1 transient)',
    ]);
  });

  test('say how much of a cause is new, where only a part is', () => {
    const { met: both, ...rest } = met('refcount-v5.5', cause({}));
    const [first, second] = [{ ...both[0]!, isNew: true }, both[1]!];
    const told = (all: MetCause['met']) => causeLines([{ ...rest, met: all }], plainStyle).join(' ');
    expect(told([first, second]).replace(/ +/g, ' ')).toContain('(1 of 2 new: 1 protects, 1 transient)');
    expect(told([first])).not.toContain(' of ');
  });

  test('of many targets fit on a screen, a line each', () => {
    const targets = Array.from({ length: 11 }, (_, at) => `target-${at}`);
    const lines = causeLines(
      targets.flatMap((target) =>
        Array.from({ length: 13 }, (_, at) => met(target, cause({ name: `c${at}` }))),
      ),
      plainStyle,
    );
    expect(lines.length).toBeLessThanOrEqual(42);
    expect(
      lines.filter((line) =>
        /^target-\d+: nothing new; 13 known causes, 26 signatures; 2 of them:$/.test(line),
      ).length,
    ).toBe(11);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    expect(lines[1]).toBe('  known  dec at ≤ 0: saturates and warns  (protects, transient)');
  });

  test('have a line each where that is asked for', () => {
    const causes = [met('canary', cause({}), true), met('pax', cause({})), met('pax', undefined)];
    expect(causeLines(causes, plainStyle, true)).toEqual([
      'canary: 1 new cause, 2 signatures',
      '  new    dec at ≤ 0: saturates and warns  (protects, transient)',
      'pax: nothing new; 1 known cause, 2 signatures; and 2 known signatures whose cause is not known yet',
      '  known  dec at ≤ 0: saturates and warns  (protects, transient)',
      '  known  seen at dec; not minimal yet, so no cause  (protects, transient)',
    ]);
  });

  test('that are not known are not counted', () => {
    expect(causeLines([met('pax', undefined, true)], plainStyle)[0]).toBe(
      'pax: 2 new signatures whose cause is not known yet',
    );
  });

  test('of several targets begin with the answer', () => {
    const known = [met('pax', cause({})), met('canary', cause({ name: 'other' }))];
    expect(answerLine(known, 11)).toBe('nothing new on 11 targets: 2 known causes, 4 signatures');
    const fresh = [met('canary', cause({}), true), met('atomic', cause({}), true)];
    expect(answerLine(fresh, 3)).toBe('2 new causes, 4 signatures, on canary and atomic');
    expect(answerLine([...fresh, ...known], 3)).toBe(
      '2 new causes, 4 signatures, on canary and atomic; 2 known causes, 4 signatures',
    );
  });

  test('what breaks is not left out where some are', () => {
    const breaks = met('pax', cause({ name: 'last', ops: ['put'] }));
    const divergence = divergenceOf('put-zero-result-breaks')!;
    const many = Array.from({ length: 60 }, (_, at) => met('pax', cause({ name: `c${at}` })));
    const last = { ...breaks, met: [{ ...breaks.met[0]!, divergence }] };
    const lines = causeLines([...many, last], plainStyle);
    expect(lines[0]).toContain('61 known causes');
    expect(lines[1]).toMatch(/^ {2}known {2}put /);
  });

  test('that are not known name the ops that show them', () => {
    const unknown = met('canary', undefined);
    expect(causeLines([unknown], plainStyle)[1]).toContain('seen at dec; not minimal yet, so no cause');
    const stored = { ...unknown, met: unknown.met.map((one) => ({ ...one, case: 'dec.yaml' })) };
    expect(causeLines([stored], plainStyle)[1]).toContain('seen at dec; cause not known');
  });

  test('say what their names say where there was no time for more', () => {
    const carries = (name: string): MetCause => {
      const stored = { cause: name, target: 'pax' } as StoredCase['case'];
      return { ...met('pax', undefined), witness: { path: 'x.yaml', case: stored } };
    };
    const told = (name: string, isBrief: boolean) =>
      causeLines([carries(name)], plainStyle, isBrief)[1]!
        .trim()
        .replace(/^known +/, '');
    expect(told('dec-from-INT_MIN-to-0', true)).toBe('dec at ≤ 0  (protects, transient)');
    expect(told('dec-from-INT_MIN-to-0', false)).toBe(
      'dec, where the count is 0 or below (1 protects, 1 transient)',
    );
    expect(told('add+inc+2-more-from-INT_MAX-1-to--1-and-at-0x00010000', true)).toBe(
      'add, inc and 2 more at ≥ INT_MAX-1, ≤ -1, 0x00010000  (protects, transient)',
    );
    expect(told('get+put-in-races', true)).toContain('get, put, only where others come between');
    expect(told('gc+put-as-a-whole', true)).toContain('the conversion as a whole');
    expect(told('gc+put-together', true)).toContain('its cause is gc+put-together');
  });

  test('end with what their judgements mean, and no other', () => {
    expect(judgementLegend([met('pax', cause({}))])).toEqual([
      'protects: what goes wrong in the reference is stopped; transient: only seen within the window that',
      'it documents',
    ]);
  });
});
