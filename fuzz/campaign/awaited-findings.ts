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

  /** Adds what is news. @param known signatures that are none; grows */
  add(rawFindings: readonly StoredRawFinding[], known: Set<string>): void {
    const news = rawFindings.filter(({ divergence }) => !known.has(signatureOf(divergence)));
    for (const { divergence } of news) known.add(signatureOf(divergence));
    this.#all.push(...news.map((rawFinding): Awaited => ({ rawFinding, state: 'waiting' })));
  }

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /** How many have no result yet. */
  get open(): number {
    return this.#all.filter(({ state }) => typeof state === 'string').length;
  }

  /** The first that nobody is at. */
  get next(): Awaited | undefined {
    return this.#all.find(({ state }) => state === 'waiting');
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
