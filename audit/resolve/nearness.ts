/** Something that a file defines. Which one a user means is told by the two paths, and by includes. */
export interface Defined {
  readonly file: string;
}

/** How far includes of includes are followed, outside of `include/`. */
const DEEPEST = 4;
const MOST_INCLUDED = 400;

/** The folder of a path, with its slash; empty at the root. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** How many folders two paths have in common from the root on. */
function common(one: string, other: string): number {
  let folders = 0;
  for (let at = 0; at < one.length && one[at] === other[at]; at++) if (one[at] === '/') folders++;
  return folders;
}

/**
 * Of what has one name, finds the one that a file means. A kernel has a dozen `struct priv` and `mcast_group`, and taking the
 * wrong one gives a counter the ops of another.
 */
export class Nearness {
  readonly #includes: ReadonlyMap<string, string>;
  /** What a file includes, by path. Made when it is first asked for, as most names have one meaning. */
  readonly #closures = new Map<string, ReadonlySet<string>>();

  /** @param includes what stands between the quotes or angles of the includes of each file, with spaces between */
  constructor(includes: ReadonlyMap<string, string>) {
    this.#includes = includes;
  }

  /**
   * Its own; else that of a header that it includes; else that of a header in its folder or in one around it; else that of
   * `include/`, and of the header with the most folders in common.
   *
   * What a `.c` file defines is seen by itself alone, and taken only where there is nothing else: kernels include `.c` files
   * here and there. What another architecture defines is never meant by one, and the last resort of everybody else.
   */
  nearest<T extends Defined>(found: readonly T[] | undefined, file: string): T | undefined {
    if (found === undefined || found.length < 2) return found?.[0];
    const own = found.find((one) => one.file === file);
    if (own !== undefined) return own;
    let best: T | undefined;
    let bestScore = -1;
    for (const one of found) {
      const score = this.#score(one.file, file);
      if (score > bestScore) {
        best = one;
        bestScore = score;
      }
    }
    return best;
  }

  /**
   * More is nearer. Thousands are for headers that are included, then for those of a folder around the file, then for
   * `include/`; the rest is how many folders the two have in common.
   *
   *     drivers/a/x.c asks for box:  drivers/a/box.h 2002   include/linux/box.h 1000   drivers/b/box.h 101   drivers/b/y.c 2
   */
  #score(of: string, file: string): number {
    const shared = common(of, file);
    // `arch/x86` has two slashes before anything else.
    if (of.startsWith('arch/') && shared < 2) return file.startsWith('arch/') ? 0 : 10 + shared;
    if (!of.endsWith('.h')) return 1 + shared;
    if (this.#closure(file).has(of)) return 3000 + shared;
    const folder = folderOf(of);
    if (folder !== '' && file.startsWith(folder)) return 2000 + shared;
    return of.startsWith('include/') ? 1000 + shared : 100 + shared;
  }

  /** All that a file includes, through headers of its own folder and the like. */
  #closure(file: string): ReadonlySet<string> {
    const known = this.#closures.get(file);
    if (known !== undefined) return known;
    const found = new Set<string>();
    this.#closures.set(file, found);
    let latest = [file];
    for (let depth = 0; depth < DEEPEST && latest.length > 0 && found.size < MOST_INCLUDED; depth++) {
      const next: string[] = [];
      for (const from of latest) {
        // The headers of `include/` include each other, and in the end all.
        if (depth > 0 && from.startsWith('include/')) continue;
        for (const text of (this.#includes.get(from) ?? '').split(' ')) {
          for (const path of this.#paths(text, from, file)) {
            if (found.has(path)) continue;
            found.add(path);
            next.push(path);
          }
        }
      }
      latest = next;
    }
    return found;
  }

  /** Where the text of an include may lead: beside the file, into `include/`, into that of the architecture. */
  #paths(text: string, from: string, file: string): string[] {
    if (text === '') return [];
    const places = [joined(folderOf(from), text), `include/${text}`];
    const [arch] = /^arch\/[^/]+\//.exec(file) ?? [];
    if (arch !== undefined) places.push(`${arch}include/${text}`);
    return places.filter((path) => this.#includes.has(path));
  }
}

/** `drivers/a/` and `../b/c.h` are `drivers/b/c.h`. */
function joined(folder: string, text: string): string {
  let base = folder;
  let rest = text;
  while (rest.startsWith('../') || rest.startsWith('./')) {
    if (rest.startsWith('../')) base = folderOf(base.slice(0, -1));
    rest = rest.slice(rest.indexOf('/') + 1);
  }
  return base + rest;
}

/** A map from names to all that has that name, in the order in which it was added: that of the files' paths. */
export class Named<T> {
  readonly all = new Map<string, T[]>();

  add(name: string, value: T): void {
    const known = this.all.get(name);
    if (known === undefined) this.all.set(name, [value]);
    else known.push(value);
  }

  get(name: string): readonly T[] | undefined {
    return this.all.get(name);
  }
}
