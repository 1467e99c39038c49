import type { Scheme } from '../../targets/subject/subject.ts';
import { INT_MAX, INT_MIN } from '../../targets/subject/values.ts';
import type { Target } from '../../targets/target/target.ts';
import { CALLBACK, type TransitionTrees } from '../run/transition-trees.ts';
import { CALLBACK_OP } from './hybrid-scheme.ts';
import { contains, type Interval, intervalsWhere } from './intervals.ts';
import type { Parting } from './partings.ts';
import { differenceOf, type SchemeEffect, type Situation, schemeAlone } from './scheme-alone.ts';
import { firstPartings, type SchemeSides } from './tree-twins.ts';

/** An op's interval of counts, and what differs there, each difference once. */
interface OpParting extends Interval {
  readonly op: string;
  readonly differences: string;
}

/** How far around a count its neighbours are looked at too. */
const NEAR = 2;

/**
 * Where the ops of a scheme part from those of another when each runs alone, and which do so for one reason. Counts are
 * the base's, without the bias.
 *
 *     put from one user, list and idle note as in any state       at 1: the subject saturates
 *     two ops with the same difference from the same counts       one parting: it is a helper's
 */
export class SchemePartings {
  readonly #sides: SchemeSides;
  readonly #biases: { readonly base: number; readonly subject: number };
  readonly #ops: readonly string[];
  readonly #found: readonly Omit<Situation, 'count'>[];
  readonly #probes: readonly number[];
  readonly #runs = new Map<string, SchemeEffect>();
  readonly #queues = { base: false, subject: false };
  readonly #parts: readonly OpParting[];
  readonly #differing = new Map<string, ReadonlySet<string>>();

  constructor(base: TransitionTrees, subject: TransitionTrees, target: Target) {
    const [one, other] = [base.subject as Scheme, subject.subject as Scheme];
    this.#biases = { base: one.bias, subject: other.bias };
    this.#sides = { base, subject, bias: other.bias - one.bias };
    this.#found = surroundings([one, other]);
    this.#probes = probesOf([one, other], target);
    this.#ops = target.ops;
    this.#parts = target.ops.flatMap((op) => this.#partsOf(op));
    if (this.bothQueue) {
      this.#ops = [...target.ops, CALLBACK_OP];
      this.#parts = [...this.#parts, ...this.#partsOf(CALLBACK_OP)];
    }
  }

  /** Whether ops of both sides queue an RCU callback: only then can that of the one stand for that of the other. */
  get bothQueue(): boolean {
    return this.#queues.base && this.#queues.subject;
  }

  /** Whether ops of the base queue an RCU callback. */
  get baseQueues(): boolean {
    return this.#queues.base;
  }

