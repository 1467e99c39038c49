import { signatureOf } from '../../oracles/divergence.ts';
import type { Case } from '../case/case.ts';
import type { Decider } from '../judge/decide.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import type { Harness } from '../run/harness.ts';
import { minimize } from './minimize.ts';

/** A divergence whose signature was not known: minimised, and as a case. */
export interface Finding {
  readonly signature: string;
  readonly case: Case;
}

/**
 * Minimises a divergence, and the other new ones that came to light on the way.
 *
 *     A is met; minimising A meets B and C         yields A
 *     C, the last one in, meets B and D            yields C
 *     D meets nothing                              yields D
 *     B                                            yields B; the second B is known by now
 *
 * A signature enters `known` before its program is made small, so no divergence is minimised twice, and the loop ends:
 * each turn adds a signature.
 *
 * @param known signatures that are no news; those that are yielded are added
 * @param onLeft called for each divergence that an interruption leaves: as small as it has become, and those that were
 *   still to come
 */
export function* minimized(
  harness: Harness,
  decider: Decider,
  known: Set<string>,
  rawFinding: RawFinding,
  onLeft: (left: RawFinding) => void = () => {},
): Generator<RawFinding> {
  const waiting = [rawFinding];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { divergence } = next;
    const signature = signatureOf(divergence);
    if (known.has(signature)) continue;
    known.add(signature);
    const small = minimize(harness, decider, next.program, divergence, next.schedule);
    const seen = { divergence, program: small.program, schedule: small.schedule };
    waiting.push(...small.others.values());
    if (small.isInterrupted) {
      onLeft(seen);
      for (const left of waiting) {
        const other = signatureOf(left.divergence);
        if (!known.has(other)) onLeft(left);
        known.add(other);
      }
      return;
    }
    yield seen;
  }
}
