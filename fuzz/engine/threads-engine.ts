import { randomInt } from 'node:crypto';
import type { Target } from '../../targets/target/target.ts';
import { DEFAULT_CORPUS } from '../case/known-signatures.ts';
import { Interrupted } from '../run/interrupt.ts';
import { racersOf, stress } from '../stress/stress.ts';
import { Cadence } from './cadence.ts';
import type { EngineContext, EngineEvent, EngineOptions, ThreadsTotals } from './engine.ts';
import { noRaces } from './race-totals.ts';
import { outcomeOf, RacedTarget, racedTargets, timeOf } from './raced-target.ts';
import { STATE_FOLDERS } from './state-folders.ts';
import { type TargetTime, targetTimes } from './target-time.ts';

/** Races of one program, where neither time nor number is said: about a million runs of it. 32 times 32,768 cells. */
const TIMES = 32;

/** Campaigns on real threads: how often which outcome comes, and whether the model has it. */
export async function* runThreads(
  names: readonly string[],
  options: EngineOptions,
  context: EngineContext,
): AsyncGenerator<EngineEvent, void, undefined> {
  const { started = context.host.now() } = context;
  const seed = options.seed ?? randomInt(2 ** 32);
  const targets = await racedTargets(names, options, refusal);
  const { corpus = DEFAULT_CORPUS, state = STATE_FOLDERS.threads, program } = options;
  yield { kind: 'begun', engine: 'threads', seed, targets, code: options, corpus, state, isResumed: false };
  const nextTime = targetTimes(context, started, timeOf(options), targets.length);
  const raced: RacedTarget<ThreadsTotals>[] = [];
  for (const { target } of targets) {
    const totals = { programs: 0, ...noRaces(), stopped: 0 };
    const time = nextTime();
    const one = new RacedTarget(target, totals, options, state, { by: 'threads', seed }, time.interrupt);
    raced.push(one);
    yield* raceInTime(one, time, context);
    if (context.signal.aborted || one.store.unsaved.length > 0) break;
  }
  yield {
    kind: 'ended',
    summary: {
      engine: 'threads',
      ...outcomeOf(raced, context.signal.aborted, ({ totals }) => totals.runs === 0),
      isOneProgram: program !== undefined,
      targets: raced.map(({ summary, totals }) => ({ ...summary, totals })),
    },
  };
}

function refusal({ subject }: Target): string | undefined {
  return subject.kind === 'counter'
    ? undefined
    : 'compares protocols; on real threads only counters can be run';
}

/** Whatever happens, its timers and its thread are gone afterwards. */
async function* raceInTime(
  one: RacedTarget<ThreadsTotals>,
  time: TargetTime,
  context: EngineContext,
): AsyncGenerator<EngineEvent> {
  const callOff = time.bind(one.ends);
  try {
    yield* race(one, time, context);
  } catch (error) {
    // The race that was being judged does not count.
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    callOff();
    await one.store.close();
  }
  yield* one.end();
}

/** Raw findings that an earlier session left come first. */
async function* race(
  one: RacedTarget<ThreadsTotals>,
  time: TargetTime,
  { host, statusEvery }: EngineContext,
): AsyncGenerator<EngineEvent> {
  const { harness, store, totals } = one;
  yield* store.takeUp();
  const most = one.most(TIMES);
  const cadence = new Cadence(host, statusEvery);
  const started = host.now();
  const isStopped = () => time.isOver || store.unsaved.length > 0 || totals.programs >= most;
  for await (const report of stress(harness, racersOf(harness), { ...one.limits, isStopped })) {
    totals.programs++;
    totals.stopped += report.stopped;
    yield* one.take(report);
    one.seconds = (host.now() - started) / 1000;
    if (cadence.isDue()) yield { kind: 'status', status: statusOf(one) };
  }
  one.seconds = (host.now() - started) / 1000;
}

/** A copy: the totals go on changing while somebody prints it. */
function statusOf({ harness, totals, seconds }: RacedTarget<ThreadsTotals>) {
  return { engine: 'threads', target: harness.target.name, totals: { ...totals }, seconds } as const;
}
