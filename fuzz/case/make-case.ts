import type { Divergence } from '../../oracles/divergence.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import type { Case } from './case.ts';
import { explain } from './explain.ts';
import { observe } from './observe.ts';
import { textOf } from './program-text.ts';

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
    program: textOf(harness, program),
    ...(schedule && threads.size > 1 ? { schedule: [...schedule] } : {}),
    expect: { divergence, reference, subject },
    why: explain(harness, { divergence, program, reference, subject, accesses }),
    found,
  };
}
