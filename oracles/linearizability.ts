/**
 * One execution of a program on a counter, as the oracles see it. A *slot* numbers an op of the program:
 * `thread * 16 + index`. All arrays but `events` are indexed by slot.
 */
export interface Execution {
  start: number;
  final: number;
  /** `slot * 2` when the op makes its first access, `slot * 2 + 1` when it has made its last, in order. */
  readonly events: Int32Array;
  eventCount: number;
  readonly calls: Int32Array;
  readonly outcomes: Int32Array;
}

export const SLOTS_PER_THREAD = 16;

/** The atomic specification of a counter: what each op does when nothing can come between its accesses. */
export interface Sequential {
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
const values = new Int32Array(MAX_CONFIGURATIONS);
const masks = new Int32Array(MAX_CONFIGURATIONS);
const pendingCall = new Int32Array(32);
const pendingOutcome = new Int32Array(32);

/**
 * Whether some order of indivisible ops, in which an op that ended before another began comes first, gives
 * every op the outcome it had, and the word its final value.
 *
 * The just-in-time search of Lowe ("Testing for linearizability", 2017): walk through the calls and returns,
 * keeping the set of configurations (value, which pending ops have already taken effect). Only when an op
 * returns must it have taken effect, so only then is the set closed under letting pending ops go ahead.
 *
 *     inc from INT_MAX │ call(inc) … call(read) return(read)=INT_MIN
 *     configurations before the return: (INT_MAX, {}), (SATURATED, {inc})
 *     read would give INT_MAX or SATURATED, never INT_MIN: no configuration is left, the read fails
 *
 * An op is let go ahead only if its outcome there is the one it is known to have had, which is what keeps the
 * set small.
 *
 * @param withWarnings whether warnings must be explained as well as results
 * @returns LINEARIZABLE, FINAL_WORD, or the slot of the op at whose return no configuration was left
 */
export function unexplained(execution: Execution, specification: Sequential, withWarnings: boolean): number {
  let count = 1;
  let pending = 0;
  values[0] = execution.start;
  masks[0] = 0;
  const { events, eventCount } = execution;
  for (let at = 0; at < eventCount; at++) {
    const event = events[at]!;
    const slot = event >> 1;
    const bit = 1 << (slot >> 4);
    if ((event & 1) === 0) {
      pending |= bit;
      pendingCall[slot >> 4] = execution.calls[slot]!;
      pendingOutcome[slot >> 4] = execution.outcomes[slot]!;
      continue;
    }
    count = close(count, pending, bit, specification, withWarnings);
    count = keepOnly(count, bit);
    pending &= ~bit;
    if (count === 0) return slot;
  }
  for (let i = 0; i < count; i++) if (values[i] === execution.final) return LINEARIZABLE;
  return FINAL_WORD;
}

/** Lets pending ops go ahead, in every order, from every configuration that still lacks the returning one. */
function close(
  count: number,
  pending: number,
  returning: number,
  specification: Sequential,
  withWarnings: boolean,
): number {
  for (let i = 0; i < count; i++) {
    const mask = masks[i]!;
    if (mask & returning) continue;
    for (let left = pending & ~mask; left !== 0; left &= left - 1) {
      const bit = left & -left;
      const thread = 31 - Math.clz32(bit);
      const done = specification.atomically(pendingCall[thread]!, values[i]!);
      const had = pendingOutcome[thread]!;
      const would = specification.atomicOutcome(done);
      if (would !== had && (withWarnings || specification.resultId[would] !== specification.resultId[had]))
        continue;
      count = addConfiguration(count, specification.atomicValue(done), mask | bit);
    }
  }
  return count;
}

function addConfiguration(count: number, value: number, mask: number): number {
  for (let i = 0; i < count; i++) if (values[i] === value && masks[i] === mask) return count;
  if (count === MAX_CONFIGURATIONS) throw new Error('internal: too many configurations');
  values[count] = value;
  masks[count] = mask;
  return count + 1;
}

/** Drops the configurations in which the op that returned had not taken effect; merges what became equal. */
function keepOnly(count: number, bit: number): number {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    if (masks[i]! & bit) kept = addConfiguration(kept, values[i]!, masks[i]! & ~bit);
  }
  return kept;
}
