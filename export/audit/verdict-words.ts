import type { Verdict } from '../../audit/census/verdict.ts';

/** How a verdict reads. */
export interface VerdictWords {
  /** In a list and as a label. */
  readonly word: string;
  /** Over a column: at most eight characters. */
  readonly head: string;
  /** In a sentence, where nobody has read the documentation. */
  readonly means: string;
}

/** The words for verdicts. docs/audit.md has the same table, and a test holds the two together. */
export const VERDICT_WORDS: Readonly<Record<Verdict, VerdictWords>> = {
  misuse: {
    word: 'misuse',
    head: 'misuse',
    means: 'a reference counter that is used as what it cannot be: it warns, saturates, or frees too early',
  },
  'as-is': {
    word: 'as is',
    head: 'as is',
    means: 'converts to refcount_t as it is written: names change, nothing else',
  },
  'with-a-change': {
    word: 'with a change',
    head: 'change',
    means: 'converts with one edit, which the remedy names',
  },
  'by-one': {
    word: 'by one',
    head: 'by one',
    means: 'converts with one more in every value, because 0 is a live state today',
  },
  'with-care': {
    word: 'with care',
    head: 'care',
    means: 'may convert; the remedy says what to look at first',
  },
  no: {
    word: 'no',
    head: 'no',
    means: 'no reference counter, or one that refcount_t cannot express',
  },
  unknown: {
    word: 'unknown',
    head: 'unknown',
    means: 'too little was seen of it to say anything',
  },
  sound: {
    word: 'sound',
    head: 'sound',
    means: 'a refcount_t or kref, used as one',
  },
  weighted: {
    word: 'weighted',
    head: 'weighted',
    means: 'the same, and moved by more than one at a time',
  },
  listed: {
    word: 'listed',
    head: 'listed',
    means: 'it has an API of its own, and is not judged: lockref, percpu_ref, kobject',
  },
};
