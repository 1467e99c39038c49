import { InputError } from '../../targets/subject/input-error.ts';
import { dataOf } from '../../targets/target/target-data.ts';
import { type Harness, isCounterTarget } from '../run/harness.ts';
import { type MakePool, threadsHere } from '../workers/job-pool.ts';
import { runJobsOn } from '../workers/jobs.ts';
import { type Chunk, LAST_VALUE, mergeSegments, type Segment, sweepPlan } from './sweep.ts';
import { checkDocumented, type DocumentedCheck } from './sweep-documented.ts';
import { type Interval, intervalsOf } from './sweep-intervals.ts';
import type { SweepSetup } from './sweep-worker.ts';

/** What is swept, and on how many threads. */
export interface SweepOptions {
  /** Threads at a time. */
  readonly workers: number;
  /** Other threads that sweep, as those of other machines; then `workers` counts for nothing. */
  readonly makePool?: MakePool | undefined;
  /** Numbers of calls; all of the target's if left out. */
  readonly calls?: readonly number[];
  /** Old values, unsigned and inclusive; all 2^32 if left out. */
  readonly from?: number;
  readonly to?: number;
}

/** What was found out about one call. */
export interface SweptCall extends DocumentedCheck {
  readonly call: string;
  readonly intervals: readonly Interval[];
}

/**
 * News of a sweep: some pairs more have been run; or a call is done. A call is done when its segments are joined and
 * judged: nothing is known of it before.
 */
export type SweepEvent =
  | { readonly kind: 'progress'; readonly call: string; readonly pairs: number }
  | ({ readonly kind: 'call' } & SweptCall);

/** How many pairs a sweep runs. Up to 2^32 for each call; the progress events of a complete sweep add up to it. */
export function pairsOf(
  harness: Harness,
  { calls, from = 0, to = LAST_VALUE }: Omit<SweepOptions, 'workers'>,
): number {
  return (calls ?? harness.calls).length * (to - from + 1);
}

/**
 * Runs every call of a counter target from every old value on both sides, on threads, one call after the other.
 *
 * Each call and each half of the values has threads of its own: see `sweepPlan`. Ending the iteration early ends
 * the threads; a call whose event has not come is unknown then.
 *
 * @throws InputError when the target is not one of counters
 */
export async function* sweepTarget(harness: Harness, options: SweepOptions): AsyncGenerator<SweepEvent> {
  const { name } = harness.target;
  if (!isCounterTarget(harness))
    throw new InputError(`target "${name}"`, 'is one of schemes; a sweep is for counters');
  for (const call of options.calls ?? harness.calls) yield* sweepCall(harness, call, options);
}

/**
 * Groups run one after the other, each on new threads: the second half must not meet code that was compiled for the
 * first. Segments wait until all are there, since one can reach across every cut.
 */
async function* sweepCall(
  harness: Harness,
  call: number,
  { workers, makePool = threadsHere(workers), from = 0, to = LAST_VALUE }: SweepOptions,
): AsyncGenerator<SweepEvent> {
  const name = harness.alphabet.format(call);
  const target = dataOf(harness.target);
  const chunks: { readonly from: number; readonly segments: readonly Segment[] }[] = [];
  for (const [part, group] of sweepPlan(from, to, harness.saturated).entries()) {
    const setup: SweepSetup = { target, call: name, part };
    const pool = makePool<Chunk, Segment[]>({ file: 'sweep/sweep-worker', setup });
    for await (const { job, answer } of runJobsOn(pool, group)) {
      chunks.push({ from: job.from, segments: answer });
      yield { kind: 'progress', call: name, pairs: job.to - job.from + 1 };
    }
  }
  // Answers come as the workers finish, and edges were swept last: segments only join in order.
  chunks.sort((one, other) => one.from - other.from);
  const segments = mergeSegments(chunks.flatMap((chunk) => chunk.segments));
  const intervals = intervalsOf(harness, call, segments);
  yield { kind: 'call', call: name, intervals, ...checkDocumented(harness, call, segments) };
}
