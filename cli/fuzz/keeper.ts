import type { SightedText } from '../../fuzz/campaign/campaign-jobs.ts';
import { Sightings } from '../../fuzz/campaign/sightings.ts';
import type { Case } from '../../fuzz/case/case.ts';
import { StorageError, storeCase } from '../../fuzz/case/corpus.ts';
import { makeCase, programOf } from '../../fuzz/case/make-case.ts';
import { type Decider, deciderOf } from '../../fuzz/judge/decide.ts';
import { minimized, type Sighted } from '../../fuzz/minimize/finding.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { type Divergence, keyOf } from '../../oracles/divergence.ts';
import type { Io } from '../io/io.ts';
import type { Screen } from '../io/live-screen.ts';
import type { ChosenTarget } from '../target/find-target.ts';
import { DEFAULT_CORPUS, knownKeys } from '../target/known-keys.ts';
import { newsLine } from '../target/news.ts';

/** A case that this session stored. */
export interface Kept {
  readonly divergence: Divergence;
  readonly path: string;
}

/**
 * Makes cases of what an engine sights, on this thread, and stores them. What is sighted is on disk before it is made
 * smaller, and a session that follows takes up what one that was killed had left.
 */
export class Keeper {
  /** By key: cases of what was no news at the start; and of what was. */
  readonly known: ReadonlyMap<string, string>;
  readonly fresh = new Map<string, Kept>();
  /** What could not be stored. Once there is something, the engine should stop. */
  readonly unsaved: StorageError[] = [];
  readonly #chosen: ChosenTarget;
  readonly #corpus: string;
  readonly #sightings: Sightings;
  readonly #screen: Screen;
  readonly #io: Io;
  readonly #keys: Set<string>;
  readonly #deciders = new WeakMap<Harness, Decider>();

  /** @param folder where sightings are kept */
  constructor(chosen: ChosenTarget, corpus: string | undefined, folder: string, screen: Screen, io: Io) {
    this.#chosen = chosen;
    this.#corpus = corpus ?? DEFAULT_CORPUS;
    this.#sightings = new Sightings(folder);
    this.#screen = screen;
    this.#io = io;
    this.known = knownKeys(corpus, chosen.target).known;
    this.#keys = new Set(this.known.keys());
  }

  /** Keys that are no news; grows. */
  get keys(): ReadonlySet<string> {
    return this.#keys;
  }

  /** Takes up what an earlier session sighted and could not finish. */
  takeUp(harness: Harness): void {
    for (const sighting of this.#sightings.of(this.#name)) {
      const { divergence, schedule, by, iteration } = sighting;
      const program = programOf(harness, sighting);
      this.#make({ divergence, program, schedule }, harness, {
        by,
        ...(iteration === undefined ? {} : { iteration }),
      });
      this.#sightings.drop(this.#name, divergence);
    }
  }

  /** @param found how; goes into the case */
  keep(sighted: Sighted, harness: Harness, found: Case['found']): void {
    const { divergence } = sighted;
    if (this.#keys.has(keyOf(divergence))) return;
    try {
      this.#sightings.keep(this.#name, textOf(sighted, harness, found));
      this.#make(sighted, harness, found);
      if (this.unsaved.length === 0) this.#sightings.drop(this.#name, divergence);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.unsaved.push(error);
    }
  }

  get #name(): string {
    return this.#chosen.target.name;
  }

  #make(sighted: Sighted, harness: Harness, found: Case['found']): void {
    const decider = this.#deciders.get(harness) ?? deciderOf(harness);
    this.#deciders.set(harness, decider);
    for (const { divergence, program, schedule } of minimized(harness, decider, this.#keys, sighted)) {
      try {
        const path = storeCase(this.#corpus, makeCase(harness, divergence, program, schedule, found));
        this.fresh.set(keyOf(divergence), { divergence, path });
        this.#screen.done();
        this.#io.err(newsLine(this.#name, divergence, path, this.#chosen.flags));
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        this.unsaved.push(error);
      }
    }
  }
}

function textOf(
  { divergence, program, schedule }: Sighted,
  { alphabet }: Harness,
  found: Case['found'],
): SightedText {
  const { start, threads } = program;
  return {
    divergence,
    program: { start, threads: threads.map((ops) => ops.map((letter) => alphabet.format(letter))) },
    schedule,
    by: found.by,
    iteration: found.iteration,
  };
}
