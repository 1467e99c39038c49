import { InputError } from '../../subject/input-error.ts';
import { runGit } from './run-git.ts';

/** A revision, as people are told of it. */
export interface Commit {
  readonly sha: string;
  readonly subject: string;
  readonly author: string;
  /** When it was written: `2026-01-31`. */
  readonly date: string;
}

/**
 * The history of some files in a git repository. Everything is read from git's own store: what is checked out is neither
 * needed nor touched, so a bare repository does, and one in the middle of a rebase.
 */
export class GitHistory {
  readonly #folder: string;
  readonly #files: readonly string[];
  readonly #along: readonly string[];

  readonly #stop: AbortSignal | undefined;

  private constructor(
    folder: string,
    files: readonly string[],
    isFirstParent: boolean,
    stop: AbortSignal | undefined,
  ) {
    this.#stop = stop;
    this.#folder = folder;
    this.#files = files;
    this.#along = isFirstParent ? ['--first-parent'] : [];
  }

  /**
   * @param folder a repository, or a folder in the working tree of one
   * @param files paths below the folder
   * @param isFirstParent follow only the first parent of a merge: what a topic brought came with its merge
   * @param stop ends the git that runs, and whatever is asked after that: a pipe in a repository would hold it for ever
   * @throws InputError when it is none, or there is no git
   */
  static async open(
    folder: string,
    files: readonly string[],
    {
      isFirstParent = false,
      stop,
    }: { readonly isFirstParent?: boolean | undefined; readonly stop?: AbortSignal } = {},
  ): Promise<GitHistory> {
    const history = new GitHistory(folder, files, isFirstParent, stop);
    await history.#git(['rev-parse', '--git-dir'], (why) => `is in no git repository (${why})`);
    return history;
  }

  /** @param revision anything that git knows one by: a tag, a branch, `v6.12~3` @throws InputError for an unknown one */
  async commit(revision: string): Promise<Commit> {
    const unknown = () => `there is no revision "${revision}"`;
    if (revision.startsWith('-')) throw new InputError(this.#folder, unknown());
    const found = await this.#git(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], unknown);
    const sha = found.trim();
    const format = '--format=%s%x00%an%x00%as';
    const told = await this.#git(['log', '-1', '--no-show-signature', format, sha]);
    const [subject, author, date] = told.split('\0');
    return { sha, subject: subject!, author: author!, date: date!.trim() };
  }

  /** The files as they were, those that existed: path → text. */
  async textsAt(sha: string): Promise<ReadonlyMap<string, string>> {
    const listed = await this.#git(['ls-tree', '-z', sha, '--', ...this.#files]);
    const texts = new Map<string, string>();
    for (const line of listed.split('\0').filter((one) => one !== '')) {
      const [about, path] = line.split('\t') as [string, string];
      texts.set(path, await this.#git(['cat-file', 'blob', about.split(' ')[2]!]));
    }
    return texts;
  }

  /** Where two lines of history parted. @returns undefined where they have nothing in common */
  async mergeBase(one: string, other: string): Promise<string | undefined> {
    const bases = (await this.#ask(['merge-base', one, other]))?.trim();
    return bases === '' ? undefined : bases;
  }

  /** How many revisions lead from some to another, whatever they touch. */
  async countBetween(goods: readonly string[], bad: string): Promise<number> {
    return Number(await this.#git(['rev-list', '--count', ...this.#along, bad, '--not', ...goods]));
  }

  /** The latest of the revisions up to `bad` that touch the files: they are there as they are in `bad`. */
  async tipOf(goods: readonly string[], bad: string): Promise<string | undefined> {
    const latest = ['rev-list', '--topo-order', '--max-count=1'];
    const tip = (await this.#git(this.#touching(latest, goods, bad))).trim();
    return tip === '' ? undefined : tip;
  }

  /**
   * The revisions that touch the files and lead from `goods` to `bad`, the one first that halves them best. Of a merge that
   * took the files from one side as they were there, only that side counts.
   */
  async halving(goods: readonly string[], bad: string): Promise<string[]> {
    const listed = await this.#git(this.#touching(['rev-list', '--bisect-all'], goods, bad));
    return listed
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' ')[0]!);
  }

  #touching(command: readonly string[], goods: readonly string[], bad: string): string[] {
    return [...command, ...this.#along, bad, '--not', ...goods, '--', ...this.#files];
  }

  /** @param problem what to say when git refuses, of its reason */
  async #git(
    args: readonly string[],
    problem = (why: string) => `git ${args[0]} fails: ${why}`,
  ): Promise<string> {
    return runGit(this.#folder, args, { problem, stop: this.#stop });
  }

  /** @returns undefined where git says no */
  async #ask(args: readonly string[]): Promise<string | undefined> {
    try {
      return await this.#git(args);
    } catch {
      return undefined;
    }
  }
}
