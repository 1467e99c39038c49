import { InputError } from '../../targets/subject/input-error.ts';
import { MAX_OPS, MAX_THREADS, type Program } from '../program/program.ts';
import { kindOfThread } from '../run/alike-threads.ts';
import type { Harness } from '../run/harness.ts';

/**
 * How large the programs are: 1 to `threads` threads of 1 to `ops` ops each. At most MAX_THREADS and MAX_OPS, the shape
 * of the executor.
 */
export interface ScopeSize {
  readonly threads: number;
  readonly ops: number;
}

/** Programs with one start and one number of threads: a range of numbers. */
interface Block {
  readonly start: number | string;
  readonly threads: number;
  /** Threads that are alike, by their numbers: a program is a multiset of op lists for each group. */
  readonly groups: readonly (readonly number[])[];
  readonly programs: number;
}

/**
 * Every program of up to some size, over the ops, arguments and starts of a target, numbered from 0. Programs that
 * differ only in which of several alike threads is which are one: all threads of a counter are alike, and those of a
 * scheme that hold the same in the state they start from.
 *
 * Leaving out what is only a renaming of threads is symmetry reduction: with three threads it saves nearly five sixths.
 *
 * A number is all that is needed to make its program, so any part of the scope can be decided alone, in any order.
 * Numbers run through blocks, a block for each start and number of threads. Within a block a number is, group by group,
 * that of a multiset of op lists: `[a, b] | [c]` and `[c] | [a, b]` are the multiset { [a, b], [c] }.
 */
export class Scope {
  readonly size: ScopeSize;
  /** How many programs there are. */
  readonly programs: number;
  readonly #blocks: readonly Block[];
  readonly #calls: readonly number[];
  /** How many lists of 1 to `ops` calls there are. */
  readonly #lists: number;

  /** @throws InputError when there are too many programs to number */
  constructor(harness: Harness, size: ScopeSize) {
    if (size.threads > MAX_THREADS || size.ops > MAX_OPS)
      throw new Error('internal: a scope beyond the executor');
    this.size = size;
    this.#calls = simplestFirst(harness);
    this.#lists = listsUpTo(this.#calls.length, size.ops);
    this.#blocks = harness.target.initial.flatMap((start) => this.#blocksFrom(harness, start));
    this.programs = this.#blocks.reduce((sum, { programs }) => sum + programs, 0);
    // A margin for `multiset`, which multiplies numbers by 4! at the most: they must stay exact.
    if (this.programs > Number.MAX_SAFE_INTEGER / 64) {
      const asked = `${size.threads} threads × ${size.ops} ops`;
      throw new InputError(
        `target "${harness.target.name}"`,
        `${asked} are too many programs; ask for fewer`,
      );
    }
  }

  /**
   * How many of the programs have exactly the most threads and ops. The rest are the smaller ones, which "up to" adds:
   * a few per cent.
   */
  get largest(): number {
    const { threads, ops } = this.size;
    const longest = this.#calls.length ** ops;
    const blocks = this.#blocks.filter((block) => block.threads === threads);
    return blocks.reduce(
      (sum, { groups }) =>
        sum + groups.reduce((product, { length }) => product * multisets(longest, length), 1),
      0,
    );
  }

  /**
   * The blocks are walked one by one: there are as many as starts times threads, too few for a search.
   *
   * @param number 0 to `programs - 1`
   * @throws RangeError for any other number
   */
  program(number: number): Program {
    let left = number;
    for (const block of this.#blocks) {
      if (left < block.programs) return this.#programOf(block, left);
      left -= block.programs;
    }
    throw new RangeError(`the scope has no program number ${number}`);
  }

