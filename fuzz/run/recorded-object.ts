import { InputError } from '../../targets/subject/input-error.ts';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import type { SharedWord } from '../../targets/subject/word.ts';
import { Access, PayloadUse, SCHEME_WORDS, WordIndex } from './access.ts';
import type { MakeAccess } from './access-request.ts';
import { callOperand, recordedLater } from './recorded-later.ts';
import { RecordedLock } from './recorded-lock.ts';
import { recordedWide } from './recorded-wide.ts';
import { type SchemeLayout, wordAt } from './scheme-layout.ts';
import { threadWordsOf } from './thread-words.ts';
import type { WideValues } from './wide-values.ts';

/** What a recorder must know of the trees: where words lie, and the numbers of 64-bit values. */
export interface RecordedTrees {
  readonly layout: SchemeLayout | undefined;
  readonly wideValues: WideValues;
}

const NO_WIDE_WORDS: Pick<RcuObject, 'wide' | 'pairs'> = { wide: [], pairs: [] };

/**
 * The object of a scheme as its ops see it, for one run of one op. Trees grow by as many runs as they have nodes, so it is
 * put together often: its words and locks are small, and what a scheme does not have costs nothing.
 *
 * @param access makes an access as a recorder makes it
 * @param word a word, by its index, every access of which goes the same way
 */
export function recordedObject(
  scheme: Scheme,
  trees: RecordedTrees,
  access: MakeAccess,
  word: (index: number) => SharedWord,
): RcuObject {
  const plain = (kind: number) => access({ kind, order: 'relaxed' });
  const hasSequences = trees.layout?.sequences !== undefined;
  const lock = (index: number) => new RecordedLock(access, index, hasSequences);
  const own = (scheme.words ?? []).map((_, at) => SCHEME_WORDS + at);
  const count = word(WordIndex.COUNT);
  return {
    count,
    threadWords: threadWordsOf(scheme, access, count),
    thread: () => plain(scheme.asksThread ? Access.THREAD : undeclared(scheme, 'asksThread')),
    list: word(WordIndex.LIST),
    lock: lock(WordIndex.LOCK),
    mutex: lock(WordIndex.MUTEX),
    timer: lock(WordIndex.TIMER),
    words: own.map(word),
    locks: own.map(lock),
    ...wideWords(own.length, trees, access),
    rcu: {
      readLock: () => void plain(Access.RCU_LOCK),
      readUnlock: () => void plain(Access.RCU_UNLOCK),
      call: (a = 0, which = 0, head = 0, domain = 0) => {
        const b = callOperand({ which, head, domain });
        access({ kind: Access.RCU_CALL, a, b, order: 'relaxed' });
      },
    },
    later: recordedLater((kind, a, b) => access({ kind, a, b, order: 'relaxed' })),
    idle: {
      note: () => void plain(Access.IDLE_NOTE),
      clear: () => void plain(Access.IDLE_CLEAR),
      check: () => plain(Access.IDLE_CHECK) as 0 | 1 | 2,
    },
    use: () =>
      void access({ kind: Access.USE, b: scheme.writesPayload ? PayloadUse.READ : 0, order: 'relaxed' }),
    write: () => {
      if (!scheme.writesPayload) undeclared(scheme, 'writesPayload');
      access({ kind: Access.USE, b: PayloadUse.WRITE, order: 'relaxed' });
    },
    touch: () => void access({ kind: Access.USE, a: scheme.resource ? 1 : 0, order: 'relaxed' }),
    start: () => void plain(scheme.resource ? Access.START : undeclared(scheme, 'resource')),
    stop: () => void plain(scheme.resource ? Access.STOP : undeclared(scheme, 'resource')),
    free: () => void plain(Access.FREE),
  };
}

/** Most schemes have none. By place, the count first, as the host of C has its words. */
function wideWords(
  ownWords: number,
  { layout, wideValues }: RecordedTrees,
  access: MakeAccess,
): Pick<RcuObject, 'wide' | 'pairs'> {
  if (!layout?.wide) return NO_WIDE_WORDS;
  const { wide, pairs } = layout;
  const recorded = (word: number) => recordedWide(word, wideValues, access);
  const places = Array.from({ length: ownWords + 1 }, (_, place) => wordAt(place));
  return {
    wide: places.map((word) => (wide.has(word) ? recorded(word) : undefined)),
    pairs: pairs.map(recorded),
  };
}

/** What a scheme does is known before any of its ops runs: the shape of states, and whether threads are alike, hang on it. */
function undeclared({ name }: Scheme, flag: 'asksThread' | 'resource' | 'writesPayload'): never {
  throw new InputError(name, `does what only a scheme with "${flag}" does`);
}
