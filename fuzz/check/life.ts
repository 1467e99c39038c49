import { WordIndex } from '../run/access.ts';
import { awaitsPut } from '../run/awaited-put.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { classesOf } from '../run/op-results.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { CounterLife } from './counter-life.ts';
import { type LifeFault, WARNING } from './soundness-facts.ts';
import { faultAt } from './soundness-leak.ts';

/**
 * What becomes of an object while a machine runs programs of holders: a scheme has the object in its words, and a counter
 * guards one that is not there. Everything is said of the state in which the machine is.
 */
export interface Life {
  readonly machine: Machine;
  /** What befell the object first. A run is followed no further than to that. */
  fault(): LifeFault | undefined;
  /** Texts of the warnings so far, where a run goes on after one; else a warning is a fault. */
  warningTexts(): readonly string[];
  /** Whether those who wait may wait for a put that the program does not have. */
  awaitsPut(): boolean;
  /** What the run came to, as text; nobody can go on. Only of a life that records. */
  outcome(): string;
}

const NONE: readonly string[] = [];

/** @param records whether `outcome` will be asked: then states with other results are others */
export function lifeOf(harness: Harness, trees: TransitionTrees, records = false): Life {
  return trees.subject.kind === 'counter'
    ? counterLife(new CounterLife(harness, trees, records))
    : schemeLife(new Machine(trees), harness.calls);
}

function schemeLife(machine: Machine, calls: readonly number[]): Life {
  return {
    machine,
    fault: () => faultAt(machine, calls),
    warningTexts: () => (machine.words[WordIndex.WARNED] === 0 ? NONE : machine.warningTexts()),
    awaitsPut: () => awaitsPut(machine),
    outcome: () => outcomeAt(machine, calls),
  };
}

function counterLife(machine: CounterLife): Life {
  return {
    machine,
    fault: () => machine.fault(),
    warningTexts: () => NONE,
    awaitsPut: () => machine.awaitsPut(),
    outcome() {
      const fault = machine.fault();
      // A warning is in the results already.
      return `${machine.resultsText()}${fault && fault.what !== WARNING ? ` ✗ ${fault.what}` : ''}`;
    },
  };
}

/**
 * What a run came to, as text: results by thread, warnings, and what befell the object first. The machine is where nobody
 * can go on.
 *
 *     granted, void | refused ⚠ addition on 0; use-after-free. ✗ leak
 *
 * @param calls that a longer program could make, see `faultAt`
 */
function outcomeAt(machine: Machine, calls: readonly number[]): string {
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
