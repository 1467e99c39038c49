import { InputError } from '../../targets/subject/input-error.ts';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { bitsChanged, KEEP, type SharedWord } from '../../targets/subject/word.ts';
import { biasedWide, pairNumbers } from './wide-view.ts';

/** How the ops of one scheme see the words of another: a count that is `bias` larger, and their own words by place. */
export interface WordMap {
  /** What the count holds beyond what the ops take it to be. */
  readonly bias: number;
  /** By number of an own word of theirs: its number in the object that they run on. */
  readonly places: readonly number[];
  /** By number of a pair of theirs: its number there. */
  readonly pairs: readonly number[];
  /** The same of the words that each thread has for itself. */
  readonly threadPlaces?: readonly number[];
}

/**
 * The own words of the base under the names that they have in the subject: equal names are one word. What is left over is
 * taken for renamed, in its order, if it is as much on both sides; else each side keeps what only it has.
 */
export function namesInSubject(subject: Scheme, base: Scheme): readonly string[] {
  const namesOf = ({ words = [] }: Scheme) => words.map(({ name }) => name);
  const [own, theirs] = [namesOf(subject), namesOf(base)];
  const [left, right] = [
    own.filter((name) => !theirs.includes(name)),
    theirs.filter((name) => !own.includes(name)),
  ];
  if (left.length !== right.length) return theirs;
  return theirs.map((name) => left[right.indexOf(name)] ?? name);
}

/** The own words of both: those of the subject, and behind them those that only the base has. */
export function wordsOfBoth(subject: Scheme, base: Scheme): NonNullable<Scheme['words']> {
  const own = subject.words ?? [];
  const names = namesInSubject(subject, base);
  const isOwn = (name: string) => own.some((word) => word.name === name);
  return [...own, ...(base.words ?? []).filter((_, at) => !isOwn(names[at]!))];
}

/** How the ops of the base see an object of the subject with the words of both. */
export function baseOnSubject(subject: Scheme, base: Scheme): WordMap {
  const words = wordsOfBoth(subject, base).map(({ name }) => name);
  const places = namesInSubject(subject, base).map((name) => words.indexOf(name));
  const ofThreads = threadWordsOfBoth(subject, base);
  return {
    bias: subject.bias - base.bias,
    places,
    pairs: pairNumbers(subject, base, places),
    threadPlaces: (base.threadWords ?? []).map(({ name }) => ofThreads.indexOf(name)),
  };
}

/** Words of each thread's own: equal names are one. */
function threadWordsOfBoth(subject: Scheme, base: Scheme): string[] {
  return [...new Set([subject, base].flatMap(({ threadWords = [] }) => threadWords.map(({ name }) => name)))];
}

/** What ops of either side need beside the words: holds of all kinds, words of a thread's own, a resource. */
export function featuresOfBoth(
  subject: Scheme,
  base: Scheme,
): Pick<Scheme, 'holds' | 'threadWords' | 'asksThread' | 'resource'> {
  const threadWords = threadWordsOfBoth(subject, base).map((name) => ({ name }));
  const resource = subject.resource ?? base.resource;
  return {
    ...((subject.holds || base.holds) && { holds: { ...base.holds, ...subject.holds } }),
    ...(threadWords.length > 0 && { threadWords }),
    ...((subject.asksThread || base.asksThread) && { asksThread: true }),
    ...(resource && { resource }),
  };
}

/**
 * An object as ops of the other scheme see it. Lists, locks and RCU go straight through.
 *
 *     the count holds 2, the bias is 1       load gives 1, store(0) stores 1, fetchAdd(1) adds 1 and gives 1
 */
export function seenThrough(
  object: RcuObject,
  { bias, places, pairs, threadPlaces = [] }: WordMap,
): RcuObject {
  const [count] = object.wide;
  return {
    ...object,
    count: bias === 0 ? object.count : biased(object.count, bias),
    words: places.map((place) => object.words[place]!),
    locks: places.map((place) => object.locks[place]!),
    wide: [
      bias === 0 || !count ? count : biasedWide(count, bias),
      ...places.map((place) => object.wide[place + 1]),
    ],
    pairs: pairs.map((pair) => object.pairs[pair]!),
    threadWords: threadPlaces.map((place) => object.threadWords[place]!),
  };
}

function biased(word: SharedWord, bias: number): SharedWord {
  const inside = (value: number) => (value + bias) | 0;
  const outside = (value: number) => (value - bias) | 0;
  return {
    load: (order) => outside(word.load(order)),
    store: (value, order) => word.store(inside(value), order),
    exchange: (value, order) => outside(word.exchange(inside(value), order)),
    fetchAdd: (value, order) => outside(word.fetchAdd(value, order)),
    fetchSub: (value, order) => outside(word.fetchSub(value, order)),
    // Bits of another number: what they become is computed from the value.
    fetchBits: (how, value, order) =>
      outside(word.update((old) => inside(bitsChanged(outside(old), how, value)), order)),
    await: (condition, operand, add, order) => {
      if (condition === 'clear' || condition === 'set')
        throw new InputError('a count with a bias', 'none of its bits can be waited for');
      return outside(word.await(condition, inside(operand), add, order));
    },
    compareExchange: (expected, desired, order) =>
      outside(word.compareExchange(inside(expected), inside(desired), order)),
    update: (next, order) => {
      const biasedNext = (old: number) => {
        const value = next(outside(old));
        return value === KEEP ? KEEP : inside(value);
      };
      return outside(word.update(biasedNext, order));
    },
    repeat: (round) => word.repeat(round),
    warn: (warning) => word.warn(warning),
    fence: (order) => word.fence(order),
  };
}
