import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import { formatValue } from '../../targets/subject/values.ts';
import type { OpOutcome, TransitionTrees } from '../run/transition-trees.ts';
import { cheapestPath } from './cheapest-path.ts';
import type { Wanted, WantedOutcome } from './reach.ts';
import type { StateGraph } from './state-graph.ts';

/** A program with more outcomes than this, summed over its states, has too many to list. */
const MOST_LISTED = 20_000_000;

/** What a run of a counter gave: each op's outcome, by thread, and the word at the end. */
export interface RunOutcome {
  readonly threads: readonly (readonly string[])[];
  readonly final: number;
}

/** The outcomes of a program on both sides. An outcome is a number: equal numbers on both sides are equal outcomes. */
export interface OutcomeSets {
  /** In ascending order, each once. */
  readonly reference: Float64Array;
  readonly subject: Float64Array;
  /** What the number of an outcome stands for. */
  read(outcome: number): RunOutcome;
  /** The cheapest schedule of one side that ends with this outcome; none is cheaper. */
  cheapest(side: 'reference' | 'subject', outcome: number): number[] | undefined;
  /** Whether some outcome of the reference is as asked. The question is `canEnd`'s, and these are all that it can end with. */
  canReferenceEnd(asked: Wanted): boolean;
  /** Whether in a run of the subject with this outcome the op in a slot ends with outcome number `id`. */
  allows(outcome: number, slot: number, id: number): boolean;
  /** Whether a run with this outcome leaves this value. */
  leaves(outcome: number, word: number): boolean;
}

/** One side: its graph and the trees that its outcomes are numbered by. */
export interface Side {
  readonly graph: StateGraph;
  readonly trees: TransitionTrees;
}

/**
 * The sets of outcomes of a counter program on both sides, over all schedules.
 *
 * Going forward with the results so far in the state would multiply the states. So the sets are made backwards: the
 * outcomes that can still come, for each state. An outcome is a number in mixed radix, a digit for each op and one
 * for the final word, so that to put an op's outcome before all that can follow is to add one constant to a sorted
 * array, and to join what two accesses lead to is to merge two.
 *
 *     inc | xchg(5) from 1      digits of xchg, weight 1: 0 is "1", 1 is "2"; of the word, weight 2: 0 is "6", 1 is "5"
 *     xchg first: 0 + 0 = 0; inc first: 1 + 2 = 3. The set is {0, 3} at the start, {2} when both are over, inc first
 *
 * @returns undefined where there are too many to list, or a side has a livelock
 */
export function outcomeSets(reference: Side, subject: Side): OutcomeSets | undefined {
  const digits = new Digits();
  const [ofReference, ofSubject] = [numbered(reference, digits), numbered(subject, digits)];
  if (!digits.fit()) return undefined;
  const [one, other] = [
    suffixes(reference.graph, ofReference, digits),
    suffixes(subject.graph, ofSubject, digits),
  ];
  if (!one || !other) return undefined;
  const { program } = subject.graph;
  return {
    reference: one,
    subject: other,
    read: (outcome) => ({
      threads: program.threads.map((ops, thread) =>
        ops.map((_, op) => digits.text(thread * SLOTS_PER_THREAD + op, outcome)),
      ),
      final: Number(digits.text(FINAL, outcome)),
    }),
    cheapest(side, outcome) {
      const [{ graph }, of] = side === 'subject' ? [subject, ofSubject] : [reference, ofReference];
      const final = digits.digit(FINAL, outcome);
      const allows = (edge: number) =>
        graph.slot[edge]! < 0 || digits.digit(graph.slot[edge]!, outcome) === of.edges[edge];
      return cheapestPath(graph, allows, (state) => of.finals[state] === final);
    },
    canReferenceEnd: ({ wanted, final }) => {
      const places = [...wanted].map(([slot, asked]) => [slot, digits.numbers(slot, asked)] as const);
      if (final !== undefined) places.push([FINAL, digits.numbers(FINAL, String(final))]);
      return one.some((outcome) => places.every(([place, fit]) => fit.has(digits.digit(place, outcome))));
    },
    allows: (outcome, slot, id) =>
      digits.digit(slot, outcome) === digits.number(slot, outcomeText(subject.trees.outcomeOf(id))),
    leaves: (outcome, word) => digits.digit(FINAL, outcome) === digits.number(FINAL, String(word)),
  };
}

/** The place of the final word; all others are slots. */
const FINAL = -1;

/** Numbers what can stand in each place of an outcome, and gives the places their weights. */
class Digits {
  /** By place, in the order in which places were met: the digit of each text. */
  readonly #places = new Map<number, Map<string, number>>();
  readonly #weights = new Map<number, number>();

  /** The digit of a text in a place: new ones get the next. */
  number(place: number, text: string): number {
    const known = this.#places.get(place) ?? new Map<string, number>();
    this.#places.set(place, known);
    const digit = known.get(text) ?? known.size;
    known.set(text, digit);
    return digit;
  }

