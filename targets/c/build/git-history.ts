import { execFileSync } from 'node:child_process';
import { InputError } from '../../subject/input-error.ts';

/** A revision, as people are told of it. */
export interface Commit {
  readonly sha: string;
  readonly subject: string;
  readonly author: string;
  /** When it was written: `2026-01-31`. */
  readonly date: string;
}

/** A text of git's may be a whole kernel header, or the log of a release. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * Of a partial clone git fetches what it lacks, by a command that the repository's own configuration may name: whoever
 * made the repository would run what he likes. The first variable rules over that configuration; older versions of git do
 * not know the second.
 */
const NOTHING_FETCHED = { GIT_ALLOW_PROTOCOL: '', GIT_NO_LAZY_FETCH: '1' };

/**
 * The history of some files in a git repository. Everything is read from git's own store: what is checked out is neither
 * needed nor touched, so a bare repository does, and one in the middle of a rebase.
 */
export class GitHistory {
  readonly #folder: string;
  readonly #files: readonly string[];
  readonly #along: readonly string[];

  /**
   * @param folder a repository, or a folder in the working tree of one
   * @param files paths below the folder
   * @param isFirstParent follow only the first parent of a merge: what a topic brought came with its merge
   * @throws InputError when it is none, or there is no git
   */
  constructor(folder: string, files: readonly string[], isFirstParent = false) {
    this.#folder = folder;
    this.#files = files;
    this.#along = isFirstParent ? ['--first-parent'] : [];
    this.#git(['rev-parse', '--git-dir'], (why) => `is in no git repository (${why})`);
  }

  /** @param revision anything that git knows one by: a tag, a branch, `v6.12~3` @throws InputError for an unknown one */
  commit(revision: string): Commit {
    const unknown = () => `there is no revision "${revision}"`;
    if (revision.startsWith('-')) throw new InputError(this.#folder, unknown());
    const sha = this.#git(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], unknown).trim();
    const format = '--format=%s%x00%an%x00%as';
    const [subject, author, date] = this.#git(['log', '-1', '--no-show-signature', format, sha]).split('\0');
    return { sha, subject: subject!, author: author!, date: date!.trim() };
  }

  /** The files as they were, those that existed: path → text. */
  textsAt(sha: string): ReadonlyMap<string, string> {
    const listed = this.#git(['ls-tree', '-z', sha, '--', ...this.#files]).split('\0');
    return new Map(
      listed
        .filter((line) => line !== '')
        .map((line) => {
          const [about, path] = line.split('\t') as [string, string];
          return [path, this.#git(['cat-file', 'blob', about.split(' ')[2]!])];
        }),
    );
  }

  /** Where two lines of history parted. @returns undefined where they have nothing in common */
  mergeBase(one: string, other: string): string | undefined {
    const bases = this.#ask(['merge-base', one, other])?.trim();
    return bases === '' ? undefined : bases;
  }

  /** How many revisions lead from some to another, whatever they touch. */
  countBetween(goods: readonly string[], bad: string): number {
    return Number(this.#git(['rev-list', '--count', ...this.#along, bad, '--not', ...goods]));
  }

  /** The latest of the revisions up to `bad` that touch the files: they are there as they are in `bad`. */
  tipOf(goods: readonly string[], bad: string): string | undefined {
    const tip = this.#git(this.#touching(['rev-list', '--topo-order', '--max-count=1'], goods, bad)).trim();
    return tip === '' ? undefined : tip;
  }

  /**
   * The revisions that touch the files and lead from `goods` to `bad`, the one first that halves them best. Of a merge that
   * took the files from one side as they were there, only that side counts.
   */
  halving(goods: readonly string[], bad: string): string[] {
    const listed = this.#git(this.#touching(['rev-list', '--bisect-all'], goods, bad));
    return listed
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' ')[0]!);
  }

  #touching(command: readonly string[], goods: readonly string[], bad: string): string[] {
    return [...command, ...this.#along, bad, '--not', ...goods, '--', ...this.#files];
  }

  /** @param problem what to say when git refuses, of its reason */
  #git(args: readonly string[], problem = (why: string) => `git ${args[0]} fails: ${why}`): string {
    try {
      return execFileSync('git', ['-C', this.#folder, ...args], {
        encoding: 'utf8',
        maxBuffer: MOST_BYTES,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...NOTHING_FETCHED },
      });
    } catch (error) {
      const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: string };
      if (code === 'ENOENT')
        throw new InputError(this.#folder, 'needs the command "git", which is not installed');
      throw new InputError(this.#folder, problem(reasonIn(stderr ?? '') || String(code)));
    }
  }

  /** @returns undefined where git says no */
  #ask(args: readonly string[]): string | undefined {
    try {
      return this.#git(args);
    } catch {
      return undefined;
    }
  }
}

/** The first line that git has to say, without `fatal:`. */
function reasonIn(stderr: string): string {
  return stderr.split('\n')[0]!.replace(/^fatal: /, '');
}
