import type { Sequential } from './linearizability.ts';
import { exchange } from './packed-fields.ts';
import { PairMap } from './pair-map.ts';
import { RowSet } from './row-set.ts';

/** No order of indivisible ops explains the results any more. */
export const INEXPLICABLE = -1;

const THREADS = 4;
/** A call that is not pending, an outcome that is not known: both are numbered from 0. */
const NOT_YET = -1;

/**
 * A state is a row of integers: whether a configuration of it is strict, the calls that are pending, by thread, and the
 * configurations that remain, each once and in order.
 *
 *     strict │ call 0 … call 3 │ value, outcome 0 … outcome 3, strict │ value, …
 *
 * Rows and not lists of lists: a campaign meets thousands of new states a second, and as objects they outlived the
 * young generation and were most of what its garbage collector copied.
 */
const PENDING = 1;
const CONFIGURATIONS = PENDING + THREADS;
/** Within a configuration: what each thread's pending op is known to return, or NOT_YET; and its strictness. */
const OUTCOMES = 1;
const STRICT = OUTCOMES + THREADS;
const STRIDE = STRICT + 1;

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
  readonly #states = new RowSet();
  /** By state and event, see `called` and `returned`: the state after it. */
  readonly #next = new PairMap(4096);
  /** The state that is being made, and how many configurations it has so far. */
  #draft = new Int32Array(CONFIGURATIONS + 64 * STRIDE);
  #count = 0;
  /** Of the specification, when the states were made. */
  #generation = 0;

  constructor(specification: Sequential) {
    this.#specification = specification;
  }

  /** How many states have been met. The caller may `clear` when they are too many. */
  get size(): number {
    return this.#states.size;
  }

  /** Forgets every state. Only when nobody holds a number of one. */
  clear(): void {
    this.#states.clear();
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
    this.#draft.fill(NOT_YET, 0, CONFIGURATIONS);
    this.#count = 0;
    const first = this.#room();
    this.#draft.fill(NOT_YET, first, first + STRIDE);
    this.#draft[first] = value;
    this.#draft[first + STRICT] = 1;
    this.#count = 1;
    return this.#number();
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
    return this.#states.cells[this.#states.from(state)] === 1;
  }

  /** Whether a run that is over can have left `value` in the word, warnings included as long as these are explained. */
  endsWith(state: number, value: number): boolean {
    const { cells } = this.#states;
    const from = this.#states.from(state);
    const end = this.#states.from(state + 1);
    for (let one = from + CONFIGURATIONS; one < end; one += STRIDE) {
      if (cells[one] === value && cells[one + STRICT]! >= cells[from]!) return true;
    }
    return false;
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
    this.#load(state);
    this.#draft[PENDING + thread] = call;
    return this.#number();
  }

  #return(state: number, thread: number, outcome: number): number {
    this.#load(state);
    this.#close(thread);
    const draft = this.#draft;
    const { resultId } = this.#specification;
    const result = resultId[outcome]!;
    const all = this.#count;
    this.#count = 0;
    for (let number = 0; number < all; number++) {
      const one = placeOf(number);
      const would = draft[one + OUTCOMES + thread]!;
      const isStrict = draft[one + STRICT] === 1;
      if (would === NOT_YET || (isStrict ? resultId[would] : would) !== result) continue;
      const kept = placeOf(this.#count++);
      for (let at = 0; at < STRIDE; at++) draft[kept + at] = draft[one + at]!;
      draft[kept + OUTCOMES + thread] = NOT_YET;
      if (isStrict && would !== outcome) this.#relax(kept);
    }
    if (this.#count === 0) return INEXPLICABLE;
    draft[PENDING + thread] = NOT_YET;
    return this.#number();
  }

  /**
   * Lets pending ops go ahead, in every order, from every configuration of the draft that still lacks the returning one.
   *
   *     A and B pending, A returns: of one configuration at most four come: as it was; A; B; B, then A
   *
   * Once A has taken effect nothing else need go ahead: that can still happen at a later return.
   */
  #close(returning: number): void {
    // The list grows while it is walked: what is added is looked at as well.
    for (let number = 0; number < this.#count; number++) {
      const one = placeOf(number);
      if (this.#draft[one + OUTCOMES + returning] !== NOT_YET) continue;
      for (let thread = 0; thread < THREADS; thread++) {
        const call = this.#draft[PENDING + thread]!;
        if (call !== NOT_YET && this.#draft[one + OUTCOMES + thread] === NOT_YET)
          this.#goAhead(one, thread, call);
      }
    }
  }

  /** Adds the configuration after `one` in which the pending op of a thread has taken effect, unless it is there. */
  #goAhead(one: number, thread: number, call: number): void {
    const done = this.#specification.atomically(call, this.#draft[one]!);
    const outcome = this.#specification.atomicOutcome(done);
    const next = this.#room();
    const draft = this.#draft;
    for (let at = 0; at < STRIDE; at++) draft[next + at] = draft[one + at]!;
    draft[next] = this.#specification.atomicValue(done);
    draft[next + OUTCOMES + thread] =
      draft[one + STRICT] === 1 ? outcome : this.#specification.resultId[outcome]!;
    // There are some ten or twenty of them: to look at each is quicker than to keep a set.
    for (let known = 0; known < this.#count; known++) if (this.#compare(placeOf(known), next) === 0) return;
    this.#count++;
  }

  /** Warnings do not matter any more: what is to come is only its results. */
  #relax(one: number): void {
    const draft = this.#draft;
    for (let at = one + OUTCOMES; at < one + STRICT; at++) {
      if (draft[at] !== NOT_YET) draft[at] = this.#specification.resultId[draft[at]!]!;
    }
    draft[one + STRICT] = 0;
  }

  #swap(state: number, one: number, other: number): number {
    this.#load(state);
    exchange(this.#draft, PENDING + one, PENDING + other);
    for (let number = 0; number < this.#count; number++) {
      const outcomes = placeOf(number) + OUTCOMES;
      exchange(this.#draft, outcomes + one, outcomes + other);
    }
    return this.#number();
  }

  /** Makes a draft that is like a state. */
  #load(state: number): void {
    const { cells } = this.#states;
    const from = this.#states.from(state);
    const length = this.#states.from(state + 1) - from;
    // A state once was a draft, so it fits.
    for (let at = 0; at < length; at++) this.#draft[at] = cells[from + at]!;
    this.#count = (length - CONFIGURATIONS) / STRIDE;
  }

  /** @returns where the next configuration of the draft is to be written; it counts once `#count` says so */
  #room(): number {
    const place = placeOf(this.#count);
    if (place + STRIDE > this.#draft.length) {
      const larger = new Int32Array(2 * this.#draft.length);
      larger.set(this.#draft);
      this.#draft = larger;
    }
    return place;
  }

  /** The number of the state that the draft is. Equal sets get the same. */
  #number(): number {
    this.#sort();
    const draft = this.#draft;
    draft[0] = 0;
    for (let number = 0; number < this.#count; number++) draft[0] |= draft[placeOf(number) + STRICT]!;
    return this.#states.add(draft, placeOf(this.#count));
  }

  /**
   * Brings the configurations into an order that depends on nothing but what they are, each once: insertion sort, as they
   * are few and mostly in order.
   */
  #sort(): void {
    const draft = this.#draft;
    let sorted = Math.min(1, this.#count);
    for (let number = 1; number < this.#count; number++) {
      const one = placeOf(number);
      let place = sorted;
      while (place > 0 && this.#compare(placeOf(place - 1), one) > 0) place--;
      if (place > 0 && this.#compare(placeOf(place - 1), one) === 0) continue;
      for (let cell = 0; cell < STRIDE; cell++) {
        const value = draft[one + cell]!;
        for (let at = placeOf(sorted) + cell; at > placeOf(place) + cell; at -= STRIDE)
          draft[at] = draft[at - STRIDE]!;
        draft[placeOf(place) + cell] = value;
      }
      sorted++;
    }
    this.#count = sorted;
  }

  /** Orders two configurations of the draft. */
  #compare(one: number, other: number): number {
    const draft = this.#draft;
    for (let at = 0; at < STRIDE; at++) {
      const difference = draft[one + at]! - draft[other + at]!;
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

/** Where a configuration begins in a state. */
function placeOf(number: number): number {
  return CONFIGURATIONS + number * STRIDE;
}
