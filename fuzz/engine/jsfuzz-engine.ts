import { join } from 'node:path';
import { signatureOf } from '../../oracles/divergence.ts';
import { type NamedTarget, namedTargets } from '../../targets/target/named-targets.ts';
import { DEFAULT_CORPUS } from '../case/known-signatures.ts';
import type { MetDivergence } from '../case/met-divergence.ts';
import { type JsfuzzStatus, runJsfuzz } from '../jsfuzz/engine.ts';
import { harnessOf } from '../run/harness.ts';
import { eventsOf } from '../workers/events-of.ts';
import { Cadence } from './cadence.ts';
import type { EngineContext, EngineEvent, EngineOptions, JsfuzzSummary } from './engine.ts';
import { FindingStore } from './finding-store.ts';
import { STATE_FOLDERS } from './state-folders.ts';

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
  const targets = await namedTargets(names, options);
  const { corpus = DEFAULT_CORPUS, state = STATE_FOLDERS.jsfuzz } = options;
  const begun = { engine: 'jsfuzz', seed: undefined, targets, code: options, corpus, state } as const;
  yield { kind: 'begun', ...begun, isResumed: false };
  const share = (options.time ?? DEFAULT_TIME) / targets.length;
  const runs: TargetRun[] = [];
  for (const named of targets) {
    if (context.signal.aborted || runs.some(({ store }) => store.unsaved.length > 0)) break;
    // Inputs of one target mean nothing to another: bytes are decoded by the target's own ops and values.
    const folder = join(state, `jsfuzz-${named.target.name}`);
    const run: TargetRun = {
      named,
      store: new FindingStore(named.target, options.corpus, join(folder, 'raw-findings')),
      status: { execs: 0, undecided: 0, coverage: 0, corpus: 0, restarts: 0, met: [] },
      seconds: 0,
      crashes: 0,
    };
    runs.push(run);
    yield* fuzz(run, folder, share, context);
  }
  yield { kind: 'ended', summary: summaryOf(runs, context.signal.aborted) };
}

/** @param share milliseconds */
async function* fuzz(
  run: TargetRun,
  folder: string,
  share: number,
  { host, signal, statusEvery }: EngineContext,
): AsyncGenerator<EngineEvent> {
  const { named, store } = run;
  const target = named.target.name;
  yield* store.takeUp(harnessOf(named.target));
  const started = host.now();
  const cadence = new Cadence(host, statusEvery);
  // Set when whoever iterates leaves early.
  let isLeft = false;
  const work = (emit: (event: EngineEvent) => void) =>
    runJsfuzz(named.target, {
      folder,
      known: store.signatures,
      isStopped: () => isLeft || signal.aborted || store.unsaved.length > 0 || host.now() - started >= share,
      onRawFinding(rawFinding, harness) {
        for (const event of store.keep(rawFinding, harness, { by: 'jsfuzz' })) emit(event);
      },
      onStatus(status) {
        run.status = status;
        run.seconds = (host.now() - started) / 1000;
        if (!cadence.isDue()) return;
        const left = Math.max(0, share / 1000 - run.seconds);
        const now = { engine: 'jsfuzz', target, status, seconds: run.seconds, left } as const;
        emit({ kind: 'status', status: { ...now, fresh: store.fresh.size } });
      },
      onCrash(text) {
        run.crashes++;
        emit({ kind: 'input-failed', target, text });
      },
    });
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
    left: [],
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
  for (const { divergence, count } of status.met) {
    const signature = signatureOf(divergence);
    const path = store.caseOf(divergence);
    // Without a case: the harness met it, and it was not taken in before the end.
    if (path === undefined) continue;
    met.set(signature, { target, divergence, isNew: !store.known.has(signature), count, case: path });
  }
  return [...met.values()];
}
