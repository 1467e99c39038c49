import type { Sequential } from './linearizability.ts';
import { PairMap } from './pair-map.ts';

/** No order of indivisible ops explains the results any more. */
export const INEXPLICABLE = -1;

const THREADS = 4;
/** Cells of a configuration: the value, what each thread's pending op is known to return (or NOT_YET), strictness. */
const STRICT = 1 + THREADS;
const STRIDE = 2 + THREADS;
/** Of a configuration's cell, and of `pending`: calls and outcomes are numbered from 0. */
const NOT_YET = -1;

/** The calls that are pending, by thread, and the configurations that remain. */
interface State {
  readonly pending: readonly number[];
  readonly configurations: readonly (readonly number[])[];
}

/**
 * The search of linearizability.ts, one event at a time, for an explorer that does not know yet how the ops under
 * way will end. It is an automaton whose states are sets of configurations, numbered as they are met, so that a
 * state of the monitor is one integer, and an event that was met before is one look-up.
 *
 * A configuration says what the word would hold, and for each pending op that has taken effect already, what it
 * will return. It is *strict* while the warnings are explained as well as the results. Warnings so far can be lost
 * (no strict configuration is left) while results are still explained; with no configuration left at all the
 * state is INEXPLICABLE.
 *
 *     inc from INT_MAX │ call(inc) … call(read) return(read)=INT_MIN
 *     before the return: (INT_MAX), and by letting inc go ahead (SATURATED, inc: void)
 *     read would return INT_MAX or SATURATED there, so nothing is left: INEXPLICABLE
 */
export class LinearizabilityMonitor {
  readonly #specification: Sequential;
  #states: State[] = [];
  /** By state: whether warnings are still explained. */
  #strict: boolean[] = [];
  readonly #numbers = new Map<string, number>();
  /** By state and event, see `called` and `returned`: the state after it. */
  readonly #next = new PairMap(4096);
  /** Of the specification, when the states were made. */
  #generation = 0;

  constructor(specification: Sequential) {
    this.#specification = specification;
  }

  /** How many states have been met. The caller may `clear` when they are too many. */
  get size(): number {
    return this.#states.length;
  }

  /** Forgets every state. Only when nobody holds a number of one. */
  clear(): void {
    this.#states = [];
    this.#strict = [];
    this.#numbers.clear();
    this.#next.clear();
  }

  /**
   * Forgets what it knows if that is about outcomes that have other numbers by now, or is too much. Only when nobody holds
   * a number of a state.
   */
  keepFor(generation: number, limit: number): void {
    if (this.size > limit || generation !== this.#generation) this.clear();
    this.#generation = generation;
  }

  /** @returns the state in which nothing has been called and the word holds `value` */
  start(value: number): number {
    const idle = Array.from({ length: THREADS }, () => NOT_YET);
    return this.#number({ pending: idle, configurations: [[value, ...idle, 1]] });
  }

  /**
   * A thread calls an op. A call and a return have numbers of their own: eight for each call or outcome, two for each
   * of four threads.
   */
  called(state: number, thread: number, call: number): number {
    const event = call * 8 + thread * 2;
    const known = this.#next.get(state, event);
    return known >= 0 ? known : this.#remember(state, event, this.#call(state, thread, call));
  }

  /**
   * The op that a thread had called returns.
   *
   * @param outcome its number among the specification's outcomes
   * @returns INEXPLICABLE when no configuration is left
   */
  returned(state: number, thread: number, outcome: number): number {
    const event = outcome * 8 + thread * 2 + 1;
    const known = this.#next.get(state, event);
    // A pair map holds no negative number, so INEXPLICABLE is kept as 0 and the states one higher.
    return known >= 0
      ? known - 1
      : this.#remember(state, event, this.#return(state, thread, outcome) + 1) - 1;
  }

  /** Whether the warnings are explained too, so far. */
  isStrict(state: number): boolean {
    return this.#strict[state]!;
  }

  /** Whether a run that is over can have left `value` in the word, warnings included as long as these are explained. */
  endsWith(state: number, value: number): boolean {
    const strict = this.isStrict(state) ? 1 : 0;
    return this.#states[state]!.configurations.some((one) => one[0] === value && one[STRICT]! >= strict);
  }

  /** The same state with two threads exchanged. */
  swapped(state: number, one: number, other: number): number {
    if (state === INEXPLICABLE) return state;
    // Beyond every call and outcome: no call and no return has such a number.
    const event = -1 - (one * THREADS + other);
    const known = this.#next.get(state, event);
    return known >= 0 ? known : this.#remember(state, event, this.#swap(state, one, other));
  }

  #remember(state: number, event: number, next: number): number {
    this.#next.set(state, event, next);
    return next;
  }

