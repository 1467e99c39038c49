import { textOf } from '../../fuzz/case/program-text.ts';
import { Scope, type ScopeSize } from '../../fuzz/check/scope.ts';
import { MAX_OPS } from '../../fuzz/program/program.ts';
import { type Candidate, compareCosts, costOf, countOf, simplestFirst } from '../menu/candidate.ts';
import type { ConversionData } from '../module/switched-scheme.ts';
import { inBatches, type Stage } from './batches.ts';
import { ConversionDecider } from './decide.ts';
import { type Clause, candidatesOf, clauseOf, inOrder } from './enumerate.ts';
import { batchesOf } from './likely-alike.ts';
import { type Finding, WEIGHT } from './part.ts';
import { endOf, FIRST_ROUND, Rounds, type SearchOptions } from './rounds.ts';
import { growthIn, sameSize, smallerOf, stagesTo } from './stages.ts';
import { type Decided, RANK, type Refutation, type SearchResult } from './state.ts';

/** More candidates than these are not kept in mind one by one. The simplest are. */
const MOST_CANDIDATES = 20_000;
/** Candidates that change something, and are followed on to see whether there is worse: the simplest, in programs of this size. */
const MOST_FOLLOWED = 64;
const FOLLOWED: ScopeSize = { threads: 2, ops: 2 };
/** Programs of one op more, at the most. */
const MOST_LONGER = 10_000;

/**
 * Searches the conversions of a menu: counter-example guided, from small programs to large ones.
 *
 * One op alone comes first, with the forms of its own sites only: what falls there falls with every form of all other sites, and is
 * a clause. The candidates that no clause forbids go through scopes of growing size, all at once. In each program, those that agree
 * on all sites that it can come to are one: what refutes one of them refutes them all. What is left after the last scope is proved.
 *
 * The same whatever the number of threads: which programs a part has, and whom it asks, follow from what was decided before.
 */
export class ConversionSearch {
  readonly #data: ConversionData;
  readonly #options: SearchOptions;
  readonly #end: AbortSignal | undefined;
  readonly #decider: ConversionDecider;
  readonly #rounds: Rounds;
  readonly #refutations: Refutation[] = [];
  /** Candidates that only lose outcomes, or change something, with what told that first. */
  readonly #flagged = new Map<Candidate, Refutation>();
  /** Programs in which they do. */
  readonly #losses = new Map<Candidate, number>();

  constructor(data: ConversionData, options: SearchOptions) {
    this.#data = data;
    this.#options = options;
    this.#end = endOf(options);
    this.#decider = new ConversionDecider(data, options.limit);
    this.#rounds = new Rounds(data, options);
  }

  /** Runs the whole search. */
  async run(): Promise<SearchResult> {
    try {
      return await this.#run();
    } finally {
      await this.#rounds.dismiss();
    }
  }

