import { isOfOrder } from '../../oracles/lifetime.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { accountingUses } from '../../targets/target/memory.ts';
import { Explorer } from '../explore/explorer.ts';
import { opCount, type Program } from '../program/program.ts';
import { Access } from '../run/access.ts';
import { asksThread } from '../run/alike-threads.ts';
import { inAlphabetOf } from '../run/alphabets.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { PayloadPlaces } from '../run/payload-places.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { orderTwin } from './order-twin.ts';
import type { SchemeAnswer, SchemeComparison } from './scheme-answer.ts';
import type { SchemeDivergence } from './scheme-differences.ts';

/**
 * Ops of a program that is asked. Who uses, who puts and who frees are two or three; an account of uses makes states of larger
 * programs a quarter more, and each takes longer.
 */
const MOST_OPS = 4;
/** An account makes states of such programs a tenth more, so what interleavings decide is decided with it. */
const ROOM = 4;

/**
 * What memory orders add to the answer that interleavings give. Both sides are explored once more with an account of uses, the
 * reference only if the subject leaves a use, a free or payload out of order. A program in which the subject alone does is
 * compared under the kernel's memory model, which says by which op, and shows it; what else that says is none of the answer.
 *
 *     interleavings        no difference, or what breaks nothing
 *     accounts of uses     out of order: subject 1, reference 0
 *     kernel's model       gc-zero-unordered-free-breaks, its schedule, and which order would mend it
 */
export class OrderNews {
  readonly #harness: Harness;
  readonly #limit: number;
  readonly #make: (twin: Harness) => SchemeComparison;
  readonly #asked: AskedCalls;
  #sides: { readonly harness: Harness; readonly subject: Explorer; readonly reference: Explorer } | undefined;
  #comparison: SchemeComparison | undefined;

  /** @param limit of states of a side @param make makes the comparison of the twin, which most targets never need */
  constructor(harness: Harness, limit: number, make: (twin: Harness) => SchemeComparison) {
    this.#harness = harness;
    this.#limit = ROOM * limit;
    this.#make = make;
    this.#asked = new AskedCalls(harness.subject);
  }

  /** @param answer of interleavings @returns undefined where it cannot be decided what orders show */
  addTo(answer: SchemeAnswer, program: Program): SchemeAnswer | undefined {
    // One thread knows of all that it did itself, and what it queues of that too.
    if (program.threads.length < 2 || opCount(program) > MOST_OPS || !this.#asked.has(program)) return answer;
    // What goes wrong in some interleaving leaves uses out of order as well, and no barrier would mend it.
    if ([...answer.divergences.values()].some(({ divergence }) => divergence.judgement === 'breaks'))
      return answer;
    const isNew = this.#leavesOutOrder(program);
    if (isNew === undefined) return undefined;
    if (!isNew) return answer;
    const told = this.#compared().compare(this.#there(program));
    if (!told) return undefined;
    const isNews = ({ divergence: { kind, judgement } }: SchemeDivergence) =>
      isOfOrder(kind) && judgement !== 'protects';
    const news = [...told.divergences].filter(([, divergence]) => isNews(divergence));
    return { ...answer, divergences: new Map([...answer.divergences, ...news]) };
  }

  /** The cheapest schedule under the kernel's memory model. */
  cheapest(program: Program, signature: string): number[] | undefined {
    return this.#compared().cheapest(this.#there(program), signature);
  }

  /** Whether the subject leaves something out of order that the reference does not. @returns undefined with too many states */
  #leavesOutOrder(program: Program): boolean | undefined {
    this.#sides ??= this.#accounted();
    const { harness, subject, reference } = this.#sides;
    const there = inAlphabetOf(harness, program, this.#harness);
    const left = outOfOrder(subject, there, this.#limit);
    if (left === 0 || left === undefined) return left === undefined ? undefined : false;
    const known = outOfOrder(reference, there, this.#limit);
    return known === undefined ? undefined : (left & ~known) !== 0;
  }

  #accounted() {
    const harness = harnessOf(accountingUses(this.#harness.target));
    const options = { symmetry: !asksThread(harness.target), eager: true };
    const side = (trees: TransitionTrees) => new Explorer(new Machine(trees), options);
    return { harness, subject: side(harness.subject), reference: side(harness.reference!) };
  }

  #compared(): SchemeComparison {
    this.#comparison ??= this.#make(orderTwin(this.#harness)!);
    return this.#comparison;
  }

  #there(program: Program): Program {
    return inAlphabetOf(orderTwin(this.#harness)!, program, this.#harness);
  }
}

/** Accesses that free, or lead to a free. */
const LEADS_TO_FREE: readonly number[] = [Access.FREE, Access.RCU_CALL, Access.LATER_ARM];

/** Which ops free something, or access payload: in a program of none nothing can be out of order. */
class AskedCalls {
  readonly #trees: TransitionTrees;
  readonly #payload: PayloadPlaces;
  readonly #isAsked: boolean[] = [];
  /** Nodes below this have been looked at. */
  #next = 0;
  #generation = 0;

  constructor(trees: TransitionTrees) {
    this.#trees = trees;
    this.#payload = new PayloadPlaces(trees.subject as Scheme, trees);
  }

  /** @param program that has been explored, so that all its accesses are nodes */
  has({ threads }: Program): boolean {
    const { kind, generation, size } = this.#trees;
    if (generation !== this.#generation) this.#isAsked.length = 0;
    if (generation !== this.#generation) this.#next = 0;
    this.#generation = generation;
    for (; this.#next < size; this.#next++) {
      const call = this.#trees.callOf(this.#next);
      const isAsked = LEADS_TO_FREE.includes(kind[this.#next]!) || this.#payload.placeOf(this.#next) >= 0;
      if (call >= 0 && isAsked) this.#isAsked[call] = true;
    }
    return threads.some((calls) => calls.some((call) => this.#isAsked[call] === true));
  }
}

/** What is out of order on one side in some schedule, as `MachineState.outOfOrder` has it; undefined with too many states. */
function outOfOrder(explorer: Explorer, program: Program, limit: number): number | undefined {
  const { machine } = explorer;
  const states = explorer.explore(program, limit, {
    begin() {
      machine.outOfOrder = 0;
    },
  });
  return states === undefined ? undefined : machine.outOfOrder;
}
