import { Scope, type ScopeSize } from '../../fuzz/check/scope.ts';
import { textOf } from '../../fuzz/case/program-text.ts';
import { runJobs } from '../../fuzz/workers/jobs.ts';
import { workerPath } from '../../fuzz/workers/worker-pool.ts';
import { type Candidate, compareCosts, costOf, countOf } from '../menu/candidate.ts';
import type { ConversionData } from '../module/switched-scheme.ts';
import { ConversionDecider } from './decide.ts';
import { type Clause, candidatesOf } from './enumerate.ts';
import { type Finding, type Part, PartDecider, type PartDone } from './part.ts';
import type { SearchSetup } from './search-worker.ts';
import type { Decided, Refutation, SearchResult } from './state.ts';

/** How a search runs. */
export interface SearchOptions {
  readonly scope: ScopeSize;
  /** Worker threads; 0 decides all in this thread. */
  readonly workers: number;
  /** The most states of a program on one side. */
  readonly limit: number;
  readonly signal?: AbortSignal;
  /** Called now and then. */
  readonly onProgress?: (progress: Progress) => void;
  /** Parts that an earlier run has decided, by their keys, and where this one tells its own. */
  readonly kept?: ReadonlyMap<string, PartDone>;
  readonly keep?: (key: string, done: PartDone) => void;
}

/** Where a search is. */
export interface Progress {
  readonly size: ScopeSize;
  readonly programs: number;
  readonly of: number;
  readonly left: number;
  readonly equivalent: number;
  readonly last: Refutation | undefined;
}

/** More candidates than these are not kept in mind one by one. The simplest are. */
const MOST_CANDIDATES = 20_000;
/** Programs of the first round of a stage; each round has four times as many. */
const FIRST_ROUND = 64;
/** Programs of one job, at the most. */
const MOST_OF_PART = 512;

/**
 * Searches the conversions of a menu: counter-example guided, from small programs to large ones.
 *
 * One op alone comes first, with the forms of its own sites only: what falls there falls with every form of all other sites, and is a clause.
 * The candidates that no clause forbids go through scopes of growing size, all at once. In each program, those that agree on all sites
 * that it can come to are one: what refutes one of them refutes them all. What is left after the last scope is proved.
 *
 * The same whatever the number of threads: which programs a part has, and whom it asks, follow from what was decided before.
 */
export class ConversionSearch {
  readonly #data: ConversionData;
  readonly #options: SearchOptions;
  readonly #decider: ConversionDecider;
  readonly #refutations: Refutation[] = [];
  readonly #inline: PartDecider;
  /** Candidates that only lose outcomes, or change something, with what told that first. */
  readonly #flagged = new Map<Candidate, Refutation>();
  #programs = 0;
  #states = 0;

  constructor(data: ConversionData, options: SearchOptions) {
    this.#data = data;
    this.#options = options;
    this.#decider = new ConversionDecider(data, options.limit);
    this.#inline = new PartDecider(data, options.limit);
  }

