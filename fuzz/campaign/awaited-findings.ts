import { signatureOf } from '../../oracles/divergence.ts';
import type { Finding } from '../minimize/finding.ts';
import type { Findings, StoredRawFinding } from './campaign-jobs.ts';

/** Something to be minimised. `waiting` again when its thread died; given up after too many deaths, with no findings. */
export interface Awaited {
  readonly rawFinding: StoredRawFinding;
  state: 'waiting' | 'under way' | Findings;
}

/** News of the round of a target that was taken in last, being minimised. In order; results stay until all are there. */
export class AwaitedFindings {
  #all: Awaited[] = [];
  /** Quick causes that have had their turn, in this round or an earlier one. */
  readonly #causes = new Set<string>();

  /** Adds what is news. @param known signatures that are none; grows */
  add(rawFindings: readonly StoredRawFinding[], known: Set<string>): void {
    const news = rawFindings.filter(({ divergence }) => !known.has(signatureOf(divergence)));
    for (const { divergence } of news) known.add(signatureOf(divergence));
    this.#all.push(...news.map((rawFinding): Awaited => ({ rawFinding, state: 'waiting' })));
  }

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /** Whether one that was met on other code has no result yet. */
  get hasStale(): boolean {
    return this.#all.some(
      ({ rawFinding, state }) => typeof state === 'string' && rawFinding.leftover === 'stale',
    );
  }

  /** How many have no result yet. */
  get open(): number {
    return this.#all.filter(({ state }) => typeof state === 'string').length;
  }

  /**
   * One that nobody is at, which is under way from here on: one of each quick cause before the others, so that whoever
   * has no time for all of them has one of each. What comes of any does not depend on the order: until all are taken,
   * the same signatures are known to each, and the results stand where the raw findings do.
   */
  begin(): Awaited | undefined {
    const waiting = this.#all.filter(({ state }) => state === 'waiting');
    const next = waiting.find((one) => !this.#causes.has(causeOf(one))) ?? waiting[0];
    if (!next) return undefined;
    next.state = 'under way';
    this.#causes.add(causeOf(next));
    return next;
  }

  /**
   * Takes the results that are there; those that are not there are dropped. In the order of the raw findings, so that of
   * two findings with one signature always the same stays.
   *
   * @param known signatures that are no news; grows
   */
  take(known: Set<string>): Finding[] {
    const own = new Set(this.#all.map(({ rawFinding }) => signatureOf(rawFinding.divergence)));
    const made: Finding[] = [];
    for (const finding of this.#all.flatMap(({ state }) => (typeof state === 'string' ? [] : state))) {
      const { signature } = finding;
      if (own.has(signature) ? !own.delete(signature) : known.has(signature)) continue;
      known.add(signature);
      made.push(finding);
    }
    this.#all = [];
    return made;
  }
}

/** Raw findings of earlier versions have none. */
function causeOf({ rawFinding: { cause, divergence } }: Awaited): string {
  return cause ?? `${divergence.op} ${divergence.boundary}`;
}
