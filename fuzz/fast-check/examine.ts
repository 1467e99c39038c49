import { type Divergence, type Judgement, signatureOf } from '../../oracles/divergence.ts';
import { type ProgramVerdicts, programVerdicts } from '../check/program-verdict.ts';
import { STATE_LIMIT } from '../explore/explorer.ts';
import { DECIDED } from '../judge/decide.ts';
import { RunJudge } from '../judge/judge-run.ts';
import { RandomChoices } from '../program/choices.ts';
import { opCount, type Program } from '../program/program.ts';
import { type Harness, isCounterTarget } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { NonTerminatingOp } from '../run/non-terminating.ts';
import { run, scheduleBuffer, scheduleOf } from '../run/run.ts';
import { pct, randomWalk } from '../run/schedulers.ts';

/** A divergence, and a program that shows it: the one examined, or an op of it alone. */
export interface ShownDivergence {
  readonly divergence: Divergence;
  readonly program: Program;
  readonly schedule?: readonly number[];
}

/** Divergences that are not tolerated, the gravest first; at least one. */
export interface DifferingProgram {
  readonly kind: 'differs';
  readonly divergences: readonly ShownDivergence[];
}

/** No divergence has a signature, and yet one side has an outcome that the other lacks. */
export interface OtherOutcomes {
  readonly kind: 'outcomes-differ';
  readonly signature: 'lost-outcomes' | 'new-outcomes';
  readonly lost: number;
}

/** Not all schedules were seen, and under those that were tried nothing differs. */
export interface UndecidedProgram {
  readonly kind: 'undecided';
  readonly reason: string;
}

/** Two ways in which a program can tell the sides apart. */
export type Difference = DifferingProgram | OtherOutcomes;
/** What examining one program has shown. */
export type Examined = { readonly kind: 'equal' } | Difference | UndecidedProgram;

/** Compares both sides on one program. Deterministic: shrinking asks the same program twice. */
export type Examiner = (program: Program) => Examined;

/** Schedules of a program that is too large to be decided. */
const SCHEDULES = 60;
const SCHEDULERS = [randomWalk, pct(2), pct(3)];

/**
 * Says in what the two sides of a program differ, but for what is tolerated. The answer depends on nothing but the
 * program.
 */
export function examiner(harness: Harness, tolerated: ReadonlySet<string>): Examiner {
  // As the minimiser decides: of what it cannot decide it could not make a case.
  const limit = isCounterTarget(harness) ? DECIDED : STATE_LIMIT;
  const verdicts = programVerdicts(harness, limit);
  return (program) => {
    const shown = new Map<string, ShownDivergence>();
    const isOneOp = isCounterTarget(harness) && opCount(program) === 1;
    const decided = verdicts.decide(program, (signature, divergence, small) => {
      // What an op does alone has a name of its own; that it breaks conservation as well is no second finding.
      if (isOneOp && !small) return;
      if (!shown.has(signature)) shown.set(signature, { divergence, program: small ?? program });
    });
    if (!decided) return sampled(harness, tolerated, program, shown);
    const fresh = freshOf(shown, tolerated);
    if (fresh) return fresh;
    return (shown.size === 0 && otherOutcomes(decided, tolerated)) || { kind: 'equal' };
  };
}

function otherOutcomes(
  { lost, hasNew = false }: NonNullable<ReturnType<ProgramVerdicts['decide']>>,
  tolerated: ReadonlySet<string>,
): OtherOutcomes | undefined {
  const signatures = [
    ...(hasNew ? ['new-outcomes' as const] : []),
    ...(lost > 0 ? ['lost-outcomes' as const] : []),
  ];
  const signature = signatures.find((one) => !tolerated.has(one));
  return signature && { kind: 'outcomes-differ', signature, lost };
}

function freshOf(
  shown: ReadonlyMap<string, ShownDivergence>,
  tolerated: ReadonlySet<string>,
): DifferingProgram | undefined {
  const fresh = [...shown]
    .filter(([signature]) => !tolerated.has(signature))
    .map(([, divergence]) => divergence);
  if (fresh.length === 0) return undefined;
  // Stable: of two alike the one that was met first stays first.
  fresh.sort((one, other) => gravity(one) - gravity(other));
  return { kind: 'differs', divergences: fresh };
}

const GRAVEST_FIRST: readonly Judgement[] = [
  'breaks',
  'misses',
  'false-alarm',
  'changes',
  'transient',
  'protects',
];

function gravity({ divergence, program }: ShownDivergence): number {
  // What one op does alone is the simplest to look at.
  return GRAVEST_FIRST.indexOf(divergence.judgement) * 2 + (opCount(program) > 1 ? 1 : 0);
}

/** How grave a difference is, 0 the most; one without a signature is the least. */
export function gravityOf(difference: Difference): number {
  if (difference.kind === 'outcomes-differ') return GRAVEST_FIRST.length;
  return GRAVEST_FIRST.indexOf(difference.divergences[0]!.divergence.judgement);
}

/** What ops do alone was seen; what threads do together is tried under some schedules, always the same. */
function sampled(
  harness: Harness,
  tolerated: ReadonlySet<string>,
  program: Program,
  decided: ReadonlyMap<string, ShownDivergence>,
): DifferingProgram | UndecidedProgram {
  const reason = 'it has too many states for all its schedules to be seen';
  const shown = new Map([...decided].filter(([, { program: small }]) => opCount(small) === 1));
  if (!isCounterTarget(harness)) return { kind: 'undecided', reason };
  const machine = new Machine(harness.subject);
  const judge = new RunJudge(harness);
  const buffer = scheduleBuffer();
  try {
    for (let i = 0; i < SCHEDULES; i++) {
      run(machine, program, SCHEDULERS[i % SCHEDULERS.length]!, new RandomChoices(0, i), buffer);
      for (const divergence of judge.judge(machine, buffer)) {
        const signature = signatureOf(divergence);
        if (!shown.has(signature))
          shown.set(signature, { divergence, program, schedule: scheduleOf(buffer) });
      }
    }
  } catch (error) {
    if (!(error instanceof NonTerminatingOp)) throw error;
    return freshOf(shown, tolerated) ?? { kind: 'undecided', reason: error.message };
  }
  return freshOf(shown, tolerated) ?? { kind: 'undecided', reason: `${reason}; ${SCHEDULES} were tried` };
}
