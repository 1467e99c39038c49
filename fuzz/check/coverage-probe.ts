import type { Outcome, Scheme } from '../../targets/subject/subject.ts';
import { Access, SCHEME_WORDS, WordIndex } from '../run/access.ts';
import { accessAlone, extendSigns, waitsAlone } from '../run/alone-access.ts';
import { returns } from '../run/non-terminating.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { branchShape, changesSomething, readsCount, resultClass } from './coverage-met.ts';

const { COUNT, LIST } = WordIndex;

/** Texts that an op of a scheme returns; any other says how it failed to. */
const OUTCOMES: readonly string[] = ['granted', 'refused', 'void'] satisfies readonly Outcome[];

const TAKES: ReadonlySet<number> = new Set([
  Access.LOCK,
  Access.LOCK_SHARED,
  Access.SEQ_LOCK,
  Access.RCU_LOCK,
  Access.SRCU_LOCK,
]);
const GIVES: ReadonlySet<number> = new Set([
  Access.UNLOCK,
  Access.UNLOCK_SHARED,
  Access.SEQ_UNLOCK,
  Access.RCU_UNLOCK,
  Access.SRCU_UNLOCK,
]);

/** An op that makes more accesses alone than this is left: it goes round. */
const LONGEST = 200;
/**
 * Accesses that the ops may make for the sake of one call, counted as the trees grow: to make a node, an op is run again from its
 * start. One that counts its rounds, or computes with all that it reads, has nodes without end, and without a bound minutes
 * would go by before anything is decided. What is found until then is asked for.
 */
const MOST_WORK = 400_000;
/** Combinations of what the words beside the count hold that are tried; enough for six flags. */
const MOST_MEMORIES = 400;
/** The count is tried up to this much beyond what the states have. */
const AROUND = 6;
/** Numbers that people compare a count with. A neighbour on each side tells `<` from `<=`. */
const ROUND = [8, 10, 16, 32, 50, 64, 100, 128, 255, 256, 500, 512, 1000, 1024, 4096, 10_000, 65_536];

/** What an op can do when it runs alone. */
export interface Possible {
  /** Results that it can return. */
  readonly results: ReadonlySet<string>;
  /** Where it goes on to, having seen the count: the shape of the branch, and the least count that leads there. */
  readonly branches: ReadonlyMap<string, number>;
  /** Whether it can change anything. */
  readonly hasEffect: boolean;
  /** Whether it can give up a lock, or leave a read section, that it has not taken: who holds does so with a lock. */
  readonly releases: boolean;
}

/** What an op is run alone on. */
export interface Alone {
  /** What the words hold, but for the count. */
  readonly memories: readonly number[][];
  readonly counts: readonly number[];
}

/** Every memory that is near to the states of a scheme. @param constants further counts to try */
export function aloneInScheme(scheme: Scheme, constants: readonly number[]): Alone {
  const starts = Object.values(scheme.states).map(({ count }) => count);
  return { memories: memoriesOf(scheme), counts: countsNear(starts, constants) };
}

/** Every count that an op may meet. @param may whether a count is one of those */
export function aloneInCounter(
  starts: readonly number[],
  constants: readonly number[],
  may: (count: number) => boolean,
): Alone {
  const own = constants.flatMap((count) => [count - 1, count]);
  return { memories: [[0]], counts: countsNear(starts, [...constants, ...own]).filter(may) };
}

/**
 * What the code of an op can do, whether or not any program of a scope comes to it: it is run alone. Runs that end in a
 * crash are left out, and so are those that warn: sound code must not come there.
 *
 * @param withWarnings asks for runs that warn as well
 */
export function possible(
  trees: TransitionTrees,
  call: number,
  { memories, counts }: Alone,
  withWarnings = false,
): Possible {
  const results = new Set<string>();
  const branches = new Map<string, number>();
  let hasEffect = false;
  let releases = false;
  const note = (run: AloneRun, result: string) => {
    results.add(result);
    hasEffect ||= run.hasEffect;
    releases ||= run.taken < 0;
    for (const [shape, met] of run.branches) {
      const known = branches.get(shape);
      if (known === undefined || Math.abs(met) < Math.abs(known)) branches.set(shape, met);
    }
  };
  let work = 0;
  for (const memory of memories) {
    for (const count of counts) {
      if (work > MOST_WORK) return { results, branches, hasEffect, releases };
      memory[COUNT] = count;
      for (const idle of [0, 1, 2]) {
        const size = trees.size;
        const run = returns(() => aloneOn(trees, call, cellsOf(trees, memory), idle));
        work += (trees.size - size) * (run?.accesses ?? LONGEST);
        if (run?.result !== undefined && (withWarnings || !run.warns)) note(run, run.result);
        if (run && !run.asksIdle) break;
      }
    }
  }
  return { results, branches, hasEffect, releases };
}

