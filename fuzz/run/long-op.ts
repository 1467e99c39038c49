import type { Counter } from '../../targets/subject/subject.ts';
import { bitsChanged, KEEP, type Warning, type Word } from '../../targets/subject/word.ts';
import type { Alphabet } from '../program/alphabet.ts';
import { Access } from './access.ts';
import { OF_BITS } from './kinds-of-access.ts';
import type { OpOutcome } from './recorder.ts';

/** Thrown through the op to stop it, as the recorder's pause is. */
class TooLong {}

/**
 * Runs an op once, from its start to its return, on a word that nobody else touches. A tree runs an op again for each
 * access, so along a tree an op of n accesses costs n² of them; this costs n, and makes no nodes.
 *
 * @param most accesses
 * @param onAccess told of each access before it is made, by its number in `Access`, with its operands
 * @returns undefined for an op that makes more, and for one that gave up: as a whole it has run out of steps, and along its
 *   tree, where each stretch between two accesses has steps of its own, it may be waiting for other threads
 */
export function runWhole(
  subject: Counter,
  call: number,
  alphabet: Alphabet,
  start: number,
  most: number,
  onAccess?: OnAccess,
): { readonly outcome: OpOutcome; readonly value: number } | undefined {
  const { op, a, b } = alphabet.call(call);
  const warnings: Warning[] = [];
  const cell = Int32Array.of(start);
  try {
    const result = subject.ops[op]!.run(wordOn(cell, warnings, most, onAccess), a, b);
    if (result === 'non-terminating') return undefined;
    return { outcome: { result: result ?? undefined, warnings }, value: cell[0]! };
  } catch (thrown) {
    if (thrown instanceof TooLong) return undefined;
    throw thrown;
  }
}

/** An access of a counter: a kind of `Access`, and what is stored or added; a compare-exchange has both operands. */
type OnAccess = (kind: number, a: number, b: number) => void;

/** Cells are of 32 bits, and so is what comes of each access. */
function wordOn(cell: Int32Array, warnings: Warning[], most: number, onAccess: OnAccess = () => {}): Word {
  let left = most;
  const access = (kind: number, a: number, b: number, next: (old: number) => number): number => {
    if (left-- === 0) throw new TooLong();
    onAccess(kind, a, b);
    const old = cell[0]!;
    cell[0] = next(old);
    return old;
  };
  const load = () => access(Access.LOAD, 0, 0, (old) => old);
  return {
    load,
    store: (value) => void access(Access.STORE, value | 0, 0, () => value),
    exchange: (value) => access(Access.EXCHANGE, value | 0, 0, () => value),
    fetchAdd: (value) => access(Access.FETCH_ADD, value | 0, 0, (old) => old + value),
    fetchSub: (value) => access(Access.FETCH_SUB, value | 0, 0, (old) => old - value),
    fetchBits: (how, value) => access(OF_BITS[how], value | 0, 0, (old) => bitsChanged(old, how, value)),
    compareExchange: (expected, desired) =>
      access(Access.COMPARE_EXCHANGE, expected | 0, desired | 0, (old) =>
        old === (expected | 0) ? desired : old,
      ),
    update(next) {
      const old = load();
      const desired = next(old);
      if (desired !== KEEP) access(Access.COMPARE_EXCHANGE, old, desired | 0, () => desired);
      return old;
    },
    repeat(round) {
      while (!round());
    },
    warn: (warning) => void warnings.push(warning),
    fence: () => {},
  };
}
