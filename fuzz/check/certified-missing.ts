import type { Harness } from '../run/harness.ts';
import type { Certificate } from './certificate.ts';
import { neverMet, wantedOf } from './coverage.ts';
import { SoundnessChecker } from './soundness.ts';
import { spread } from './spread.ts';
import { Vacuity } from './vacuity.ts';
import { statedKeys } from './wanted.ts';

/**
 * What no program of a certificate's scope comes to, though the code can do it. Whoever writes a certificate by hand need not
 * have asked; and one that lists outcomes in which nothing happens is verified easily.
 *
 * @param harness of the sources that it is of
 * @returns for people; empty where the claim says something
 * @throws InputError where the certificate says of something unknown that it never happens
 */
export function certifiedMissing(harness: Harness, { claim, scope, never = [] }: Certificate): string[] {
  // A certificate has no limit of states: each of its programs was decided.
  const limit = Number.MAX_SAFE_INTEGER;
  if (claim === 'equivalent')
    return new Vacuity(harness, scope, limit, never)
      .search()
      .map(({ sides, text }) => `in ${sides.join(' and ')} ${text}`);
  const checker = new SoundnessChecker(harness, harness.subject, scope, limit);
  const wanted = wantedOf(harness, harness.subject);
  const [stated] = statedKeys([wanted], never);
  const met = new Set(stated);
  let missing = neverMet(wanted, [...met]);
  for (const number of spread(checker.scope.programs)) {
    if (missing.length === 0) break;
    const before = met.size;
    for (const key of checker.check(number, number + 1).met) met.add(key);
    if (met.size > before) missing = neverMet(wanted, [...met]);
  }
  return missing.map(({ text }) => text);
}
