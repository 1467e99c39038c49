import { Explorer } from '../explore/explorer.ts';
import type { Program } from '../program/program.ts';
import { awaitsPut } from '../run/awaited-put.ts';
import { Machine } from '../run/machine.ts';
import { classesOf } from '../run/op-results.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { faultAt } from './soundness-leak.ts';

/**
 * What a run came to, as text: results by thread, warnings, and what befell the object first. The machine is where nobody
 * can go on.
 *
 *     granted, void | refused ⚠ addition on 0; use-after-free. ✗ leak
 *
 * @param calls that a longer program could make, see `faultAt`
 */
export function outcomeAt(machine: Machine, calls: readonly number[]): string {
  const results = Array.from({ length: machine.threadCount }, (_, thread) =>
    classesOf(machine.results[thread]!).join(', '),
  );
  const warnings = machine.warningTexts().sort();
  const fact = faultAt(machine, calls);
  const isWaiting = fact === undefined && !machine.isFinished();
  const waits = awaitsPut(machine) ? ' (waits, while somebody holds)' : ' ✗ stuck';
  return [
    results.join(' | '),
    ...warnings.map((text) => ` ⚠ ${text}`),
    fact ? ` ✗ ${fact.what}` : '',
    isWaiting ? waits : '',
  ].join('');
}

/** Whether an outcome is one of a sound protocol. */
export function isSoundOutcome(outcome: string): boolean {
  return !outcome.includes(' ⚠ ') && !outcome.includes(' ✗ ');
}

/** Lists the outcomes of one side, program by program: by the states of a program, each visited once. */
export class OutcomeLister {
  readonly #explorer: Explorer;
  readonly #calls: readonly number[];
  readonly #limit: number;
  /** States visited so far, of all programs. */
  states = 0;

  /** @param limit the most states of a program */
  constructor(trees: TransitionTrees, calls: readonly number[], limit: number) {
    // Threads are told apart, so that results need no sorting to be compared.
    this.#explorer = new Explorer(new Machine(trees), { eager: true });
    this.#calls = calls;
    this.#limit = limit;
  }

  /** @returns each outcome once, sorted; undefined where there are too many states */
  list(program: Program): string[] | undefined {
    const { machine } = this.#explorer;
    const found = new Set<string>();
    const states = this.#explorer.explore(program, this.#limit, {
      begin: () => found.clear(),
      state: (_, isLast) => {
        if (isLast) found.add(outcomeAt(machine, this.#calls));
      },
    });
    this.states += states ?? 0;
    return states === undefined ? undefined : [...found].sort();
  }
}
