import { join } from 'node:path';
import { expect, test } from 'vitest';
import { originalOf, SwitchedModule } from '../../convert/module/switched-scheme.ts';
import { candidatesOf } from '../../convert/search/enumerate.ts';
import { forbids, targetOf } from '../../convert/search/judge.ts';
import { Scope } from '../../fuzz/check/scope.ts';
import { schemeComparison } from '../../fuzz/judge/compare-schemes.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { PROTOCOLS, searchHere } from './search-here.ts';

/*
 * The twin of the search: every candidate by itself, in every program, by the comparison that `check` uses. It shares no clauses, no
 * ops and no bisimulation with the search, and must say the same.
 */
const MENUS = ['plain-from-zero.c', 'below-zero.c', 'sentinel.c', 'put-then-gc.c', 'plain.c'];
const SIZE = { threads: 2, ops: 1 };

const CASES = [
  ...MENUS.map((file) => [file, 'sc'] as const),
  ...['plain.c', 'below-zero.c', 'put-then-gc.c'].map((file) => [file, 'kernel'] as const),
  ['../orders/leaned-on.c', 'kernel'] as const,
];

for (const [file, memory] of CASES)
  test(`${file}, ${memory}: the search says of each candidate what a comparison of it alone says`, async () => {
    const { data, menu, result } = await searchHere(join(PROTOCOLS, file), SIZE, { plainOnly: true, memory });
    const key = (candidate: { shift: number; forms: readonly number[] }) =>
      `${candidate.shift}:${candidate.forms.join()}`;
    const bySearch = new Map(result.decided.map(({ candidate, kind }) => [key(candidate), kind]));
    const reference = originalOf(data);
    const module = new SwitchedModule(data);
    const all = [...candidatesOf(menu, [])];
    expect(all.length).toBeGreaterThan(3);
    expect(all.length).toBeLessThanOrEqual(200);
    for (const candidate of all) {
      const harness = harnessOf(targetOf(reference, module, candidate));
      const comparison = schemeComparison(harness, 100_000);
      const scope = new Scope(harness, SIZE);
      let isForbidden = false;
      let differs = false;
      for (let number = 0; number < scope.programs; number++) {
        const answer = comparison.compare(scope.program(number))!;
        const divergences = [...answer.divergences.values()].map(({ divergence }) => divergence);
        isForbidden ||= forbids({ divergences, isLosing: false, isStrange: false });
        differs ||= divergences.length > 0 || answer.lost > 0 || answer.hasNew;
      }
      const found = bySearch.get(key(candidate));
      expect(found === undefined, `${file} ${key(candidate)}`).toBe(isForbidden);
      if (!isForbidden) expect(found === 'equivalent', `${file} ${key(candidate)}`).toBe(!differs);
    }
  });
