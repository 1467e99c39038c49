import type { Skipped } from '../census/counter.ts';
import type { Recall, SourceFile, SourceTree } from './source-tree.ts';

/** Several trees as one. Each one's paths begin with its name, as the user wrote it: `net/ipv4/route.c`. */
export class JoinedTree implements SourceTree {
  readonly name: string;
  readonly key: string;
  readonly stamp?: string;
  readonly isPart?: true;
  readonly #parts: readonly (readonly [prefix: string, tree: SourceTree])[];

  /** @param parts each with what its paths begin with: `net/`, and nothing for files that are named alone */
  constructor(parts: readonly (readonly [prefix: string, tree: SourceTree])[]) {
    this.#parts = parts;
    const trees = parts.map(([, tree]) => tree);
    this.name = trees.map(({ name }) => name).join(', ');
    this.key = parts.map(([prefix, { key }]) => `${prefix} ${key}`).join('\0');
    const stamps = trees.map(({ stamp }) => stamp);
    if (trees.some(({ isPart }) => isPart)) this.isPart = true;
    if (stamps.every((stamp) => stamp !== undefined)) this.stamp = stamps.join('\0');
  }

  /** Nothing is known of a part that has not begun, and the whole is not known before its parts are. */
  get expected(): number | undefined {
    const counts = this.#parts.map(([, { expected }]) => expected);
    return counts.every((count) => count !== undefined)
      ? counts.reduce((sum, count) => sum + count, 0)
      : undefined;
  }

  /** Each under the name that its tree has here. */
  get skipped(): readonly Skipped[] {
    return this.#parts.flatMap(([prefix, { skipped }]) =>
      skipped.map(({ file, why }) => ({ file: prefix + file, why })),
    );
  }

  /** One after the other, in the order in which the user named them. */
  async *files(recall?: Recall): AsyncIterable<SourceFile> {
    for (const [prefix, tree] of this.#parts) {
      const files = tree.files(recall && ((path, stamp) => recall(prefix + path, stamp)));
      for await (const file of files) yield { ...file, path: prefix + file.path };
    }
  }

  /**
   * A path begins with the name of its tree; files that were named alone begin with nothing, and are asked last.
   *
   *     net/ipv4/route.c of `refuzz audit net lib`     the tree of `net` is asked for ipv4/route.c
   */
  async texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (const [prefix, tree] of this.#parts) {
      const below = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
      for (const [path, text] of await tree.texts(below)) texts.set(prefix + path, text);
    }
    return texts;
  }
}