  /** All ways in which ops part alone. */
  get all(): readonly Parting[] {
    return [...new Map(this.#parts.map((part) => [keyOf(part), this.#groupOf(part)])).values()];
  }

  /** The ops that are not the same on both sides, in any order of accesses. Sorted. */
  get differing(): readonly string[] {
    return this.#ops.filter((op) => this.accessesOf(op).size > 0).sort();
  }

  /** See `firstPartings`. */
  accessesOf(op: string): ReadonlySet<string> {
    let known = this.#differing.get(op);
    if (!known) {
      known = firstPartings(this.#sides, this.#callOf(op), this.#probes);
      this.#differing.set(op, known);
    }
    return known;
  }

  /** The parting that an op shows on an object that it finds alone, if it does. */
  at(op: string, situation: Situation): Parting | undefined {
    const { count } = situation;
    if (this.#difference(op, situation) === '') return undefined;
    const part = this.#parts.find((one) => one.op === op && contains(one, count));
    return part ? this.#groupOf(part) : { ops: [op], intervals: [{ low: count, high: count }] };
  }

  /**
   * Whether an op takes locks, looks at lists, queues or frees in another order than that of the base, on an object that it
   * finds alone. Where that does nothing alone, it lets others in.
   */
  isReordered(op: string, situation: Situation): boolean {
    return this.#run('base', op, situation).shape !== this.#run('subject', op, situation).shape;
  }

  /** The parting of an op from a count, whatever else it finds. */
  from(op: string, count: number): Parting | undefined {
    const part = this.#parts.find((one) => one.op === op && contains(one, count));
    return part && this.#groupOf(part);
  }

  /** The ops that part from the base at the same accesses as one does, itself among them. Sorted. */
  likeInRaces(op: string): readonly string[] {
    const textOf = (one: string) => [...this.accessesOf(one)].sort().join('\n');
    return this.differing.filter((one) => textOf(one) === textOf(op));
  }

  #callOf(op: string): number {
    return op === CALLBACK_OP ? CALLBACK : this.#sides.subject.alphabet.id(op);
  }

  #groupOf(part: OpParting): Parting {
    const members = this.#parts.filter((other) => keyOf(other) === keyOf(part));
    return {
      ops: [...new Set(members.map(({ op }) => op))].sort(),
      intervals: [{ low: part.low, high: part.high }],
    };
  }

  #partsOf(op: string): OpParting[] {
    const differencesAt = (count: number) =>
      this.#found.map((rest) => this.#difference(op, { ...rest, count })).filter((text) => text !== '');
    const intervals = intervalsWhere(this.#probes, (count) => differencesAt(count).length > 0);
    return intervals.map((interval) => {
      const there = this.#probes.filter((count) => contains(interval, count)).flatMap(differencesAt);
      return { op, ...interval, differences: [...new Set(there)].sort().join('\n') };
    });
  }

  #difference(op: string, situation: Situation): string {
    return differenceOf(this.#run('base', op, situation), this.#run('subject', op, situation));
  }

  #run(side: 'base' | 'subject', op: string, situation: Situation): SchemeEffect {
    const { count, list, idle, words } = situation;
    const key = `${side} ${op} ${count} ${list} ${idle} ${Object.entries(words)}`;
    let run = this.#runs.get(key);
    if (!run) {
      run = schemeAlone(this.#sides[side], this.#callOf(op), this.#biases[side], situation);
      this.#runs.set(key, run);
      if (run.queues) this.#queues[side] = true;
    }
    return run;
  }
}

/** Partings with the same key are one. */
function keyOf({ low, high, differences }: OpParting): string {
  return `${low} ${high} ${differences}`;
}

/** All that an op may find beside the count: lists, notes, and the own words of each state, with each word changed in turn. */
function surroundings(sides: readonly Scheme[]): Omit<Situation, 'count'>[] {
  const names = [...new Set(sides.flatMap(({ words = [] }) => words.map(({ name }) => name)))];
  const states = [...new Set(sides.flatMap((side) => Object.keys(side.states)))];
  const ofStates = states.map((state) => {
    const values = sides.flatMap(({ words = [], states }) =>
      words.map(({ name }, at) => [name, states[state]?.words?.[at] ?? 0] as const),
    );
    return Object.fromEntries(values) as Record<string, number>;
  });
  const changed = ofStates.flatMap((words) =>
    names.map((name) => ({ ...words, [name]: words[name] === 0 ? 1 : 0 })),
  );
  const all = new Map([...ofStates, ...changed].map((words) => [JSON.stringify(words), words]));
  return [...all.values()].flatMap((words) =>
    [0, 1, 2].flatMap((list) => [0, 2].map((idle) => ({ list, idle, words }))),
  );
}

/** Counts that are tried, sorted: around those of the states, 0, the ends, and what either side takes for special. */
function probesOf(sides: readonly Scheme[], { constants = [] }: Target): number[] {
  const centres = new Set([0, INT_MAX, INT_MIN]);
  for (const { bias, saturated, states } of sides) {
    for (const { count } of Object.values(states)) centres.add((count - bias) | 0);
    if (saturated !== undefined) centres.add((saturated - bias) | 0);
    for (const { value } of constants) centres.add((value - bias) | 0);
  }
  const probes = new Set<number>();
  for (const centre of centres)
    for (let offset = -NEAR; offset <= NEAR; offset++) probes.add((centre + offset) | 0);
  return [...probes].sort((one, other) => one - other);
}
