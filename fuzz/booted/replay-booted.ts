import { isDeepStrictEqual } from 'node:util';
import type { BootedKernel } from '../../targets/booted/booted-kernel.ts';
import { BOOTED_OPS, type BootedFamily } from '../../targets/booted/booted-ops.ts';
import { MOST_CELLS } from '../../targets/booted/protocol.ts';
import type { Result } from '../../targets/subject/subject.ts';
import type { Case, Observed } from '../case/case.ts';
import { formatPart } from '../case/case-text.ts';
import { observe } from '../case/observe.ts';
import { programOf } from '../case/program-text.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import type { ObservedOutcome } from '../stress/observed-outcomes.ts';
import type { StressReport } from '../stress/stress.ts';
import { bootedResult, familyOf } from './booted-subject.ts';
import { BootedThreadGroup } from './booted-thread-group.ts';
import { deathLine, type KernelSession } from './kernel-session.ts';
import { raceUntil } from './race-until.ts';
import { bootedCalls, runBatch } from './sequential.ts';

/** An op of a program of one thread, and what it did in the kernel. */
export interface BootedStep {
  readonly thread: number;
  readonly call: number;
  readonly result: Result;
  /** The word after the op. */
  readonly value: number;
  readonly warnings: readonly string[];
}

/**
 * What one side of a case did in a booted kernel. `same`: as recorded, or as
 * the tree does. `seen`: the recorded outcome came up in some of the
 * runs, and nothing that its model does not know; `unseen`: in none of them, which says little, since no schedule can be
 * forced there. `differs`: the kernel does what is not recorded, or what its model cannot do. `absent`: the kernel lacks an
 * op. `died`: it brought the guest down.
 */
export interface SideReplay {
  readonly side: 'reference' | 'subject';
  readonly kind: 'same' | 'seen' | 'unseen' | 'differs' | 'absent' | 'died';
  /** Why it is not as recorded. */
  readonly reason?: string;
  /** One op after another; for several threads there is a report instead. */
  readonly steps?: readonly BootedStep[];
  readonly report?: StressReport;
  /** Runs that ended as recorded. */
  readonly hits?: number;
}

/** How cases are run in a booted kernel. */
export interface BootedReplayOptions {
  /** How often a program of several threads is run at most: it is run until the recorded outcome has come up. */
  readonly runs: number;
  /**
   * A target whose subject is the refcount_t of a tree. Where given, a subject that is a refcount_t is held against that one,
   * not against what is recorded: the models are of one release, and the kernel may be of another.
   */
  readonly tree?: Harness;
}

/**
 * Runs a stored case in a booted kernel: each side that is a counter which such a kernel has.
 *
 * @returns no side for a case of other counters, or of a protocol
 * @throws BootError when a guest does not come up; ScheduleError when the case does not fit its target
 */
export async function replayBooted(
  kernels: KernelSession,
  harness: Harness,
  stored: Case,
  { runs, tree }: BootedReplayOptions,
): Promise<SideReplay[]> {
  const { reference, subject } = harness.target;
  const sides: SideReplay[] = [];
  const program = programOf(harness, stored.program);
  for (const side of ['reference', 'subject'] as const) {
    const family = familyOf(side === 'reference' ? reference : subject);
    if (!family) continue;
    const kernel = await kernels.kernel();
    const missing = missingOp(kernel, family, harness, program);
    if (missing !== undefined) {
      sides.push({ side, kind: 'absent', reason: `Linux ${kernel.release} has no ${missing}` });
      continue;
    }
    // Only the subject is raced: the reference of a case runs its ops one after another, and so does a lone thread.
    const isAlone = program.threads.filter((ops) => ops.length > 0).length < 2;
    const isTree = tree !== undefined && side === 'subject' && family === 'refcount';
    const own = isTree ? tree : harness;
    const same = isTree ? programOf(tree, stored.program) : program;
    if (side === 'subject' && !isAlone) {
      sides.push(await raceAgain(kernels, family, own, same, stored.expect.subject, runs));
      continue;
    }
    const expected = isTree ? observe(tree, same).subject : stored.expect[side];
    const order = observe(own, same, stored.schedule).accesses.filter(({ first }) => first);
    sides.push(await runAgain(kernels, family, own, same, side, order, expected));
  }
  return sides;
}

