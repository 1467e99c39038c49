import { ACCESS_NAMES } from '../../fuzz/run/access.ts';
import { recordedLater } from '../../fuzz/run/recorded-later.ts';
import type { Lock, RcuObject } from '../../targets/subject/rcu-object.ts';
import type { SharedWord, Word } from '../../targets/subject/word.ts';

/** An object that notes which accesses are made to it, and answers them one after the other. */
export class NotingObject implements RcuObject {
  /** `count.load`, `free`: what, or of which word. */
  readonly seen: string[] = [];
  readonly count: SharedWord;
  readonly list: SharedWord;
  readonly lock: Lock;
  readonly mutex: Lock;
  readonly timer: Lock;
  readonly words: readonly SharedWord[];
  readonly locks: readonly Lock[];
  readonly wide = [];
  readonly pairs = [];
  readonly rcu: RcuObject['rcu'];
  readonly idle: RcuObject['idle'];
  readonly later: RcuObject['later'];
  readonly #answers: number[];

  /**
   * @param names of the scheme's own words
   * @param answers what accesses that have a result are answered, in order; 0 from then on
   */
  constructor(names: readonly string[], answers: readonly number[] = []) {
    this.#answers = [...answers];
    this.count = this.#word('count');
    this.list = this.#word('list');
    [this.lock, this.mutex, this.timer] = ['lock', 'mutex', 'timer'].map((name) =>
      this.#lock(`own ${name}`),
    ) as [Lock, Lock, Lock];
    this.words = names.map((name) => this.#word(name));
    this.locks = names.map((name) => this.#lock(name));
    this.rcu = {
      readLock: () => this.#note('rcu.readLock'),
      readUnlock: () => this.#note('rcu.readUnlock'),
      call: () => this.#note('rcu.call'),
    };
    this.later = recordedLater((kind) => this.#answer(ACCESS_NAMES[kind]!));
    this.idle = {
      note: () => this.#note('idle.note'),
      clear: () => this.#note('idle.clear'),
      check: () => this.#answer('idle.check') as 0 | 1 | 2,
    };
  }

  readonly threadWords: readonly Word[] = [];

  thread(): number {
    return this.#answer('thread');
  }

  use(): void {
    this.#note('use');
  }

  write(): void {
    this.#note('write');
  }

  touch(): void {
    this.#note('use');
  }

  start(): void {
    this.#note('start');
  }

  stop(): void {
    this.#note('stop');
  }

  free(): void {
    this.#note('free');
  }

  #note(access: string): void {
    this.seen.push(access);
  }

  #answer(access: string): number {
    this.#note(access);
    return this.#answers.shift() ?? 0;
  }

  #lock(name: string): Lock {
    return {
      acquire: () => this.#note(`${name}.acquire`),
      release: () => this.#note(`${name}.release`),
      tryAcquire: () => this.#answer(`${name}.tryAcquire`) === 1,
      acquireShared: () => this.#note(`${name}.acquireShared`),
      tryAcquireShared: () => this.#answer(`${name}.tryAcquireShared`) === 1,
      releaseShared: () => this.#note(`${name}.releaseShared`),
      downgrade: () => this.#note(`${name}.downgrade`),
      beginWrite: () => this.#note(`${name}.beginWrite`),
      endWrite: () => this.#note(`${name}.endWrite`),
      readBegin: () => this.#answer(`${name}.readBegin`),
      readNow: () => this.#answer(`${name}.readNow`),
      look: () => this.#answer(`${name}.look`) as 0 | 1 | 2,
    };
  }

  #word(name: string): SharedWord {
    const answer = (access: string) => () => this.#answer(`${name}.${access}`);
    return {
      load: answer('load'),
      store: () => this.#note(`${name}.store`),
      exchange: answer('exchange'),
      fetchAdd: answer('fetchAdd'),
      fetchSub: answer('fetchSub'),
      fetchBits: answer('fetchBits'),
      await: answer('await'),
      compareExchange: answer('compareExchange'),
      update: answer('update'),
      repeat: () => this.#note(`${name}.repeat`),
      warn: () => {},
      fence: () => {},
    };
  }
}
