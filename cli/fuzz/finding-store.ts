import type { StoredRawFinding } from '../../fuzz/campaign/campaign-jobs.ts';
import { RawFindings } from '../../fuzz/campaign/raw-findings.ts';
import type { Case } from '../../fuzz/case/case.ts';
import { StorageError, storeCase } from '../../fuzz/case/corpus.ts';
import { makeCase } from '../../fuzz/case/make-case.ts';
import { programOf, textOf } from '../../fuzz/case/program-text.ts';
import { type Decider, deciderOf } from '../../fuzz/judge/decide.ts';
import type { RawFinding } from '../../fuzz/judge/raw-finding.ts';
import { minimized } from '../../fuzz/minimize/finding.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Io } from '../io/io.ts';
import type { Screen } from '../io/live-screen.ts';
import type { ChosenTarget } from '../target/find-target.ts';
import { DEFAULT_CORPUS, knownSignatures } from '../target/known-signatures.ts';
import { newsLine } from '../target/news.ts';

/** A case that this session stored. */
export interface Kept {
  readonly divergence: Divergence;
  readonly path: string;
}

/**
 * Makes cases of what an engine unjudged, on this thread, and stores them. What is met is on disk before it is made
 * smaller, and a session that follows takes up what one that was killed had left.
 */
export class FindingStore {
  /** By signature: cases of what was no news at the start; and of what was. */
  readonly known: ReadonlyMap<string, string>;
  readonly fresh = new Map<string, Kept>();
  /** What could not be stored. Once there is something, the engine should stop. */
  readonly unsaved: StorageError[] = [];
  readonly #chosen: ChosenTarget;
  readonly #corpus: string;
  readonly #rawFindings: RawFindings;
  readonly #screen: Screen;
  readonly #io: Io;
  readonly #signatures: Set<string>;
  readonly #deciders = new WeakMap<Harness, Decider>();

  /** @param folder where raw findings are kept */
  constructor(chosen: ChosenTarget, corpus: string | undefined, folder: string, screen: Screen, io: Io) {
    this.#chosen = chosen;
    this.#corpus = corpus ?? DEFAULT_CORPUS;
    this.#rawFindings = new RawFindings(folder);
    this.#screen = screen;
    this.#io = io;
    this.known = knownSignatures(corpus, chosen.target).known;
    this.#signatures = new Set(this.known.keys());
  }

  /** Signatures that are no news; grows. */
  get signatures(): ReadonlySet<string> {
    return this.#signatures;
  }

  /** Takes up what an earlier session met and could not finish. */
  takeUp(harness: Harness): void {
    for (const rawFinding of this.#rawFindings.of(this.#name)) {
      const { divergence, schedule, by, iteration } = rawFinding;
      const program = programOf(harness, rawFinding.program);
      this.#make({ divergence, program, schedule }, harness, {
        by,
        ...(iteration === undefined ? {} : { iteration }),
      });
      this.#rawFindings.drop(this.#name, divergence);
    }
  }

  /** @param found how; goes into the case */
  keep(rawFinding: RawFinding, harness: Harness, found: Case['found']): void {
    const { divergence } = rawFinding;
    if (this.#signatures.has(signatureOf(divergence))) return;
    try {
      this.#rawFindings.keep(this.#name, storedForm(rawFinding, harness, found));
      this.#make(rawFinding, harness, found);
      if (this.unsaved.length === 0) this.#rawFindings.drop(this.#name, divergence);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.unsaved.push(error);
    }
  }

  get #name(): string {
    return this.#chosen.target.name;
  }

  #make(rawFinding: RawFinding, harness: Harness, found: Case['found']): void {
    const decider = this.#deciders.get(harness) ?? deciderOf(harness);
    this.#deciders.set(harness, decider);
    for (const { divergence, program, schedule } of minimized(
      harness,
      decider,
      this.#signatures,
      rawFinding,
    )) {
      try {
        const path = storeCase(this.#corpus, makeCase(harness, divergence, program, schedule, found));
        this.fresh.set(signatureOf(divergence), { divergence, path });
        this.#screen.done();
        this.#io.err(newsLine(this.#name, divergence, path, this.#chosen.flags));
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        this.unsaved.push(error);
      }
    }
  }
}

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
