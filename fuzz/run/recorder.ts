import type { Lock, RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Fault, Outcome, Result, Subject } from '../../targets/subject/subject.ts';
import { KEEP, type MemoryOrder, type Warning, type Word } from '../../targets/subject/word.ts';
import type { Alphabet } from '../program/alphabet.ts';
import { Access, SCHEME_WORDS, WordIndex } from './access.ts';
import { callOperand, recordedLater } from './recorded-later.ts';

/** What an op returned, and what it warned of on the way. */
export interface OpOutcome {
  readonly result: Result | Outcome;
  readonly warnings: readonly Warning[];
}

/** Where a run of an op stopped: at an access that has no result yet, or at its return. */
export interface Stop {
  /** One of `Access`. */
  readonly kind: number;
  /** By `WordIndex`; 0 where the access is not of a word. */
  readonly word: number;
  /** The operands, 32 bits signed: see `TreeNodes`. For BACK, `a` is how many accesses come before the loop. */
  readonly a: number;
  readonly b: number;
  /** What the subject asked for. The machine makes every access as if it were fully ordered. */
  readonly order: MemoryOrder;
  /** The compare-exchange of an update loop. */
  readonly inLoop: boolean;
  readonly outcome?: OpOutcome;
  /** What the subject says of its state there, with the warnings so far: equal texts go on alike. */
  readonly continuation?: string;
}

/** Thrown through the op to stop it. Not an Error: no stack is wanted, and ops must not catch it. */
class Pause {
  readonly at: Stop;
  constructor(at: Stop) {
    this.at = at;
  }
}

/** An access that an op makes: a `Stop` without what is seldom there. */
interface Request extends Pick<Stop, 'kind' | 'order'> {
  readonly word?: number;
  readonly a?: number;
  readonly b?: number;
  readonly inLoop?: boolean;
}

/**
 * Runs an op against recorded results: each access is answered with the next one, and the first access that has
 * none stops the op.
 *
 *     dec_and_test against [1]:   fetch_sub(1) → 1, so it goes on, and stops where it returns true
 *     against []:                 stops at fetch_sub(1)
 *
 * For one run of one op. The whole of the tree's growth comes from here: the op itself is opaque.
 */
export class Recorder {
  readonly #results: readonly number[];
  readonly #isRecorded: (step: number, stop: Stop) => boolean;
  /** How many of the results have been used. */
  #used = 0;
  readonly #warnings: Warning[] = [];

  /**
   * @param results of the accesses made before, in order
   * @param isRecorded whether the access that is replayed as number `step` is the one that was recorded there
   */
  constructor(results: readonly number[], isRecorded: (step: number, stop: Stop) => boolean) {
    this.#results = results;
    this.#isRecorded = isRecorded;
  }

