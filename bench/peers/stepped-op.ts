import type { CounterOp, Result } from '../../targets/subject.ts';
import { PlainWord } from './plain-word.ts';

const STOP = Symbol('stop');

/**
 * An op that stops before each access, so that others can come between. A function cannot be stopped, so it is run
 * again from its start, is told what its accesses gave so far, and is left by an exception at the one after.
 */
export class SteppedOp extends PlainWord {
  result: Result | void = undefined;
  isDone = false;
  readonly #run: CounterOp['run'];
  readonly #shared: PlainWord;
  readonly #seen: number[] = [];
  #at = 0;

  constructor(run: CounterOp['run'], shared: PlainWord) {
    super();
    this.#run = run;
    this.#shared = shared;
  }

  /** Makes one access. */
  step(): void {
    const steps = this.#seen.length + 1;
    this.#at = 0;
    this.#limit = steps;
    try {
      this.result = this.#run(this, 0, 0);
      this.isDone = true;
    } catch (stop) {
      if (stop !== STOP) throw stop;
    }
    if (this.hasWarned) this.#shared.hasWarned = true;
  }

  #limit = 0;

  #access(make: () => number): number {
    if (this.#at >= this.#limit) throw STOP;
    const at = this.#at++;
    if (at === this.#seen.length) this.#seen.push(make());
    return this.#seen[at]!;
  }

  override load(): number {
    return this.#access(() => this.#shared.load());
  }

  override store(value: number): void {
    this.exchange(value);
  }

  override exchange(value: number): number {
    return this.#access(() => this.#shared.exchange(value));
  }

  override fetchAdd(value: number): number {
    return this.#access(() => this.#shared.fetchAdd(value));
  }

  override fetchSub(value: number): number {
    return this.#access(() => this.#shared.fetchSub(value));
  }

  override compareExchange(expected: number, desired: number): number {
    return this.#access(() => this.#shared.compareExchange(expected, desired));
  }
}
