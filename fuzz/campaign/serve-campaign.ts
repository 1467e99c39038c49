import { keyOf } from '../../oracles/divergence.ts';
import type { Target } from '../../targets/target/target.ts';
import type { TargetSource } from '../../targets/target/target-source.ts';
import { makeCase, programOf } from '../case/make-case.ts';
import { type Decider, deciderOf } from '../judge/decide.ts';
import { minimized, type Sighted } from '../minimize/finding.ts';
import type { Program } from '../program/program.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { packProgram } from '../run/packed-program.ts';
import { TargetSearch } from '../search/target-search.ts';
import { type Desk, serveJobs } from '../workers/crew.ts';
import type {
  CampaignJob,
  CampaignSetup,
  Findings,
  MinimizeJob,
  SearchJob,
  SearchPart,
  SightedText,
} from './campaign-jobs.ts';
import { InHand } from './in-hand.ts';

/**
 * The worker's side of a campaign. Called once, at the top level of a worker's file.
 *
 * @param open how a target becomes code again
 */
export function serveCampaign(open: (source: TargetSource) => Target): void {
  serveJobs((setup: CampaignSetup, desk): ((job: CampaignJob) => SearchPart | Findings) => {
    const benches = new Map<number, Bench>();
    return (job) => {
      const bench = benches.get(job.target) ?? new Bench(open(setup.targets[job.target]!), setup, desk);
      benches.set(job.target, bench);
      return job.kind === 'search' ? bench.search(job) : bench.minimize(job);
    };
  });
}

/** Where a worker works on one target. */
class Bench {
  readonly #harness: Harness;
  readonly #setup: CampaignSetup;
  readonly #desk: Desk;
  readonly #hand: InHand;
  readonly #stop: Int32Array;
  readonly #search: TargetSearch;
  #decider: Decider | undefined;
  #known: ReadonlySet<string> = new Set();
  #leftOut: ReadonlySet<string> = new Set();

  constructor(target: Target, setup: CampaignSetup, desk: Desk) {
    this.#harness = harnessOf(target);
    this.#setup = setup;
    this.#desk = desk;
    this.#hand = new InHand(desk.hand);
    this.#stop = new Int32Array(setup.stop);
    this.#search = new TargetSearch(this.#harness, {
      seed: setup.seed,
      limits: setup.limits,
      isKnown: (key) => this.#known.has(key),
      begins: (program, iteration) => this.#begins(program, iteration),
    });
  }

  search({ from, to, view, known, leftOut }: SearchJob): SearchPart {
    const search = this.#search;
    this.#known = new Set(known);
    this.#leftOut = new Set(leftOut.map((packed) => packed.join()));
    search.clear();
    search.feedback.startFrom(this.#setup.feedback ? view : undefined);
    const sighted = new Map<string, SightedText>();
    let at = from;
    do {
      for (const raw of search.iterate(at)) {
        const key = keyOf(raw.divergence);
        if (sighted.has(key)) continue;
        const text = this.#textOf(raw, at);
        sighted.set(key, text);
        this.#desk.note(text);
      }
      at++;
    } while (at < to && Atomics.load(this.#stop, 0) === 0);
    this.#hand.lay();
    const { counts, hits, endless, feedback } = search;
    return {
      from,
      to: at,
      counts: { ...counts },
      hits: Object.fromEntries([...hits].map(([key, { count }]) => [key, count])),
      sighted: [...sighted.values()],
      ...feedback.take(),
      endless: [...endless],
    };
  }

  minimize({ sighting, known }: MinimizeJob): Findings {
    const harness = this.#harness;
    const { divergence, schedule, by, iteration, seed = this.#setup.seed } = sighting;
    const program = programOf(harness, sighting);
    this.#hand.take(harness, program, iteration ?? 0);
    this.#decider ??= beating(deciderOf(harness), () => this.#hand.beat());
    const found = { by, ...(iteration === undefined ? {} : { seed, iteration }) };
    const made = minimized(harness, this.#decider, new Set(known), { divergence, program, schedule });
    const findings = Array.from(made, (small) => ({
      key: keyOf(small.divergence),
      case: makeCase(harness, small.divergence, small.program, small.schedule, found),
    }));
    this.#hand.lay();
    return findings;
  }

  #begins(program: Program, iteration: number): boolean {
    this.#hand.take(this.#harness, program, iteration);
    return this.#leftOut.size === 0 || !this.#leftOut.has(packProgram(this.#harness, program).join());
  }

  #textOf({ divergence, program: { start, threads }, schedule }: Sighted, iteration: number): SightedText {
    const { alphabet } = this.#harness;
    const program = { start, threads: threads.map((ops) => ops.map((letter) => alphabet.format(letter))) };
    const { seed } = this.#setup;
    return { divergence, program, ...(schedule && { schedule }), by: 'random', iteration, seed };
  }
}

/** A decider whose supervisor sees that it goes on: making a program smaller can take a while. */
function beating(decider: Decider, beat: () => void): Decider {
  const after = <T>(answer: T): T => {
    beat();
    return answer;
  };
  return {
    sightings: (program, wanted, hint) => after(decider.sightings(program, wanted, hint)),
    cheapest: (program, divergence) => after(decider.cheapest(program, divergence)),
    smallerThan: (program, key) => after(decider.smallerThan(program, key)),
  };
}
