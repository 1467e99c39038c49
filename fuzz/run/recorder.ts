import type { Fault, Outcome, Result, Subject } from '../../targets/subject/subject.ts';
import { FENCE_BITS, type MemoryOrder, type SharedWord, type Warning } from '../../targets/subject/word.ts';
import type { Alphabet } from '../program/alphabet.ts';
import { Access, WordIndex } from './access.ts';
import type { AccessRequest, MakeAccess } from './access-request.ts';
import { type RecordedTrees, recordedObject } from './recorded-object.ts';
import { RecordedWord, type Rounds } from './recorded-word.ts';

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
  /** Fences since the access before, see FENCE_BITS; none where left out. */
  readonly fence?: number;
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
  /** Since the access made last. */
  #fence = 0;
  readonly #trees: RecordedTrees;
  /** As `#access`, for those who make accesses in its name. */
  readonly #make: MakeAccess = (request) => this.#access(request);

  readonly #rounds: Rounds = {
    repeat: (round) => {
      const entry = this.#used;
      if (round()) return;
      if (this.#used === entry) throw new Error('internal: a loop went round without an access');
      // The next round begins where this one did: the tree goes back to there, so no second one is ever run.
      throw new Pause({ kind: Access.BACK, word: 0, a: entry, b: 0, order: 'relaxed', inLoop: false });
    },
    warn: (warning) => void this.#warnings.push(warning),
    fence: (order) => {
      this.#fence |= FENCE_BITS[order];
    },
  };

  /**
   * @param results of the accesses made before, in order
   * @param trees that the op is one of
   * @param isRecorded whether the access that is replayed as number `step` is the one that was recorded there
   */
  constructor(
    results: readonly number[],
    trees: RecordedTrees,
    isRecorded: (step: number, stop: Stop) => boolean,
  ) {
    this.#results = results;
    this.#trees = trees;
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
      const end: Stop = { kind: Access.RETURN, word: 0, a: 0, b: 0, order: 'relaxed', inLoop: false };
      return { ...end, fence: this.#fence, outcome };
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
    const object = recordedObject(subject, this.#trees, this.#make, (word) => this.#word(word));
    if (call >= 0) {
      const { op, a, b } = alphabet.call(call);
      return subject.ops[op]!.run(object, a, b);
    }
    const which = -1 - call;
    const isRcu = (subject.time?.later?.[which]?.kind ?? 'rcu') === 'rcu';
    this.#access({ kind: isRcu ? Access.RCU_CALLBACK : Access.LATER_BEGIN, a: which, order: 'relaxed' });
    return subject.callback(object, which);
  }

  /** Answers an access with its recorded result, or stops the op there. */
  #access({ kind, word = 0, a = 0, b = 0, order, inLoop = false }: AccessRequest): number {
    const stop: Stop = { kind, word, a: a | 0, b: b | 0, order, inLoop, fence: this.#fence };
    if (this.#used === this.#results.length) throw new Pause(stop);
    this.#fence = 0;
    if (!this.#isRecorded(this.#used, stop)) {
      throw new Error('internal: an op made another access than before; it is not deterministic');
    }
    return this.#results[this.#used++]!;
  }

  /** The word as ops see it: every access of it goes through here. */
  #word(word: number): SharedWord {
    return new RecordedWord(word, this.#make, this.#rounds);
  }
}
