import type { Divergence } from '../../oracles/divergence.ts';
import { isOfOrder } from '../../oracles/lifetime.ts';
import { causesOf } from '../cause/causes-of.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { isWeak } from '../run/turn.ts';
import type { Case } from './case.ts';
import { codeOfCase } from './code-of-case.ts';
import { explain } from './explain.ts';
import { observe } from './observe.ts';
import { textOf } from './program-text.ts';

/**
 * Turns a divergence into what the corpus stores.
 *
 * The program runs once more for it: what is stored is what was seen, not what the search remembers. A schedule with
 * one thread says nothing and is left out.
 *
 * @param schedule may be left out for a single thread
 * @throws ScheduleError when the schedule does not fit
 */
export function makeCase(
  harness: Harness,
  divergence: Divergence,
  program: Program,
  schedule: readonly number[] | undefined,
  found: Case['found'],
): Case {
  const { reference, subject, accesses } = observe(harness, program, schedule);
  const threads = new Set(accesses.map(({ thread }) => thread));
  const code = codeOfCase(harness.target);
  return {
    target: harness.target.name,
    ...(showsOrders(divergence, subject, schedule) && { memory: 'kernel' as const }),
    program: textOf(harness, program),
    ...(schedule && threads.size > 1 ? { schedule: [...schedule] } : {}),
    expect: { divergence, reference, subject },
    ...(code.length > 0 && { code }),
    why: explain(harness, { divergence, program, reference, subject, accesses }),
    found,
  };
}

/** Whether a run is what it is only where memory orders are asked for. */
function showsOrders(
  { kind }: Divergence,
  { facts = [] }: Case['expect']['subject'],
  schedule: readonly number[] = [],
): boolean {
  return isOfOrder(kind) || facts.some(isOfOrder) || isWeak(schedule);
}

/** The same with its cause: what a corpus stores. */
export function makeStoredCase(...made: Parameters<typeof makeCase>): Case {
  const [harness, , program] = made;
  return withCause(harness, program, makeCase(...made));
}

/** A case with the cause of its divergence. @param program of the case */
export function withCause(harness: Harness, program: Program, made: Case): Case {
  return { ...made, cause: causesOf(harness).causeOf(made.expect.divergence, program).name };
}