  async #run(): Promise<SearchResult> {
    const { menu } = this.#data;
    const { scope: asked, signal, onProved } = this.#options;
    const total = countOf(menu);
    const { candidates, open } = this.#candidates(this.#clausesOfOps());
    let alive: readonly Candidate[] = candidates;
    const changed: Candidate[] = [];
    let done: ScopeSize | undefined;
    let short: { readonly candidates: readonly Candidate[]; readonly within: ScopeSize } | undefined;
    for (const size of stagesTo(asked)) {
      const enough = sameSize(size, asked) ? this.#options.enough : undefined;
      const growth = growthIn(size);
      const { candidates: ordered, first } = batchesOf(this.#data, this.#options.limit, growth, alive);
      const stage: Stage = await inBatches(
        ordered,
        {
          ...{ first, growth: growth ?? 1, enough },
          ...{ signal: this.#end, interrupt: signal },
          onProved: (one) => !growth || this.#flagged.has(one) || onProved?.(one, size),
        },
        (batch, until) => this.#stage(size, done, batch, false, until),
      );
      alive = stage.alive;
      changed.push(...stage.changed);
      if (!stage.isComplete) break;
      short = stage.short && done && { candidates: stage.short, within: done };
      done = size;
    }
    const isComplete = sameSize(done, asked);
    if (isComplete) alive = await this.#askedLonger(alive, changed);
    const followed = isComplete ? await this.#follow(changed) : { told: [], open: changed.length };
    const decided = [
      ...alive.map((candidate) => this.#decided(candidate, isComplete ? 'equivalent' : 'undecided')),
      ...(short?.candidates ?? []).map((one) => ({
        ...this.#decided(one, 'undecided'),
        within: short!.within,
      })),
      ...followed.told.map((candidate) => this.#decided(candidate, 'changes')),
    ].sort((one, other) => RANK[one.kind] - RANK[other.kind] || this.#compared(one, other));
    const notKnown = open + followed.open;
    return {
      total,
      decided,
      forbidden: total - notKnown - decided.length,
      open: notKnown,
      refutations: this.#refutations,
      scope: done,
      asked,
      programs: this.#rounds.programs,
      states: this.#rounds.states,
    };
  }

  /**
   * Of candidates that only lose outcomes: whether one thread alone, for one op more, does not do something else outright. Where ops of
   * two threads may come in any order, what is done too late, or never, hides among what others do before.
   *
   *     off: enable, disable | tick      never ends as refused, which is a loss
   *     off: enable, disable, tick       is granted, which is another answer
   */
  async #askedLonger(alive: readonly Candidate[], changed: Candidate[]): Promise<readonly Candidate[]> {
    const losing = alive.filter((candidate) => this.#flagged.get(candidate)?.kind === 'loses');
    const { ops } = this.#options.scope;
    const size = { threads: 1, ops: ops + 1 };
    const isShort = ops < MAX_OPS && new Scope(this.#decider.base, size).programs <= MOST_LONGER;
    if (losing.length === 0 || !isShort) return alive;
    const stage = await this.#stage(size, { threads: 1, ops }, losing, false);
    changed.push(...stage.changed);
    const left = new Set(stage.alive);
    return alive.filter((candidate) => !losing.includes(candidate) || left.has(candidate));
  }

  /**
   * What is said of a candidate in the end. One that was left to the last may still have lost outcomes on the way, or have met a
   * program that could not be decided: then it is not equivalent. In part of a scope neither is the last word.
   */
  #decided(candidate: Candidate, kind: Decided['kind']): Decided {
    const refutation = this.#flagged.get(candidate);
    const isTold = refutation?.kind === 'loses' || refutation?.kind === 'undecided';
    const cost = costOf(this.#data.menu, candidate);
    return {
      candidate,
      cost,
      kind: isTold && kind === 'equivalent' ? refutation.kind : kind,
      ...(refutation && { refutation }),
    };
  }

  /**
   * Of conversions that do nothing new those that lose in the fewest programs come first: a reference that is handed over loses some
   * answers, and one that is kept for ever every free. Of others the simplest.
   */
  #compared(one: Decided, other: Decided): number {
    const losses = ({ candidate, kind }: Decided) =>
      (kind === 'loses' ? this.#losses.get(candidate) : 0) ?? 0;
    return losses(one) - losses(other) || compareCosts(one.cost, other.cost);
  }

  /** One op alone, from every state: the forms of the sites that it may come to, whatever the others are. */
  #clausesOfOps(): Clause[] {
    const { base } = this.#decider;
    const { menu, ofOp, ofLater } = this.#data;
    const scope = new Scope(base, { threads: 1, ops: 1 });
    const clauses: Clause[] = [];
    for (let number = 0; number < scope.programs; number++) {
      const { op } = base.alphabet.call(scope.program(number).threads[0]![0]!);
      const sites = inOrder([...(ofOp.get(op) ?? []), ...ofLater]);
      const candidates = [...candidatesOf(menu, clauses, sites)];
      const asked = { decided: undefined, candidates, follows: false };
      const part = { size: scope.size, from: number, to: number + 1, ...asked };
      for (const finding of this.#rounds.part(part).findings) {
        if (finding.kind !== 'forbidden') continue;
        for (const member of finding.members) {
          clauses.push(clauseOf(candidates[member]!, sites));
          this.#note({ ...finding, members: [member] }, candidates, scope, sites);
        }
      }
    }
    return clauses;
  }

  /** The simplest of those that no clause forbids. */
  #candidates(clauses: readonly Clause[]): { candidates: Candidate[]; open: number } {
    const all: Candidate[] = [];
    let open = 0;
    for (const candidate of candidatesOf(this.#data.menu, clauses)) {
      if (all.length < MOST_CANDIDATES) all.push(candidate);
      else open++;
    }
    return { candidates: simplestFirst(this.#data.menu, all), open };
  }

  /**
   * All programs of a size that no smaller scope has, in rounds: what one round refutes, the next is not asked.
   *
   * @param follows whether candidates that change something stay: then only what is forbidden goes
   */
  async #stage(
    size: ScopeSize,
    decided: ScopeSize | undefined,
    candidates: readonly Candidate[],
    follows: boolean,
    signal = this.#end,
  ): Promise<Stage> {
    const scope = new Scope(this.#decider.base, size);
    let alive = candidates;
    const changed: Candidate[] = [];
    let from = 0;
    for (let length = FIRST_ROUND; from < scope.programs && alive.length > 0; length *= 4) {
      const to = Math.min(scope.programs, from + length);
      const asked = { candidates: alive, decided, follows };
      const findings = await this.#rounds.round(scope, [from, to], asked, signal);
      if (!findings) return { alive, changed, isComplete: false };
      alive = this.#withoutRefuted(findings, alive, scope, follows, changed);
      from = to;
    }
    return { alive, changed, isComplete: true };
  }

  /** Findings in the order of programs, so that it does not matter which thread was first. */
  #withoutRefuted(
    findings: readonly Finding[],
    alive: readonly Candidate[],
    scope: Scope,
    follows: boolean,
    changed: Candidate[],
  ): Candidate[] {
    const gone = new Set<number>();
    for (const finding of [...findings].sort((one, other) => one.program - other.program)) {
      const members = finding.members.filter((at) => !gone.has(at));
      if (members.length === 0) continue;
      const { kind } = finding;
      const refutation = this.#note({ ...finding, members }, alive, scope);
      for (const at of members) {
        const candidate = alive[at]!;
        const known = this.#flagged.get(candidate);
        if (kind === 'loses') this.#losses.set(candidate, 1 + (this.#losses.get(candidate) ?? 0));
        // What changes something says more than what is not known, and that more than a loss; of two that say the same, the first.
        if (kind !== 'forbidden' && (!known || WEIGHT[kind] > WEIGHT[known.kind]))
          this.#flagged.set(candidate, refutation);
        if (kind === 'changes' && !follows) changed.push(candidate);
        if (kind === 'forbidden' || (kind === 'changes' && !follows)) gone.add(at);
      }
    }
    return alive.filter((_, at) => !gone.has(at));
  }

  /** The simplest of those that change something: whether there is worse in them. */
  async #follow(changed: readonly Candidate[]): Promise<{ told: readonly Candidate[]; open: number }> {
    const sorted = simplestFirst(this.#data.menu, changed);
    let told: readonly Candidate[] = sorted.slice(0, MOST_FOLLOWED);
    let done: ScopeSize | undefined;
    for (const size of stagesTo(smallerOf(this.#options.scope, FOLLOWED))) {
      const stage = await this.#stage(size, done, told, true);
      // What was not gone into may be worse than a change.
      if (!stage.isComplete) return { told: [], open: sorted.length };
      told = stage.alive;
      done = size;
    }
    return { told, open: Math.max(0, sorted.length - MOST_FOLLOWED) };
  }

  /**
   * Keeps what a program says. The clause names all sites that its ops may come to, which is more than they did come to: a clause too
   * narrow refutes less, and is never wrong.
   */
  #note(
    { program: number, kind, members, difference }: Finding,
    candidates: readonly Candidate[],
    scope: Scope,
    sites?: readonly number[],
  ): Refutation {
    const { base } = this.#decider;
    const { ofOp, ofLater } = this.#data;
    const program = scope.program(number);
    const ops = program.threads.flat().map((call) => base.alphabet.call(call).op);
    const met = sites ?? inOrder([...ops.flatMap((op) => ofOp.get(op) ?? []), ...ofLater]);
    const example = candidates[members[0]!]!;
    const refutation = {
      program: textOf(base, program),
      size: scope.size,
      divergences: difference?.divergences ?? [],
      ...(difference?.ofObject && { ofObject: difference.ofObject }),
      kind,
      clause: clauseOf(example, met),
      example,
      candidates: members.length,
    };
    this.#refutations.push(refutation);
    return refutation;
  }
}
