import type { Choices } from '../program/choices.ts';
import type { StateGraph } from './state-graph.ts';

/**
 * The interleavings of a program, counted and numbered. Path counts over the graph of states, from its ends
 * backwards, give how many ways lead on from each state; so every complete interleaving has a number from 0 to
 * `count - 1`, in the lexicographic order of their threads, without any of them being run.
 *
 *     two threads of one access each:  0 = [0, 1], 1 = [1, 0]
 */
export interface Interleavings {
  /** How many there are. Exact: (Σm)! / Πm! where the threads make m accesses each, more where they retry. */
  readonly count: bigint;
  /** @returns the schedule with this number. @throws RangeError outside 0 to count - 1 */
  unrank(rank: bigint): number[];
  /** @returns the number of a complete schedule. @throws RangeError when the program cannot run so */
  rank(schedule: readonly number[]): bigint;
}

/** Counts and numbers the interleavings of a program. @returns undefined when it has a livelock, and so endlessly many */
export function interleavingsOf(graph: StateGraph): Interleavings | undefined {
  if (!graph.order) return undefined;
  const { first, to, thread } = graph;
  const paths = pathCounts(graph, graph.order);
  return {
    count: paths[0]!,
    unrank(rank) {
      if (rank < 0n || rank >= paths[0]!) throw new RangeError(`there is no interleaving number ${rank}`);
      const schedule: number[] = [];
      // The interleavings through the first transition come first; behind them, those through the second; and so on.
      let left = rank;
      for (let state = 0; first[state] !== first[state + 1]; ) {
        let edge = first[state]!;
        for (let ways = paths[to[edge]!]!; left >= ways; ways = paths[to[edge]!]!) {
          left -= ways;
          edge++;
        }
        schedule.push(thread[edge]!);
        state = to[edge]!;
      }
      return schedule;
    },
    rank(schedule) {
      let rank = 0n;
      let state = 0;
      for (const mover of schedule) {
        let edge = first[state]!;
        for (; edge < first[state + 1]! && thread[edge] !== mover; edge++) rank += paths[to[edge]!]!;
        if (edge === first[state + 1]) throw new RangeError(`thread ${mover} cannot run there`);
        state = to[edge]!;
      }
      if (first[state] !== first[state + 1])
        throw new RangeError('the schedule ends before the program does');
      return rank;
    },
  };
}

/** By state: how many ways lead from it to an end. */
function pathCounts({ states, first, to }: StateGraph, order: Int32Array): readonly bigint[] {
  const paths = new Array<bigint>(states).fill(0n);
  for (let at = states - 1; at >= 0; at--) {
    const state = order[at]!;
    let sum = 0n;
    for (let edge = first[state]!; edge < first[state + 1]!; edge++) sum += paths[to[edge]!]!;
    paths[state] = first[state] === first[state + 1] ? 1n : sum;
  }
  return paths;
}

/** A number from 0 to `bound - 1`, every one exactly as likely as any other: by rejection. */
export function uniformBelow(bound: bigint, choices: Choices): bigint {
  const words = Math.ceil(bound.toString(2).length / 31);
  for (;;) {
    let drawn = 0n;
    for (let word = 0; word < words; word++) drawn = (drawn << 31n) | BigInt(choices.below(2 ** 31));
    const all = 1n << BigInt(31 * words);
    // Draws from the last, incomplete stretch would favour small numbers.
    if (drawn < all - (all % bound)) return drawn % bound;
  }
}

/** The same number from the same draws, without big integers where one draw is enough. @param bound 1 to 2⁵³ - 1 */
export function uniformNumberBelow(bound: number, choices: Choices): number {
  const all = 2 ** 31;
  if (bound >= all) return Number(uniformBelow(BigInt(bound), choices));
  for (;;) {
    const drawn = choices.below(all);
    if (drawn < all - (all % bound)) return drawn % bound;
  }
}
