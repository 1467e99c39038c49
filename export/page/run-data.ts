import { isAtRest } from '../../fuzz/explore/at-rest.ts';
import type { Program } from '../../fuzz/program/program.ts';
import { IS_OF_LOCK } from '../../fuzz/run/access.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { laterCallName, laterThreadName } from '../../fuzz/run/later-names.ts';
import { ownerCell } from '../../fuzz/run/lock-cells.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { DONE } from '../../fuzz/run/machine-state.ts';
import { factOf } from '../../fuzz/run/scheme-facts.ts';
import { type AccessSeen, trace } from '../../fuzz/run/trace.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { wideValue } from '../../fuzz/run/wide-seen.ts';
import { formatWide } from '../../targets/subject/values.ts';
import { resultText } from '../show/access-table.ts';
import { accessText, failed, hasValue } from '../show/access-text.ts';
import { timeText } from '../show/time-text.ts';
import { counterHolders, type Holders, schemeHolders } from './counted-holders.ts';
import type { RunData, StepData, WordData } from './page-data.ts';
import { isLockWord, shownWords, wordText, wordTitle } from './word-text.ts';

/*
 * A run is made twice: once by `trace`, which knows what each access was, and once more access by access,
 * to see what every word holds after each. They are the same machine under the same schedule, so they are
 * the same run.
 *
 * Most of a state stays as it is from one access to the next. So a step says what has changed, and whoever
 * draws goes through the steps in order: the shipped corpus comes to a third of a megabyte and not to
 * five.
 */

/** A run as lanes: what is said of it beside its accesses. */
export type RunHead = Pick<RunData, 'side' | 'name' | 'schedule' | 'note' | 'end'>;

/**
 * Runs a program once more under a schedule, and notes at each access what every word holds, who holds references, and who
 * sits in RCU sections.
 *
 * @param diverging the index of the access at which the divergence comes to light, or -1
 * @throws ScheduleError when the schedule does not fit
 */
export function runData(
  harness: Harness,
  trees: TransitionTrees,
  program: Program,
  schedule: readonly number[],
  head: RunHead,
  diverging = -1,
): RunData {
  const accesses = trace(new Machine(trees), program, schedule);
  const machine = new Machine(trees);
  machine.start(program);
  const { subject } = trees;
  const holders = subject.kind === 'scheme' ? schemeHolders(machine) : counterHolders(harness, program);
  const lanes = laneNames(machine, program, accesses);
  const seen = new WordsSeen(machine, accesses, lanes);
  const start = { held: holders.held(), sections: holders.sections() };
  // Everything is asked right behind its access: the machine and whoever counts holders have no way back.
  const steps = accesses.map((access, at) => {
    machine.step(access.turn);
    holders.seen(access);
    return { access, at, changes: seen.changes(), held: holders.held(), sections: holders.sections() };
  });
  // What never changes and no access is of is not worth a column.
  const columns = shownWords(subject).filter((word) => seen.isTold(word));
  const words = columns.map((word) => seen.wordData(word));
  const told = new Told(start);
  return {
    ...head,
    lanes,
    words,
    ...(start.held && { held: start.held.slice(0, lanes.length) }),
    ...(start.sections && { sections: start.sections.slice(0, lanes.length) }),
    steps: steps.map(({ access, at, changes, held, sections }) => ({
      ...stepData(harness, access, columns),
      ...(changes.length > 0 && {
        changes: changes.map(([word, text]) => [columns.indexOf(word), text] as const),
      }),
      ...(at === diverging && { diverges: true as const }),
      ...told.news(held?.slice(0, lanes.length), sections?.slice(0, lanes.length)),
    })),
  };
}

/** What runs later has threads of its own, which are drawn only where one of them runs. */
function laneNames(machine: Machine, { threads }: Program, accesses: readonly AccessSeen[]): string[] {
  const names = threads.map((_, thread) => `thread ${thread}`);
  const hasLater = accesses.some(({ call }) => call < 0);
  const later = Array.from({ length: machine.schedulable - threads.length }, (_, which) =>
    laterThreadName(machine.trees.subject, which),
  );
  return hasLater ? [...names, ...later] : names;
}

/** What the words of a run hold, from one access to the next. */
class WordsSeen {
  readonly #machine: Machine;
  readonly #lanes: readonly string[];
  /** Own words that are taken as locks. */
  readonly #locks: ReadonlySet<number>;
  readonly #start: Int32Array;
  readonly #told = new Set<number>();
  #before: Int32Array;

  constructor(machine: Machine, accesses: readonly AccessSeen[], lanes: readonly string[]) {
    this.#machine = machine;
    this.#lanes = lanes;
    const taken = accesses.filter(({ kind }) => IS_OF_LOCK[kind]);
    this.#locks = new Set(taken.map(({ word }) => word));
    this.#start = machine.words.slice();
    this.#before = this.#start;
    for (const access of accesses) if (hasValue(access)) this.#told.add(access.word);
  }