  /** Runs the whole search. */
  async run(): Promise<SearchResult> {
    const { menu } = this.#data;
    const total = countOf(menu);
    const clauses = this.#clausesOfOps();
    const { candidates, open } = this.#candidates(clauses);
    let alive = candidates;
    let changed: Candidate[] = [];
    let done: ScopeSize | undefined;
    for (const size of stagesTo(this.#options.scope)) {
      if (this.#isEnded) break;
      const stage = await this.#stage(size, done, alive);
      alive = stage.alive;
      changed = [...changed, ...stage.changed];
      if (!stage.isComplete) break;
      done = size;
    }
    const isComplete = sameSize(done, this.#options.scope);
    const told = await this.#followChanges(changed, isComplete);
    const decided = [
      ...alive.map((candidate) => this.#decided(candidate, isComplete ? 'equivalent' : 'undecided')),
      ...told.map((candidate) => this.#decided(candidate, 'changes')),
    ].sort((one, other) => RANK[one.kind] - RANK[other.kind] || compareCosts(one.cost, other.cost));
    return {
      total,
      decided,
      forbidden: total - open - decided.length,
      open,
      refutations: this.#refutations,
      scope: done,
      programs: this.#programs,
      states: this.#states,
    };
  }

  get #isEnded(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  #decided(candidate: Candidate, kind: Decided['kind']): Decided {
    const refutation = this.#flagged.get(candidate);
    const own = refutation?.kind === 'loses' || refutation?.kind === 'undecided' ? refutation.kind : kind;
    const cost = costOf(this.#data.menu, candidate);
    return { candidate, cost, kind: own, ...(refutation && { refutation }) };
  }

  /** One op alone, from every state: the forms of the sites that it may come to, whatever the others are. */
  #clausesOfOps(): Clause[] {
    const { base } = this.#decider;
    const { menu, ofOp, ofLater } = this.#data;
    const scope = new Scope(base, { threads: 1, ops: 1 });
    const clauses: Clause[] = [];
    for (let number = 0; number < scope.programs; number++) {
      const program = scope.program(number);
      const { op } = base.alphabet.call(program.threads[0]![0]!);
      const sites = [...new Set([...(ofOp.get(op) ?? []), ...ofLater])].sort((one, other) => one - other);
      const candidates = [...candidatesOf(menu, clauses, sites)];
      const { findings } = this.#part({ size: scope.size, decided: undefined, from: number, to: number + 1, candidates });
      for (const finding of findings) {
        if (finding.kind !== 'forbidden') continue;
        for (const member of finding.members) clauses.push(clauseOf(candidates[member]!, sites));
        this.#note(finding, candidates, scope, sites);
      }
    }
    return clauses;
  }

  #part(part: Part): PartDone {
    const done = this.#inline.decide(part);
    this.#programs += done.programs;
    this.#states += done.states;
    return done;
  }

  /** The simplest of those that no clause forbids. */
  #candidates(clauses: readonly Clause[]): { candidates: Candidate[]; open: number } {
    const { menu } = this.#data;
    const all: Candidate[] = [];
    let open = 0;
    for (const candidate of candidatesOf(menu, clauses)) {
      if (all.length < MOST_CANDIDATES) all.push(candidate);
      else open++;
    }
    const keyed = all.map((candidate) => ({ candidate, cost: costOf(menu, candidate) }));
    keyed.sort((one, other) => compareCosts(one.cost, other.cost));
    return { candidates: keyed.map(({ candidate }) => candidate), open };
  }

  /** All programs of a size that no smaller scope has, in rounds: what one round refutes, the next is not asked. */
  async #stage(size: ScopeSize, decided: ScopeSize | undefined, candidates: readonly Candidate[]) {
    const scope = new Scope(this.#decider.base, size);
    let alive = [...candidates];
    const changed: Candidate[] = [];
    let from = 0;
    for (let length = FIRST_ROUND; from < scope.programs && alive.length > 0; length *= 4) {
      const to = Math.min(scope.programs, from + length);
      const round = { size, decided, candidates: alive };
      const findings = await this.#round(round, from, to, scope);
      if (!findings) return { alive, changed, isComplete: false };
      const gone = new Set<number>();
      for (const finding of findings.sort((one, other) => one.program - other.program)) {
        const members = finding.members.filter((at) => !gone.has(at));
        if (members.length === 0) continue;
        const refutation = this.#note({ ...finding, members }, alive, scope);
        for (const at of members) {
          const candidate = alive[at]!;
          if (finding.kind !== 'forbidden' && !this.#flagged.has(candidate)) this.#flagged.set(candidate, refutation);
          if (finding.kind === 'changes') {
            this.#flagged.set(candidate, refutation);
            changed.push(candidate);
          }
          if (finding.kind !== 'loses' && finding.kind !== 'undecided') gone.add(at);
        }
      }
      alive = alive.filter((_, at) => !gone.has(at));
      from = to;
    }
    return { alive, changed, isComplete: true };
  }

  /** @returns undefined when it was ended */
  async #round(
    { size, decided, candidates }: Pick<Part, 'size' | 'decided' | 'candidates'>,
    from: number,
    to: number,
    scope: Scope,
  ): Promise<Finding[] | undefined> {
    const parts = partsOf(from, to).map(([start, end]) => ({ size, decided, from: start, to: end, candidates }));
    const findings: Finding[] = [];
    const { workers, kept, keep, signal, onProgress } = this.#options;
    const keyOf = (part: Part) => `${size.threads}x${size.ops} ${part.from}-${part.to} ${candidates.length}`;
    const open = parts.filter((part) => !kept?.has(keyOf(part)));
    for (const part of parts) findings.push(...(kept?.get(keyOf(part))?.findings ?? []));
    const note = (part: Part, done: PartDone) => {
      findings.push(...done.findings);
      this.#programs += done.programs;
      this.#states += done.states;
      keep?.(keyOf(part), done);
      const last = this.#refutations.at(-1);
      onProgress?.({ size, programs: part.to, of: scope.programs, left: candidates.length, equivalent: 0, last });
    };
    if (workers === 0 || to - from <= FIRST_ROUND) {
      for (const part of open) note(part, this.#inline.decide(part));
      return this.#isEnded ? undefined : findings;
    }
    const setup: SearchSetup = { data: this.#data, limit: this.#options.limit };
    const file = workerPath('../convert/search/search-worker');
    let answered = 0;
    for await (const { job, answer } of runJobs<Part, PartDone>(file, setup, open, workers, undefined, signal)) {
      note(job, answer);
      answered++;
    }
    return answered < open.length ? undefined : findings;
  }

  /**
   * Those that change something, the simplest first: whether there is worse. They are told only where nothing is equivalent
   * in the same menu, or to who asks.
   */
  async #followChanges(changed: readonly Candidate[], isComplete: boolean): Promise<Candidate[]> {
    if (!isComplete) return [...changed];
    const { menu } = this.#data;
    const sorted = [...changed].sort((one, other) => compareCosts(costOf(menu, one), costOf(menu, other)));
    const followed: Candidate[] = [];
    for (const candidate of sorted.slice(0, MOST_FOLLOWED)) {
      const size = smaller(this.#options.scope, FOLLOWED);
      const scope = new Scope(this.#decider.base, size);
      let isForbidden = false;
      for (let number = 0; number < scope.programs && !isForbidden && !this.#isEnded; number++) {
        const [group] = this.#decider.decide(scope.program(number), [candidate], [0]);
        if (group?.verdict.kind !== 'differs') continue;
        const { difference } = group.verdict;
        isForbidden = difference.divergences.some(({ judgement }) => ['breaks', 'misses', 'false-alarm'].includes(judgement));
        if (isForbidden)
          this.#note({ program: number, kind: 'forbidden', members: [0], difference }, [candidate], scope);
      }
      if (!isForbidden) followed.push(candidate);
    }
    return [...followed, ...sorted.slice(MOST_FOLLOWED)];
  }

  #note(
    { program: number, kind, members, difference }: Finding,
    candidates: readonly Candidate[],
    scope: Scope,
    sites?: readonly number[],
  ): Refutation {
    const { base } = this.#decider;
    const program = scope.program(number);
    const { ofOp, ofLater } = this.#data;
    const ops = program.threads.flat().map((call) => base.alphabet.call(call).op);
    const met = sites ?? [...new Set([...ops.flatMap((op) => ofOp.get(op) ?? []), ...ofLater])].sort((a, b) => a - b);
    const example = candidates[members[0]!]!;
    const refutation = {
      program: textOf(base, program),
      size: scope.size,
      divergences: difference?.divergences ?? [],
      kind,
      clause: clauseOf(example, met),
      example,
      candidates: members.length,
    };
    this.#refutations.push(refutation);
    return refutation;
  }
}

const RANK: Readonly<Record<Decided['kind'], number>> = { equivalent: 0, loses: 1, changes: 2, undecided: 3 };

/** Candidates that change something are looked at one by one, so many of them, in programs of this size. */
const MOST_FOLLOWED = 8;
const FOLLOWED: ScopeSize = { threads: 2, ops: 1 };

function clauseOf({ shift, forms }: Candidate, sites: readonly number[]): Clause {
  return { shift, forms: sites.map((site) => [site, forms[site]!] as const) };
}

/** One op of each of two threads, then two, and so on: nearly all that is wrong shows in few ops. */
function stagesTo({ threads, ops }: ScopeSize): ScopeSize[] {
  const stages: ScopeSize[] = [];
  for (const size of [
    { threads: 1, ops: 1 },
    { threads: Math.min(2, threads), ops: 1 },
    { threads: Math.min(2, threads), ops: Math.min(2, ops) },
    { threads, ops },
  ])
    if (!stages.some((known) => sameSize(known, size)) && size.threads <= threads && size.ops <= ops) stages.push(size);
  return stages;
}

function sameSize(one: ScopeSize | undefined, other: ScopeSize): boolean {
  return one?.threads === other.threads && one.ops === other.ops;
}

function smaller(one: ScopeSize, other: ScopeSize): ScopeSize {
  return { threads: Math.min(one.threads, other.threads), ops: Math.min(one.ops, other.ops) };
}

/** The same for every number of threads, so that a search that goes on elsewhere finds its parts again. */
function partsOf(from: number, to: number): [number, number][] {
  const length = Math.min(MOST_OF_PART, Math.max(FIRST_ROUND, Math.ceil((to - from) / 16)));
  const parts: [number, number][] = [];
  for (let start = from; start < to; start += length) parts.push([start, Math.min(to, start + length)]);
  return parts;
}
