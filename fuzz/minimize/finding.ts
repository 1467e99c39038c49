import { type Divergence, keyOf } from '../../oracles/divergence.ts';
import type { Case } from '../case/case.ts';
import type { Decider } from '../judge/decide.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { minimize } from './minimize.ts';

/** A divergence as it was met, with a program and a schedule that show it. */
export interface Sighted {
  readonly divergence: Divergence;
  readonly program: Program;
  readonly schedule: readonly number[] | undefined;
}

/** A divergence whose key was not known: minimised, and as a case. */
export interface Finding {
  readonly key: string;
  readonly case: Case;
}

/**
 * Minimises a divergence, and the other new ones that came to light on the way.
 *
 * @param known keys that are no news; those that are yielded are added
 */
export function* minimized(
  harness: Harness,
  decider: Decider,
  known: Set<string>,
  sighted: Sighted,
): Generator<Sighted> {
  const waiting = [sighted];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { divergence } = next;
    const key = keyOf(divergence);
    if (known.has(key)) continue;
    known.add(key);
    const small = minimize(harness, decider, next.program, divergence, next.schedule);
    yield { divergence, program: small.program, schedule: small.schedule };
    for (const { program, sighting } of small.others.values()) {
      waiting.push({ divergence: sighting.divergence, program, schedule: sighting.schedule });
    }
  }
}
