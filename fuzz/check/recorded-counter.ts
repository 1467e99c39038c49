import { exchange } from '../../oracles/packed-fields.ts';
import { outcomeText } from '../explore/outcomes.ts';
import { MAX_THREADS, type Program } from '../program/program.ts';
import { Machine } from '../run/machine.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';

/**
 * A counter whose states say what its ops have returned and warned so far: states with other results are others. A scheme
 * does that by itself; a counter has results in its states only where somebody lists its outcomes.
 */
export class RecordedCounter extends Machine {
  readonly #records: boolean;
  /** By number: what the ops of a thread have come to so far, as text. Number 0 is nothing yet. */
  #texts: string[] = [''];
  readonly #numbers = new Map<string, number>();

  /**
   * @param moreCells that a subclass has in `extra`, behind those of this one
   * @param records false: results are left out of the states
   */
  constructor(trees: TransitionTrees, moreCells = 0, records = true) {
    super(trees, MAX_THREADS + moreCells);
    this.#records = records;
  }

  override start(program: Program): void {
    super.start(program);
    this.#texts = [''];
    this.#numbers.clear();
  }

  override step(thread: number): number {
    // Explorers jump between states, so a list of events would belong to no run.
    this.execution.eventCount = 0;
    const outcome = super.step(thread);
    if (outcome >= 0 && this.#records) this.note(thread, outcomeText(this.trees.outcomeOf(outcome)));
    return outcome;
  }

  override compareThreads(one: number, other: number): number {
    return super.compareThreads(one, other) || this.extra[one]! - this.extra[other]!;
  }

  override swapThreads(one: number, other: number): void {
    super.swapThreads(one, other);
    exchange(this.extra, one, other);
  }

  /** What the ops came to, by thread: `true, void | false ⚠ underflow`. */
  resultsText(): string {
    return Array.from({ length: this.threadCount }, (_, thread) => this.#texts[this.extra[thread]!]).join(
      ' | ',
    );
  }

  /** An op of a thread came to this. */
  protected note(thread: number, result: string): void {
    if (!this.#records) return;
    const before = this.#texts[this.extra[thread]!]!;
    const text = before === '' ? result : `${before}, ${result}`;
    const known = this.#numbers.get(text) ?? this.#texts.push(text) - 1;
    this.#numbers.set(text, known);
    this.extra[thread] = known;
  }
}
