import { signatureOf } from '../../oracles/divergence.ts';
import { Explorer, type ExplorerOptions } from '../explore/explorer.ts';
import { markLeading } from '../explore/leading-states.ts';
import type { Program } from '../program/program.ts';
import { WordIndex } from '../run/access.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { Endings, type ExplorationCounts, factsOf, reachableBy, Vectors } from './scheme-outcomes.ts';
import { type SchemeDivergence, type TransitionJudge, transitionJudge } from './transition-judge.ts';

const { CALLER, TOUCHED } = WordIndex;

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
   * The divergence that shows at a transition of the subject, given what the reference can do; for a search
   * for the shortest witness. `clean` says whether nothing had diverged before it.
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
    return reachable && transitionJudge(harness, reachable, vectors);
  };

  const compare = (program: Program) => {
    const judged = judge(program);
    return judged && divergencesOf(subject, program, stateLimit, judged, vectors, endings, counts);
  };
  return { compare, judge, subject: subject.machine, reference: reference.machine, counts };
}

/**
 *     get misses, where the reference finds ─▶ … ─▶ use-after-free    one signature: the lifetime's
 *     get misses, where the reference finds ─▶ … ─▶ a clean end       one signature: `changes`
 *
 * So `changes` wait until the whole graph is known; all other divergences are taken at once.
 */
function divergencesOf(
  explorer: Explorer,
  program: Program,
  limit: number,
  judged: TransitionJudge,
  vectors: Vectors,
  endings: Endings,
  counts: ExplorationCounts,
): SchemeAnswer | undefined {
  const { machine } = explorer;
  const found = new Map<string, SchemeDivergence>();
  /** With the state that each leads to. */
  const changes: { signature: string; divergence: SchemeDivergence; to: number }[] = [];
  /** Pairs of states, for `markLeading`. */
  const edges: number[] = [];
  /** By state. Whether a fact holds there that the reference never shows. */
  const hasStrangeFact: boolean[] = [];
  // Of the state that is being left; `step` sees the machine after the access.
  let clean = false;
  let factsBefore = 0;
  let callerBefore = 0;
  let touchedBefore = 0;
  let change: Omit<(typeof changes)[number], 'to'> | undefined;
  const states = explorer.explore(program, limit, {
    begin() {
      found.clear();
      for (const list of [changes, edges, hasStrangeFact]) list.length = 0;
      // The explorer may begin anew, and what it met before then must not count.
      endings.forget();
    },
    state(index, stuck) {
      clean = judged.isClean(machine);
      factsBefore = factsOf(machine, stuck);
      callerBefore = machine.words[CALLER]!;
      touchedBefore = machine.words[TOUCHED]!;
      if (stuck) endings.meet(vectors.of(machine), factsBefore, machine);
      hasStrangeFact[index] = (factsBefore & ~judged.reference.facts) !== 0;
      const deadlock = machine.isDeadlocked() ? judged.deadlock(machine) : undefined;
      if (deadlock) found.set(signatureOf(deadlock.divergence), deadlock);
    },
    step(_, thread, op) {
      counts.transitions++;
      change = undefined;
      const divergence = judged.at(machine, thread, op, clean, factsBefore, callerBefore, touchedBefore);
      if (!divergence) return true;
      const signature = signatureOf(divergence.divergence);
      if (divergence.divergence.judgement === 'changes') change = { signature, divergence };
      else if (!found.has(signature)) found.set(signature, divergence);
      return true;
    },
    transition(from, _, to) {
      edges.push(from, to);
      if (change) changes.push({ ...change, to });
    },
  });
  if (states === undefined) return undefined;
  counts.states += states;
  const harmful = hasStrangeFact;
  if (changes.length > 0) markLeading(harmful, edges);
  for (const { signature, divergence, to } of changes) {
    // A changed answer that ends in a broken lifetime is told by the lifetime's own signature.
    if (!harmful[to] && !found.has(signature)) found.set(signature, divergence);
  }
  return { divergences: found, lost: endings.unmet, hasNew: endings.hasStrange };
}
