import { ledgerOf } from '../../oracles/ledger.ts';
import { accessFiles } from './accesses.ts';
import type { DecisionTrees } from './decision-trees.ts';
import { callText, divergenceText } from './reproduced-case.ts';
import type { CounterReproduction, IdealRow } from './reproduced-counter.ts';

/** A side of a reproducer. */
export interface PlannedSide {
  readonly name: 'subject' | 'reference';
  readonly trees: DecisionTrees;
  /** The thread of each access. */
  readonly schedule: readonly number[];
}

/** The references that an op gains. */
export interface Gain {
  readonly call: number;
  /** When its answer is not true, and when it is. */
  readonly gains: readonly [no: number, yes: number];
  /** `true` says that this was the last reference. */
  readonly isLastPut: boolean;
}

/** What a reproducer of a counter holds, whatever language spells it. */
export interface CounterPlan {
  /** The ops that the threads call, each once. */
  readonly calls: readonly number[];
  readonly textOf: (call: number) => string;
  /** By thread. */
  readonly program: readonly (readonly number[])[];
  readonly sides: readonly PlannedSide[];
  /** Files of the runtime, without their endings: an access each. */
  readonly accesses: readonly string[];
  /** The file that decides, and the one that prints what is expected. */
  readonly question: string;
  readonly expected: 'reference' | 'no-reference';
  /** What these files, and those that they need, ask for. Numbers have 32 bits. */
  readonly constants: readonly (readonly [name: string, value: number | boolean])[];
  /** Present when the question is about them. */
  readonly gains: readonly Gain[] | undefined;
  /** Present when there is no reference to run. */
  readonly ideal: readonly IdealRow[] | undefined;
  /** The last line where the divergence shows. */
  readonly verdict: string;
}

/** Decides what a reproducer holds. */
export function counterPlan(reproduction: CounterReproduction): CounterPlan {
  const { harness, program, ops, schedule, subject, reference, question, gains, ideal } = reproduction;
  const sides: PlannedSide[] = [{ name: 'subject', trees: subject, schedule }];
  if (reference) sides.push({ name: 'reference', ...reference });
  return {
    calls: [...new Set(ops.map(({ call }) => call))],
    textOf: (call) => callText(harness, call),
    program: program.threads,
    sides,
    accesses: accessFiles(new Set(sides.flatMap(({ trees }) => [...trees.kinds]))),
    question,
    expected: reference ? 'reference' : 'no-reference',
    constants: constantsOf(reproduction),
    gains:
      question === 'conservation'
        ? [...gains].map(([call, pair]) => ({ call, gains: pair, isLastPut: isLastPut(harness, call) }))
        : undefined,
    ideal,
    verdict: `DIVERGES (${divergenceText(reproduction)})`,
  };
}

/** By question: what the file that decides compares with. Of warnings and the word it may look at neither. */
function constantsOf({ start, question, saturated, stored }: CounterReproduction): CounterPlan['constants'] {
  const { kind } = stored.expect.divergence;
  const saturation = ['SATURATED', saturated ?? 0] as const;
  const asked = {
    alone: [],
    ideal: [['SATURATES', saturated !== undefined] as const, saturation],
    order: [['COMPARES_WARNINGS', kind !== 'result'] as const, ['COMPARES_WORD', kind === 'value'] as const],
    sticky: [saturation],
    conservation: [],
  };
  return [['START', start], ...asked[question]];
}

function isLastPut({ alphabet }: CounterReproduction['harness'], call: number): boolean {
  return ledgerOf(alphabet.call(call).op)?.isLastPut === true;
}
