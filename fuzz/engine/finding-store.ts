import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Target } from '../../targets/target/target.ts';
import type { FoundEvent, LeftRawFinding, NoteEvent, WorkerCrashEvent } from '../campaign/campaign-events.ts';
import type { StoredRawFinding } from '../campaign/campaign-jobs.ts';
import type { Ends } from '../campaign/end-in-time.ts';
import { leftoversOf } from '../campaign/leftovers.ts';
import { codeMetOn, RawFindings } from '../campaign/raw-findings.ts';
import type { Case } from '../case/case.ts';
import { storeCase } from '../case/corpus.ts';
import { DEFAULT_CORPUS, knownSignatures } from '../case/known-signatures.ts';
import { programLine, textOf } from '../case/program-text.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import type { Finding } from '../minimize/finding.ts';
import { quickCause } from '../minimize/quick-cause.ts';
import type { ProgramText } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Interrupted } from '../run/interrupt.ts';
import { StorageError } from '../storage/storage-error.ts';
import { type Minimizing, minimizingOf } from './minimizing.ts';

/** A case that this session stored. */
export interface Kept {
  readonly divergence: Divergence;
  readonly path: string;
}

/** What making cases reports. */
export type StoreEvent = FoundEvent | WorkerCrashEvent | NoteEvent;

/**
 * Makes cases of what an engine meets on a target, and stores them. What is met is on disk as a raw finding before it is
 * minimised, and whoever follows takes up what was left: the next session, or `refuzz minimize`.
 *
 * An event comes after its case is stored; whoever iterates over events must go on to the end.
 *
 *     meet(A)   1 raw-findings/NAME/A.json written and synced
 *     cases()   2 A minimised; its case, and those of B and C met on the way, stored one by one; an event after each
 *               3 A.json removed
 *     giveUp    A.json has the smaller program that A has become, B.json is new; both are `left`
 *
 * Killed before 3: the next session minimises A again. If the case is there by then, A is known and only the file goes.
 */
export class FindingStore {
  /** By signature: cases of what was no news at the start, and of what was. */
  readonly known: ReadonlyMap<string, string>;
  /** Cases of this session. */
  readonly fresh = new Map<string, Kept>();
  /** What could not be stored. Once there is something, the engine should stop. */
  readonly unsaved: StorageError[] = [];
  readonly #target: string;
  readonly #whole: Target;
  readonly #code: string;
  readonly #corpus: string;
  readonly #rawFindings: RawFindings;
  readonly #minimizing: Minimizing;
  /** `known` and all that was minimised or left since: none of it is tried again. */
  readonly #signatures: Set<string>;
  /** What waits to be minimised, by signature, and the quick causes that have had their turn. */
  readonly #waiting = new Map<string, StoredRawFinding>();
  readonly #causes = new Set<string>();
  /** By signature. */
  readonly #left = new Map<string, LeftRawFinding>();

  /**
   * @param corpus the folder of cases, see `knownSignatures` @param folder where raw findings are kept
   * @param minimizing where they are made smaller
   */
  constructor(
    target: Target,
    corpus: string | undefined,
    folder: string,
    minimizing: Minimizing = minimizingOf(target),
  ) {
    this.#target = target.name;
    this.#whole = target;
    this.#code = codeMetOn(target);
    this.#corpus = corpus ?? DEFAULT_CORPUS;
    this.#rawFindings = new RawFindings(folder);
    this.#minimizing = minimizing;
    this.known = knownSignatures(corpus, target).known;
    this.#signatures = new Set(this.known.keys());
  }

  /** Signatures that are no news; grows. */
  get signatures(): ReadonlySet<string> {
    return this.#signatures;
  }

