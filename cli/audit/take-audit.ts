import type { Census } from '../../audit/census/counter.ts';
import type { Judged } from '../../audit/census/verdict.ts';
import type { CensusProgress } from '../../audit/run/census-options.ts';
import type { SourceTree } from '../../audit/source/source-tree.ts';
import { grouped } from '../../export/report/grouped.ts';
import { systemHost } from '../../fuzz/workers/system-host.ts';
import type { Io } from '../io/io.ts';
import { liveScreen } from '../io/live-screen.ts';
import type { AuditOptions } from './audit-options.ts';

/** A tree, read and judged. */
export interface Taken {
  readonly tree: Pick<SourceTree, 'name' | 'texts'>;
  readonly census: Census;
  readonly judged: readonly Judged[];
}

/**
 * Finds the counters of what is named, and judges them.
 *
 * It is a type of its own so that tests of the command can hand in a census instead of a tree.
 *
 * @returns undefined if its user has ended it
 */
export type TakeAudit = (
  paths: readonly string[],
  options: AuditOptions,
  io: Io,
) => Promise<Taken | undefined>;

/**
 * By reading the tree. While it reads, a signal ends it between two files, and what was found is kept: the same command goes
 * on from there. Judging takes a second or two, and a signal ends that on the spot.
 */
export const takeAudit: TakeAudit = async (paths, { rev, workers, cache }, io) => {
  const { openTrees } = await import('../../audit/source/open-trees.ts');
  const { takeCensus } = await import('../../audit/run/take-census.ts');
  const tree = await openTrees(paths, { rev });
  const ending = new AbortController();
  const release = io.onInterrupt(() => ending.abort(), 'the files under way');
  const screen = await liveScreen(io);
  try {
    const census = await takeCensus(tree, {
      jobs: workers,
      host: systemHost,
      isCached: cache,
      signal: ending.signal,
      onProgress: (progress) => screen.update(() => progressLine(progress, io)),
      onNote: (note) => io.err(`note   ${note}\n`),
    });
    release();
    screen.done();
    const { judge } = await import('../../audit/rules/judge.ts');
    return { tree, census, judged: judge(census) };
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    const kept = cache ? '; what was read is kept, and the same command goes on from there' : '';
    io.err(`interrupted: nothing was judged${kept}\n`);
    return undefined;
  } finally {
    release();
    screen.done();
  }
};

/**
 * `42 %  7 900 of 18 745 files   about 20 s left`. There is no share as long as nobody knows how many files there will be: an
 * archive does not say.
 */
export function progressLine(
  { done, total, secondsLeft }: CensusProgress,
  { style }: Pick<Io, 'style'>,
): string {
  const files =
    total === undefined
      ? `${grouped(done)} files`
      : `${grouped(done)} of ${grouped(Math.max(done, total))} files`;
  const share = total ? [style.bold(`${Math.min(99, Math.floor((100 * done) / total))} %`)] : [];
  const left = secondsLeft === undefined ? [] : [`about ${Math.ceil(secondsLeft)} s left`];
  return [...share, files, ...left].join('   ');
}
