import { wrapped } from '../../export/show/style.ts';
import { type Commit, GitHistory } from '../../targets/c/build/git-history.ts';
import { KERNEL_FILES } from '../../targets/c/build/kernel-tree.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { EXIT, type Io } from '../io/io.ts';
import { questionFrom } from './bisect-question.ts';
import { type Bisected, bisection, shortOf } from './bisection.ts';
import { cameBetween, shownOf } from './came-between.ts';
import { RevisionAsker } from './revision-asker.ts';

/** Columns of a cause that came. */
const WIDTH = 100;
const CAME = '  came  ';

/** Options of `refuzz bisect`. */
export interface BisectOptions {
  /** A git repository. */
  readonly kernel: string;
  readonly good: string;
  readonly bad: string;
  readonly firstParent?: boolean;
  readonly json?: boolean;
}

/**
 * `refuzz bisect`: the first revision of a kernel repository that shows something which `--bad` shows and `--good` does not.
 *
 *     found                                          0
 *     the revisions in between have no answer        3
 *     nothing came from good to bad, wrong input     2
 *     interrupted                                    130
 *
 * @param args what stands behind `--`, see `questionFrom`
 * @returns the exit code
 */
export async function bisectCommand(
  args: readonly string[],
  options: BisectOptions,
  io: Io,
): Promise<number> {
  const stopping = new AbortController();
  io.onInterrupt(() => stopping.abort(), 'the revision under way');
  try {
    return await bisect(args, options, stopping.signal, io);
  } catch (error) {
    if (stopping.signal.aborted) return EXIT.INTERRUPTED;
    throw error;
  }
}

async function bisect(
  args: readonly string[],
  options: BisectOptions,
  stop: AbortSignal,
  io: Io,
): Promise<number> {
  const question = questionFrom(args, () => stop.aborted, io);
  const history = await GitHistory.open(options.kernel, KERNEL_FILES, {
    isFirstParent: options.firstParent,
    stop,
  });
  const [good, bad] = [await history.commit(options.good), await history.commit(options.bad)];
  if ((await history.mergeBase(good.sha, bad.sha)) === bad.sha)
    throw new InputError(
      '--good',
      `${options.good} is ${options.bad}, or comes after it; name the earlier one`,
    );
  const asker = new RevisionAsker(history, question);
  try {
    io.err(`asking ${question.about} of ${options.good} and ${options.bad}\n`);
    const before = await asker.ask(good);
    const after = await asker.ask(bad);
    if (stop.aborted) return EXIT.INTERRUPTED;
    const came = cameBetween(before, after, options);
    const verdictOf = (commit: Commit) => asker.verdict(commit, came, io);
    const steps = bisection(history, good, bad, verdictOf);
    for (;;) {
      const { done, value } = await steps.next();
      if (stop.aborted) return EXIT.INTERRUPTED;
      if (done) return answer(value, came, asker, options, io);
      const { commit, verdict, left } = value;
      io.err(`${verdict.padEnd('skipped'.length)}  ${shortOf(commit)} ${commit.subject}   ${left} left\n`);
    }
  } finally {
    asker.close();
  }
}

async function answer(
  { first, between, touching }: Bisected,
  came: readonly string[],
  asker: RevisionAsker,
  options: BisectOptions,
  io: Io,
): Promise<number> {
  const commit = first.at(-1)!;
  const facts = await asker.ask(commit);
  const here = shownOf(came, facts);
  const told = facts.tell(here);
  const isOne = first.length === 1;
  if (isOne) io.out(`${io.style.bold('first bad')}: ${commitText(commit)}\n`);
  else {
    io.out(`${io.style.bold('first bad')}: one of ${first.length}, of which all but the last are skipped\n`);
    for (const one of first) io.out(`  ${commitText(one)}\n`);
  }
  for (const cause of told)
    for (const [at, line] of wrapped(cause, WIDTH - CAME.length).entries())
      io.out(`${at === 0 ? CAME : ' '.repeat(CAME.length)}${line}\n`);
  const later = came.length - here.length;
  if (later > 0)
    io.out(
      `${later} of ${came.length} signatures came later: refuzz bisect --good ${shortOf(commit)} finds where\n`,
    );
  io.out(
    `asked of ${asker.asked} trees: ${asker.question.about}; of ${between} revisions ${touching} touch what is read, ${asker.skipped} skipped\n`,
  );
  if (options.json) {
    const { asked, skipped, question } = asker;
    const json = { first, came: told, signatures: here, later, between, touching, asked, skipped };
    io.out(`${JSON.stringify({ ...json, question: question.about })}\n`);
  }
  return isOne ? EXIT.OK : EXIT.UNDECIDED;
}

function commitText(commit: Commit): string {
  return `${shortOf(commit)} ${commit.subject} (${commit.author}, ${commit.date})`;
}
