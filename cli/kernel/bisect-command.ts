import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Commit, GitHistory } from '../../targets/c/build/git-history.ts';
import { KERNEL_FILES } from '../../targets/c/build/kernel-tree.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { EXIT, type Io } from '../io/io.ts';
import { type Facts, type Question, questionFrom } from './bisect-question.ts';
import { type Bisected, bisection, shortOf, type Verdict } from './bisection.ts';

/** Options of `refuzz bisect`. */
export interface BisectOptions {
  /** A git repository. */
  readonly kernel: string;
  readonly good: string;
  readonly bad: string;
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
  let isStopped = false;
  io.onInterrupt(() => {
    isStopped = true;
  });
  const question = questionFrom(args, () => isStopped, io);
  const history = new GitHistory(options.kernel, KERNEL_FILES);
  const [good, bad] = [history.commit(options.good), history.commit(options.bad)];
  if (history.mergeBase(good.sha, bad.sha) === bad.sha)
    throw new InputError(
      '--good',
      `${options.good} is ${options.bad}, or comes after it; name the earlier one`,
    );
  const asker = new Asker(history, question);
  try {
    io.err(`asking ${question.about} of ${options.good} and ${options.bad}\n`);
    const before = await asker.ask(good);
    const after = await asker.ask(bad);
    if (isStopped) return EXIT.INTERRUPTED;
    const came = cameBetween(before, after, options);
    const verdictOf = (commit: Commit) => asker.verdict(commit, came, io);
    const steps = bisection(history, good, bad, verdictOf);
    for (;;) {
      const { done, value } = await steps.next();
      if (isStopped) return EXIT.INTERRUPTED;
      if (done) return answer(value, came, asker, options, io);
      const { commit, verdict, left } = value;
      io.err(`${verdict.padEnd('skipped'.length)}  ${shortOf(commit)} ${commit.subject}   ${left} left\n`);
    }
  } finally {
    asker.close();
  }
}

/**
 * Asks revisions, each content of the files once: a revert, a merge that changes nothing, and kernel-doc have their answer
 * already.
 */
class Asker {
  readonly question: Question;
  readonly #history: GitHistory;
  readonly #folder = mkdtempSync(join(tmpdir(), 'refuzz-bisect-'));
  /** A text where there is no answer: why. */
  readonly #known = new Map<string, Facts | string>();
  #trees = 0;
  /** Revisions without an answer. */
  skipped = 0;

  constructor(history: GitHistory, question: Question) {
    this.#history = history;
    this.question = question;
  }

  /** How many different contents were asked. */
  get asked(): number {
    return this.#known.size;
  }

  /** @throws InputError where the revision has no answer */
  async ask(commit: Commit): Promise<Facts> {
    const texts = this.#history.textsAt(commit.sha);
    const key = JSON.stringify([...texts].map(([path, text]) => [path, withoutComments(text)]));
    if (!this.#known.has(key)) this.#known.set(key, await this.#askTexts(texts));
    const known = this.#known.get(key)!;
    if (typeof known === 'string') throw new InputError(shortOf(commit), known);
    return known;
  }

  /** What a revision is. Why one is skipped is told at once. */
  async verdict(commit: Commit, came: readonly string[], io: Io): Promise<Verdict> {
    try {
      return shownOf(came, await this.ask(commit)).length > 0 ? 'bad' : 'good';
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.skipped++;
      io.err(`${error.message}\n`);
      return 'skipped';
    }
  }

  async #askTexts(texts: ReadonlyMap<string, string>): Promise<Facts | string> {
    const tree = join(this.#folder, String(this.#trees++));
    mkdirSync(tree);
    for (const [path, text] of texts) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    try {
      return await this.question.ask(tree);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return error.message.replaceAll(`${tree}/`, '').replaceAll(tree, 'the tree');
    }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Strings are matched first: what looks like a comment in one is none. */
function withoutComments(text: string): string {
  return text
    .replace(/("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\*[\s\S]*?\*\/|\/\/.*/g, (_, kept = ' ') => kept)
    .trim();
}

function shownOf(wanted: readonly string[], { names, vague }: Facts): string[] {
  return wanted.filter((name) => names.has(name) || vague.has(name));
}

/** @throws InputError where nothing came, so that there is nothing to look for */
function cameBetween(before: Facts, after: Facts, { good, bad }: BisectOptions): string[] {
  const isNew = (name: string) => shownOf([name], before).length === 0;
  const came = [after.names, after.vague].map((names) => [...names].filter(isNew));
  const [first] = came.filter(({ length }) => length > 0);
  if (first) return first;
  if (after.names.size === 0 && after.vague.size === 0)
    throw new InputError(
      '--bad',
      `${bad} is good: it shows no divergence; a larger scope may, as in "-- --ops 2"`,
    );
  const went = [...before.names].filter((name) => !after.names.has(name));
  if (went.length === 0) throw new InputError('--good', `${good} is bad: it shows all that ${bad} shows`);
  const told = before.tell(went).map((line) => `\n  went  ${line}`);
  throw new InputError('--good', `nothing came from ${good} to ${bad}, and something went:${told.join('')}`);
}

async function answer(
  { first, between, touching }: Bisected,
  came: readonly string[],
  asker: Asker,
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
  for (const line of told) io.out(`  came  ${line}\n`);
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
