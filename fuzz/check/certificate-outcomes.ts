import { formatValue } from '../../targets/subject/values.ts';
import { Explorer } from '../explore/explorer.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { type Life, lifeOf } from './life.ts';
import { RecordedCounter } from './recorded-counter.ts';

/** What a certificate can say. `equivalent`: two sides have the same outcomes; `sound`: none of them is a fault. */
export type Claim = 'equivalent' | 'sound';

/** A machine, and what the run in it came to, where nobody can go on. */
export type CertifiedRun = Pick<Life, 'machine' | 'outcome'>;

/**
 * How a certificate sees the runs of a side. Two counters are equivalent whatever threads do with them, and with the word
 * that they leave; anything else is of programs of holders.
 */
export function certifiedRun(harness: Harness, trees: TransitionTrees, claim: Claim): CertifiedRun {
  if (claim === 'sound' || trees.subject.kind === 'scheme') return lifeOf(harness, trees, true);
  const machine = new RecordedCounter(trees);
  return { machine, outcome: () => `${machine.resultsText()} → ${formatValue(machine.words[0]!)}` };
}

/** Whether an outcome is one of a sound protocol. */
export function isSoundOutcome(outcome: string): boolean {
  return !outcome.includes(' ⚠ ') && !outcome.includes(' ✗ ');
}

/** Lists the outcomes of one side, program by program: by the states of a program, each visited once. */
export class OutcomeLister {
  readonly #explorer: Explorer;
  readonly #run: CertifiedRun;
  readonly #limit: number;
  /** States visited so far, of all programs. */
  states = 0;

  /** @param limit the most states of a program */
  constructor(run: CertifiedRun, limit: number) {
    // Threads are told apart, so that results need no sorting to be compared.
    this.#explorer = new Explorer(run.machine, { eager: true });
    this.#run = run;
    this.#limit = limit;
  }

  /** @returns each outcome once, sorted; undefined where there are too many states */
  list(program: Program): string[] | undefined {
    const found = new Set<string>();
    const states = this.#explorer.explore(program, this.#limit, {
      begin: () => found.clear(),
      state: (_, isLast) => {
        if (isLast) found.add(this.#run.outcome());
      },
    });
    this.states += states ?? 0;
    return states === undefined ? undefined : [...found].sort();
  }
}
