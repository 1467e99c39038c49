import { resolve } from 'node:path';
import { GitHistory } from '../../targets/c/build/git-history.ts';
import { runGit } from '../../targets/c/build/run-git.ts';
import type { Skipped } from '../census/counter.ts';
import { readBlobs } from './git-blobs.ts';
import { inOrder, isSource, NO_TEXT, TOO_LARGE, textOf } from './source-bytes.ts';
import type { Recall, SourceFile, SourceTree } from './source-tree.ts';

/** A file of the revision: its path, and git's name for its content. */
interface Blob {
  readonly path: string;
  readonly id: string;
}

/** A revision of a repository, or of a folder in one. Nothing is checked out: the texts come from git's own store. */
export class GitTree implements SourceTree {
  readonly name: string;
  readonly key: string;
  readonly stamp: string;
  readonly #folder: string;
  readonly #blobs: readonly Blob[];
  readonly #links: readonly Skipped[];
  #skipped: Skipped[] = [];

  private constructor(folder: string, rev: string, sha: string, listed: readonly Listed[]) {
    this.#folder = folder;
    this.name = `${folder} at ${rev}`;
    this.key = `git ${resolve(folder)}`;
    this.stamp = sha;
    this.#blobs = listed.filter(({ isFile }) => isFile).sort(byPath);
    this.#links = listed
      .filter(({ isFile }) => !isFile)
      .map(({ path }) => ({ file: path, why: 'is a link, or a repository of its own' }));
    this.#skipped = [...this.#links];
  }

  /**
   * @param rev anything that git knows a revision by
   * @throws InputError where there is no repository, or no such revision
   */
  static async open(folder: string, rev: string): Promise<GitTree> {
    const history = await GitHistory.open(folder, []);
    const { sha } = await history.commit(rev);
    return new GitTree(folder, rev, sha, await list(folder, sha));
  }

  get expected(): number {
    return this.#blobs.length;
  }

  get skipped(): readonly Skipped[] {
    return inOrder(this.#skipped);
  }

  async *files(recall: Recall = () => undefined): AsyncIterable<SourceFile> {
    this.#skipped = [...this.#links];
    const isNew = ({ path, id }: Blob) => recall(path, id) === undefined;
    const contents = readBlobs(
      this.#folder,
      this.#blobs.filter(isNew).map(({ id }) => id),
    );
    try {
      for (const { path, id } of this.#blobs) {
        if (isNew({ path, id })) {
          const { value } = await contents.next();
          const text = this.#textOf(path, value);
          if (text !== undefined) yield { path, digest: id, text, stamp: id };
        } else yield { path, digest: id, stamp: id };
      }
    } finally {
      await contents.return(undefined);
    }
  }

  async texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const wanted = new Set(paths);
    const blobs = this.#blobs.filter(({ path }) => wanted.has(path));
    const texts = new Map<string, string>();
    const contents = readBlobs(
      this.#folder,
      blobs.map(({ id }) => id),
    );
    for (const { path } of blobs) {
      const { value } = await contents.next();
      const text = value instanceof Uint8Array ? textOf(value) : undefined;
      if (text !== undefined) texts.set(path, text);
    }
    await contents.return(undefined);
    return texts;
  }

  /**
   * The text, or the reason why there is none. A partial clone lacks blobs; git is not let to fetch them, as a repository may
   * name any command for that.
   */
  #textOf(path: string, content: Uint8Array | 'missing' | 'too large' | undefined): string | undefined {
    const why =
      content === 'too large'
        ? TOO_LARGE
        : content instanceof Uint8Array
          ? NO_TEXT
          : 'is not in the repository, which is a part of another one';
    const text = content instanceof Uint8Array ? textOf(content) : undefined;
    if (text === undefined) this.#skipped.push({ file: path, why });
    return text;
  }
}

/**
 * What git lists under a name of C. Links and submodules are told, and not followed: one leads out of the revision, and the
 * other is a revision of another repository.
 */
interface Listed extends Blob {
  readonly isFile: boolean;
}

/** `100644 blob <id>\t<path>`, with a zero byte after each; paths are below the folder. */
async function list(folder: string, sha: string): Promise<Listed[]> {
  const listed = await runGit(folder, ['ls-tree', '-r', '-z', sha]);
  return listed.split('\0').flatMap((line) => {
    const tab = line.indexOf('\t');
    const path = line.slice(tab + 1);
    const [mode, , id] = line.slice(0, tab).split(' ');
    // A plain file has a mode of 100 and its rights; a link has 120000, a repository in the repository 160000.
    return tab > 0 && isSource(path) ? [{ path, id: id!, isFile: mode!.startsWith('100') }] : [];
  });
}

/** Git sorts by bytes, folders as if they ended in a slash; sorted again, the order is that of a folder on a disk. */
function byPath(one: Blob, other: Blob): number {
  return one.path < other.path ? -1 : 1;
}
