import { randomInt } from 'node:crypto';
import { BootError } from '../../targets/booted/booted-kernel.ts';
import type { BootedOp } from '../../targets/booted/booted-ops.ts';
import { findInstallation } from '../../targets/booted/installation.ts';
import type { NamedTarget } from '../../targets/target/named-targets.ts';
import type { Target } from '../../targets/target/target.ts';
import { bootedTarget, familyOf } from '../booted/booted-subject.ts';
import { KernelSession } from '../booted/kernel-session.ts';
import { DEFAULT_CORPUS } from '../case/known-signatures.ts';
import type { EngineContext, EngineEvent, EngineOptions, KernelSummary } from './engine.ts';
import { type KernelSearch, KernelTarget } from './kernel-target.ts';
import { outcomeOf, racedTargets, timeOf } from './raced-target.ts';
import { STATE_FOLDERS } from './state-folders.ts';
import { targetTimes } from './target-time.ts';

/**
 * Campaigns in a booted kernel: sequential programs by the million, and programs that race on its threads.
 *
 *     no QEMU, no image       InputError before `begun`
 *     the first boot fails    no `begun`; `ended` with `bootFailure`, ending failed
 *     a later boot fails      `ended` likewise, with what the targets came to so far
 *     interrupted             `ended`, ending interrupted, whatever the closed kernel threw
 *
 * @throws InputError when no kernel can be booted here, with the command that installs what is missing
 */
export async function* runKernel(
  names: readonly string[],
  options: EngineOptions,
  context: EngineContext,
): AsyncGenerator<EngineEvent, void, undefined> {
  const seed = options.seed ?? randomInt(2 ** 32);
  const targets = await racedTargets(names, options, refusal);
  const { corpus = DEFAULT_CORPUS, state = STATE_FOLDERS.kernel } = options;
  const { cpus, watchdog } = options;
  const kernels = new KernelSession(findInstallation(flagsOf(options)), {
    ...(cpus === undefined ? {} : { cpus }),
    ...(watchdog === undefined ? {} : { patience: watchdog }),
  });
  const search: KernelSearch = { kernels, options, seed, state, context, crashes: [], release: '' };
  const runs: KernelTarget[] = [];
  let bootFailure: BootError | undefined;
  const close = () => void kernels.close();
  context.signal.addEventListener('abort', close, { once: true });
  try {
    const { release, ops } = await kernels.kernel();
    search.release = release;
    const begun = { engine: 'kernel', seed, targets, code: options, release, corpus, state } as const;
    yield { kind: 'begun', ...begun, isResumed: false };
    yield* searchAll(targets, ops, runs, search);
  } catch (error) {
    // An interrupt closes the kernel under whoever is asking it something.
    if (!context.signal.aborted) {
      if (!(error instanceof BootError)) throw error;
      bootFailure = error;
    }
  } finally {
    context.signal.removeEventListener('abort', close);
    await kernels.close();
  }
  yield { kind: 'ended', summary: summaryOf(runs, search, bootFailure) };
}

/** The time begins once the first kernel has booted, which takes half a minute where it is emulated. */
async function* searchAll(
  targets: readonly NamedTarget[],
  ops: readonly BootedOp[],
  runs: KernelTarget[],
  search: KernelSearch,
): AsyncGenerator<EngineEvent> {
  const { context, options } = search;
  const nextTime = targetTimes(context, context.host.now(), timeOf(options), targets.length);
  for (const { target } of targets) {
    const run = new KernelTarget(bootedTarget(target, ops), familyOf(target.subject)!, search, nextTime());
    runs.push(run);
    yield* run.search();
    if (run.isOver) break;
  }
}

function refusal({ subject }: Target): string | undefined {
  return familyOf(subject) !== undefined
    ? undefined
    : `tests ${subject.name}; a booted kernel has atomic, refcount/v5.5, kernel/refcount and kernel/kref`;
}

/** For `findInstallation`, which knows no option that is there and undefined. */
function flagsOf({ image, headers, accel }: EngineOptions) {
  return {
    ...(image === undefined ? {} : { image }),
    ...(headers === undefined ? {} : { headers }),
    ...(accel === undefined ? {} : { accel }),
  };
}

/** News of this engine is also a kernel that does not do as its model, or that died. */
function summaryOf(
  runs: readonly KernelTarget[],
  { kernels, crashes, release, context }: KernelSearch,
  bootFailure: BootError | undefined,
): KernelSummary {
  const outcome = outcomeOf(
    runs.map(({ raced }) => raced),
    context.signal.aborted,
    ({ totals }) => totals.ops + totals.runs === 0,
  );
  const differs = runs.some(({ raced: { totals } }) => totals.different > 0);
  return {
    engine: 'kernel',
    ...outcome,
    ending: bootFailure ? 'failed' : outcome.ending,
    isLoud: outcome.isLoud || differs || crashes.length > 0,
    release,
    boots: kernels.boots,
    crashes,
    bootFailure: bootFailure && { message: bootFailure.message, log: bootFailure.log },
    targets: runs.map(({ raced, differences }) => ({
      ...raced.summary,
      harness: raced.harness,
      totals: raced.totals,
      differences: [...differences.values()],
    })),
  };
}
