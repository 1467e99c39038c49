import { signatureOf } from '../../oracles/divergence.ts';
import type { Target } from '../../targets/target/target.ts';
import type { TargetData } from '../../targets/target/target-data.ts';
import { makeCase, withCause } from '../case/make-case.ts';
import { programOf, textOf } from '../case/program-text.ts';
import { NO_EFFORT } from '../generate/pool.ts';
import { type Decider, deciderOf } from '../judge/decide.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import { type Finding, minimized } from '../minimize/finding.ts';
import { quickCause } from '../minimize/quick-cause.ts';
import type { Program } from '../program/program.ts';
import { type Harness, interruptibleHarness } from '../run/harness.ts';
import { Interrupt, Interrupted } from '../run/interrupt.ts';
import { packProgram } from '../run/packed-program.ts';
import { noCounts, type OnNews } from '../search/search.ts';
import { TargetSearch } from '../search/target-search.ts';
import { serveJobs, type WorkerPort } from '../workers/worker-pool.ts';
import type {
  CampaignJob,
  CampaignSetup,
  Findings,
  MinimizeJob,
  MinimizeNote,
  SearchJob,
  SearchPart,
  StoredRawFinding,
} from './campaign-jobs.ts';
import { CurrentProgram } from './current-program.ts';
import { SHOWS_NO_MORE } from './leftovers.ts';

/**
 * The worker's side of a campaign. Called once, at the top level of a worker's file.
 *
 * @param open how a target becomes code again
 */
export function serveCampaign(open: (data: TargetData) => Target): void {
  serveJobs((setup: CampaignSetup, port): ((job: CampaignJob) => SearchPart | Findings) => {
    // Made when a target's first job comes: trees and monitors cost memory, and a worker may never see some targets.
    const searchers = new Map<number, TargetSearcher>();
    return (job) => {
      try {
        const searcher =
          searchers.get(job.target) ?? new TargetSearcher(open(setup.targets[job.target]!), setup, port);
        searchers.set(job.target, searcher);
        return job.kind === 'search' ? searcher.search(job) : searcher.minimize(job);
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        // Before it could begin. All that comes after it will be interrupted too.
        return job.kind === 'search' ? nothingOf(job) : [];
      }
    };
  });
}

/**
 * Where a worker works on one target. It is kept from job to job for its warm trees and tables. Nothing that a job
 * answers may depend on what came before it; `clear` and `startFrom` see to that.
 */
class TargetSearcher {
  readonly #harness: Harness;
  readonly #setup: CampaignSetup;
  readonly #port: WorkerPort;
  /** What the supervisor reads when this thread is gone. */
  readonly #current: CurrentProgram;
  readonly #interrupt: Interrupt;
  readonly #search: TargetSearch;
  /** Made when there is something to minimise: most workers of most campaigns never do. */
  #decider: Decider | undefined;
  #known: ReadonlySet<string> = new Set();
  #leftOut: ReadonlySet<string> = new Set();

