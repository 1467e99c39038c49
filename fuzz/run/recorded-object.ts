import { InputError } from '../../targets/subject/input-error.ts';
import type { Later } from '../../targets/subject/later.ts';
import type { Lock, RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import type { WideWord } from '../../targets/subject/wide-word.ts';
import type { SharedWord, Word } from '../../targets/subject/word.ts';
import { Access, SCHEME_WORDS, WordIndex } from './access.ts';
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

/**
 * The object of a scheme as its ops see it, for one run of one op. Trees grow by as many runs as they have nodes, and an op
 * touches two or three of all these parts: each is made when it is first asked for.
 */
export class RecordedObject implements RcuObject {
  readonly count: SharedWord;
  readonly #scheme: Scheme;
  readonly #trees: RecordedTrees;
  readonly #access: MakeAccess;
  readonly #word: (word: number) => SharedWord;
  #list: SharedWord | undefined;
  #lock: Lock | undefined;
  #mutex: Lock | undefined;
  #timer: Lock | undefined;
  #words: readonly SharedWord[] | undefined;
  #locks: readonly Lock[] | undefined;
  #wide: readonly (WideWord | undefined)[] | undefined;
  #pairs: readonly WideWord[] | undefined;
  #threadWords: readonly Word[] | undefined;
  #later: Later | undefined;

  /**
   * @param access makes an access as a recorder makes it
   * @param word a word, by its index, every access of which goes the same way
   */
  constructor(scheme: Scheme, trees: RecordedTrees, access: MakeAccess, word: (index: number) => SharedWord) {
    this.#scheme = scheme;
    this.#trees = trees;
    this.#access = access;
    this.#word = word;
    this.count = word(WordIndex.COUNT);
  }

  get list(): SharedWord {
    this.#list ??= this.#word(WordIndex.LIST);
    return this.#list;
  }

  get lock(): Lock {
    this.#lock ??= this.#lockAt(WordIndex.LOCK);
    return this.#lock;
  }

  get mutex(): Lock {
    this.#mutex ??= this.#lockAt(WordIndex.MUTEX);
    return this.#mutex;
  }

  get timer(): Lock {
    this.#timer ??= this.#lockAt(WordIndex.TIMER);
    return this.#timer;
  }

  get words(): readonly SharedWord[] {
    this.#words ??= this.#own((index) => this.#word(index));
    return this.#words;
  }

  get locks(): readonly Lock[] {
    this.#locks ??= this.#own((index) => this.#lockAt(index));
    return this.#locks;
  }

  /** By place, the count first, as the host of C has its words. */
  get wide(): readonly (WideWord | undefined)[] {
    this.#wide ??= this.#wideWords();
    return this.#wide;
  }

  get pairs(): readonly WideWord[] {
    const { layout, wideValues } = this.#trees;
    this.#pairs ??= (layout?.pairs ?? []).map((pair) => recordedWide(pair, wideValues, this.#access));
    return this.#pairs;
  }

  get threadWords(): readonly Word[] {
    this.#threadWords ??= threadWordsOf(this.#scheme, this.#access, this.count);
    return this.#threadWords;
  }

  get later(): Later {
    this.#later ??= recordedLater((kind, a, b) => this.#access({ kind, a, b, order: 'relaxed' }));
    return this.#later;
  }

  readonly rcu = {
    readLock: () => void this.#plain(Access.RCU_LOCK),
    readUnlock: () => void this.#plain(Access.RCU_UNLOCK),
    call: (a = 0, which = 0, head = 0, domain = 0) => {
      const b = callOperand({ which, head, domain });
      this.#access({ kind: Access.RCU_CALL, a, b, order: 'relaxed' });
    },
  };

  readonly idle = {
    note: () => void this.#plain(Access.IDLE_NOTE),
    clear: () => void this.#plain(Access.IDLE_CLEAR),
    check: () => this.#plain(Access.IDLE_CHECK) as 0 | 1 | 2,
  };

  // Functions, not methods: an op may take them out of the object, as in `({ count, free })`.
  readonly thread = () =>
    this.#plain(this.#scheme.asksThread ? Access.THREAD : undeclared(this.#scheme, 'asksThread'));
  readonly use = () => void this.#plain(Access.USE);
  readonly touch = () =>
    void this.#access({ kind: Access.USE, a: this.#scheme.resource ? 1 : 0, order: 'relaxed' });
  readonly start = () =>
    void this.#plain(this.#scheme.resource ? Access.START : undeclared(this.#scheme, 'resource'));
  readonly stop = () =>
    void this.#plain(this.#scheme.resource ? Access.STOP : undeclared(this.#scheme, 'resource'));
  readonly free = () => void this.#plain(Access.FREE);

  #plain(kind: number): number {
    return this.#access({ kind, order: 'relaxed' });
  }

  /** Of each word of the scheme's own. */
  #own<Part>(make: (index: number) => Part): Part[] {
    return (this.#scheme.words ?? []).map((_, at) => make(SCHEME_WORDS + at));
  }

  #lockAt(word: number): Lock {
    return new RecordedLock(this.#access, word, this.#trees.layout?.sequences !== undefined);
  }

  #wideWords(): (WideWord | undefined)[] {
    const { layout, wideValues } = this.#trees;
    if (!layout?.wide) return [];
    const { wide } = layout;
    const places = [0, ...(this.#scheme.words ?? []).map((_, at) => at + 1)];
    return places.map((place) => {
      const word = wordAt(place);
      return wide.has(word) ? recordedWide(word, wideValues, this.#access) : undefined;
    });
  }
}

/** What a scheme does is known before any of its ops runs: the shape of states, and whether threads are alike, hang on it. */
function undeclared({ name }: Scheme, flag: 'asksThread' | 'resource'): never {
  throw new InputError(name, `does what only a scheme with "${flag}" does`);
}