/** @returns the first op of the program that the kernel lacks */
function missingOp(
  kernel: BootedKernel,
  family: BootedFamily,
  { alphabet }: Harness,
  { threads }: Program,
): string | undefined {
  const names = threads.flat().map((call) => alphabet.call(call).op);
  return names.find((op) => kernel.opNumber(family, op) === undefined);
}

/** One op after another, in the order in which the subject's ops began: so the reference of a case is meant. */
async function runAgain(
  kernels: KernelSession,
  family: BootedFamily,
  harness: Harness,
  program: Program,
  side: 'reference' | 'subject',
  order: readonly Pick<BootedStep, 'thread' | 'call'>[],
  expected: Observed,
): Promise<SideReplay> {
  const kernel = await kernels.kernel();
  const { words } = bootedCalls(kernel, family, harness.alphabet);
  const end = await runBatch(kernel, words, {
    starts: Int32Array.of(program.start as number),
    lengths: Int32Array.of(order.length),
    ops: Uint16Array.from(order, ({ call }) => call),
  });
  if (end.kind === 'died') {
    await kernels.end();
    return { side, kind: 'died', reason: deathLine(end.death) };
  }
  const { results, values, warnings } = end.histories;
  const steps = order.map(({ thread, call }, at): BootedStep => {
    const result = resultIn(family, harness.alphabet.call(call).op, results[at]!);
    return { thread, call, result, value: values[at]!, warnings: kernel.warningTexts(warnings[at]!) };
  });
  const seen = observedIn(program, steps);
  const reason = differenceOf(expected, seen);
  return reason === undefined ? { side, kind: 'same', steps } : { side, kind: 'differs', reason, steps };
}

function resultIn(family: BootedFamily, name: string, value: number): Result {
  return bootedResult(BOOTED_OPS.find((op) => op.family === family && op.name === name)!, value);
}

function observedIn({ start, threads }: Program, steps: readonly BootedStep[]): Observed {
  const of = (thread: number) => steps.filter((step) => step.thread === thread);
  return {
    results: threads.map((_, thread) => of(thread).map(({ result }) => result)),
    warnings: threads.flatMap((_, thread) => of(thread).flatMap(({ warnings }) => warnings)),
    final: steps.at(-1)?.value ?? (start as number),
  };
}

/** The first part that differs, in words; later parts mostly follow from it. */
function differenceOf(expected: Observed, seen: Observed): string | undefined {
  for (const part of ['results', 'warnings', 'final'] as const) {
    if (isDeepStrictEqual(expected[part], seen[part])) continue;
    return `${part}: expected ${formatPart(expected, part)}, in the kernel ${formatPart(seen, part)}`;
  }
  return undefined;
}

/** No schedule can be forced on a kernel, so the program is run often: is the recorded outcome among those that come? */
async function raceAgain(
  kernels: KernelSession,
  family: BootedFamily,
  harness: Harness,
  program: Program,
  expected: Observed,
  runs: number,
): Promise<SideReplay> {
  const side = 'subject';
  const threadGroup = new BootedThreadGroup(kernels, family);
  const rounds = { runs: Math.min(runs, MOST_CELLS), most: runs };
  const hitsIn = ({ outcomes }: StressReport) =>
    outcomes.filter((outcome) => isAs(outcome, expected)).reduce((sum, { count }) => sum + count, 0);
  const racers = { hire: async () => threadGroup };
  const report = await raceUntil(harness, racers, program, rounds, (one) => hitsIn(one) > 0);
  if (report.failure !== undefined) return { side, kind: 'died', reason: report.failure, report };
  const stranger = report.outcomes.find(({ standing }) => standing === 'unreachable');
  if (stranger) {
    const reason = `${stranger.count} of ${report.runs} runs ended as no schedule of ${harness.target.subject.name} does`;
    return { side, kind: 'differs', reason, report };
  }
  const hits = hitsIn(report);
  return { side, kind: hits > 0 ? 'seen' : 'unseen', hits, report };
}

/** A case lists the warnings of all threads as one, thread by thread; an outcome has them by thread and op. */
function isAs({ results, warnings, final }: ObservedOutcome, expected: Observed): boolean {
  return (
    final === expected.final &&
    isDeepStrictEqual(results, expected.results) &&
    isDeepStrictEqual(warnings.flat(2), expected.warnings)
  );
}
