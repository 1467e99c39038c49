import type { Counter } from '../../targets/subject/subject.ts';
import { INT_MAX, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import { Difference } from './check-alone.ts';
import { PlainWord } from './plain-word.ts';
import { count } from './report.ts';
import { SteppedOp } from './stepped-op.ts';

/** Ops that only count: whatever the schedule, what they leave can be added up. */
export const COUNTING_OPS = ['inc', 'inc_not_zero', 'dec', 'dec_and_test', 'dec_if_one', 'read'];
/** No thread has more, and there are at most three. */
export const MOST_OPS = 3;
export const MOST_THREADS = 3;

/** Ops of several threads on one word, stepped in whatever order the caller wants. */
export class Together {
  readonly #counter: Counter;
  readonly #word = new PlainWord();
  readonly #start: number;
  readonly #waiting: string[][];
  readonly #running: (SteppedOp | undefined)[];
  #exact: number;
  #lastPuts = 0;
  #wasZero = false;

  constructor(counter: Counter, start: number, threads: readonly (readonly string[])[]) {
    this.#counter = counter;
    this.#start = this.#exact = this.#word.value = start;
    this.#wasZero = start === 0;
    this.#waiting = threads.map((ops) => [...ops]);
    this.#running = threads.map(() => undefined);
  }

  hasWork(thread: number): boolean {
    return this.#running[thread] !== undefined || this.#waiting[thread]!.length > 0;
  }

  /** The threads that have something left to do. */
  ready(): number[] {
    return [...this.#running.keys()].filter((thread) => this.hasWork(thread));
  }

  /** One access of a thread. @throws Difference */
  step(thread: number): void {
    const op = this.#running[thread] ?? this.#next(thread);
    this.#running[thread] = op;
    op.step();
    this.#wasZero ||= this.#word.value === 0;
    if (!op.isDone) return;
    this.#running[thread] = undefined;
    this.#account(op);
  }

  #next(thread: number): SteppedOp {
    return new SteppedOp(this.#waiting[thread]!.shift()!, this.#counter, this.#word);
  }

  #account({ name, result }: SteppedOp): void {
    count(1);
    if (name === 'inc' || (name === 'inc_not_zero' && result)) this.#exact++;
    if (name === 'dec' || name === 'dec_and_test' || (name === 'dec_if_one' && result)) this.#exact--;
    if ((name === 'dec_and_test' || name === 'dec_if_one') && result) this.#lastPuts++;
    if (name === 'inc_not_zero' && !result && !this.#wasZero) throw new Difference('refused, and never at 0');
  }

  /** What must hold when all is done. @throws Difference */
  end(): void {
    const { value, hasWarned } = this.#word;
    if (hasWarned && value !== REFCOUNT_SATURATED) throw new Difference(`warned, and left ${value}`);
    if (hasWarned) return;
    if (value !== this.#exact) throw new Difference(`${this.#exact} references, and the word holds ${value}`);
    if (this.#start >= 0 && (value < 0 || value > INT_MAX)) throw new Difference(`${value} in silence`);
    if (this.#lastPuts > 1) throw new Difference('two last puts');
  }
}
