import { InputError } from '../../targets/subject/input-error.ts';
import {
  ACCESS_NAMES,
  Access,
  IS_OF_LOCK,
  IS_OF_TIME,
  IS_PLAIN,
  NAMES_WORD,
  SCHEME_WORDS,
  WordIndex,
} from '../run/access.ts';
import { ALONE, accessAlone, extendSigns, waitsAlone } from '../run/alone-access.ts';
import { laterName } from '../run/later-names.ts';
import { hasLock, ownerCode } from '../run/scheme-locks.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { relativeTo } from './alone-run.ts';
import type { Run } from './ways.ts';

/** An object as an op of a scheme finds it, with nobody else about. Counts are the base's: without the bias. */
export interface Situation {
  readonly count: number;
  readonly list: number;
  /** What a check of the idle note says. */
  readonly idle: number;
  /** Locks that somebody has, by number of their word; others are free. */
  readonly taken?: readonly number[];
  /** The own words of both sides, by name. */
  readonly words: Readonly<Record<string, number>>;
}

/** What an op has done to an object when it is over. */
export interface SchemeEffect extends Run {
  /** What it does beside the words: frees, callbacks, notes, links; locks and sections that it keeps. */
  readonly acts: readonly string[];
  /** The value as its distance from what it was, where it is near. */
  readonly count: string;
  /** By name. */
  readonly words: Readonly<Record<string, number>>;
  /** Whether it waits for a lock that somebody else has. */
  readonly waits: boolean;
  /** Whether it has queued a callback. */
  readonly queues: boolean;
  /** Its accesses in order, by name, those of the count that follow one another as one: how they are made is the counter's. */
  readonly shape: string;
}

/** How a side calls its words. */
export interface SideWords {
  /** In its counts. */
  readonly bias: number;
  /** By number of a word; the same names on both sides are the same words. */
  readonly names: readonly string[];
}

/** An op with more accesses goes round, or waits. */
const MOST_ACCESSES = 100;

/**
 * Runs an op of one side alone, all of it. An op of C that refuses what it finds is at its end there: the object may be in
 * a state that no run comes to.
 */
