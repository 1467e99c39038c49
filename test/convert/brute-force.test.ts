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
  // With a work item that frees, and with a walk over a list.
  ['async-put.c', 'sc'] as const,
  ['list-walk.c', 'sc'] as const,
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
      const said = { forbids: false, changes: false, loses: false };
      const ask = (size: typeof SIZE) => {
        const scope = new Scope(harness, size);
        for (let number = 0; number < scope.programs; number++) {
          const answer = comparison.compare(scope.program(number))!;
          const divergences = [...answer.divergences.values()].map(({ divergence }) => divergence);
          said.forbids ||= forbids({ divergences, isLosing: false, isStrange: false });
          said.changes ||= divergences.length > 0 || answer.hasNew;
          said.loses ||= answer.lost > 0;
        }
      };
      ask(SIZE);
      // What only loses outcomes is asked for one op more, in one thread.
      if (said.loses && !said.forbids && !said.changes) ask({ threads: 1, ops: SIZE.ops + 1 });
      const isForbidden = said.forbids;
      const differs = said.changes || said.loses;
      const found = bySearch.get(key(candidate));
      expect(found === undefined, `${file} ${key(candidate)}`).toBe(isForbidden);
      if (!isForbidden) expect(found === 'equivalent', `${file} ${key(candidate)}`).toBe(!differs);
    }
  });
