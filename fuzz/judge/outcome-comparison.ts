import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Use } from '../../oracles/holdings.ts';
import { difference, type OutcomeSets, outcomeSets } from '../explore/outcomes.ts';
import { costOf } from '../explore/schedule-cost.ts';
import { stateGraph } from '../explore/state-graph.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { Bisimulation } from './bisimulation.ts';
import { type OnDivergence, PairWalk } from './pair-walk.ts';
import { lastOf, reachIn, strange } from './strangeness.ts';
import { mayBeSound, useOfRun } from './use.ts';

/** Of a program's outcomes that the reference lacks, so many are named; the others nearly always have the same signatures. */
const NAMED = 64;

/** A divergence that an outcome comes to. */
export interface StrangeOutcome {
  readonly divergence: Divergence;
  /** A cheapest one of those outcomes that were named. */
  readonly schedule: number[];
  readonly use: Use | undefined;
}

/** What the comparison of a program gave. */
export interface OutcomeAnswer {
  /** How many outcomes of the reference the subject lacks. */
  readonly lost: number;
  /** How many the subject has and the reference lacks. */
  readonly added: number;
  /** Divergences that these come to, by signature: some where `added` is not 0. In sound use where there is a choice. */
  readonly divergences: ReadonlyMap<string, StrangeOutcome>;
  /** Whether all added outcomes were named: then no schedule shows a divergence more cheaply. */
  readonly areAllNamed: boolean;
}

/**
 * Compares all that two counters can do with a program: results, warnings and the word at the end, over all schedules
 * of each. For two sources of one algorithm, whose windows are to be the same as well.
 *
 *     1 some op differs alone?     yes: `onAlone` hears of them, and of other runs only those in sound use are compared,
 *                                  if the ops differ under misuse alone
 *     2 all nodes bisimilar?       yes: the same outcomes, at the price of one exploration
 *     3 list the outcomes of both  what only the subject has is named, at most NAMED of them of each use
 *
 * The cheapest question first.
 */
export class OutcomeComparison {
  readonly #harness: Harness;
  readonly #reference: TransitionTrees;
  readonly #bisimulation: Bisimulation;
  readonly #machines: { readonly reference: Machine; readonly subject: Machine };
  readonly #walk: PairWalk;

  /** @param harness of two counters */
  constructor(harness: Harness) {
    this.#harness = harness;
    this.#reference = harness.reference!;
    this.#walk = new PairWalk(harness);
    this.#machines = {
      reference: new Machine(this.#reference),
      subject: new Machine(harness.subject),
    };
    this.#bisimulation = new Bisimulation(this.#machines.subject, this.#reference);
  }

  get counts(): { readonly states: number; readonly transitions: number } {
    return this.#bisimulation.counts;
  }

  /**
   * Ops that differ alone differ together too; what is of interest is what only threads together bring about. So of a
   * program in which some op meets a value at which it differs alone, nothing else is said. But what differs under misuse
   * must not hide what differs in sound use: runs in which all use is sound never come to such a value.
   *
   * @param onAlone called for each such op
   * @returns undefined when a side has more than `limit` states, too many outcomes, or an op does not return
   */
  compare(program: Program, limit: number, onAlone: OnDivergence = () => {}): OutcomeAnswer | undefined {
    const alone = this.differsAlone(program, onAlone);
    if (alone === undefined) return undefined;
    if (alone === 'in any use' || (alone === 'under misuse' && !mayBeSound(this.#harness, program)))
      return SAME;
    const alike = this.#bisimulation.areAlike(program, limit);
    if (alike === undefined) return undefined;
    return alike ? SAME : this.#compareSets(program, limit, alone === 'under misuse');
  }

  /**
   * Whether some op meets a value at which it differs alone; if all of them do so under misuse, that is said.
   *
   * @returns undefined when an op does not return
   */
  differsAlone(
    program: Program,
    onAlone: OnDivergence = () => {},
  ): 'nowhere' | 'under misuse' | 'in any use' | undefined {
    let isAlone = false;
    let isAnyUse = false;
    const isWalked = this.#walk.walk(program, (met) => {
      isAlone = true;
      isAnyUse ||= met.use !== 'misuse';
      onAlone(met);
    });
    if (!isWalked) return undefined;
    return isAnyUse ? 'in any use' : isAlone ? 'under misuse' : 'nowhere';
  }

  #compareSets(program: Program, limit: number, isSoundOnly: boolean): OutcomeAnswer | undefined {
    const sideOf = (machine: Machine) => {
      const graph = stateGraph(machine, program, limit);
      return graph && { graph, trees: machine.trees };
    };
    const [reference, subject] = [sideOf(this.#machines.reference), sideOf(this.#machines.subject)];
    const sets = reference && subject && outcomeSets(reference, subject);
    if (!sets) return undefined;
    const isSound = (outcome: number) => this.#useOf(program, sets, outcome) === 'sound';
    const added = difference(sets.subject, sets.reference);
    const lost = difference(sets.reference, sets.subject);
    const sound = this.#harness.held ? added.filter(isSound) : [];
    if (isSoundOnly) {
      const divergences = this.#named(program, sets, sound.slice(0, NAMED));
      const areAllNamed = sound.length <= NAMED;
      return { lost: lost.filter(isSound).length, added: sound.length, divergences, areAllNamed };
    }
    const known = new Set(sound);
    const others = added.filter((outcome) => !known.has(outcome));
    const inOrder = [...sound.slice(0, NAMED), ...others.slice(0, NAMED)];
    return {
      lost: lost.length,
      added: added.length,
      divergences: this.#named(program, sets, inOrder),
      areAllNamed: inOrder.length === added.length,
    };
  }

  /** The first of each signature; so what stands first decides about its use. */
  #named(program: Program, sets: OutcomeSets, outcomes: readonly number[]): Map<string, StrangeOutcome> {
    const named = new Map<string, StrangeOutcome>();
    const can = reachIn(sets, this.#harness, program);
    for (const outcome of outcomes) {
      const schedule = sets.cheapest('subject', outcome)!;
      const seen = strange(this.#harness, program, schedule, can) ?? lastOf(this.#harness, program, schedule);
      const signature = signatureOf(seen.divergence);
      const known = named.get(signature);
      if (!known || (known.use === seen.use && this.#isCheaper(program, schedule, known.schedule)))
        named.set(signature, { ...seen, schedule });
    }
    return named;
  }

  #isCheaper(program: Program, one: readonly number[], other: readonly number[]): boolean {
    const { subject } = this.#machines;
    const [a, b] = [costOf(subject, program, one), costOf(subject, program, other)];
    return (a.preemptions - b.preemptions || a.switches - b.switches || one.length - other.length) < 0;
  }

  /** An outcome is read as text: `true ⚠ addition on 0; use-after-free.` */
  #useOf(program: Program, sets: OutcomeSets, outcome: number): Use | undefined {
    const { threads } = sets.read(outcome);
    return useOfRun(this.#harness, program, (thread, op) => {
      const [answer] = threads[thread]![op]!.split(' ');
      return answer === 'true' || answer === 'false' ? answer === 'true' : undefined;
    });
  }
}

/** Also for a program in which ops differ alone: nothing is claimed about it beyond those. */
const SAME: OutcomeAnswer = { lost: 0, added: 0, divergences: new Map(), areAllNamed: true };