/** From 0 on, up to some beyond each start; a count below 0 is only tried where a state has it. */
function countsNear(starts: readonly number[], constants: readonly number[]): number[] {
  const near = [0, ...starts].flatMap((start) => Array.from({ length: AROUND }, (_, at) => start + at));
  const below = starts.filter((start) => start > 0).map((start) => start - 1);
  const round = [...ROUND, ...constants].flatMap((count) => [count, count + 1]);
  return [...new Set([...near, ...below, ...round].map((count) => count | 0))];
}

/** Each combination of where the object is linked and what the scheme's own words hold: flags are 0 and 1 at least. */
function memoriesOf({ states, words = [] }: Scheme): number[][] {
  const starts = Object.values(states);
  const choices = [
    [...new Set([0, 1, ...starts.map(({ list }) => list)])],
    ...words.map((_, at) => [...new Set([0, 1, ...starts.map((state) => state.words?.[at] ?? 0)])]),
  ];
  let memories: number[][] = [[]];
  for (const values of choices) {
    // Where there are too many, the words that come last keep the values of the start.
    const used = memories.length * values.length > MOST_MEMORIES ? values.slice(0, 1) : values;
    memories = memories.flatMap((memory) => used.map((value) => [...memory, value]));
  }
  return memories.map(([list, ...own]) => {
    const memory = new Array<number>(SCHEME_WORDS).fill(0);
    memory[LIST] = list!;
    return [...memory, ...own];
  });
}

/** A memory as a machine has it, with the regions of what the scheme makes use of: they are 0 at the start. */
function cellsOf(trees: TransitionTrees, memory: readonly number[]): Int32Array {
  const cells = new Int32Array(Math.max(memory.length, trees.layout?.length ?? 0));
  cells.set(memory);
  extendSigns(trees, cells);
  return cells;
}

interface AloneRun {
  /** Undefined where it crashed, or waits for what nobody brings about, or is too long. */
  readonly result: string | undefined;
  readonly branches: readonly (readonly [shape: string, count: number])[];
  readonly asksIdle: boolean;
  readonly warns: boolean;
  readonly hasEffect: boolean;
  /** Locks and sections that it has taken and not given up; below 0 for those that it has only given up. */
  readonly taken: number;
  readonly accesses: number;
}

function aloneOn(trees: TransitionTrees, call: number, cells: Int32Array, idle: number): AloneRun {
  const branches: [string, number][] = [];
  let asksIdle = false;
  let hasEffect = false;
  let taken = 0;
  let node = trees.root(call);
  const ended = (accesses: number, result?: string, warns = false): AloneRun => ({
    result,
    branches,
    asksIdle,
    warns,
    hasEffect,
    taken,
    accesses,
  });
  for (let accesses = 0; accesses < LONGEST; accesses++) {
    const kind = trees.kind[node]!;
    if (kind === Access.RETURN) {
      const { result, warnings } = trees.outcomeOf(trees.outcome[node]!);
      const isFault = typeof result === 'string' && !OUTCOMES.includes(result);
      return isFault ? ended(accesses) : ended(accesses, resultClass(result), warnings.length > 0);
    }
    const word = trees.word[node]!;
    if (waitsAlone(trees, node, cells)) return ended(accesses);
    if (kind === Access.IDLE_CHECK) asksIdle = true;
    const old = cells[word]!;
    const child = trees.child(node, accessAlone(trees, node, cells, idle));
    taken += TAKES.has(kind) ? 1 : GIVES.has(kind) ? -1 : 0;
    hasEffect ||= changesSomething(kind, old, cells[word]!);
    if (readsCount(trees, node)) branches.push([branchShape(trees, node, child), old]);
    node = child;
  }
  return ended(LONGEST);
}
