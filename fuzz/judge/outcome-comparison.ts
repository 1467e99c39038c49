import { boundaryOfOp } from '../../oracles/boundary.ts';
import { type Divergence, type Kind, signatureOf } from '../../oracles/divergence.ts';
import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import { outcomes } from '../../oracles/outcomes.ts';
import { difference, outcomeSets } from '../explore/outcomes.ts';
import { canEnd, type WantedOutcome } from '../explore/reach.ts';
import { stateGraph } from '../explore/state-graph.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { type AccessSeen, trace, writes } from '../run/trace.ts';
import type { OpOutcome, TransitionTrees } from '../run/transition-trees.ts';
import { Bisimulation } from './bisimulation.ts';
import { type OnDivergence, PairWalk } from './pair-walk.ts';

/** Of a program's outcomes that the reference lacks, so many are named; the others nearly always have the same signatures. */
const NAMED = 64;

/** What the comparison of a program gave. */
export interface OutcomeAnswer {
  /** How many outcomes of the reference the subject lacks. */
  readonly lost: number;
  /** How many the subject has and the reference lacks. */
  readonly added: number;
  /** Divergences that these come to, by signature, and a cheapest schedule for each. */
  readonly divergences: ReadonlyMap<string, { readonly divergence: Divergence; readonly schedule: number[] }>;
}

/**
 * Compares all that two counters can do with a program: results, warnings and the word at the end, over all schedules
 * of each. For two sources of one algorithm, whose windows are to be the same as well.
 *
 *     1 some op differs alone?     yes: `onAlone` hears of them, and nothing else is said
 *     2 all nodes bisimilar?       yes: the same outcomes, at the price of one exploration
 *     3 list the outcomes of both  what only the subject has is named, at most NAMED of them
 *
 * The cheapest question first.
 */
export class OutcomeComparison {
  readonly #harness: Harness;
  readonly #reference: TransitionTrees;
  readonly #bisimulation: Bisimulation;
  readonly #walk: PairWalk;

  /** @param harness of two counters */
  constructor(harness: Harness) {
    this.#harness = harness;
    this.#reference = harness.reference!;
    this.#walk = new PairWalk(harness);
    this.#bisimulation = new Bisimulation(new Machine(harness.subject), this.#reference);
  }

  get counts(): { readonly states: number; readonly transitions: number } {
    return this.#bisimulation.counts;
  }

  /**
   * Ops that differ alone differ together too; what is of interest is what only threads together bring about. So of a
   * program in which some op meets a value at which it differs alone, nothing else is said.
   *
   * @param onAlone called for each such op
   * @returns undefined when a side has more than `limit` states, too many outcomes, or an op does not return
   */
  compare(program: Program, limit: number, onAlone: OnDivergence = () => {}): OutcomeAnswer | undefined {
    const isAlone = this.differsAlone(program, onAlone);
    if (isAlone !== false) return isAlone && SAME;
    const alike = this.#bisimulation.areAlike(program, limit);
    if (alike === undefined) return undefined;
    return alike ? SAME : this.#compareSets(program, limit);
  }

  /** @returns undefined when an op does not return */
  differsAlone(program: Program, onAlone: OnDivergence = () => {}): boolean | undefined {
    let isAlone = false;
    const isWalked = this.#walk.walk(program, (...divergence) => {
      isAlone = true;
      onAlone(...divergence);
    });
    return isWalked ? isAlone : undefined;
  }

  #compareSets(program: Program, limit: number): OutcomeAnswer | undefined {
    const sideOf = (trees: TransitionTrees) => {
      const graph = stateGraph(new Machine(trees), program, limit);
      return graph && { graph, trees };
    };
    const [reference, subject] = [sideOf(this.#reference), sideOf(this.#harness.subject)];
    const sets = reference && subject && outcomeSets(reference, subject);
    if (!sets) return undefined;
    const added = difference(sets.subject, sets.reference);
    const divergences = new Map<string, { divergence: Divergence; schedule: number[] }>();
    for (const outcome of added.slice(0, NAMED)) {
      const schedule = sets.cheapest('subject', outcome)!;
      const divergence = strangeness(this.#harness, program, schedule);
      if (divergence && !divergences.has(signatureOf(divergence)))
        divergences.set(signatureOf(divergence), { divergence, schedule });
    }
    return { lost: difference(sets.reference, sets.subject).length, added: added.length, divergences };
  }
}

/** Also for a program in which ops differ alone: nothing is claimed about it beyond those. */
const SAME: OutcomeAnswer = { lost: 0, added: 0, divergences: new Map() };

/**
 * Names what is strange in a run of the subject: the first op whose end gives outcomes so far that the reference has in
 * no schedule; or, if it has them all, the last op that wrote the word, for then only the word is strange.
 *
 *     run            inc ends: the reference can do that │ read ends with 0x80000000: it cannot
 *     named          read, kind result; warning instead if the reference can give the same result with other warnings
 *     all can be     the last write is named, kind value: only the word at the end is strange
 *
 * @returns undefined when the reference can do the same, or that could not be decided
 */
export function strangeness(
  harness: Harness,
  program: Program,
  schedule: readonly number[],
): Divergence | undefined {
  const accesses = trace(new Machine(harness.subject), program, schedule);
  const wanted = new Map<number, OpOutcome>();
  const canReference = (final?: number) =>
    canEnd(harness.reference!, program, final === undefined ? { wanted } : { wanted, final }) !==
    'impossible';
  for (const access of accesses) {
    if (!access.outcome) continue;
    wanted.set(slotOf(access), access.outcome);
    if (canReference()) continue;
    // Without its warnings: does only what it says differ, or what it answers?
    const quiet = new Map<number, WantedOutcome>(wanted);
    quiet.set(slotOf(access), { result: access.outcome.result, warnings: undefined });
    const isWarning = canEnd(harness.reference!, program, { wanted: quiet }) === 'possible';
    return named(harness, firstOf(accesses, access), isWarning ? 'warning' : 'result');
  }
  const last = accesses.at(-1);
  if (!last || canReference(last.value)) return undefined;
  const writer = accesses.findLast(({ kind, old, value }) => writes(kind) && old !== value) ?? last;
  return named(harness, firstOf(accesses, writer), 'value');
}

function slotOf({ thread, op }: AccessSeen): number {
  return thread * SLOTS_PER_THREAD + op;
}

/** An op is placed where it began: that is the value it met. */
function firstOf(accesses: readonly AccessSeen[], of: AccessSeen): AccessSeen {
  return accesses.find((access) => access.first && slotOf(access) === slotOf(of))!;
}

/**
 * An outcome that no order of the reference's ops gives breaks something, unless the subject's ops are not indivisible by
 * design: then which of the two is right cannot be told from their outcomes.
 */
function named(harness: Harness, { call, old }: AccessSeen, kind: Kind): Divergence {
  const { op, a, b } = harness.alphabet.call(call);
  const judgement = outcomes.judgeCounter(harness.documented !== undefined);
  return { op, boundary: boundaryOfOp(op, a, b, old, harness.saturated), kind, judgement };
}