  /** What was met and is no case: what did not become minimal in time, and whatever ended its thread. */
  get left(): readonly LeftRawFinding[] {
    return [...this.#left.values()];
  }

  /** The program of what is left. */
  programOf(divergence: Divergence): ProgramText | undefined {
    return this.#left.get(signatureOf(divergence))?.program;
  }

  /** How its work comes to an end: nothing is given up before `giveUp`. */
  readonly ends: Ends = {
    stop: () => {},
    giveUp: () => this.#minimizing.giveUp(),
    abandon: () => this.#minimizing.abandon(),
  };

  /** The case of a signature that was met, if it has one. */
  caseOf(divergence: Divergence): string | undefined {
    const signature = signatureOf(divergence);
    return this.fresh.get(signature)?.path ?? this.known.get(signature);
  }

  /**
   * Takes up what an earlier session met and did not finish. Before the search begins, so that the search does not
   * report the same again.
   */
  async *takeUp(): AsyncGenerator<StoreEvent> {
    const notes: string[] = [];
    const leftovers = leftoversOf(this.#whole, this.#rawFindings, (line) => notes.push(line));
    for (const text of notes) yield { kind: 'note', text };
    for (const rawFinding of leftovers) this.#waiting.set(signatureOf(rawFinding.divergence), rawFinding);
    yield* this.cases();
  }

  /** Stores what was met, if it is news, and makes cases of it. @param found how; goes into the case */
  async *keep(rawFinding: RawFinding, harness: Harness, found: Case['found']): AsyncGenerator<StoreEvent> {
    this.meet(rawFinding, harness, found);
    yield* this.cases();
  }

  /** Stores what was met, if it is news. `cases` is to follow. */
  meet(rawFinding: RawFinding, harness: Harness, found: Case['found']): void {
    const signature = signatureOf(rawFinding.divergence);
    if (this.#signatures.has(signature) || this.#waiting.has(signature)) return;
    const stored = { ...storedForm(rawFinding, harness, found), code: this.#code };
    if (this.#saves(() => this.#rawFindings.keep(this.#target, stored))) this.#waiting.set(signature, stored);
  }

  /** Makes cases of all that waits, one of each quick cause first. */
  async *cases(): AsyncGenerator<StoreEvent> {
    while (this.#waiting.size > 0) {
      const all = [...this.#waiting];
      const [signature, rawFinding] = all.find(([, one]) => !this.#causes.has(causeOf(one))) ?? all[0]!;
      this.#waiting.delete(signature);
      this.#causes.add(causeOf(rawFinding));
      if (!this.#signatures.has(signature)) yield* this.#make(signature, rawFinding);
      if (this.unsaved.length === 0 && !this.#left.has(signature))
        this.#rawFindings.drop(this.#target, rawFinding.divergence);
    }
  }

  /** Ends its thread. */
  async close(): Promise<void> {
    await this.#minimizing.close();
  }

  async *#make(signature: string, rawFinding: StoredRawFinding): AsyncGenerator<StoreEvent> {
    const notes: StoredRawFinding[] = [];
    // An iteration says nothing without its seed.
    const asked = rawFinding.seed === undefined ? { ...rawFinding, iteration: undefined } : rawFinding;
    const end = await this.#minimizing.minimize(asked, [...this.#signatures], (one) => notes.push(one));
    if (end.unusable !== undefined) {
      const text = this.#rawFindings.setStaleAside(this.#target, rawFinding.divergence, end.unusable);
      yield { kind: 'note', text };
      return;
    }
    const found = new Set<string>();
    for (const finding of end.findings) {
      found.add(finding.signature);
      yield* this.#found(finding);
    }
    for (const one of notes) this.#leave(one);
    if (!found.has(signature) && !this.#left.has(signature)) this.#leave(rawFinding);
    if (end.how !== undefined && !this.#minimizing.isAbandoned)
      yield this.#crash(rawFinding, end.how, found.size > 0);
  }

  *#found({ signature, case: made }: Finding): Generator<FoundEvent> {
    const { divergence } = made.expect;
    if (this.#signatures.has(signature)) return;
    this.#signatures.add(signature);
    let path: string | undefined;
    // A case that cannot be stored is kept in memory, for the summary to show; the others may be smaller.
    if (
      !this.#saves(() => {
        path = storeCase(this.#corpus, made);
      })
    )
      return;
    this.fresh.set(signature, { divergence, path: path! });
    yield { kind: 'found', target: this.#target, divergence, path: path!, case: made };
  }

  /** It is no case yet, and not tried again. */
  #leave(rawFinding: StoredRawFinding): void {
    const { divergence } = rawFinding;
    const signature = signatureOf(divergence);
    if (this.#signatures.has(signature)) return;
    this.#signatures.add(signature);
    this.#waiting.delete(signature);
    if (
      !this.#saves(() =>
        this.#rawFindings.replace(this.#target, { ...rawFinding, code: this.#codeOf(rawFinding) }),
      )
    )
      return;
    const path = this.#rawFindings.pathOf(this.#target, divergence);
    this.#left.set(signature, { target: this.#target, divergence, program: rawFinding.program, path });
  }

  /** One that was not looked into on this code stays of the other. */
  #codeOf({ leftover, schedule, code }: StoredRawFinding): string | undefined {
    return leftover === 'stale' && schedule === undefined ? code : this.#code;
  }

  #crash({ divergence, program }: StoredRawFinding, how: string, lacksCause: boolean): WorkerCrashEvent {
    const path = this.caseOf(divergence) ?? this.#rawFindings.pathOf(this.#target, divergence);
    const text = programLine(program);
    return {
      kind: 'worker-crash',
      target: this.#target,
      how,
      times: 1,
      isLeftOut: true,
      lacksCause,
      program: text,
      path,
    };
  }

  /** @returns whether it could be stored */
  #saves(store: () => void): boolean {
    try {
      store();
      return true;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.unsaved.push(error);
      return false;
    }
  }
}

/** Text, since another thread reads it, and perhaps another process. */
function storedForm(rawFinding: RawFinding, harness: Harness, found: Case['found']): StoredRawFinding {
  const { divergence, program, schedule } = rawFinding;
  const { by, seed, iteration } = found;
  const cause = quickCauseInTime(harness, rawFinding);
  return { divergence, program: textOf(harness, program), schedule, by, iteration, seed, cause };
}

/** To guess runs ops, for which there may be no time any more. */
function quickCauseInTime(harness: Harness, rawFinding: RawFinding): string | undefined {
  try {
    return quickCause(harness, rawFinding);
  } catch (error) {
    if (error instanceof Interrupted) return undefined;
    throw error;
  }
}

/** Raw findings of earlier versions have none. */
function causeOf({ cause, divergence: { op, boundary } }: StoredRawFinding): string {
  return cause ?? `${op} ${boundary}`;
}
