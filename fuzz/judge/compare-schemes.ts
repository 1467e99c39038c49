import { signatureOf } from '../../oracles/divergence.ts';
import { Explorer, type ExplorerOptions, type Visitor } from '../explore/explorer.ts';
import { markLeading } from '../explore/leading-states.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { Endings, type ExplorationCounts, reachableBy, Vectors } from './scheme-outcomes.ts';
import { type SchemeDivergence, TransitionJudge } from './transition-judge.ts';

/** What the comparison of a program gave. */
export interface SchemeAnswer {
  /** By signature. */
  readonly divergences: ReadonlyMap<string, SchemeDivergence>;
  /** How many complete outcomes (results, warnings and facts) the reference has and the subject lacks. */
  readonly lost: number;
  /** Whether the subject has one that the reference lacks. It nearly always has a signature then. */
  readonly hasNew: boolean;
}

/** Decides programs of a scheme target: every schedule of both sides, one set of outcomes against the other. */
export interface SchemeComparison {
  /** @returns undefined when a side has more states than the limit */
  compare(program: Program): SchemeAnswer | undefined;
  /**
   * What says of each access of the subject whether something diverges by it, given what the reference can do; for a
   * search for the shortest witness. Undefined when the reference has too many states.
   */
  judge(program: Program): TransitionJudge | undefined;
  readonly subject: Machine;
  readonly reference: Machine;
  /** Of all programs so far, both sides. */
  readonly counts: ExplorationCounts;
}

/** @param options `symmetry: false` tells threads apart that are alike, in the list of vectors as well */
export function schemeComparison(
  harness: Harness,
  stateLimit: number,
  options: ExplorerOptions = { symmetry: true, eager: true },
): SchemeComparison {
  const reference = new Explorer(new Machine(harness.reference!), options);
  const subject = new Explorer(new Machine(harness.subject), options);
  const { bias } = harness.target.subject as { bias: number };
  subject.machine.touches.watch(bias, harness.saturated);
  const vectors = new Vectors(options);
  const endings = new Endings();
  const counts = { states: 0, transitions: 0 };

  const judge = (program: Program): TransitionJudge | undefined => {
    const reachable = reachableBy(reference, program, stateLimit, vectors, endings, counts);
    return reachable && new TransitionJudge(harness, reachable, vectors);
  };

  const compare = (program: Program): SchemeAnswer | undefined => {
    const judged = judge(program);
    if (!judged) return undefined;
    const visit = new SubjectVisit(subject.machine, judged, vectors, endings);
    const states = subject.explore(program, stateLimit, visit);
    counts.transitions += visit.transitions;
    if (states === undefined) return undefined;
    counts.states += states;
    return visit.answer();
  };
  return { compare, judge, subject: subject.machine, reference: reference.machine, counts };
}

/**
 * What an exploration of the subject gathers. A `changes` waits for the end: whether it only leads to a broken lifetime
 * is not known at its access.
 *
 *     get misses, where the reference finds ─▶ … ─▶ use-after-free    one signature: the lifetime's
 *     get misses, where the reference finds ─▶ … ─▶ a clean end       one signature: `changes`
 */
class SubjectVisit implements Visitor {
  readonly #machine: Machine;
  readonly #judge: TransitionJudge;
  readonly #vectors: Vectors;
  readonly #endings: Endings;
  readonly #found = new Map<string, SchemeDivergence>();
  /** Each `changes`, with the state that it leads to. */
  readonly #changes: { signature: string; divergence: SchemeDivergence; to: number }[] = [];
  /** Pairs of states, for `markLeading`. */
  readonly #edges: number[] = [];
  /** By state: whether a fact holds there that the reference never shows. */
  readonly #hasStrangeFact: boolean[] = [];
  /** The `changes` of the last access. */
  #change: { signature: string; divergence: SchemeDivergence } | undefined;
  transitions = 0;

  constructor(machine: Machine, judge: TransitionJudge, vectors: Vectors, endings: Endings) {
    this.#machine = machine;
    this.#judge = judge;
    this.#vectors = vectors;
    this.#endings = endings;
  }

  /** The explorer may begin anew, and what it met before then must not count. */
  begin(): void {
    this.#found.clear();
    for (const list of [this.#changes, this.#edges, this.#hasStrangeFact]) list.length = 0;
    this.#endings.forget();
  }

  state(index: number, stuck: boolean): void {
    const machine = this.#machine;
    const judge = this.#judge;
    judge.leave(machine, stuck);
    const facts = judge.factsLeft;
    if (stuck) this.#endings.meet(this.#vectors.of(machine), facts, machine);
    this.#hasStrangeFact[index] = (facts & ~judge.reference.facts) !== 0;
    const deadlock = machine.isDeadlocked() ? judge.deadlock(machine) : undefined;
    if (deadlock) this.#found.set(signatureOf(deadlock.divergence), deadlock);
  }

  step(_: number, thread: number, op: number): boolean {
    this.transitions++;
    this.#change = undefined;
    const divergence = this.#judge.at(this.#machine, thread, op);
    if (!divergence) return true;
    const signature = signatureOf(divergence.divergence);
    if (divergence.divergence.judgement === 'changes') this.#change = { signature, divergence };
    else if (!this.#found.has(signature)) this.#found.set(signature, divergence);
    return true;
  }

  transition(from: number, _: number, to: number): void {
    this.#edges.push(from, to);
    if (this.#change) this.#changes.push({ ...this.#change, to });
  }

  /** Call it once all states have been visited. */
  answer(): SchemeAnswer {
    const isHarmful = this.#hasStrangeFact;
    if (this.#changes.length > 0) markLeading(isHarmful, this.#edges);
    for (const { signature, divergence, to } of this.#changes)
      if (!isHarmful[to] && !this.#found.has(signature)) this.#found.set(signature, divergence);
    return { divergences: this.#found, lost: this.#endings.unmet, hasNew: this.#endings.hasStrange };
  }
}
