import { join } from 'node:path';
import { signatureOf } from '../../oracles/divergence.ts';
import { type NamedTarget, namedTargets } from '../../targets/target/named-targets.ts';
import { RAW_FINDINGS_FOLDER } from '../campaign/raw-findings.ts';
import { DEFAULT_CORPUS } from '../case/known-signatures.ts';
import type { MetDivergence } from '../case/met-divergence.ts';
import { type JsfuzzStatus, runJsfuzz } from '../jsfuzz/engine.ts';
import { eventsOf } from '../workers/events-of.ts';
import { Cadence } from './cadence.ts';
import type { EngineContext, EngineEvent, EngineOptions, JsfuzzSummary } from './engine.ts';
import { FindingStore } from './finding-store.ts';
import { STATE_FOLDERS } from './state-folders.ts';
import { type TargetTime, targetTimes } from './target-time.ts';

/** Milliseconds, shared by the targets. */
const DEFAULT_TIME = 60_000;

/** A target: under way, or done. */
interface TargetRun {
  readonly named: NamedTarget;
  readonly store: FindingStore;
  status: JsfuzzStatus;
  seconds: number;
  crashes: number;
}

/**
 * jsfuzz, guided by the coverage of code: one target after the other, each for its share of the time.
 *
 * @throws InputError when jsfuzz is not installed or does not run
 */
export async function* runJsfuzzEngine(
  names: readonly string[],
  options: EngineOptions,
  context: EngineContext,
): AsyncGenerator<EngineEvent, void, undefined> {
  const { started = context.host.now() } = context;
  const targets = await namedTargets(names, options);
  const { corpus = DEFAULT_CORPUS, state = STATE_FOLDERS.jsfuzz } = options;
  const begun = { engine: 'jsfuzz', seed: undefined, targets, code: options, corpus, state } as const;
  yield { kind: 'begun', ...begun, isResumed: false };
  const nextTime = targetTimes(context, started, options.time ?? DEFAULT_TIME, targets.length);
  const runs: TargetRun[] = [];
  for (const named of targets) {
    if (context.signal.aborted || runs.some(({ store }) => store.unsaved.length > 0)) break;
    // Inputs of one target mean nothing to another: bytes are decoded by the target's own ops and values.
    const folder = join(state, `jsfuzz-${named.target.name}`);
    const run: TargetRun = {
      named,
      store: new FindingStore(named.target, options.corpus, join(folder, RAW_FINDINGS_FOLDER)),
      status: { execs: 0, undecided: 0, coverage: 0, corpus: 0, restarts: 0, met: [] },
      seconds: 0,
      crashes: 0,
    };
    runs.push(run);
    yield* fuzzInTime(run, folder, nextTime(), context);
  }
  yield { kind: 'ended', summary: summaryOf(runs, context.signal.aborted) };
}

/** Whatever happens, its timers and its thread are gone afterwards. */
async function* fuzzInTime(
  run: TargetRun,
  folder: string,
  time: TargetTime,
  context: EngineContext,
): AsyncGenerator<EngineEvent> {
  const callOff = time.bind(run.store.ends);
  try {
    yield* run.store.takeUp();
    // What was taken up may have needed all of the time.
    if (!time.isOver) yield* fuzz(run, folder, time, context);
  } finally {
    callOff();
    await run.store.close();
  }
}

/** Cases are made beside the search, which goes on. */
async function* fuzz(
  run: TargetRun,
  folder: string,
  time: TargetTime,
  { host, statusEvery }: EngineContext,
): AsyncGenerator<EngineEvent> {
  const { named, store } = run;
  const target = named.target.name;
  const started = host.now();
  const cadence = new Cadence(host, statusEvery);
  // Set when whoever iterates leaves early.
  let isLeft = false;
  const isStopped = () => isLeft || time.isOver || store.unsaved.length > 0;
  const work = async (emit: (event: EngineEvent) => void) => {
    let making: Promise<void> = Promise.resolve();
    const make = async () => {
      for await (const event of store.cases()) emit(event);
    };
    await runJsfuzz(named.target, {
      folder,
      known: store.signatures,
      isStopped,
      interrupt: time.interrupt,
      onRawFinding(rawFinding, harness) {
        store.meet(rawFinding, harness, { by: 'jsfuzz' });
        // One after the other. What it throws is thrown below.
        making = making.then(make);
        making.catch(() => {});
      },
      onStatus(status) {
        run.status = status;
        run.seconds = (host.now() - started) / 1000;
        if (!cadence.isDue()) return;
        const now = {
          engine: 'jsfuzz',
          target,
          status,
          seconds: run.seconds,
          left: time.left / 1000,
        } as const;
        emit({ kind: 'status', status: { ...now, fresh: store.fresh.size } });
      },
      onCrash(text) {
        run.crashes++;
        emit({ kind: 'input-failed', target, text });
      },
    });
    await making;
  };
  yield* eventsOf<EngineEvent>(work, () => {
    isLeft = true;
  });
}

function summaryOf(runs: readonly TargetRun[], isInterrupted: boolean): JsfuzzSummary {
  return {
    engine: 'jsfuzz',
    ending: isInterrupted ? 'interrupted' : 'done',
    unsaved: runs.flatMap(({ store }) => store.unsaved),
    met: runs.flatMap(divergencesMet),
    cases: runs.flatMap(({ store, named: { target } }) =>
      [...store.fresh.values()].map(({ path }) => ({ target: target.name, path })),
    ),
    left: runs.flatMap(({ store }) => store.left),
    isLoud: false,
    idle: runs
      .filter(({ status }) => status.execs === status.undecided)
      .map(({ named }) => named.target.name),
    isUndecided: runs.some(({ status, crashes }) => status.undecided + crashes > 0),
    targets: runs.map(({ named, seconds, status, crashes }) => ({
      target: named.target.name,
      seconds,
      status,
      crashes,
    })),
  };
}

/** Signatures that inputs showed, and those that came to light when the inputs were minimised. */
function divergencesMet({ named, store, status }: TargetRun): MetDivergence[] {
  const target = named.target.name;
  const met = new Map<string, MetDivergence>();
  for (const [signature, { divergence, path }] of store.fresh)
    met.set(signature, { target, divergence, isNew: true, count: 1, case: path });
  for (const { divergence, program } of store.left)
    met.set(signatureOf(divergence), { target, divergence, isNew: true, count: 1, case: undefined, program });
  for (const { divergence, count } of status.met) {
    const signature = signatureOf(divergence);
    const path = store.caseOf(divergence);
    // Neither a case nor left: the harness met it, and it was not taken in before the end.
    if (path === undefined && !met.has(signature)) continue;
    const program = store.programOf(divergence);
    const isNew = !store.known.has(signature);
    met.set(signature, { target, divergence, isNew, count, case: path, program });
  }
  return [...met.values()];
}
