import type { Counter } from '../../targets/subject/subject.ts';
import { KEEP, type Warning, type Word } from '../../targets/subject/word.ts';
import type { Alphabet } from '../program/alphabet.ts';
import type { OpOutcome } from './recorder.ts';

/** Thrown through the op to stop it, as the recorder's pause is. */
class TooLong {}

/**
 * Runs an op once, from its start to its return, on a word that nobody else touches. A tree runs an op again for each
 * access, so along a tree an op of n accesses costs n² of them; this costs n, and makes no nodes.
 *
 * @param most accesses
 * @returns undefined for an op that makes more, and for one that gave up: as a whole it has run out of steps, and along its
 *   tree, where each stretch between two accesses has steps of its own, it may be waiting for other threads
 */
export function runWhole(
  subject: Counter,
  call: number,
  alphabet: Alphabet,
  start: number,
  most: number,
): { readonly outcome: OpOutcome; readonly value: number } | undefined {
  const { op, a, b } = alphabet.call(call);
  const warnings: Warning[] = [];
  const cell = Int32Array.of(start);
  try {
    const result = subject.ops[op]!.run(wordOn(cell, warnings, most), a, b);
    if (result === 'non-terminating') return undefined;
    return { outcome: { result: result ?? undefined, warnings }, value: cell[0]! };
  } catch (thrown) {
    if (thrown instanceof TooLong) return undefined;
    throw thrown;
  }
}

/** Cells are of 32 bits, and so is what comes of each access. */
function wordOn(cell: Int32Array, warnings: Warning[], most: number): Word {
  let left = most;
  const access = (next: (old: number) => number): number => {
    if (left-- === 0) throw new TooLong();
    const old = cell[0]!;
    cell[0] = next(old);
    return old;
  };
  const load = () => access((old) => old);
  return {
    load,
    store: (value) => void access(() => value),
    exchange: (value) => access(() => value),
    fetchAdd: (value) => access((old) => old + value),
    fetchSub: (value) => access((old) => old - value),
    compareExchange: (expected, desired) => access((old) => (old === (expected | 0) ? desired : old)),
    update(next) {
      const old = load();
      const desired = next(old);
      if (desired !== KEEP) access(() => desired);
      return old;
    },
    repeat(round) {
      while (!round());
    },
    warn: (warning) => void warnings.push(warning),
  };
}
