import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Target } from '../../targets/target/target.ts';
import type { FoundEvent } from '../campaign/campaign-events.ts';
import type { StoredRawFinding } from '../campaign/campaign-jobs.ts';
import { RawFindings } from '../campaign/raw-findings.ts';
import type { Case } from '../case/case.ts';
import { storeCase } from '../case/corpus.ts';
import { DEFAULT_CORPUS, knownSignatures } from '../case/known-signatures.ts';
import { makeStoredCase } from '../case/make-case.ts';
import { programOf, textOf } from '../case/program-text.ts';
import { type Decider, deciderOf } from '../judge/decide.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import { minimized } from '../minimize/finding.ts';
import type { Harness } from '../run/harness.ts';
import { StorageError } from '../storage/storage-error.ts';

/** A case that this session stored. */
export interface Kept {
  readonly divergence: Divergence;
  readonly path: string;
}

/**
 * Makes cases of what an engine meets on a target, on this thread, and stores them. What is met is on disk as a raw
 * finding before it is minimised, and a session that follows takes up what a killed one left.
 *
 * An event comes after its case is stored; whoever iterates over events must go on to the end.
 *
 *     keep(A)   1 raw-findings/NAME/A.json written and synced
 *               2 A minimised; its case, and those of B and C met on the way, stored one by one; an event after each
 *               3 A.json removed
 *
 * Killed before 3: the next session's `takeUp` minimises A again. If the case is there by then, A is known and only the
 * file goes.
 */
export class FindingStore {
  /** By signature: cases of what was no news at the start, and of what was. */
  readonly known: ReadonlyMap<string, string>;
  /** Cases of this session. */
  readonly fresh = new Map<string, Kept>();
  /** What could not be stored. Once there is something, the engine should stop. */
  readonly unsaved: StorageError[] = [];
  readonly #target: string;
  readonly #corpus: string;
  readonly #rawFindings: RawFindings;
  /** `known` and all that was minimised since, stored or not: what could not be stored is not tried again. */
  readonly #signatures: Set<string>;
  /** By harness: the engine jsfuzz judges with another one than that of `takeUp`. */
  readonly #deciders = new WeakMap<Harness, Decider>();

  /** @param corpus the folder of cases, see `knownSignatures` @param folder where raw findings are kept */
  constructor(target: Target, corpus: string | undefined, folder: string) {
    this.#target = target.name;
    this.#corpus = corpus ?? DEFAULT_CORPUS;
    this.#rawFindings = new RawFindings(folder);
    this.known = knownSignatures(corpus, target).known;
    this.#signatures = new Set(this.known.keys());
  }

  /** Signatures that are no news; grows. */
  get signatures(): ReadonlySet<string> {
    return this.#signatures;
  }

  /** The case of a signature that was met, if it has one. */
  caseOf(divergence: Divergence): string | undefined {
    const signature = signatureOf(divergence);
    return this.fresh.get(signature)?.path ?? this.known.get(signature);
  }

  /**
   * Takes up what an earlier session met and did not finish. Before the search begins, so that the search does not
   * report the same again.
   */
  *takeUp(harness: Harness): Generator<FoundEvent> {
    for (const rawFinding of this.#rawFindings.of(this.#target)) {
      const { divergence, schedule, by, iteration } = rawFinding;
      const met = { divergence, program: programOf(harness, rawFinding.program), schedule };
      yield* this.#make(met, harness, { by, ...(iteration === undefined ? {} : { iteration }) });
      if (this.unsaved.length === 0) this.#rawFindings.drop(this.#target, divergence);
    }
  }

  /** Makes cases of what was met, if it is news. @param found how; goes into the case */
  *keep(rawFinding: RawFinding, harness: Harness, found: Case['found']): Generator<FoundEvent> {
    const { divergence } = rawFinding;
    if (this.#signatures.has(signatureOf(divergence))) return;
    try {
      this.#rawFindings.keep(this.#target, storedForm(rawFinding, harness, found));
      yield* this.#make(rawFinding, harness, found);
      if (this.unsaved.length === 0) this.#rawFindings.drop(this.#target, divergence);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.unsaved.push(error);
    }
  }

  *#make(rawFinding: RawFinding, harness: Harness, found: Case['found']): Generator<FoundEvent> {
    const decider = this.#deciders.get(harness) ?? deciderOf(harness);
    this.#deciders.set(harness, decider);
    const smaller = minimized(harness, decider, this.#signatures, rawFinding);
    for (const { divergence, program, schedule } of smaller) {
      const made = makeStoredCase(harness, divergence, program, schedule, found);
      const path = this.#stored(made);
      if (path === undefined) continue;
      this.fresh.set(signatureOf(divergence), { divergence, path });
      yield { kind: 'found', target: this.#target, divergence, path };
    }
  }

  /** A case that cannot be stored is kept in memory, for the summary to show; the others may be smaller. */
  #stored(made: Case): string | undefined {
    try {
      return storeCase(this.#corpus, made);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.unsaved.push(error);
      return undefined;
    }
  }
}

/** Text, since another process reads it. */
function storedForm(
  { divergence, program, schedule }: RawFinding,
  harness: Harness,
  found: Case['found'],
): StoredRawFinding {
  return {
    divergence,
    program: textOf(harness, program),
    schedule,
    by: found.by,
    iteration: found.iteration,
  };
}
