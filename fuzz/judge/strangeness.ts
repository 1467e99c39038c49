import { boundaryOfOp } from '../../oracles/boundary.ts';
import type { Divergence, Judgement, Kind } from '../../oracles/divergence.ts';
import type { Use } from '../../oracles/holdings.ts';
import { type Came, isIdealOutcome } from '../../oracles/ideal-order.ts';
import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import { outcomes } from '../../oracles/outcomes.ts';
import { judgementInSoundUse, objected } from '../../oracles/sound-use.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import type { OutcomeSets } from '../explore/outcomes.ts';
import { canEnd, type Possibility, type Wanted, type WantedOutcome } from '../explore/reach.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { Remembered } from '../run/remembered.ts';
import { type AccessSeen, trace, writes } from '../run/trace.ts';
import type { OpOutcome } from '../run/transition-trees.ts';
import { useUntil } from './use.ts';

/** A divergence of a run, and how the counter was used until it came to light. */
export interface Strange {
  readonly divergence: Divergence;
  readonly use: Use | undefined;
}

/**
 * Names what is strange in a run of the subject: the first op whose end gives outcomes so far that the reference has in
 * no schedule; or, if it has them all, the last op that wrote the word, for then only the word is strange.
 *
 *     run            inc ends: the reference can do that │ read ends with 0x80000000: it cannot
 *     named          read, kind result; warning instead if the reference can give the same result with other warnings
 *     all can be     the last write is named, kind value: only the word at the end is strange
 *
 * @param can what the reference can, see `reachOf`
 * @returns undefined when the reference can do the same, or that could not be decided
 */
export function strange(
  harness: Harness,
  program: Program,
  schedule: readonly number[],
  can: Reach = reachOf(harness, program),
): Strange | undefined {
  const accesses = trace(machineOf(harness), program, schedule);
  const run = { harness, program, accesses };
  const wanted = new Map<number, WantedOutcome>();
  for (const access of accesses) {
    if (!access.outcome) continue;
    wanted.set(slotOf(access), access.outcome);
    if (can({ wanted }) !== 'impossible') continue;
    // Without its warnings: does only what it says differ, or what it answers?
    const { result } = access.outcome;
    const saying = (warnings: WantedOutcome['warnings']) => ({
      wanted: new Map(wanted).set(slotOf(access), { result, warnings }),
    });
    if (can(saying(undefined)) !== 'possible') return named(run, access, access, 'result', true);
    return named(run, access, access, 'warning', can(saying([])) === 'possible');
  }
  const last = accesses.at(-1);
  if (!last || can({ wanted, final: last.value }) !== 'impossible') return undefined;
  return named(run, writerIn(accesses, last), last, 'value', true);
}

/** One for all that is asked of a harness: a machine costs as much as a short run. */
const MACHINES = new WeakMap<Harness, Machine>();

function machineOf(harness: Harness): Machine {
  const machine = MACHINES.get(harness) ?? new Machine(harness.subject);
  MACHINES.set(harness, machine);
  return machine;
}

/** How the reference can end with a program. */
export type Reach = (asked: Wanted) => Possibility;

/** Asked by a search of its own for each question. */
export function reachOf(harness: Harness, program: Program): Reach {
  return remembered((asked) => canEnd(harness.reference!, program, asked));
}

/** Outcomes that are looked through for a question; a search is cut off sooner than more of them. */
const MOST_LOOKED_AT = 20_000;

/** The same where all outcomes are listed already. */
export function reachIn(sets: OutcomeSets, harness: Harness, program: Program): Reach {
  if (sets.reference.length > MOST_LOOKED_AT) return reachOf(harness, program);
  return remembered((asked) => (sets.canReferenceEnd(asked) ? 'possible' : 'impossible'));
}

/** The outcomes of one program have most of their beginnings in common. */
function remembered(reach: Reach): Reach {
  const answers = new Remembered<Possibility>();
  return (asked) => answers.of(JSON.stringify([[...asked.wanted], asked.final]), () => reach(asked));
}

/** The same for who knows that something is strange and not what: it is put down to the last op that wrote the word. */
export function lastOf(harness: Harness, program: Program, schedule: readonly number[]): Strange {
  const accesses = trace(machineOf(harness), program, schedule);
  const last = accesses.at(-1)!;
  return named({ harness, program, accesses }, writerIn(accesses, last), last, 'value', true);
}