  /**
   * Since the last call. A word that is not shown may change as well, such as a note of refuzz itself: it is left out here, or
   * a step would say that something has changed which no column has.
   */
  changes(): (readonly [word: number, text: string])[] {
    // A copy, as the machine has one array for all its states.
    const now = this.#machine.words.slice();
    const before = this.#before;
    const changed = shownWords(this.#machine.trees.subject).filter(
      (word) => this.#text(word, now) !== this.#text(word, before),
    );
    this.#before = now;
    for (const word of changed) this.#told.add(word);
    return changed.map((word) => [word, this.#text(word, now)] as const);
  }

  /** Whether an access was of it, or changed it. Call it when the run is over. */
  isTold(word: number): boolean {
    return this.#told.has(word);
  }

  wordData(word: number): WordData {
    const name = wordTitle(this.#machine.trees.subject, word);
    const start = this.#text(word, this.#start);
    return { name, start, ...(isLockWord(word, this.#locks) && { isLock: true as const }) };
  }

  #text(word: number, words: Int32Array): string {
    const { trees } = this.#machine;
    const wide = wideValue(trees, word, words);
    if (wide !== undefined) return formatWide(wide);
    // A lock that can be read as a value says elsewhere who has it.
    const cell = isLockWord(word, this.#locks) ? ownerCell(trees.layout, word) : word;
    return wordText(word, words[cell]!, this.#locks, (thread) => this.#lanes[thread] ?? `thread ${thread}`);
  }
}

/**
 * Remembers what was said last: a step says only what is new. Who holds what changes once or twice in a
 * run, and would otherwise be said at each access.
 */
class Told {
  readonly #last: Map<string, string>;

  constructor(start: {
    readonly held: ReturnType<Holders['held']>;
    readonly sections: ReturnType<Holders['sections']>;
  }) {
    this.#last = new Map(Object.entries(start).map(([name, value]) => [name, JSON.stringify(value)]));
  }

  news(held: readonly number[] | undefined, sections: readonly number[] | undefined) {
    return {
      ...(held && this.#isNews('held', held) && { held }),
      ...(sections && this.#isNews('sections', sections) && { sections }),
    };
  }

  #isNews(name: string, value: readonly number[]): boolean {
    const text = JSON.stringify(value);
    const isNews = this.#last.get(name) !== text;
    this.#last.set(name, text);
    return isNews;
  }
}

/**
 * What an access is, in the words of `show`. What it is not (no result, no warning) is left out and not
 * said to be empty.
 */
function stepData(harness: Harness, access: AccessSeen, columns: readonly number[]): StepData {
  const { first, call, outcome, thread, word } = access;
  // A fault ends the thread at this access; a fact is what befell the object, and the run goes on. Both are drawn alike.
  const found = access.fault ?? factOf(access.fact)?.what;
  const column = columns.indexOf(word);
  const isOfWord = hasValue(access) && column >= 0;
  return {
    lane: thread,
    ...(first && { op: opText(harness, call) }),
    access: timeText(harness.target.subject, access) ?? accessText(access),
    ...(hasValue(access) && { order: access.order }),
    ...(isOfWord && { word: column }),
    ...(failed(access) && { failed: true as const }),
    ...(outcome && call >= 0 && { result: resultText(outcome.result) }),
    ...(outcome && outcome.warnings.length > 0 && { warnings: outcome.warnings.map(({ text }) => text) }),
    ...(found !== undefined && { fact: found }),
  };
}

/** `add(2)`, `inc()`; the RCU callback has no call. */
export function opText({ alphabet, target }: Harness, call: number): string {
  if (call < 0) return laterCallName(target.subject, call);
  const text = alphabet.format(call);
  return text.endsWith(')') ? text : `${text}()`;
}

/**
 * The schedule that runs the ops of a program whole, one after another, in a given order.
 *
 * @param order the threads, once for each op
 * @returns undefined where an op would wait for another one, or goes round for ever
 */
export function inTurn(
  trees: TransitionTrees,
  program: Program,
  order: readonly number[],
): number[] | undefined {
  const machine = new Machine(trees);
  machine.start(program);
  const schedule: number[] = [];
  const go = (thread: number, isOver: () => boolean) => {
    while (!isOver() && machine.isEnabled(thread) && schedule.length < MOST_ACCESSES) {
      schedule.push(thread);
      machine.step(thread);
    }
    return isOver();
  };
  for (const thread of order) {
    const op = machine.position[thread]!;
    if (!go(thread, () => machine.position[thread] !== op || machine.node[thread] === DONE)) return undefined;
  }
  // What runs later does so when the threads are done.
  const isLeft = (thread: number) => machine.isEnabled(thread) && !isAtRest(machine);
  for (let hasRun = true; hasRun; ) {
    hasRun = false;
    for (let thread = program.threads.length; thread < machine.schedulable; thread++) {
      hasRun ||= isLeft(thread);
      go(thread, () => !isLeft(thread));
    }
    if (schedule.length >= MOST_ACCESSES) return undefined;
  }
  return machine.isOver() ? schedule : undefined;
}

/** Longer runs are drawn by nobody. */
const MOST_ACCESSES = 2_000;
