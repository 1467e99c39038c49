import type { SchemeOp } from '../../targets/subject/subject.ts';
import { accessFiles } from './accesses.ts';
import type { PlannedSide } from './counter-plan.ts';
import { callText, divergenceText } from './reproduced-case.ts';
import {
  type NamedWord,
  opsToMake,
  type SchemeReproduction,
  type SchemeStart,
  wordsOf,
} from './reproduced-scheme.ts';

/** A side of a scheme's reproducer. */
export interface PlannedSchemeSide extends PlannedSide {
  readonly start: SchemeStart;
}

/** What a reproducer of a scheme holds, whatever language spells it. */
export interface SchemePlan {
  /** The ops of the threads, each once; RCU's callback is not among them. */
  readonly calls: readonly number[];
  readonly textOf: (call: number) => string;
  /** By thread. */
  readonly program: readonly (readonly number[])[];
  readonly roleOf: (call: number) => SchemeOp['role'];
  readonly sides: readonly [subject: PlannedSchemeSide, reference: PlannedSchemeSide];
  readonly words: readonly NamedWord[];
  /** Files of the runtime, without their endings: an access each. */
  readonly accesses: readonly string[];
  readonly compared: SchemeReproduction['compared'];
  readonly allowed: readonly string[];
  /** The lines of the comment on them. */
  readonly aboutAllowed: readonly string[];
  /** Ops that are made after those that are skipped at the start. */
  readonly opsToMake: number;
  /** The name of the state that both sides start in. */
  readonly state: string;
  /** The last line where the divergence shows. */
  readonly verdict: string;
}

/** Decides what a reproducer holds. The sides may call different ops: RCU's callback, or one that the other skips. */
export function schemePlan(reproduction: SchemeReproduction): SchemePlan {
  const { harness, program, subject, reference, roles, compared, allowed } = reproduction;
  const used = new Set([
    ...subject.trees.roots.keys(),
    ...reference.trees.roots.keys(),
    ...program.threads.flat(),
  ]);
  const state = String(program.start);
  return {
    calls: [...used].filter((call) => call >= 0),
    textOf: (call) => callText(harness, call),
    program: program.threads,
    roleOf: (call) => roles.get(call)!,
    sides: [
      { name: 'subject', ...subject },
      { name: 'reference', ...reference },
    ],
    words: wordsOf(reproduction),
    accesses: accessFiles(new Set([...subject.trees.kinds, ...reference.trees.kinds])),
    compared,
    allowed,
    aboutAllowed: [
      `All ${COMPARED[compared]} that the reference can give. Recorded, because they come from`,
      'every schedule of the reference, which cannot be explored again here.',
    ],
    opsToMake: opsToMake(reproduction),
    state,
    verdict: `DIVERGES (${divergenceText(reproduction)}; ${subject.scheme.name} from ${state})`,
  };
}

const COMPARED: Readonly<Record<SchemeReproduction['compared'], string>> = {
  facts: 'facts of the object',
  warnings: 'warnings',
  results: 'results, thread by thread, after as many ops as here',
};
