/** Something that a file defines. */
export interface Defined {
  readonly file: string;
}

/** How many folders two paths have in common from the root on. */
function common(one: string, other: string): number {
  let folders = 0;
  for (let at = 0; at < one.length && one[at] === other[at]; at++) if (one[at] === '/') folders++;
  return folders;
}

/**
 * Of what has one name, the one that a file means: its own, else that of the nearest header, else that of `include/`. What a
 * `.c` file defines is seen by itself alone, and taken only where there is nothing else.
 */
export function nearest<T extends Defined>(found: readonly T[] | undefined, file: string): T | undefined {
  if (found === undefined || found.length === 0) return undefined;
  if (found.length === 1) return found[0];
  let best: T | undefined;
  let bestScore = -1;
  for (const one of found) {
    if (one.file === file) return one;
    const isHeader = one.file.endsWith('.h');
    const shared = common(one.file, file);
    // Another architecture's is never meant.
    const isForeign = one.file.startsWith('arch/') && shared < 2;
    const score =
      (isHeader ? 100 : 0) + shared * 2 + (one.file.startsWith('include/') ? 1 : 0) - (isForeign ? 60 : 0);
    if (score > bestScore) {
      best = one;
      bestScore = score;
    }
  }
  return best ?? found[0];
}

/** A map from names to all that has that name. */
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
