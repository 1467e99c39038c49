import { InputError } from '../../targets/subject/input-error.ts';
import {
  ACCESS_NAMES,
  Access,
  AWAITS,
  HAS_ONE_RESULT,
  IS_OF_TIME,
  IS_PLAIN,
  NAMES_WORD,
  WordIndex,
} from '../run/access.ts';
import { waitsForWord } from '../run/awaits.ts';
import { laterNameAt } from '../run/later-names.ts';
import { calledBy } from '../run/recorded-later.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { isWideAccess, operandOf } from '../run/wide-words.ts';
import type { SideWords } from './scheme-alone.ts';

/** Both sides of a scheme target, and how they call their words. */
export interface SchemeSides {
  readonly base: TransitionTrees;
  readonly subject: TransitionTrees;
  readonly words: { readonly base: SideWords; readonly subject: SideWords };
}

/** Beyond so many pairs of accesses nothing is said to be the same. */
const MOST_PAIRS = 300;
const UNTOLD = 'more than can be told';
/** What the lists, the idle note and own words may hold. */
const SMALL = [0, 1, 2];

/**
 * The accesses at which an op first does something else than its twin of the base, whatever it has read before. Both are
 * walked in step: twins make the same access, with the same operands but for the bias, and go on alike for each result.
 *
 *     inet-peer-naive, put     fetch_sub count | return → store count
 *
 * @param counts that are tried as results, without the bias
 * @param twinCall the subject's call, where that has another number: of functions that run later
 * @returns empty where the op is the same on both sides; what is too large to tell counts as other
 */
export function firstPartings(
  sides: SchemeSides,
  call: number,
  counts: readonly number[],
  twinCall = call,
): Set<string> {
  const { base, subject } = sides;
  const found = new Set<string>();
  const seen = new Set<string>();
  const waiting: (readonly [node: number, twin: number])[] = [[base.root(call), subject.root(twinCall)]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [node, twin] = next;
    const key = `${node} ${twin}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > MOST_PAIRS) return found.add(UNTOLD);
    if (!areTwins(sides, node, twin)) {
      const { words } = sides;
      found.add(`${textOf(base, words.base, node)} → ${textOf(subject, words.subject, twin)}`);
      continue;
    }
    if (base.kind[node] === Access.RETURN) continue;
    try {
      for (const [one, other] of resultsOf(sides, node, twin, counts))
        waiting.push([base.child(node, one), subject.child(twin, other)]);
    } catch (error) {
      // What no run comes to, an op of C may refuse.
      if (!(error instanceof InputError)) throw error;
      found.add(UNTOLD);
    }
  }
  return found;
}

/**
 * Whether two accesses queue or arm functions of one name, where there is not just one, and wait for the readers of one domain:
 * call_rcu in place of call_srcu is another call.
 */
function areOneLater({ base, subject }: SchemeSides, node: number, twin: number): boolean {
  const nameOf = (trees: TransitionTrees, at: number) => laterNameAt(trees, at) ?? '';
  if (nameOf(base, node) !== nameOf(subject, twin)) return false;
  const domainOf = ({ kind, b }: TransitionTrees, at: number) =>
    kind[at] === Access.RCU_CALL ? calledBy(b[at]!).domain : 0;
  return domainOf(base, node) === domainOf(subject, twin);
}

/** How much more the subject's count holds. */
function biasOf({ words }: SchemeSides): number {
  return words.subject.bias - words.base.bias;
}

function areTwins(sides: SchemeSides, node: number, twin: number): boolean {
  const { base, subject, words } = sides;
  const kind = base.kind[node]!;
  if (kind !== subject.kind[twin]) return false;
  if (kind === Access.RETURN) {
    const [one, other] = [base.outcomeOf(base.outcome[node]!), subject.outcomeOf(subject.outcome[twin]!)];
    const texts = ({ warnings }: typeof one) => warnings.map(({ text }) => text).join('\n');
    return one.result === other.result && texts(one) === texts(other);
  }
  if (nameOf(base, words.base, node) !== nameOf(subject, words.subject, twin)) return false;
  if (kind === Access.RCU_CALLBACK) return true;
  // What callbacks are called is each side's own business; a head outside of the object, below 0, is not.
  if (kind === Access.RCU_CALL)
    return base.a[node]! < 0 === subject.a[twin]! < 0 && areOneLater(sides, node, twin);
  // Of what runs later the name counts: each side has numbers of its own.
  if (IS_OF_TIME[kind] && laterNameAt(base, node) !== undefined)
    return areOneLater(sides, node, twin) && base.b[node] === subject.b[twin];
  const isValue = OF_VALUES.includes(kind);
  const off = isValue && base.word[node] === WordIndex.COUNT ? biasOf(sides) : 0;
  if (!isMoved(sides, node, twin, 'a', off)) return false;
  const offB = kind === Access.COMPARE_EXCHANGE ? off : 0;
  return isMoved(sides, node, twin, 'b', offB);
}

/** Whether the subject's operand is the base's moved by `off`. Numbers of values of 64 bits are each side's own. */
function isMoved(
  { base, subject }: SchemeSides,
  node: number,
  twin: number,
  which: 'a' | 'b',
  off: number,
): boolean {
  if (!isWideAccess(base, node) && !isWideAccess(subject, twin))
    return ((base[which][node]! + off) | 0) === subject[which][twin];
  const operand = operandOf(base, node, base[which][node]!);
  return operand + BigInt(off) === operandOf(subject, twin, subject[which][twin]!);
}

/** Accesses whose operands are values of the word, and not what is added to it, or bits. */
const OF_VALUES: readonly number[] = [
  Access.STORE,
  Access.EXCHANGE,
  Access.COMPARE_EXCHANGE,
  Access.AWAIT_EQUAL,
  Access.AWAIT_OTHER,
  Access.AWAIT_AT_LEAST,
];

/** The results of an access that are tried: the base's and the subject's. */
function resultsOf(
  sides: SchemeSides,
  node: number,
  twin: number,
  counts: readonly number[],
): (readonly [number, number])[] {
  const { base, subject } = sides;
  const kind = base.kind[node]!;
  if (HAS_ONE_RESULT[kind]) return [[0, 0]];
  const isCount = base.word[node] === WordIndex.COUNT && IS_PLAIN[kind];
  const off = isCount ? biasOf(sides) : 0;
  const tried = new Set(isCount ? counts : SMALL);
  if (kind === Access.COMPARE_EXCHANGE) tried.add((subject.a[twin]! - off) | 0);
  if (kind === Access.AWAIT_EQUAL) tried.add(base.a[node]!);
  return [...tried]
    .filter((value) => !isRuledOut(base, node, value))
    .map((value) => [value, (value + off) | 0] as const);
}

/**
 * Whether an access that waits cannot have met a value: what an op would do after a wait that has not ended, nobody sees.
 */
function isRuledOut(base: TransitionTrees, node: number, value: number): boolean {
  if (!AWAITS.includes(base.kind[node]!)) return false;
  const words = new Int32Array(base.layout!.length).fill(value);
  return waitsForWord(base, node, words);
}

/** The word of an access, if it is one of a word. */
function nameOf({ word, kind }: TransitionTrees, { names }: SideWords, node: number): string {
  return NAMES_WORD[kind[node]!] ? names[word[node]!]! : '';
}

function textOf(trees: TransitionTrees, words: SideWords, node: number): string {
  return `${ACCESS_NAMES[trees.kind[node]!]} ${nameOf(trees, words, node)}`.trimEnd();
}