  /** One block for each number of threads. A program is one choice per group, so the counts multiply. */
  #blocksFrom(harness: Harness, start: number | string): Block[] {
    return Array.from({ length: this.size.threads }, (_, at) => {
      const threads = at + 1;
      const groups = alikeThreads(harness, start, threads);
      const programs = groups.reduce((product, { length }) => product * multisets(this.#lists, length), 1);
      return { start, threads, groups, programs };
    });
  }

  /**
   * A number in mixed radix: the first group is the lowest digit, and its base is the number of its multisets. With
   * groups of 6 and 3 multisets, number 10 is 4 of the first (10 mod 6) and 1 of the second.
   */
  #programOf({ start, threads, groups }: Block, number: number): Program {
    const lists: (readonly number[])[] = Array.from({ length: threads }, () => []);
    let left = number;
    for (const group of groups) {
      const ways = multisets(this.#lists, group.length);
      const chosen = multiset(left % ways, group.length);
      for (const [at, thread] of group.entries()) lists[thread] = this.#list(chosen[at]!);
      left = Math.floor(left / ways);
    }
    return { start, threads: lists };
  }

  /**
   * The list of calls with a number: shorter ones first, then like the digits of the number.
   *
   * Bijective numeration: no list is the empty one, and none has two numbers. With the calls a and b, from number 0 on:
   *
   *     a  b  aa  ab  ba  bb  aaa …
   */
  #list(number: number): number[] {
    const base = this.#calls.length;
    let left = number;
    let length = 1;
    for (let ways = base; left >= ways; ways *= base) {
      left -= ways;
      length++;
    }
    const list: number[] = [];
    for (; length > 0; length--) {
      list.unshift(this.#calls[left % base]!);
      left = Math.floor(left / base);
    }
    return list;
  }
}

/**
 * How many multisets of `size` elements can be made of `kinds` kinds: C(kinds + size - 1, size).
 *
 * Each intermediate product is such a number itself, so every division is exact.
 */
export function multisets(kinds: number, size: number): number {
  let product = 1;
  for (let i = 0; i < size; i++) product = (product * (kinds + i)) / (i + 1);
  return product;
}

/**
 * The multiset with a number, in the combinatorial number system: the largest element is the largest `k` with
 * multisets(k, size) ≤ number, and what is left numbers the rest. With size 2 the multisets are, from number 0 on:
 *
 *     00  01  11  02  12  22  03 …
 *
 * and number 4 is 12: multisets(2, 2) = 3 ≤ 4 < 6 = multisets(3, 2), and 4 − 3 = 1 = multisets(1, 1) names the 1.
 *
 * @returns `size` numbers, ascending
 */
function multiset(number: number, size: number): number[] {
  const chosen: number[] = [];
  let left = number;
  for (let rest = size; rest > 0; rest--) {
    // multisets(k, rest) grows like k^rest / rest!, so its root is near; floating point may be one off.
    let k = Math.max(0, Math.floor((left * factorial(rest)) ** (1 / rest)) - rest);
    while (multisets(k + 1, rest) <= left) k++;
    chosen.push(k);
    left -= multisets(k, rest);
  }
  return chosen.reverse();
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/** How many lists of 1 to `longest` calls there are. */
function listsUpTo(calls: number, longest: number): number {
  let sum = 0;
  for (let length = 1; length <= longest; length++) sum += calls ** length;
  return sum;
}

/** Ops without arguments before those with some, else as the target names them: the first find is the simplest. */
function simplestFirst({ calls, alphabet }: Harness): number[] {
  return [...calls].sort((one, other) => alphabet.call(one).arity - alphabet.call(other).arity);
}

/**
 * Threads by what they hold at the start: those that hold the same can be exchanged. A thread that holds two references
 * is listed twice, and so is not like one that holds one.
 */
function alikeThreads({ target }: Harness, start: number | string, threads: number): number[][] {
  const groups = new Map<string, number[]>();
  for (let thread = 0; thread < threads; thread++) {
    const key = kindOfThread(target, start, thread);
    groups.set(key, [...(groups.get(key) ?? []), thread]);
  }
  return [...groups.values()];
}