  #call(state: number, thread: number, call: number): number {
    const { pending, configurations } = this.#states[state]!;
    return this.#number({ pending: pending.with(thread, call), configurations });
  }

  #return(state: number, thread: number, outcome: number): number {
    const { pending, configurations } = this.#states[state]!;
    const result = this.#specification.resultId[outcome]!;
    const kept: number[][] = [];
    for (const one of this.#closed(pending, configurations, thread)) {
      const would = one[1 + thread]!;
      const wouldResult = one[STRICT] === 1 ? this.#specification.resultId[would] : would;
      if (would === NOT_YET || wouldResult !== result) continue;
      const settled = one.with(1 + thread, NOT_YET);
      kept.push(one[STRICT] === 1 && would !== outcome ? this.#lax(settled) : settled);
    }
    if (kept.length === 0) return INEXPLICABLE;
    return this.#number({ pending: pending.with(thread, NOT_YET), configurations: kept });
  }

  /**
   * Lets pending ops go ahead, in every order, from every configuration that still lacks the returning one.
   *
   *     A and B pending, A returns: of one configuration at most four come: as it was; A; B; B, then A
   *
   * Once A has taken effect nothing else need go ahead: that can still happen at a later return.
   */
  #closed(
    pending: readonly number[],
    configurations: readonly (readonly number[])[],
    returning: number,
  ): readonly (readonly number[])[] {
    const all = [...configurations];
    for (const one of all) {
      if (one[1 + returning] !== NOT_YET) continue;
      for (const [thread, call] of pending.entries()) {
        if (call === NOT_YET || one[1 + thread] !== NOT_YET) continue;
        const next = this.#ahead(one, thread, call);
        // There are some ten or twenty of them: to look at each is quicker than to make texts for a set.
        if (!all.some((other) => isSame(other, next))) all.push(next);
      }
    }
    return all;
  }

  /** The configuration once the pending op of a thread has taken effect. */
  #ahead(one: readonly number[], thread: number, call: number): number[] {
    const done = this.#specification.atomically(call, one[0]!);
    const outcome = this.#specification.atomicOutcome(done);
    const told = one[STRICT] === 1 ? outcome : this.#specification.resultId[outcome]!;
    return one.with(0, this.#specification.atomicValue(done)).with(1 + thread, told);
  }

  /** Warnings do not matter any more: what is to come is only its results. */
  #lax(one: readonly number[]): number[] {
    return one.map((cell, at) => {
      if (at === STRICT) return 0;
      return at === 0 || cell === NOT_YET ? cell : this.#specification.resultId[cell]!;
    });
  }

  #swap(state: number, one: number, other: number): number {
    const { pending, configurations } = this.#states[state]!;
    const swapAt = (cells: readonly number[], base: number) =>
      cells.with(base + one, cells[base + other]!).with(base + other, cells[base + one]!);
    return this.#number({
      pending: swapAt(pending, 0),
      configurations: configurations.map((cells) => swapAt(cells, 1)),
    });
  }

  /** The number of a state. Equal sets get the same. */
  #number({ pending, configurations }: State): number {
    const distinct = configurations.length === 1 ? configurations : inOrder(configurations);
    const text = nameOf(pending, distinct);
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#states.push({ pending, configurations: distinct }) - 1;
    this.#strict.push(distinct.some((one) => one[STRICT] === 1));
    this.#numbers.set(text, number);
    return number;
  }
}

/** A text that no other state has: two characters for each number. To write them as digits would take most of the time. */
function nameOf(pending: readonly number[], configurations: readonly (readonly number[])[]): string {
  const codes: number[] = [];
  for (const cell of pending) codes.push(cell & 0xffff, cell >>> 16);
  for (const one of configurations) for (const cell of one) codes.push(cell & 0xffff, cell >>> 16);
  return String.fromCharCode(...codes);
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  for (let at = 0; at < STRIDE; at++) if (one[at] !== other[at]) return false;
  return true;
}

/** Each configuration once, in an order that depends on nothing but what they are. */
function inOrder(configurations: readonly (readonly number[])[]): (readonly number[])[] {
  const sorted = [...configurations].sort(compare);
  return sorted.filter((one, at) => at === 0 || !isSame(one, sorted[at - 1]!));
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < STRIDE; at++) {
    const difference = one[at]! - other[at]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