  constructor(target: Target, setup: CampaignSetup, port: WorkerPort) {
    this.#interrupt = new Interrupt(new Int32Array(setup.stop));
    this.#harness = interruptibleHarness(target, this.#interrupt);
    this.#setup = setup;
    this.#port = port;
    this.#current = new CurrentProgram(port.current);
    this.#search = new TargetSearch(this.#harness, {
      seed: setup.seed,
      limits: setup.limits,
      isKnown: (signature) => this.#known.has(signature),
      begins: (program, iteration) => this.#begins(program, iteration),
    });
  }

  /**
   * At least one iteration, even after a stop, unless it is interrupted. The part then ends before that iteration; what
   * it had met has been noted, and is met again by whoever runs it again.
   */
  search({ from, to, view, known, leftOut }: SearchJob): SearchPart {
    const search = this.#search;
    this.#known = new Set(known);
    this.#leftOut = new Set(leftOut.map((packed) => packed.join()));
    search.clear();
    search.feedback.startFrom(this.#setup.feedback ? view : undefined);
    const rawFindings = new Map<string, StoredRawFinding>();
    let at = from;
    /** What the iteration under way met first. */
    let met: string[] = [];
    const onNews = (raw: RawFinding) => {
      const signature = signatureOf(raw.divergence);
      if (rawFindings.has(signature)) return;
      const text = this.#textOf(raw, at);
      rawFindings.set(signature, text);
      met.push(signature);
      // At once, not with the answer: if a later program ends this thread, what was met is on disk by then.
      this.#port.note(text);
    };
    do {
      if (met.length > 0) met = [];
      if (!this.#iterate(at, onNews)) {
        for (const signature of met) rawFindings.delete(signature);
        break;
      }
      at++;
    } while (at < to && !this.#interrupt.isStopping);
    this.#current.clear();
    const { counts, hits, nonTerminating, feedback } = search;
    return {
      from,
      to: at,
      counts: { ...counts },
      hits: Object.fromEntries([...hits].map(([signature, { count }]) => [signature, count])),
      rawFindings: [...rawFindings.values()],
      ...feedback.take(),
      nonTerminating: [...nonTerminating],
    };
  }

  /** @returns false when it was interrupted */
  #iterate(iteration: number, onNews: OnNews): boolean {
    try {
      this.#search.iterate(iteration, onNews);
      return true;
    } catch (error) {
      if (error instanceof Interrupted) return false;
      throw error;
    }
  }

  /**
   * The raw finding's own program stands as the current one throughout: which candidate was the culprit is not known,
   * only where the search had begun.
   */
  minimize({ rawFinding, known }: MinimizeJob): Findings {
    const harness = this.#harness;
    const { divergence, schedule, by, iteration, seed = this.#setup.seed } = rawFinding;
    const program = programOf(harness, rawFinding.program);
    this.#current.set(harness, program, iteration ?? 0);
    this.#decider ??= withHeartbeat(deciderOf(harness), () => this.#current.heartbeat());
    const found = { by, ...(iteration === undefined ? {} : { seed, iteration }) };
    const made = new Map<RawFinding, Finding>();
    const signature = signatureOf(divergence);
    const isOwn = (one: RawFinding) => signatureOf(one.divergence) === signature;
    const isStale = rawFinding.leftover === 'stale';
    const leave = (left: RawFinding) => {
      // Whether this code shows it is not known yet: it stays as it was met.
      if (isStale && isOwn(left)) return;
      // Guessing at another's cause would run ops, and there is no time for that any more.
      const plain = { ...rawFinding, ...this.#plain(left), ...(isOwn(left) ? {} : { cause: undefined }) };
      this.#tell({ kind: 'left', rawFinding: plain });
    };
    const raw = { divergence, program, schedule };
    for (const small of minimized(harness, this.#decider, new Set(known), raw, leave)) {
      if (isStale && isOwn(small) && !this.#showsStill(small.program, signature)) continue;
      const own = unlessInterrupted(() =>
        // A case says how the program behaves, so making one runs it.
        makeCase(harness, small.divergence, small.program, small.schedule, found),
      );
      if (own) made.set(small, { signature: signatureOf(small.divergence), case: own });
      else leave(small);
    }
    this.#findCauses(made, leave);
    this.#current.clear();
    return [...made.values()];
  }

  /**
   * Whether this code shows what another one did: asked of the smallest program, since what an op does alone is no news of
   * a program in which others come between.
   */
  #showsStill(program: Program, signature: string): boolean {
    const shown = unlessInterrupted(() => ({ by: this.#decider!.rawFindings(program, signature) }));
    if (shown && !shown.by?.has(signature)) this.#tell({ kind: 'gone', why: SHOWS_NO_MORE });
    return shown?.by?.has(signature) ?? false;
  }

  /** What is made is handed in first, and again with each cause: a probe that ends this thread then costs a cause only. */
  #findCauses(made: Map<RawFinding, Finding>, leave: (left: RawFinding) => void): void {
    for (const [small, finding] of made) {
      this.#tell({ kind: 'made', findings: [...made.values()] });
      this.#current.heartbeat();
      const caused = unlessInterrupted(() => withCause(this.#harness, small.program, finding.case));
      if (caused) made.set(small, { ...finding, case: caused });
      else {
        made.delete(small);
        leave(small);
      }
    }
  }

  #tell(note: MinimizeNote): void {
    this.#port.note(note);
  }

  /** Packing costs more than noting, so it is done only where some program is left out at all. */
  #begins(program: Program, iteration: number): boolean {
    this.#current.set(this.#harness, program, iteration);
    return this.#leftOut.size === 0 || !this.#leftOut.has(packProgram(this.#harness, program).join());
  }

  #textOf(found: RawFinding, iteration: number): StoredRawFinding {
    const cause = quickCause(this.#harness, found);
    return { ...this.#plain(found), by: 'random', iteration, seed: this.#setup.seed, cause };
  }

  #plain({
    divergence,
    program,
    schedule,
  }: RawFinding): Pick<StoredRawFinding, 'divergence' | 'program' | 'schedule'> {
    return { divergence, program: textOf(this.#harness, program), schedule };
  }
}

/** A shard of which nothing is done. */
function nothingOf({ from }: SearchJob): SearchPart {
  const counts = noCounts();
  return {
    from,
    to: from,
    counts,
    hits: {},
    rawFindings: [],
    novel: [],
    effort: NO_EFFORT,
    nonTerminating: [],
  };
}

/** @returns undefined when it was interrupted */
function unlessInterrupted<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof Interrupted) return undefined;
    throw error;
  }
}

/** A decider whose supervisor sees that it still works: minimising a program can take a while. */
function withHeartbeat(decider: Decider, heartbeat: () => void): Decider {
  const after = <T>(answer: T): T => {
    heartbeat();
    return answer;
  };
  return {
    rawFindings: (program, wanted, hint) => after(decider.rawFindings(program, wanted, hint)),
    cheapest: (program, divergence) => after(decider.cheapest(program, divergence)),
    smallerThan: (program, signature) => after(decider.smallerThan(program, signature)),
  };
}
