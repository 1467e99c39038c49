import { sideReport } from '../../export/report/booted-report.ts';
import type { Style } from '../../export/show/style.ts';
import { KernelSession } from '../../fuzz/booted/kernel-session.ts';
import { replayBooted, type SideReplay } from '../../fuzz/booted/replay-booted.ts';
import { ProgramError } from '../../fuzz/program/alphabet.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { findInstallation } from '../../targets/booted/installation.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { type BootFlags, bootOptions } from '../io/boot-options.ts';
import { countOf, type Replayed, type ReplayMode, type ReplayTotals } from './replay-mode.ts';

/**
 * How often a program of several threads runs at most. As many as the engine `kernel` gives each program. With many more,
 * `unseen` would still say little.
 */
const RUNS = 8192;
/** For somebody who waits for one case: half a minute of a slow host, and no window that is met at all is met more seldom. */
const RUNS_OF_ONE = 64 * RUNS;

/** How a side of a case may end, in the order of the JSON. */
const KINDS = ['same', 'seen', 'unseen', 'differs', 'absent', 'died'] as const satisfies SideReplay['kind'][];
/** `unseen` is no failure: no schedule can be forced in a real kernel. */
const FAILING: readonly string[] = ['differs', 'died'];

/**
 * Runs the sides of each case in a booted kernel, those that are counters which it has.
 *
 *     a case of one thread      same, or differs: the kernel's ops are functions of the value
 *     a case of several         seen, unseen, or differs: an outcome that its model does not have
 *
 * @param tree the refcount_t of the kernel's own source, against which it is held instead of what is recorded
 * @param isWhole whether everything is shown, not only what differs
 * @param isOne whether it is one case that is run
 * @throws InputError when no kernel can be booted here
 */
export function bootedReplay(
  options: BootFlags & { readonly runs?: number },
  tree: Harness | undefined,
  { isWhole, isOne }: { readonly isWhole: boolean; readonly isOne: boolean },
  style: Style,
): ReplayMode {
  const kernels = new KernelSession(findInstallation(options), bootOptions(options));
  const how = { runs: options.runs ?? (isOne ? RUNS_OF_ONE : RUNS), ...(tree && { tree }) };
  let release = '';
  return {
    failing: FAILING,
    undecided: [],
    async open() {
      release = (await kernels.kernel()).release;
      return `Linux ${release} is up`;
    },
    close: () => kernels.close(),
    async replay({ path, case: stored }, harnessOf) {
      const harness = harnessOf();
      const sides = await sidesOf(() => replayBooted(kernels, harness, stored, how));
      return sides.map((one, at) => {
        const { side, kind, reason } = one;
        // A case has up to two sides, and its path heads the first.
        const heading = at === 0 ? [style.bold(path)] : [];
        const loud = [`${style.red(kind)} ${path}`, `        ${side}: ${reason}`];
        const whole = () => [...heading, ...sideReport(harness, one, style), ''];
        return { path, side, kind, reason, lines: isWhole ? whole() : FAILING.includes(kind) ? loud : [] };
      });
    },
    summary: (totals) => summary(totals, release, kernels.boots, tree),
  };
}

/** An op that the target lost since is reported like a difference, so that the cases after it still run. */
async function sidesOf(replay: () => Promise<SideReplay[]>): Promise<SideReplay[]> {
  try {
    return await replay();
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return [{ side: 'subject', kind: 'differs', reason: error.message }];
  }
}

function summary(
  { cases, leftOut, results, seconds }: ReplayTotals,
  release: string,
  boots: number,
  tree: Harness | undefined,
) {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, countOf(results, kind)])) as Record<
    SideReplay['kind'],
    number
  >;
  const told = results
    .filter(({ kind }) => FAILING.includes(kind))
    .map(({ path, side, kind, reason }: Replayed) => ({ path, side, kind, reason }));
  const source = tree && (tree.target.subject as Counter).source;
  return {
    lines: [totalsLine(release, cases, leftOut, counts, source)],
    notes: [`${results.length} sides of ${cases - leftOut} cases in ${seconds.toFixed(1)} s, ${boots} boots`],
    json: { release, cases, leftOut, ...counts, told, seconds },
  };
}

/** @param source of the kernel's own refcount_t, if it is held against that */
function totalsLine(
  release: string,
  cases: number,
  leftOut: number,
  { same, seen, unseen, differs, absent, died }: Record<SideReplay['kind'], number>,
  source: string | undefined,
): string {
  return [
    `${release === '' ? 'no kernel booted' : `Linux ${release}`}: ${same} as ${source === undefined ? 'recorded' : `recorded, or as ${source} does`}`,
    `of ${seen + unseen} concurrent ones ${seen} seen as recorded`,
    `${differs} differ`,
    ...(died > 0 ? [`${died} brought it down`] : []),
    ...(absent > 0 ? [`${absent} with ops that it lacks`] : []),
    ...(leftOut > 0 ? [`${leftOut} of ${cases} cases are not for a booted kernel`] : []),
  ].join('; ');
}
