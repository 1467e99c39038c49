import { Machine } from '../../fuzz/run/machine.ts';
import { LINEARIZABLE, unexplained } from '../../oracles/linearizability.ts';
import type { Result } from '../../targets/subject/subject.ts';
import { recordRun } from '../reproduce/recorded-ops.ts';
import { Inexpressible } from '../reproduce/reproduced-case.ts';
import type { CounterReproduction } from '../reproduce/reproduced-counter.ts';
import type { Reproduction } from '../reproduce/reproduction.ts';
import { KERNEL_COUNTERS, type KernelCounter } from './kernel-counters.ts';

/** A case as code that runs in a kernel, on the kernel's own counter: what a module and a KUnit suite share. */
export interface KernelProgram {
  readonly reproduction: CounterReproduction;
  readonly counter: KernelCounter;
  /**
   * Whether no op has another one between its accesses: then the threads' ops are run one after another. Otherwise the
   * threads are let loose together, many times: the real ops cannot be stopped half-way.
   */
  readonly isSequential: boolean;
  /** In the order of the calls: what each op gave, as a number, on either side. */
  readonly steps: readonly KernelStep[];
  readonly subjectWord: number;
  readonly referenceWord: number;
  /** The texts of warnings that the recorded run has. */
  readonly warnings: readonly string[];
}

/** An op as it was called, and what it gave on either side: a number, 1 for true, 0 for false and for no answer. */
export interface KernelStep {
  readonly thread: number;
  readonly call: number;
  readonly subject: number;
  readonly reference: number;
}

/**
 * What of a case can run in a kernel.
 *
 * @throws Inexpressible with the reason
 */
export function kernelProgram(reproduction: Reproduction): KernelProgram {
  const { name } = reproduction.harness.target.subject;
  if (reproduction.kind === 'scheme')
    throw new Inexpressible('a scheme is not one counter; its locks and lists are spread over a subsystem');
  const counter = KERNEL_COUNTERS[name];
  if (!counter)
    throw new Inexpressible(
      `${name} is no counter of a kernel of today; there are ${Object.keys(KERNEL_COUNTERS).join(', ')}`,
    );
  const { harness, ops, expected, final } = reproduction;
  for (const { call } of ops) {
    const { op } = harness.alphabet.call(call);
    if (!Object.hasOwn(counter.ops, op)) throw new Inexpressible(`${counter.type} has no ${op}`);
  }
  // By thread, in order: the ops of one thread are called in the order of its program.
  const results = expected.results.map((list) => [...list]);
  const steps = ops.map(({ thread, call, outcome }) => ({
    thread,
    call,
    subject: numberOf(outcome!.result as Result),
    reference: numberOf(results[thread]!.shift() as Result),
  }));
  const program: KernelProgram = {
    reproduction,
    counter,
    isSequential: ops.every(({ called, returned }, at) => {
      const next = ops[at + 1];
      return returned < (next?.called ?? Number.POSITIVE_INFINITY) && returned >= called;
    }),
    steps,
    subjectWord: final,
    referenceWord: expected.final!,
    warnings: [...new Set(ops.flatMap(({ outcome }) => outcome!.warnings.map(({ text }) => text)))],
  };
  checkVisible(program);
  return program;
}

/** A kernel shows answers and the word; a warning it prints once per boot, and does not say whose it is. */
function checkVisible({ reproduction, isSequential }: KernelProgram): void {
  const { kind } = reproduction.stored.expect.divergence;
  if (kind === 'sticky' || isSequential) return;
  if (isExplainedWithoutWarnings(reproduction))
    throw new Inexpressible(
      'only together with the warnings do word and answers show it, and a kernel prints a warning once per boot, ' +
        'without saying which op it comes from',
    );
}

/** Whether some order of whole ops gives the same answers and the same word, whatever it warns of. */
function isExplainedWithoutWarnings({ harness, program, schedule }: CounterReproduction): boolean {
  const machine = new Machine(harness.subject);
  recordRun(machine, program, schedule);
  return unexplained(machine.execution, harness.subject.specification, false) === LINEARIZABLE;
}

/** A result as the kernel's C returns it: booleans as 1 and 0, nothing as 0. */
function numberOf(result: Result): number {
  return typeof result === 'number' ? result | 0 : Number(result === true);
}
