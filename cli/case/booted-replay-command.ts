import { sideReport } from '../../export/report/booted-report.ts';
import { KernelSession } from '../../fuzz/booted/kernel-session.ts';
import { replayBooted, type SideReplay } from '../../fuzz/booted/replay-booted.ts';
import { loadCases } from '../../fuzz/case/corpus.ts';
import { ProgramError } from '../../fuzz/program/alphabet.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { BootError } from '../../targets/booted/booted-kernel.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { EXIT, type Io } from '../io/io.ts';
import { type BootFlags, bootOptions, installationOf } from '../kernel/boot-options.ts';
import { type CodeOptions, harnessMaker, refcountOfTree } from '../target/find-target.ts';

export interface BootedReplayOptions extends CodeOptions, BootFlags {
  readonly targetFile?: readonly string[];
  /** How often a program of several threads is run. */
  readonly runs?: number;
  readonly json?: boolean;
}

interface Told {
  readonly path: string;
  readonly side: string;
  readonly kind: SideReplay['kind'];
  readonly reason: string | undefined;
}

const RUNS = 8192;

/**
 * Runs stored cases in a booted kernel, and says where it differs from what is recorded.
 *
 * @param isWhole whether what each case did is written out, not only what differs
 */
export async function bootedReplayCommand(
  paths: readonly string[],
  options: BootedReplayOptions,
  io: Io,
  isWhole: boolean,
): Promise<number> {
  const started = performance.now();
  const cases = loadCases(paths.length > 0 ? paths : ['corpus']);
  const makeHarness = await harnessMaker(
    cases.map((one) => one.case),
    options.targetFile,
    options,
  );
  const tree = await refcountOfTree(options);
  const how = { runs: options.runs ?? RUNS, ...(tree && { tree }) };
  const kernels = new KernelSession(installationOf(options), bootOptions(options));
  let interrupted = false;
  io.onInterrupt(() => {
    interrupted = true;
    void kernels.close();
  });
  const counts = { same: 0, seen: 0, unseen: 0, differs: 0, absent: 0, died: 0 };
  const told: Told[] = [];
  let leftOut = 0;
  let release = '';
  try {
    release = (await kernels.kernel()).release;
    io.err(`Linux ${release} is up\n`);
    for (const { path, case: stored } of cases) {
      const harness = makeHarness(stored, path);
      const sides = await sidesOf(kernels, harness, stored, how);
      if (interrupted) break;
      if (sides.length === 0) leftOut++;
      if (isWhole && sides.length > 0) io.out(`${io.style.bold(path)}\n`);
      for (const side of sides) {
        counts[side.kind]++;
        const isLoud = side.kind === 'differs' || side.kind === 'died';
        if (isLoud) told.push({ path, side: side.side, kind: side.kind, reason: side.reason });
        if (isLoud && !isWhole)
          io.out(`${io.style.red(side.kind)} ${path}\n        ${side.side}: ${side.reason}\n`);
        if (isWhole) io.out(`${sideReport(harness, side, io.style).join('\n')}\n\n`);
      }
    }
  } catch (error) {
    if (interrupted) return EXIT.INTERRUPTED;
    if (!(error instanceof BootError)) throw error;
    return reportBootError(error, io);
  } finally {
    await kernels.close();
  }
  const seconds = (performance.now() - started) / 1000;
  const ran = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const source = tree && `${(tree.target.subject as Counter).source}`;
  io.out(`${summary(release, cases.length, leftOut, counts, source)}\n`);
  io.err(
    `${ran} sides of ${cases.length - leftOut} cases in ${seconds.toFixed(1)} s, ${kernels.boots} boots\n`,
  );
  if (options.json)
    io.out(`${JSON.stringify({ release, cases: cases.length, leftOut, ...counts, told, seconds })}\n`);
  if (interrupted) return EXIT.INTERRUPTED;
  if (counts.differs + counts.died > 0) return EXIT.FOUND;
  return ran === 0 ? EXIT.UNDECIDED : EXIT.OK;
}

/** A guest that does not come up: nothing of the input is at fault, and nothing was decided. */
export function reportBootError({ message, log }: BootError, io: Io): number {
  io.err(`refuzz: the kernel did not boot: ${message}\n`);
  if (log.length > 0) io.err(`its console:\n${log.map((line) => `  ${line}`).join('\n')}\n`);
  return EXIT.UNDECIDED;
}

async function sidesOf(
  kernels: KernelSession,
  harness: Harness,
  stored: Parameters<typeof replayBooted>[2],
  how: Parameters<typeof replayBooted>[3],
): Promise<SideReplay[]> {
  try {
    return await replayBooted(kernels, harness, stored, how);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return [{ side: 'subject', kind: 'differs', reason: error.message }];
  }
}

function summary(
  release: string,
  cases: number,
  leftOut: number,
  { same, seen, unseen, differs, absent, died }: Record<SideReplay['kind'], number>,
  tree: string | undefined,
): string {
  return [
    `Linux ${release}: ${same} as ${tree === undefined ? 'recorded' : `recorded, or as ${tree} does`}`,
    `of ${seen + unseen} concurrent ones ${seen} seen as recorded`,
    `${differs} differ`,
    ...(died > 0 ? [`${died} brought it down`] : []),
    ...(absent > 0 ? [`${absent} with ops that it lacks`] : []),
    ...(leftOut > 0 ? [`${leftOut} of ${cases} cases are not for a booted kernel`] : []),
  ].join('; ');
}
