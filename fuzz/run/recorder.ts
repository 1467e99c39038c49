import type { Lock, RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Fault, Outcome, Result, Subject } from '../../targets/subject/subject.ts';
import { KEEP, type MemoryOrder, type Warning, type Word } from '../../targets/subject/word.ts';
import type { Alphabet } from '../program/alphabet.ts';
import { Access, SCHEME_WORDS, WordIndex } from './access.ts';

/** What an op returned, and what it warned of on the way. */
export interface OpOutcome {
  readonly result: Result | Outcome;
  readonly warnings: readonly Warning[];
}

/** Where a run of an op stopped: at an access that has no result yet, or at its return. */
export interface Stop {
  readonly kind: number;
  readonly word: number;
  readonly a: number;
  readonly b: number;
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

/**
 * Runs an op against recorded results: each access is answered with the next one, and the first access that has
 * none stops the op.
 */
export class Recorder {
  readonly #results: readonly number[];
  /** Whether the access that is replayed as number `step` is the one that was recorded there. */
  readonly #isRecorded: (step: number, stop: Stop) => boolean;
  #used = 0;
  readonly #warnings: Warning[] = [];

  constructor(results: readonly number[], isRecorded: (step: number, stop: Stop) => boolean) {
    this.#results = results;
    this.#isRecorded = isRecorded;
  }

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
    this.#access(Access.RCU_CALLBACK, 0, 0, 0, 'relaxed');
    return subject.callback(object);
  }

  #access(kind: number, word: number, a: number, b: number, order: MemoryOrder, inLoop = false): number {
    const stop: Stop = { kind, word, a: a | 0, b: b | 0, order, inLoop };
    if (this.#used === this.#results.length) throw new Pause(stop);
    if (!this.#isRecorded(this.#used, stop)) {
      throw new Error('internal: an op made another access than before; it is not deterministic');
    }
    return this.#results[this.#used++]!;
  }

  #word(index: number): Word {
    return {
      load: (order = 'full') => this.#access(Access.LOAD, index, 0, 0, order),
      store: (value, order = 'full') => void this.#access(Access.STORE, index, value, 0, order),
      exchange: (value, order = 'full') => this.#access(Access.EXCHANGE, index, value, 0, order),
      fetchAdd: (value, order = 'full') => this.#access(Access.FETCH_ADD, index, value, 0, order),
      fetchSub: (value, order = 'full') => this.#access(Access.FETCH_SUB, index, value, 0, order),
      compareExchange: (expected, desired, order = 'full') =>
        this.#access(Access.COMPARE_EXCHANGE, index, expected, desired, order),
      update: (next, order = 'full') => {
        const old = this.#access(Access.LOAD, index, 0, 0, 'relaxed');
        const desired = next(old);
        // Only the successful attempt is ever replayed: `#grow` folds a failed one onto the load.
        if (desired !== KEEP) this.#access(Access.COMPARE_EXCHANGE, index, old, desired, order, true);
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

  #lock(index: number): Lock {
    return {
      acquire: () => void this.#access(Access.LOCK, index, 0, 0, 'acquire'),
      release: () => void this.#access(Access.UNLOCK, index, 0, 0, 'release'),
    };
  }

  #object(ownWords: number): RcuObject {
    const plain = (kind: number, order: MemoryOrder = 'relaxed') => this.#access(kind, 0, 0, 0, order);
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
        call: (data = 0) => void this.#access(Access.RCU_CALL, 0, data, 0, 'relaxed'),
      },
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
