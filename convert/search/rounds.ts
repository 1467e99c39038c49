import type { Scope, ScopeSize } from '../../fuzz/check/scope.ts';
import type { JobPool } from '../../fuzz/workers/job-pool.ts';
import { runJobsOn } from '../../fuzz/workers/jobs.ts';
import { WorkerPool, workerPath } from '../../fuzz/workers/worker-pool.ts';
import type { Candidate } from '../menu/candidate.ts';
import type { ConversionData } from '../module/switched-scheme.ts';
import { eitherOf } from './batches.ts';
import { type Finding, type Part, PartDecider, type PartDone } from './part.ts';
import type { SearchSetup } from './search-worker.ts';

/** Where a search is. */
export interface Progress {
  readonly size: ScopeSize;
  /** Programs of that size that are decided, and how many there are. */
  readonly programs: number;
  readonly of: number;
  /** Candidates that are left. */
  readonly left: number;
}

/** How a search runs. */
export interface SearchOptions {
  readonly scope: ScopeSize;
  /** Worker threads; 0 decides all in this thread. */
  readonly workers: number;
  /** The most states of a program on one side. */
  readonly limit: number;
  readonly signal?: AbortSignal;
  /** Once one conversion is proved in the whole scope: when the others have had their time. Below the command there is no clock. */
  readonly enough?: AbortSignal;
  /** Whether that ends the search even before one is proved. */
  readonly isStrict?: boolean;
  /** Called for the simplest that a scope has left, as soon as that is known. */
  readonly onProved?: (candidate: Candidate, size: ScopeSize) => void;
  /** Called now and then. */
  readonly onProgress?: (progress: Progress) => void;
  /** Parts that an earlier run has decided, by their keys, and where this one tells its own. */
  readonly kept?: ReadonlyMap<string, PartDone>;
  readonly keep?: (key: string, done: PartDone) => void;
}

/** What ends a search with nothing decided: the user, and the time where it is strict. */
export function endOf({ signal, enough, isStrict }: SearchOptions): AbortSignal | undefined {
  return isStrict ? eitherOf(signal, enough) : signal;
}

/** Programs of the first round of a stage; each round has four times as many. */
export const FIRST_ROUND = 64;
/** Programs of one job, at the most. */
const MOST_OF_PART = 512;

/** Who is asked in a round, and whether candidates that change something are followed on. */
export interface Asked {
  readonly candidates: readonly Candidate[];
  readonly decided: ScopeSize | undefined;
  readonly follows: boolean;
}

/** Decides programs in rounds, on threads. */
export class Rounds {
  programs = 0;
  states = 0;
  readonly #data: ConversionData;
  readonly #options: SearchOptions;
  readonly #inline: PartDecider;
  #pool: WorkerPool<Part, PartDone> | undefined;

  constructor(data: ConversionData, options: SearchOptions) {
    this.#data = data;
    this.#options = options;
    this.#inline = new PartDecider(data, options.limit);
  }

  /** Decides a part in this thread. */
  part(part: Part): PartDone {
    return this.#counted(this.#inline.decide(part));
  }

  /** The programs `from` to `to - 1` of a scope. @returns undefined when a signal ended it before */
  async round(
    scope: Scope,
    [from, to]: readonly [number, number],
    asked: Asked,
    signal = endOf(this.#options),
  ): Promise<Finding[] | undefined> {
    const { kept, keep, onProgress, workers } = this.#options;
    const { size } = scope;
    const parts = partsOf(from, to).map(([start, end]): Part => ({ size, from: start, to: end, ...asked }));
    const findings: Finding[] = [];
    const note = (part: Part, done: PartDone) => {
      findings.push(...this.#counted(done).findings);
      onProgress?.({ size, programs: part.to, of: scope.programs, left: asked.candidates.length });
    };
    for (const part of parts) {
      const done = kept?.get(keyOf(part));
      if (done) note(part, done);
    }
    const open = parts.filter((part) => !kept?.has(keyOf(part)));
    const decided = (part: Part, done: PartDone) => {
      keep?.(keyOf(part), done);
      note(part, done);
    };
    // A thread takes longer to start than some hundred programs of one op each.
    if (workers === 0 || to - from <= FIRST_ROUND) {
      for (const part of open) decided(part, this.#inline.decide(part));
      return signal?.aborted ? undefined : findings;
    }
    let answered = 0;
    for await (const { job, answer } of runJobsOn<Part, PartDone>(this.#threads(), open, signal)) {
      decided(job, answer);
      answered++;
    }
    return answered < open.length ? undefined : findings;
  }

  /** Threads that stay from round to round, with all that they have learnt of the ops. */
  #threads(): JobPool<Part, PartDone> {
    const { limit, workers } = this.#options;
    const setup: SearchSetup = { data: this.#data, limit };
    this.#pool ??= new WorkerPool(workerPath('../convert/search/search-worker'), setup, { most: workers });
    const pool = this.#pool;
    return {
      get hasRoom() {
        return pool.hasRoom;
      },
      run: (part) => pool.run(part),
      // The search dismisses them.
      dismiss: async () => {},
    };
  }

  /** Ends the threads. */
  async dismiss(): Promise<void> {
    await this.#pool?.dismiss();
  }

  #counted(done: PartDone): PartDone {
    this.programs += done.programs;
    this.states += done.states;
    return done;
  }
}

/** Of all parts of a search, this one: what is decided, and of whom. */
function keyOf({ size, from, to, candidates, follows }: Part): string {
  return `${size.threads}x${size.ops} ${from}-${to} ${digestOf(candidates)}${follows ? ' followed' : ''}`;
}

const digests = new WeakMap<readonly Candidate[], string>();

/** Batches of the same number differ in who is in them; and there may be thousands, which are the same for all parts of a round. */
function digestOf(candidates: readonly Candidate[]): string {
  const known = digests.get(candidates);
  if (known !== undefined) return known;
  let hash = 0;
  for (const { shift, forms } of candidates)
    for (const number of [shift, ...forms]) hash = (Math.imul(hash, 31) + number + 1) | 0;
  const digest = `${candidates.length}:${(hash >>> 0).toString(16)}`;
  digests.set(candidates, digest);
  return digest;
}

/** The same for every number of threads, so that a search that goes on elsewhere finds its parts again. */
function partsOf(from: number, to: number): [number, number][] {
  const length = Math.min(MOST_OF_PART, Math.max(FIRST_ROUND, Math.ceil((to - from) / 16)));
  const parts: [number, number][] = [];
  for (let start = from; start < to; start += length) parts.push([start, Math.min(to, start + length)]);
  return parts;
}