/** Only what is strange, for those who do not ask how the counter was used. @returns see `strange` */
export function strangeness(
  harness: Harness,
  program: Program,
  schedule: readonly number[],
): Divergence | undefined {
  return strange(harness, program, schedule)?.divergence;
}

function writerIn(accesses: readonly AccessSeen[], last: AccessSeen): AccessSeen {
  return accesses.findLast(({ kind, old, value }) => writes(kind) && old !== value) ?? last;
}

function slotOf({ thread, op }: AccessSeen): number {
  return thread * SLOTS_PER_THREAD + op;
}

/** A run of the subject from its start to its end. */
interface Run {
  readonly harness: Harness;
  readonly program: Program;
  readonly accesses: readonly AccessSeen[];
}

/**
 * An op is placed where it began: that is the value it met.
 *
 * @param until the access that brings it to light
 * @param isNew whether the reference can be silent where the op warns: then it objects as the reference does not
 */
function named(run: Run, of: AccessSeen, until: AccessSeen, kind: Kind, isNew: boolean): Strange {
  const { harness, program, accesses } = run;
  const { call, old } = accesses.find((access) => access.first && slotOf(access) === slotOf(of))!;
  const { op, a, b } = harness.alphabet.call(call);
  const use = useUntil(harness, program.start as number, accesses, until);
  const judgement =
    judgementFor(run, of, kind, isNew, use) ?? outcomes.judgeCounter(harness.documented !== undefined);
  return {
    divergence: { op, boundary: boundaryOfOp(op, a, b, old, harness.saturated), kind, judgement },
    use,
  };
}

/**
 * Under misuse the reference goes along in silence where it lacks a warning: then the subject protects. But misuse is also
 * what may have gone well, such as `inc` by somebody who held nothing: unless it is certain that something went wrong,
 * the behaviour changes. All else is judged as where nobody asks for the use.
 */
function judgementFor(
  run: Run,
  of: AccessSeen,
  kind: Kind,
  isNew: boolean,
  use: Use | undefined,
): Judgement | undefined {
  if (use === 'sound') return soundJudgement(run, of, kind, isNew);
  if (use === undefined || kind !== 'warning' || !isNew) return undefined;
  return isIdeal(run, false) ? 'changes' : 'protects';
}

/**
 * In sound use it is known who is right. A new outcome that ideal ops can have is right as well. So is an op that warns
 * less than the reference does, or in other words.
 *
 * @returns undefined where the use makes no difference
 */
function soundJudgement(run: Run, of: AccessSeen, kind: Kind, isNew: boolean): Judgement | undefined {
  const { harness, accesses } = run;
  if (kind === 'warning' && !isNew) return 'changes';
  if (!warns(run) && isIdeal(run, true)) return 'changes';
  const { op } = harness.alphabet.call(of.call);
  const end = accesses.find((access) => access.outcome && slotOf(access) === slotOf(of))!;
  const last = accesses.at(-1)!;
  const words = kind === 'value' ? [last.value] : [of.old, of.value];
  return judgementInSoundUse(op, kind, objected(counterOf(harness), op, end.outcome!, ...words));
}

function warns({ accesses }: Run): boolean {
  return accesses.some(({ outcome }) => outcome !== undefined && outcome.warnings.length > 0);
}

/** Whether ideal ops can give all that the run gave, warnings aside. */
function isIdeal({ harness, program, accesses }: Run, mayMisuse: boolean): boolean {
  const ended = new Map<number, OpOutcome>();
  for (const access of accesses) if (access.outcome) ended.set(slotOf(access), access.outcome);
  const threads = program.threads.map((ops, thread) =>
    ops.map((call, op): Came => {
      const result = ended.get(thread * SLOTS_PER_THREAD + op)?.result as Came['result'];
      return { ...harness.alphabet.call(call), result };
    }),
  );
  const { value } = accesses.at(-1)!;
  return isIdealOutcome(counterOf(harness), program.start as number, threads, value, mayMisuse);
}

function counterOf({ target }: Harness): Counter {
  return target.subject as Counter;
}
