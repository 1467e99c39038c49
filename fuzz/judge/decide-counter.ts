import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Use } from '../../oracles/holdings.ts';
import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import { Explorer, type Visitor } from '../explore/explorer.ts';
import { markLeading } from '../explore/leading-states.ts';
import { difference, type OutcomeSets, outcomeSets } from '../explore/outcomes.ts';
import { type StateGraph, stateGraph } from '../explore/state-graph.ts';
import { cheapestSchedules } from '../explore/witness.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { type AccessListener, Machine } from '../run/machine.ts';
import { NonTerminatingOp, returns } from '../run/non-terminating.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { JudgedCodes, judgementOfCode } from './judged-codes.ts';
import { ReferenceOrders } from './reference-orders.ts';
import { WatchedMachine } from './watched-machine.ts';

/**
 * Outcomes outside the documented algorithm, of which each is traced to its divergence. With more nothing is said. Each
 * trace is an exploration of its own.
 */
const TRACED = 256;

/** What is called with a divergence that some schedule shows, and how the counter was used until then. */
export type OnShown = (divergence: Divergence, use: Use | undefined) => void;

/**
 * Decides counter programs: what do the threads' interleavings bring about that one op alone does not? Every state of
 * the watched machine is visited, so a signature that is not found cannot be shown by any schedule.
 */
export class CounterDecider {
  readonly #harness: Harness;
  readonly #machine: WatchedMachine;
  readonly #explorer: Explorer;
  /** The same without the cells that name things: for `isExplained`. */
  readonly #nameless: WatchedMachine;
  readonly #namelessExplorer: Explorer;
  readonly #codes: JudgedCodes;
  /** What the exploration under way tells, and whom. One object for all programs. */
  readonly #visitor: Visitor = { step: () => this.#see() };
  #onDivergence: OnShown = () => {};
  /** Codes whose judgement depends on the program: they are settled once, after the exploration. */
  readonly #asked = new Set<number>();
  /** Codes that count only where the reference shows nothing of the kind, settled likewise. */
  readonly #held = new Set<number>();
  readonly #orders: ReferenceOrders;
  /** Of all programs so far. */
  readonly counts = { states: 0, transitions: 0 };

  constructor(harness: Harness) {
    this.#harness = harness;
    this.#orders = new ReferenceOrders(harness);
    this.#machine = new WatchedMachine(harness);
    this.#codes = new JudgedCodes(this.#machine, harness);
    this.#explorer = new Explorer(this.#machine, { symmetry: true });
    this.#nameless = new WatchedMachine(harness, { names: false });
    this.#namelessExplorer = new Explorer(this.#nameless, { symmetry: true });
  }

  /** Told of every access of the programs that it decides; not of the search for schedules, which only news has. */
  set listener(listener: AccessListener) {
    this.#machine.listener = listener;
  }

  /**
   * Calls back for each divergence that some schedule shows; the same one may be called many times.
   *
   * @param limit the most states to visit
   * @returns whether the program was decided: false when there are more states, or an op does not return
   */
  decide(program: Program, limit: number, onDivergence: OnShown): boolean {
    try {
      return this.#decide(program, limit, onDivergence);
    } catch (error) {
      if (error instanceof NonTerminatingOp) return false;
      throw error;
    }
  }

  #decide(program: Program, limit: number, onDivergence: OnShown): boolean {
    const asked = this.#asked;
    if (asked.size > 0) asked.clear();
    if (this.#held.size > 0) this.#held.clear();
    this.#onDivergence = onDivergence;
    const states = this.#explorer.explore(program, limit, this.#visitor);
    this.counts.states += states ?? limit;
    if (states === undefined || !this.#askTheReference(program, limit)) return false;
    return asked.size === 0 || this.#askTheDocumented(program, limit, asked, onDivergence);
  }

  /** Tells what the last access brought to light. @returns whether anything can still come to light behind it */
  #see(): boolean {
    const machine = this.#machine;
    this.counts.transitions++;
    for (let at = 0; at < machine.unjudgedCount; at++) {
      const code = machine.unjudgedCodes[at]!;
      if (machine.oracleOf(code).isHeldAgainstReference) {
        this.#held.add(code);
        continue;
      }
      const divergence = this.#codes.of(code);
      if (divergence) this.#onDivergence(divergence, this.#useOf(code));
      else this.#asked.add(code);
    }
    return !machine.isSettled;
  }

