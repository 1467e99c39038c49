import { GitHistory } from '../../targets/c/build/git-history.ts';
import { KERNEL_FILES } from '../../targets/c/build/kernel-tree.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { GIT_EXIT } from '../io/git-exit.ts';
import { EXIT, type Io } from '../io/io.ts';
import { type Facts, type Question, questionFrom } from './bisect-question.ts';
import { cameBetween, newIn, shownOf, verdictOf } from './came-between.ts';
import { RevisionAsker } from './revision-asker.ts';

/** Options of `refuzz bisect-step`. */
export interface BisectStepOptions {
  /** A working tree. */
  readonly kernel: string;
  readonly good?: string;
  readonly bad?: string;
}

const NOTHING: Facts = { names: new Set(), vague: new Set(), bad: [], undecided: 0, tell: () => [] };

/**
 * `refuzz bisect-step`: one step of a bisection that `git bisect run` drives, of the files as they lie there.
 *
 *     good, bad, skip                GIT_EXIT
 *     interrupted                    130, which ends the bisection
 *     wrong input                    is thrown; see `failureCode`
 *
 * @param args what stands behind `--`, see `questionFrom`
 * @returns the exit code
 */
export async function bisectStepCommand(
  args: readonly string[],
  options: BisectStepOptions,
  io: Io,
): Promise<number> {
  let isStopped = false;
  io.onInterrupt(() => {
    isStopped = true;
  }, 'the question under way');
  const question = questionFrom(args, () => isStopped, io);
  const wantedOf = await whatCounts(question, options);
  try {
    const facts = await question.ask(options.kernel);
    if (isStopped) return EXIT.INTERRUPTED;
    const wanted = wantedOf(facts);
    const verdict = verdictOf(options.kernel, wanted, facts);
    const shown = facts.tell(shownOf(wanted, facts)).map((line) => `  ${line}\n`);
    io.out(`${verdict}: ${question.about}\n${shown.join('')}`);
    return verdict === 'bad' ? GIT_EXIT.BAD : GIT_EXIT.GOOD;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    io.out(`skip: ${error.message}\n`);
    return GIT_EXIT.SKIP;
  }
}

/**
 * What of the facts of a tree makes it bad: what `--bad` shows and `--good` does not, as in `refuzz bisect`. Without
 * `--bad`, whatever `--good` does not show; without both, every divergence, and each case that replays.
 *
 * @throws InputError where the two have no answer
 */
async function whatCounts(
  question: Question,
  { kernel, good, bad }: BisectStepOptions,
): Promise<(facts: Facts) => readonly string[]> {
  if (good === undefined && bad === undefined) return (facts) => facts.bad;
  const asker = new RevisionAsker(await GitHistory.open(kernel, KERNEL_FILES), question);
  try {
    const ask = async (revision: string | undefined) =>
      revision === undefined ? NOTHING : asker.ask(await asker.history.commit(revision));
    const before = await ask(good);
    if (bad !== undefined) {
      const came = cameBetween(before, await ask(bad), { good: good ?? 'nothing', bad });
      return () => came;
    }
    return (facts) => newIn(before, facts);
  } finally {
    asker.close();
  }
}
