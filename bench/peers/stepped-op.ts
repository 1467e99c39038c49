import type { Counter, CounterOp } from '../../targets/subject/subject.ts';
import type { BitChange } from '../../targets/subject/word.ts';
import { PlainWord } from './plain-word.ts';

const STOP = Symbol('stop');

/**
 * An op that stops before each access, so that others can come between. A function cannot be stopped, so it is run
 * again from its start, is told what its accesses gave so far, and is left by an exception at the one after.
 */
export class SteppedOp extends PlainWord {
  readonly name: string;
  result: ReturnType<CounterOp['run']> = undefined;
  isDone = false;
  readonly #run: CounterOp['run'];
  readonly #shared: PlainWord;
  /** What its accesses gave so far. */
  readonly #seen: number[] = [];
  #at = 0;
  /** How many accesses the run under way may make. */
  #limit = 0;

  constructor(name: string, { ops }: Counter, shared: PlainWord) {
    super();
    this.name = name;
    this.#run = ops[name]!.run;
    this.#shared = shared;
  }

  /** Makes one access. */
  step(): void {
    this.#at = 0;
    this.#limit = this.#seen.length + 1;
    try {
      this.result = this.#run(this, 0, 0);
      this.isDone = true;
    } catch (stop) {
      if (stop !== STOP) throw stop;
    }
    if (this.hasWarned) this.#shared.hasWarned = true;
  }

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

  override fetchBits(how: BitChange, value: number): number {
    return this.#access(() => this.#shared.fetchBits(how, value));
  }

  override compareExchange(expected: number, desired: number): number {
    return this.#access(() => this.#shared.compareExchange(expected, desired));
  }
}