  /** What the reference leaves unordered as well is no news. @returns false when that cannot be decided */
  #askTheReference(program: Program, limit: number): boolean {
    for (const code of this.#held) {
      const divergence = this.#codes.of(code)!;
      const isKept = this.#orders.keeps(program, divergence.kind, limit);
      if (isKept === undefined) return false;
      if (isKept) this.#onDivergence(divergence, this.#useOf(code));
    }
    return true;
  }

  #useOf(code: number): Use | undefined {
    if (!this.#harness.held) return undefined;
    return this.#machine.isSoundUse(code) ? 'sound' : 'misuse';
  }

  /**
   * Whether the atomic specification explains every run of a program, and no run breaks conservation or leaves saturation. The
   * quick question: what diverges is not named.
   *
   * @returns undefined when there are more than `limit` states, or an op does not return
   */
  isExplained(program: Program, limit: number): boolean | undefined {
    const machine = this.#nameless;
    let isExplained = true;
    const explore = () =>
      this.#namelessExplorer.explore(program, limit, {
        step() {
          if (machine.unjudgedCount > 0) isExplained = false;
          return isExplained && !machine.isSettled;
        },
      });
    const states = returns(explore);
    return states === undefined && isExplained ? undefined : isExplained;
  }

  /**
   * The cheapest schedule that shows any divergence at all.
   *
   * @returns undefined when nothing diverges in any schedule
   */
  cheapestOfAny(program: Program): number[] | undefined {
    const machine = this.#nameless;
    const reached = () => (machine.unjudgedCount > 0 ? ['any'] : []);
    return cheapestSchedules(machine, program, { count: 1, reached }).get('any');
  }

  /**
   * The cheapest schedule that shows a divergence: fewest preemptions, then context switches, then accesses.
   *
   * Where the judgement depends on what a documented algorithm can do with the program, any will do.
   */
  cheapest(program: Program, wanted: Divergence): number[] | undefined {
    return this.cheapestOfEach(program, [wanted]).get(signatureOf(wanted));
  }

  /** The same for several divergences in one search. @returns by signature */
  cheapestOfEach(program: Program, wanted: readonly Divergence[]): Map<string, number[]> {
    const machine = this.#machine;
    const bySignature = new Map(wanted.map((divergence) => [signatureOf(divergence), divergence]));
    const { listener } = machine;
    // What the program does has been counted when it was decided.
    machine.listener = undefined;
    try {
      return cheapestSchedules(machine, program, {
        count: bySignature.size,
        reached: () => {
          if (machine.unjudgedCount === 0) return [];
          const codes = [...machine.unjudgedCodes.subarray(0, machine.unjudgedCount)];
          const isShown = (divergence: Divergence) => codes.some((code) => this.#canBe(code, divergence));
          return [...bySignature].flatMap(([signature, one]) => (isShown(one) ? [signature] : []));
        },
      });
    } finally {
      machine.listener = listener;
    }
  }

  /** Whether a code of the machine can stand for a divergence. Two oracles may report the same kind, judged differently. */
  #canBe(code: number, { op, boundary, kind, judgement }: Divergence): boolean {
    const seen = this.#machine.unjudgedOf(code);
    if (seen.op !== op || seen.boundary !== boundary || seen.kind !== kind) return false;
    const own = judgementOfCode(this.#machine, code, this.#harness);
    return own === undefined || own === judgement;
  }

  /**
   * What another counter's algorithm documents: a divergence that only leads to outcomes of its is `transient`.
   *
   *     own outcomes {A, B, C}, those of the documented algorithm {A, B}:  C is outside
   *     codes on some way to C are `breaks`; the others `transient`
   *
   * @returns false when that cannot be decided: nothing is reported then
   */
  #askTheDocumented(
    program: Program,
    limit: number,
    codes: ReadonlySet<number>,
    onDivergence: OnShown,
  ): boolean {
    const documented = this.#harness.documented as TransitionTrees;
    const own = this.#graphOf(this.#harness.subject, program, limit);
    const other = this.#graphOf(documented, program, limit);
    if (!own || !other) return false;
    const sets = outcomeSets(
      { graph: other, trees: documented },
      { graph: own, trees: this.#harness.subject },
    );
    if (!sets) return false;
    const outside = difference(sets.subject, sets.reference);
    if (outside.length > TRACED) return false;
    const accused = new Set<number>();
    for (const outcome of outside) this.#traceTo(program, limit, outcome, sets, accused);
    for (const code of codes) {
      const judgement = accused.has(code) ? 'breaks' : 'transient';
      onDivergence(this.#codes.as(code, judgement), this.#useOf(code));
    }
    return true;
  }

  /** A plain machine: monitors would only multiply the states of a graph that is asked for outcomes. */
  #graphOf(trees: TransitionTrees, program: Program, limit: number): StateGraph | undefined {
    return stateGraph(new Machine(trees), program, limit);
  }

  /**
   * Adds the divergences that lie on the way to an outcome. Explores without symmetry, since an outcome tells threads
   * apart, and leaves out every op that ends otherwise than in the outcome.
   */
  #traceTo(program: Program, limit: number, outcome: number, sets: OutcomeSets, accused: Set<number>): void {
    const machine = new WatchedMachine(this.#harness);
    const edges: number[] = [];
    const seen: number[] = [];
    const leads: boolean[] = [];
    let codes: number[] = [];
    new Explorer(machine).explore(program, limit, {
      state(index) {
        leads[index] = machine.isFinished() && sets.leaves(outcome, machine.words[0]!);
      },
      step(_, thread, op, ended) {
        codes = [...machine.unjudgedCodes.subarray(0, machine.unjudgedCount)];
        const slot = thread * SLOTS_PER_THREAD + op;
        return ended < 0 || sets.allows(outcome, slot, ended);
      },
      transition(from, _, to) {
        edges.push(from, to);
        for (const code of codes) seen.push(to, code);
      },
    });
    markLeading(leads, edges);
    for (let at = 0; at < seen.length; at += 2) if (leads[seen[at]!]) accused.add(seen[at + 1]!);
  }
}
