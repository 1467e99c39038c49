/**
 * One execution of a program on a counter, as the oracles see it. A *slot* numbers an op of the program:
 * `thread * 16 + index`. All arrays but `events` are indexed by slot.
 */
export interface Execution {
  /** The word before and after the run. */
  start: number;
  final: number;
  /** `slot * 2` when the op makes its first access, `slot * 2 + 1` when it has made its last, in order. */
  readonly events: Int32Array;
  /** How many of `events` count. */
  eventCount: number;
  /** The call, and the number of its outcome once it has returned. */
  readonly calls: Int32Array;
  readonly outcomes: Int32Array;
}

/** Slots of a thread: 12 ops at most, rounded up to a power of two, so that a slot's thread is `slot >> 4`. */
export const SLOTS_PER_THREAD = 16;

/** The atomic specification of a counter: what each op does when nothing can come between its accesses. */
export interface Sequential {
  /** @returns an index for the two functions below @throws NonTerminatingOp */
  atomically(call: number, value: number): number;
  atomicOutcome(index: number): number;
  atomicValue(index: number): number;
  /** By outcome: its result without its warnings. */
  readonly resultId: Int32Array;
}

/** Nothing is wrong. */
export const LINEARIZABLE = -1;
/** Every op is explained, the final word is not. */
export const FINAL_WORD = -2;

/** Configurations kept at once. Seen: at most 36 for four threads; beyond the limit the answer would be unsound. */
const MAX_CONFIGURATIONS = 4096;
/** The most threads of a run. A bit each of a mask. */
const THREADS = 32;

/**
 * Whether some order of indivisible ops, in which an op that ended before another began comes first, gives
 * every op the outcome it had, and the word its final value.
 *
 * This is linearizability (Herlihy and Wing, 1990), decided by the just-in-time search of Lowe ("Testing for
 * linearizability", 2017), which improves on Wing and Gong (1993): walk through the calls and returns, keeping the set of
 * configurations (value, which pending ops have already taken effect). Only when an op returns must it have taken effect,
 * so only then is the set closed under letting pending ops go ahead.
 *
 *     inc from INT_MAX │ call(inc) … call(read) return(read)=INT_MIN
 *     configurations before the return: (INT_MAX, {}), (SATURATED, {inc})
 *     read would give INT_MAX or SATURATED, never INT_MIN: no configuration is left, the read fails
 *
 * An op is let go ahead only if its outcome there is the one it is known to have had, which is what keeps the
 * set small. One object serves for many runs: its arrays are made once.
 */
export class OrderSearch {
  readonly #specification: Sequential;
  /** The configurations, `#count` of them: the word, and a bit for each thread whose pending op has taken effect. */
  #values = new Int32Array(64);
  #effective = new Int32Array(64);
  #count = 0;
  /** By thread: the call that is pending, and the outcome that it is going to have. */
  readonly #pendingCall = new Int32Array(THREADS);
  readonly #pendingOutcome = new Int32Array(THREADS);

  constructor(specification: Sequential) {
    this.#specification = specification;
  }

  /**
   * @param withWarnings whether warnings must be explained as well as results
   * @returns LINEARIZABLE, FINAL_WORD, or the slot of the op at whose return no configuration was left
   */
  unexplained(execution: Execution, withWarnings: boolean): number {
    const { events, eventCount } = execution;
    this.#values[0] = execution.start;
    this.#effective[0] = 0;
    this.#count = 1;
    /** Threads with an op under way, a bit each. */
    let pending = 0;
    for (let at = 0; at < eventCount; at++) {
      const event = events[at]!;
      const slot = event >> 1;
      const thread = slot >> 4;
      if ((event & 1) === 0) {
        pending |= 1 << thread;
        this.#pendingCall[thread] = execution.calls[slot]!;
        this.#pendingOutcome[thread] = execution.outcomes[slot]!;
        continue;
      }
      this.#close(pending, 1 << thread, withWarnings);
      this.#keepOnly(1 << thread);
      pending &= ~(1 << thread);
      if (this.#count === 0) return slot;
    }
    for (let i = 0; i < this.#count; i++) if (this.#values[i] === execution.final) return LINEARIZABLE;
    return FINAL_WORD;
  }

  /** Lets pending ops go ahead, in every order, from every configuration that still lacks the returning one. */
  #close(pending: number, returning: number, withWarnings: boolean): void {
    const specification = this.#specification;
    // The list grows while it is walked: what is added is looked at as well.
    for (let i = 0; i < this.#count; i++) {
      const mask = this.#effective[i]!;
      if (mask & returning) continue;
      for (let left = pending & ~mask; left !== 0; left &= left - 1) {
        const bit = left & -left;
        const thread = 31 - Math.clz32(bit);
        const done = specification.atomically(this.#pendingCall[thread]!, this.#values[i]!);
        const had = this.#pendingOutcome[thread]!;
        const would = specification.atomicOutcome(done);
        if (would !== had && (withWarnings || specification.resultId[would] !== specification.resultId[had]))
          continue;
        this.#add(specification.atomicValue(done), mask | bit);
      }
    }
  }

  #add(value: number, mask: number): void {
    const count = this.#count;
    for (let i = 0; i < count; i++) if (this.#values[i] === value && this.#effective[i] === mask) return;
    if (count === this.#values.length) this.#enlarge();
    this.#values[count] = value;
    this.#effective[count] = mask;
    this.#count = count + 1;
  }

  /** Drops the configurations in which the op that returned had not taken effect; merges what became equal. */
  #keepOnly(bit: number): void {
    const count = this.#count;
    this.#count = 0;
    for (let i = 0; i < count; i++) {
      const mask = this.#effective[i]!;
      if (mask & bit) this.#add(this.#values[i]!, mask & ~bit);
    }
  }

  #enlarge(): void {
    const length = this.#values.length * 2;
    if (length > MAX_CONFIGURATIONS) throw new Error('internal: too many configurations');
    const grown = (array: Int32Array) => {
      const larger = new Int32Array(length);
      larger.set(array);
      return larger;
    };
    this.#values = grown(this.#values);
    this.#effective = grown(this.#effective);
  }
}

/** The search for one run. For many runs make one `OrderSearch`. See there for parameters and answer. */
export function unexplained(execution: Execution, specification: Sequential, withWarnings: boolean): number {
  return new OrderSearch(specification).unexplained(execution, withWarnings);
}
