import { wantedOfCompared } from '../../fuzz/check/coverage.ts';
import { watchedSides } from '../../fuzz/check/coverage-watch.ts';
import { Vacuity } from '../../fuzz/check/vacuity.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { cSubject } from '../../targets/c/c-subject.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { sideNames } from '../../targets/target/sides.ts';
import { type ConversionData, SwitchedModule } from '../module/switched-scheme.ts';
import { targetOf } from './judge.ts';
import type { Decided, SearchResult } from './state.ts';

/** Conversions that are asked, the simplest first: each takes some tenths of a second. */
const MOST_ASKED = 16;

/**
 * A conversion that is the same in programs in which it does nothing is not proved. So those that are left are asked what `check`
 * asks: whether some program of the scope has met all that their code can do. What the original does not do either is no fault of
 * theirs, and is told once.
 *
 * Nor is a way that the original’s op does not have: where nobody asked whether a put was the last, `dec_and_test` never finds that it
 * was, and that is as it should be.
 *
 *     if (!refcount_inc_not_zero(&dev->users))        with a bias it is never true: nobody starts the device
 *             start(dev);
 *
 * The simplest are asked, and more until one says something: that one is written. A search that was ended early is left as it is.
 *
 * @returns the result in which those that say nothing are undecided, with what they never do
 */
export function sayingSomething(data: ConversionData, result: SearchResult, limit: number): SearchResult {
  const { scope } = result;
  if (!scope) return result;
  const { recorded, ...called } = data.before;
  const reference = cSubject(called, recorded) as Scheme;
  const module = new SwitchedModule(data);
  const decided: Decided[] = [];
  const silent: Decided[] = [];
  let unmet: readonly string[] = [];
  let asked = 0;
  for (const one of result.decided) {
    const isProved = one.kind === 'equivalent' || one.kind === 'loses';
    if (!isProved || (asked >= MOST_ASKED && decided.length > 0)) {
      decided.push(one);
      continue;
    }
    const harness = harnessOf(targetOf(reference, module, one.candidate));
    const names = sideNames(harness.target);
    const missing = new Vacuity(harness, scope, limit).search();
    if (asked++ === 0)
      unmet = missing.filter(({ sides }) => sides.includes(names.reference)).map(({ text }) => text);
    const [before] = watchedSides(harness).map((trees) => wantedOfCompared(harness, trees));
    const original = new Set(Array.from(before!.values(), ({ name }) => kindOf(name)));
    const own = missing
      .filter(({ sides, name }) => !sides.includes(names.reference) && original.has(kindOf(name)))
      .map(({ text }) => text);
    if (own.length === 0) decided.push(one);
    else silent.push({ ...one, kind: 'undecided', missing: own });
  }
  return { ...result, decided: [...decided, ...silent], unmet };
}

/** Ways of an op at some count are of one kind, as counts move with the bias: `open@0` and `open@1`. Others are told by name. */
function kindOf(name: string): string {
  return name.replace(/@.*$/, '@');
}