  /**
   * Runs the op of a call; the calls -1, -2 … are the functions of a scheme that run later, the RCU callback first.
   *
   * @throws Error when the op makes other accesses than before: it is not deterministic
   */
  run(subject: Subject, call: number, alphabet: Alphabet): Stop {
    try {
      const result = this.#call(subject, call, alphabet);
      if (this.#used !== this.#results.length) {
        throw new Error(
          `internal: ${subject.name}: the op made fewer accesses than before; it is not deterministic`,
        );
      }
      const outcome: OpOutcome = { result: result ?? undefined, warnings: this.#warnings };
      return { kind: Access.RETURN, word: 0, a: 0, b: 0, order: 'relaxed', inLoop: false, outcome };
    } catch (thrown) {
      if (!(thrown instanceof Pause)) throw thrown;
      const state = subject.continuation?.();
      if (state === undefined) return thrown.at;
      const warned = this.#warnings.map(({ text }) => `${text}\n`).join('');
      return { ...thrown.at, continuation: `${warned}${state}` };
    }
  }

  // biome-ignore lint/suspicious/noConfusingVoidType: ops may return nothing
  #call(subject: Subject, call: number, alphabet: Alphabet): Result | Outcome | Fault | void {
    if (subject.kind === 'counter') {
      const { op, a, b } = alphabet.call(call);
      return subject.ops[op]!.run(this.#word(WordIndex.COUNT), a, b);
    }
    const object = this.#object(subject.words?.length ?? 0);
    if (call >= 0) return subject.ops[alphabet.call(call).op]!.run(object);
    const which = -1 - call;
    const isRcu = (subject.time?.later?.[which]?.kind ?? 'rcu') === 'rcu';
    this.#access({ kind: isRcu ? Access.RCU_CALLBACK : Access.LATER_BEGIN, a: which, order: 'relaxed' });
    return subject.callback(object, which);
  }

  /** Answers an access with its recorded result, or stops the op there. */
  #access({ kind, word = 0, a = 0, b = 0, order, inLoop = false }: Request): number {
    const stop: Stop = { kind, word, a: a | 0, b: b | 0, order, inLoop };
    if (this.#used === this.#results.length) throw new Pause(stop);
    if (!this.#isRecorded(this.#used, stop)) {
      throw new Error('internal: an op made another access than before; it is not deterministic');
    }
    return this.#results[this.#used++]!;
  }

  /** The word as ops see it: every access of it goes through here. */
  #word(word: number): Word {
    return {
      load: (order = 'full') => this.#access({ kind: Access.LOAD, word, order }),
      store: (a, order = 'full') => void this.#access({ kind: Access.STORE, word, a, order }),
      exchange: (a, order = 'full') => this.#access({ kind: Access.EXCHANGE, word, a, order }),
      fetchAdd: (a, order = 'full') => this.#access({ kind: Access.FETCH_ADD, word, a, order }),
      fetchSub: (a, order = 'full') => this.#access({ kind: Access.FETCH_SUB, word, a, order }),
      compareExchange: (a, b, order = 'full') =>
        this.#access({ kind: Access.COMPARE_EXCHANGE, word, a, b, order }),
      update: (next, order = 'full') => {
        const old = this.#access({ kind: Access.LOAD, word, order: 'relaxed' });
        const desired = next(old);
        // Only the successful attempt is ever replayed: `#grow` folds a failed one onto the load.
        if (desired !== KEEP)
          this.#access({ kind: Access.COMPARE_EXCHANGE, word, a: old, b: desired, order, inLoop: true });
        return old;
      },
      repeat: (round) => {
        const entry = this.#used;
        if (round()) return;
        if (this.#used === entry) throw new Error('internal: a loop went round without an access');
        // The next round begins where this one did: the tree goes back to there, so no second one is ever run.
        throw new Pause({ kind: Access.BACK, word: 0, a: entry, b: 0, order: 'relaxed', inLoop: false });
      },
      warn: (warning) => void this.#warnings.push(warning),
    };
  }

  #lock(word: number): Lock {
    return {
      acquire: () => void this.#access({ kind: Access.LOCK, word, order: 'acquire' }),
      release: () => void this.#access({ kind: Access.UNLOCK, word, order: 'release' }),
    };
  }

  #object(ownWords: number): RcuObject {
    const plain = (kind: number) => this.#access({ kind, order: 'relaxed' });
    const own = Array.from({ length: ownWords }, (_, at) => SCHEME_WORDS + at);
    return {
      count: this.#word(WordIndex.COUNT),
      list: this.#word(WordIndex.LIST),
      lock: this.#lock(WordIndex.LOCK),
      mutex: this.#lock(WordIndex.MUTEX),
      timer: this.#lock(WordIndex.TIMER),
      words: own.map((index) => this.#word(index)),
      locks: own.map((index) => this.#lock(index)),
      rcu: {
        readLock: () => void plain(Access.RCU_LOCK),
        readUnlock: () => void plain(Access.RCU_UNLOCK),
        call: (a = 0, which = 0, head = 0, domain = 0) => {
          const b = callOperand({ which, head, domain });
          this.#access({ kind: Access.RCU_CALL, a, b, order: 'relaxed' });
        },
      },
      later: recordedLater((kind, a, b) => this.#access({ kind, a, b, order: 'relaxed' })),
      idle: {
        note: () => void plain(Access.IDLE_NOTE),
        clear: () => void plain(Access.IDLE_CLEAR),
        check: () => plain(Access.IDLE_CHECK) as 0 | 1 | 2,
      },
      use: () => void plain(Access.USE),
      free: () => void plain(Access.FREE),
    };
  }
}
