import { describe, expect, test } from 'vitest';
import { madeCensus, madeCounter, madeLastPut, madeSite } from '../../test/audit/made-counter.ts';
import { LISTED_TYPES } from '../census/counter.ts';
import { VERDICTS } from '../census/verdict.ts';
import { judge, judgeCounter } from './judge.ts';
import { RULES } from './table.ts';

const PLAIN = [
  madeSite({ op: 'set', amounts: [1], isCreation: true, line: 1 }),
  madeSite({ op: 'inc', line: 2 }),
  madeLastPut({ line: 3 }),
];

describe('the table', () => {
  test('has a name for each rule, and a sentence for what to do', () => {
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
    for (const { name, remedy, protocol, example, verdict } of RULES) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(remedy, name).toMatch(/^[A-Z].*\.$|^refcount_.*\.$/);
      expect(protocol.length * example.length, name).toBeGreaterThan(0);
      expect(VERDICTS).toContain(verdict);
    }
  });

  test('has a rule for each verdict', () => {
    expect([...new Set(RULES.map(({ verdict }) => verdict))].sort()).toEqual([...VERDICTS].sort());
  });
});

describe('a counter is judged', () => {
  test('as it is, in the order of the census, and the same each time', () => {
    const census = madeCensus([madeCounter(PLAIN), madeCounter([], { type: 'lockref' }), madeCounter([])]);
    const judged = judge(census);
    expect(judged.map(({ verdict }) => verdict)).toEqual(['as-is', 'listed', 'unknown']);
    expect(judge(census)).toEqual(judged);
    expect(judged.map(({ counter }) => counter)).toEqual(census.counters);
  });

  test('whatever has an API of its own is listed, whatever is done to it', () => {
    for (const type of LISTED_TYPES)
      expect(judgeCounter(madeCounter(PLAIN, { type })).verdict).toBe('listed');
  });

  test('with its lines, each once', () => {
    const twice = [...PLAIN, madeSite({ op: 'inc', line: 2 })];
    const places = judgeCounter(madeCounter(twice)).reasons.flatMap(({ places }) =>
      places.map(({ line }) => line),
    );
    expect(places.sort()).toEqual([1, 2, 3]);
  });

  test('with less confidence where the census is in doubt, and says why', () => {
    expect(judgeCounter(madeCounter(PLAIN))).toMatchObject({ confidence: 'high', doubts: [] });
    const guessed = PLAIN.map((site) => ({ ...site, attribution: 'by name in the tree' as const }));
    const low = judgeCounter(madeCounter(guessed));
    expect(low.confidence).toBe('low');
    expect(low.doubts.join()).toContain('3 of 3 lines');
    const pointer = judgeCounter(madeCounter(PLAIN, { shape: 'pointer' }));
    expect(pointer).toMatchObject({ confidence: 'medium', doubts: ['it is a pointer'] });
  });

  test('never as one that converts where its address goes astray', () => {
    const place = { file: 'a.c', line: 9, text: 'watch(&p->refs);', fn: 'f' };
    const escapes = [{ ...place, kind: 'address' as const, to: 'watch' }];
    expect(judgeCounter(madeCounter(PLAIN, { escapes })).verdict).toBe('with-care');
    // Waking whoever waits on it does nothing to it.
    const woken = [{ ...place, kind: 'address' as const, to: 'wake_up_var' }];
    expect(judgeCounter(madeCounter(PLAIN, { escapes: woken })).verdict).toBe('as-is');
  });

  test('as a refcount_t that starts at 0 only if all that is done to it was seen', () => {
    const sites = [
      madeSite({ op: 'set', amounts: [0], isCreation: true, fn: 'make' }),
      madeSite({ op: 'inc' }),
      madeLastPut(),
    ];
    expect(judgeCounter(madeCounter(sites, { type: 'refcount_t' })).verdict).toBe('misuse');
    const guessed = sites.map((site) => ({ ...site, attribution: 'by name in the folder' as const }));
    expect(judgeCounter(madeCounter(guessed, { type: 'refcount_t' })).verdict).toBe('sound');
  });

  test('as raised from 0 where nothing sets it, unless its header is for others to use', () => {
    const sites = [madeSite({ op: 'inc', fn: 'get' }), madeLastPut()];
    const declared = (file: string) => {
      const place = { file, line: 1, text: 'refcount_t refs;', from: 0, to: 10 };
      return judgeCounter(madeCounter(sites, { type: 'refcount_t', declared: place })).verdict;
    };
    expect(declared('drivers/x/y.c')).toBe('misuse');
    expect(declared('include/linux/y.h')).toBe('sound');
  });
});