export function schemeAlone(
  trees: TransitionTrees,
  call: number,
  { bias, names }: SideWords,
  found: Situation,
): SchemeEffect {
  const cells = new Int32Array(trees.layout!.length);
  cells[WordIndex.COUNT] = found.count + bias;
  extendSigns(trees, cells);
  cells[WordIndex.LIST] = found.list;
  for (let word = SCHEME_WORDS; word < names.length; word++) cells[word] = found.words[names[word]!] ?? 0;
  for (const lock of found.taken ?? []) cells[lock] = ownerCode(SOMEBODY);
  const acts = new Acts(found.idle);
  const shape: string[] = [];
  let node = trees.root(call);
  try {
    for (let made = 0; trees.kind[node] !== Access.RETURN; made++) {
      if (made > MOST_ACCESSES || acts.isStuck(trees, node, cells)) break;
      const access = shapeOf(trees, node, names);
      if (access !== COUNT_SHAPE || shape.at(-1) !== COUNT_SHAPE) shape.push(access);
      node = trees.child(node, acts.make(trees, node, cells));
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  const isOver = trees.kind[node] === Access.RETURN;
  const outcome = isOver ? trees.outcomeOf(trees.outcome[node]!) : undefined;
  const own = names.slice(SCHEME_WORDS).map((name, at) => [name, cells[SCHEME_WORDS + at]!] as const);
  const value = (cells[WordIndex.COUNT]! - bias) | 0;
  const list = cells[WordIndex.LIST]!;
  return {
    result: outcome ? outcome.result : 'non-terminating',
    warnings: outcome?.warnings.map(({ text }) => text) ?? [],
    value,
    acts: [...(list === found.list ? [] : [LINKS[list] ?? `links it at ${list}`]), ...acts.texts(found.idle)],
    count: relativeTo(found.count, value),
    words: Object.fromEntries(own),
    waits: !isOver && acts.isLocked(trees, node, cells),
    queues: acts.calls > 0,
    shape: shape.join(', '),
  };
}

const COUNT_SHAPE = 'count';
/** Not the one who runs alone. */
const SOMEBODY = ALONE + 1;

function shapeOf({ kind, word }: TransitionTrees, node: number, names: readonly string[]): string {
  const name = ACCESS_NAMES[kind[node]!]!;
  if (!NAMES_WORD[kind[node]!]) return name;
  if (word[node] === WordIndex.COUNT && IS_PLAIN[kind[node]!]) return COUNT_SHAPE;
  return `${name} ${names[word[node]!]}`;
}

/** What one op does beside the words. */
class Acts {
  calls = 0;
  #idle: number;
  #frees = 0;
  #usesFreed = false;
  #sections = 0;
  /** What became of the resource last; 0 for nothing. */
  #resource = 0;
  readonly #locks = new Set<number>();
  /** What it arms and cancels, in its order. */
  readonly #later: string[] = [];

  constructor(idle: number) {
    this.#idle = idle;
  }

  /** Alone, what is waited for never comes. */
  isStuck(trees: TransitionTrees, node: number, cells: Int32Array): boolean {
    return waitsAlone(trees, node, cells);
  }

  /** Whether it is stuck at a lock that it has not taken itself. */
  isLocked(trees: TransitionTrees, node: number, cells: Int32Array): boolean {
    return this.isStuck(trees, node, cells) && !this.#locks.has(trees.word[node]!);
  }

  /** @returns the result of the access */
  make(trees: TransitionTrees, node: number, cells: Int32Array): number {
    const kind = trees.kind[node]!;
    const word = trees.word[node]!;
    const isOfObject = kind === Access.USE || kind === Access.FREE || word === WordIndex.COUNT;
    if (this.#frees > 0 && isOfObject && kind !== Access.RCU_CALLBACK) this.#usesFreed = true;
    if (NAMES_WORD[kind]) {
      const result = accessAlone(trees, node, cells);
      if (IS_OF_LOCK[kind]) this.#noteLock(word, hasLock(cells[word]!, ALONE));
      return result;
    }
    switch (kind) {
      case Access.RCU_LOCK:
        this.#sections++;
        return 0;
      case Access.RCU_UNLOCK:
        this.#sections--;
        return 0;
      case Access.RCU_CALL:
        this.calls++;
        return 0;
      case Access.IDLE_NOTE:
        this.#idle = 1;
        return 0;
      case Access.IDLE_CLEAR:
        this.#idle = 0;
        return 0;
      case Access.IDLE_CHECK:
        return this.#idle;
      case Access.FREE:
        this.#frees++;
        return 0;
      case Access.START:
      case Access.STOP:
        this.#resource = kind;
        return 0;
      // It is run by some thread: the first will do.
      case Access.LOAD_OWN:
        return cells[word]!;
      case Access.STORE_OWN:
        cells[word] = trees.a[node]!;
        return 0;
      default:
        if (IS_OF_TIME[kind]) this.#noteTime(trees, node);
        return 0;
    }
  }

  #noteLock(word: number, has: boolean): void {
    if (has) this.#locks.add(word);
    else this.#locks.delete(word);
  }

  /** Alone, nothing is armed, nothing runs, and nobody is waited for. */
  #noteTime(trees: TransitionTrees, node: number): void {
    const kind = trees.kind[node]!;
    if (kind === Access.LATER_ARM) this.#later.push(`arms ${laterName(trees.subject, trees.a[node]!)}`);
    if (kind === Access.LATER_CANCEL) this.#later.push(`cancels ${laterName(trees.subject, trees.a[node]!)}`);
    if (kind === Access.SRCU_LOCK) this.#sections++;
    if (kind === Access.SRCU_UNLOCK) this.#sections--;
  }

  /** @param idle what there was of a note before */
  texts(idle: number): string[] {
    const noted = this.#idle === 0 ? 'takes the idle note back' : 'notes that it is idle';
    const all = [
      this.#frees > 0 ? `frees the object${this.#frees > 1 ? ' again' : ''}` : '',
      this.#usesFreed ? 'touches it after the free' : '',
      this.#resource === Access.START ? 'starts the resource' : '',
      this.#resource === Access.STOP ? 'stops the resource' : '',
      this.calls > 0 ? `queues ${this.calls > 1 ? 'callbacks' : 'a callback'}` : '',
      this.#sections > 0 ? 'stays in an RCU section' : '',
      this.#sections < 0 ? 'leaves an RCU section' : '',
      this.#locks.size > 0 ? 'keeps a lock' : '',
      this.#idle === idle ? '' : noted,
      ...new Set(this.#later),
    ];
    return all.filter((part) => part !== '');
  }
}

/** What becomes of the object, by the list that it is then in. */
const LINKS = ['unlinks it', 'links it', 'moves it into the trash'];

/**
 * What differs between two effects, the base's first; empty where they are the same. Words of one side alone are nobody's
 * business. Nothing is told where one side waits: in time it goes on.
 */
export function differenceOf(base: SchemeEffect, subject: SchemeEffect): string {
  if (base.waits || subject.waits) return '';
  const parts = (['result', 'warnings', 'count', 'acts'] as const).flatMap((part) => {
    const [one, other] = [String(base[part]), String(subject[part])];
    return one === other ? [] : [`${part} ${one}→${other}`];
  });
  const words = Object.entries(base.words).flatMap(([name, value]) => {
    const own = subject.words[name];
    return own === undefined || own === value ? [] : [`${name} ${value}→${own}`];
  });
  return [...parts, ...words].join(' | ');
}
