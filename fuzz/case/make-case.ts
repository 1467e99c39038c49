import type { Divergence } from '../../oracles/divergence.ts';
import { ProgramError } from '../program/alphabet.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import type { Case } from './case.ts';
import { explain } from './explain.ts';
import { observe } from './observe.ts';

/** Turns a divergence into what the corpus stores. */
export function makeCase(
  harness: Harness,
  divergence: Divergence,
  program: Program,
  schedule: readonly number[] | undefined,
  found: Case['found'],
): Case {
  const { reference, subject, accesses } = observe(harness, program, schedule);
  const threads = new Set(accesses.map(({ thread }) => thread));
  return {
    target: harness.target.name,
    program: {
      start: program.start,
      threads: program.threads.map((calls) => calls.map((call) => harness.alphabet.format(call))),
    },
    ...(schedule && threads.size > 1 ? { schedule: [...schedule] } : {}),
    expect: { divergence, reference, subject },
    why: explain(harness, { divergence, program, reference, subject, accesses }),
    found,
  };
}

/**
 * The program of a case, in the calls of a harness.
 *
 * @throws ProgramError naming the op that the target does not have
 */
export function programOf(harness: Harness, { program }: Pick<Case, 'program'>): Program {
  const { saturated } = harness.target.subject;
  const { subject } = harness.target;
  if (subject.kind === 'scheme' && !Object.hasOwn(subject.states, String(program.start))) {
    throw new ProgramError(
      `${subject.name} has no state "${program.start}"; it has ${Object.keys(subject.states).join(', ')}`,
    );
  }
  if (subject.kind === 'counter' && typeof program.start !== 'number') {
    throw new ProgramError(`a counter starts from a value, not from "${program.start}"`);
  }
  if (program.threads.every((ops) => ops.length === 0)) throw new ProgramError('the program has no op');
  return {
    start: program.start,
    threads: program.threads.map((ops) => ops.map((op) => harness.alphabet.parse(op, saturated))),
  };
}
