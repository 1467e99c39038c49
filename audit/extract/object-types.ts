import type { Counter } from '../census/counter.ts';
import type { SourceIndex } from './source-index.ts';

/**
 * Pointers to the object, as declarations write them.
 *
 * Types are compared by their text, here and in all that follows, so each spelling has to be known.
 *
 *     struct peer { … };                  struct peer *, and union peer *, which does no harm
 *     typedef struct peer peer_t;         peer_t * as well
 *     typedef struct { … } peer_t;        peer_t *, as the structure has no other name
 *     atomic_t users;                     none: a global is handed to nobody
 */
export function objectTypesOf(counter: Counter, index: SourceIndex): ReadonlySet<string> {
  const { struct } = counter;
  if (struct === '') return new Set();
  const named = new RegExp(`\\btypedef\\s+struct\\s+${struct}\\s+(\\w+)\\s*;|\\}\\s*(\\w+);`, 'g');
  const types = [`struct ${struct} *`, `union ${struct} *`];
  for (const path of index.paths)
    for (const [, short, behind] of index.text(path).matchAll(named))
      if (short) types.push(`${short} *`);
      else if (path === counter.declared.file && isTypedefOf(index, path, behind!, struct))
        types.push(`${behind} *`);
  return new Set(types);
}

/** `typedef struct peer { … } peer_t;`, and `typedef struct { … } peer;`, whose structure has its name alone. */
function isTypedefOf(index: SourceIndex, path: string, name: string, struct: string): boolean {
  const found = index
    .file(path)
    .definitions.get(name)
    ?.find(({ kind }) => kind === 'typedef');
  const tag = found?.node.childForFieldName('type')?.childForFieldName('name')?.text;
  return found !== undefined && (tag === struct || (tag === undefined && name === struct));
}