  /** The digits in a place that stand for a text, or for an answer with whatever warnings. */
  numbers(place: number, asked: string | WantedOutcome): ReadonlySet<number> {
    const known = this.#places.get(place) ?? new Map<string, number>();
    if (typeof asked === 'string' || asked.warnings !== undefined) {
      const text = typeof asked === 'string' ? asked : outcomeText({ ...asked, warnings: asked.warnings! });
      return new Set(known.has(text) ? [known.get(text)!] : []);
    }
    const answer = outcomeText({ result: asked.result, warnings: [] });
    const fits = [...known].filter(([text]) => text === answer || text.startsWith(`${answer} ⚠ `));
    return new Set(fits.map(([, digit]) => digit));
  }

  /** Call it when all is numbered. @returns whether every outcome is a number that a double holds exactly */
  fit(): boolean {
    let weight = 1;
    for (const [place, known] of this.#places) {
      this.#weights.set(place, weight);
      weight *= known.size;
    }
    return weight <= Number.MAX_SAFE_INTEGER;
  }

  /** By how much an outcome grows when the digit in a place grows by one. */
  weight(place: number): number {
    return this.#weights.get(place)!;
  }

  /** What stands in a place of an outcome. */
  digit(place: number, outcome: number): number {
    return Math.floor(outcome / this.weight(place)) % this.#places.get(place)!.size;
  }

  text(place: number, outcome: number): string {
    const digit = this.digit(place, outcome);
    return [...this.#places.get(place)!.keys()][digit]!;
  }
}

/** By transition and by final state: the digit. */
interface Numbered {
  readonly edges: Int32Array;
  readonly finals: Int32Array;
}

/** The digits of one side. Sides are numbered one after the other with the same `digits`, so equal texts are equal digits. */
function numbered({ graph, trees }: Side, digits: Digits): Numbered {
  const edges = new Int32Array(graph.transitions);
  const finals = new Int32Array(graph.states);
  // Outcomes are few and transitions many.
  const known = new Map<number, number>();
  for (let edge = 0; edge < graph.transitions; edge++) {
    const slot = graph.slot[edge]!;
    if (slot < 0) continue;
    const at = graph.outcome[edge]! * 64 + slot;
    let digit = known.get(at);
    if (digit === undefined) {
      digit = digits.number(slot, outcomeText(trees.outcomeOf(graph.outcome[edge]!)));
      known.set(at, digit);
    }
    edges[edge] = digit;
  }
  for (let state = 0; state < graph.states; state++) {
    if (graph.first[state] === graph.first[state + 1])
      finals[state] = digits.number(FINAL, String(graph.word[state]));
  }
  return { edges, finals };
}

/** `true`, `void ⚠ addition on 0; use-after-free`. */
export function outcomeText({ result, warnings }: OpOutcome): string {
  const answer =
    result === undefined ? 'void' : typeof result === 'number' ? formatValue(result) : String(result);
  return [answer, ...warnings.map(({ text }) => `⚠ ${text}`)].join(' ');
}

/**
 * For each state, from the last to the first, the outcomes that can still come: what each access leads to, with the outcome
 * of the op that it ended put before. @returns those of the first state; undefined for a livelock, or too many to list
 */
function suffixes(
  { states, first, to, slot, order }: StateGraph,
  { edges, finals }: Numbered,
  digits: Digits,
): Float64Array | undefined {
  if (!order) return undefined;
  const sets = new Array<Float64Array>(states);
  const weights = new Map<number, number>([[-1, 0]]);
  let listed = 0;
  for (let at = states - 1; at >= 0; at--) {
    const state = order[at]!;
    let set: Float64Array | undefined;
    for (let edge = first[state]!; edge < first[state + 1]!; edge++) {
      const place = slot[edge]!;
      let weight = weights.get(place);
      if (weight === undefined) {
        weight = digits.weight(place);
        weights.set(place, weight);
      }
      const after = sets[to[edge]!]!;
      const shift = place < 0 ? 0 : edges[edge]! * weight;
      set = set ? merged(set, after, shift) : shifted(after, shift);
    }
    sets[state] = set ?? Float64Array.of(finals[state]! * digits.weight(FINAL));
    listed += sets[state]!.length;
    if (listed > MOST_LISTED) return undefined;
  }
  return sets[0];
}

/** Every outcome of a set with one more op before it. */
function shifted(set: Float64Array, shift: number): Float64Array {
  return shift === 0 ? set : set.map((outcome) => outcome + shift);
}

/** One sorted set joined with another that is shifted. */
function merged(one: Float64Array, other: Float64Array, shift: number): Float64Array {
  const joined = new Float64Array(one.length + other.length);
  let length = 0;
  let i = 0;
  let k = 0;
  while (i < one.length && k < other.length) {
    const a = one[i]!;
    const b = other[k]! + shift;
    joined[length++] = a < b ? a : b;
    if (a <= b) i++;
    if (b <= a) k++;
  }
  while (i < one.length) joined[length++] = one[i++]!;
  while (k < other.length) joined[length++] = other[k++]! + shift;
  return length === joined.length ? joined : joined.slice(0, length);
}

/** What is in `one` and not in `other`; both sorted, as `outcomeSets` gives them. */
export function difference(one: Float64Array, other: Float64Array): number[] {
  const only: number[] = [];
  let k = 0;
  for (const outcome of one) {
    while (k < other.length && other[k]! < outcome) k++;
    if (other[k] !== outcome) only.push(outcome);
  }
  return only;
}
