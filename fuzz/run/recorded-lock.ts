import type { Lock } from '../../targets/subject/rcu-object.ts';
import { Access } from './access.ts';
import type { MakeAccess } from './access-request.ts';

/**
 * A lock as ops see it. A class, as several are made for each run of an op, and most of them are never used.
 *
 * Every method is one access: what it means is told in `Lock`, and done by scheme-locks.ts. To take acquires, and to give up
 * releases; that is shown and changes nothing, as all is sequentially consistent.
 */
export class RecordedLock implements Lock {
  readonly #access: MakeAccess;
  readonly #word: number;
  readonly #hasSequence: boolean;

  /** @param access makes an access as a recorder makes it */
  constructor(access: MakeAccess, word: number, hasSequence: boolean) {
    this.#access = access;
    this.#word = word;
    this.#hasSequence = hasSequence;
  }

  acquire(): void {
    this.#taken(Access.LOCK);
  }

  release(): void {
    this.#given(Access.UNLOCK);
  }

  tryAcquire(): boolean {
    return this.#taken(Access.TRY_LOCK) === 1;
  }

  acquireShared(): void {
    this.#taken(Access.LOCK_SHARED);
  }

  tryAcquireShared(): boolean {
    return this.#taken(Access.TRY_LOCK_SHARED) === 1;
  }

  releaseShared(): void {
    this.#given(Access.UNLOCK_SHARED);
  }

  downgrade(): void {
    this.#given(Access.DOWNGRADE);
  }

  /** Where no reader of the scheme asks for sequences, nobody counts: states that differ in nothing else stay one. */
  beginWrite(): void {
    this.#taken(this.#hasSequence ? Access.SEQ_LOCK : Access.LOCK);
  }

  endWrite(): void {
    this.#given(this.#hasSequence ? Access.SEQ_UNLOCK : Access.UNLOCK);
  }

  readBegin(): number {
    return this.#taken(Access.SEQ_BEGIN);
  }

  readNow(): number {
    return this.#taken(Access.SEQ_READ);
  }

  look(): 0 | 1 | 2 {
    return this.#access({ kind: Access.LOOK_AT_LOCK, word: this.#word, order: 'relaxed' }) as 0 | 1 | 2;
  }

  #taken(kind: number): number {
    return this.#access({ kind, word: this.#word, order: 'acquire' });
  }

  #given(kind: number): void {
    this.#access({ kind, word: this.#word, order: 'release' });
  }
}
