import type { Counter, Site } from '../census/counter.ts';
import type { Gathering, Symbols } from './symbols.ts';

/** By the numbers of the facts. */
const SHAPES = ['one', 'array', 'pointer'] as const;
/** `kref` and `kobject` are in hundreds of structures; a reader needs a few of them. */
const MOST_EMBEDDING = 20;

/**
 * The counters of all files, with their sites in order. Baselines and reports know a counter by its id, so that is made of
 * what changes least: the name; where several have it, the file; the line only where one file has several.
 *
 *     box.users     priv.users@drivers/a/x.c     priv.users@drivers/b/y.c:12
 */
export function countersOf(symbols: Symbols): Counter[] {
  const embedding = embeddings(symbols);
  const used = symbols.counters.filter(isUseful);
  const names = new Map<string, number>();
  for (const one of used) names.set(nameOf(one), (names.get(nameOf(one)) ?? 0) + 1);
  const ids = new Set<string>();
  const copies = new Map<string, number>();
  return used.map((one) => {
    const name = nameOf(one);
    let id = names.get(name) === 1 ? name : `${name}@${one.file}`;
    // Two branches of an `#if` may declare one twice in a file.
    while (ids.has(id)) {
      const base = `${name}@${one.file}:${one.fact.l}`;
      const copy = (copies.get(base) ?? 0) + 1;
      copies.set(base, copy);
      id = copy > 1 ? `${base}#${copy}` : base;
    }
    ids.add(id);
    const { fact, file } = one;
    return {
      name,
      id,
      struct: one.struct,
      field: one.field,
      type: fact.t,
      shape: SHAPES[fact.s],
      declared: { file, line: fact.l, text: fact.x, from: fact.a, to: fact.b },
      comment: fact.k ?? '',
      sites: one.sites.sort(inOrder),
      escapes: one.escapes,
      embeddedIn: embedding.get(one.struct) ?? [],
    };
  });
}

/** A global that is a whole `kobject` or a counter of the stack without ops says nothing. */
function isUseful({ struct, sites, escapes, fact }: Gathering): boolean {
  return struct !== '' || sites.length > 0 || escapes.length > 0 || fact.k !== 'on the stack';
}

/** As people write it: `inet_peer.refcnt`, and `pmc_refcount` for a variable. */
function nameOf({ struct, field }: Gathering): string {
  return struct === '' ? field : `${struct}.${field}`;
}

/** By file and place, so that a census is the same whatever was read first. */
function inOrder(one: Site, other: Site): number {
  return one.file < other.file ? -1 : one.file > other.file ? 1 : one.from - other.from;
}

/** Which structures have others as members, at most a few for each. */
function embeddings(symbols: Symbols): ReadonlyMap<string, readonly string[]> {
  const holding = new Set(symbols.counters.map(({ struct }) => struct));
  const found = new Map<string, string[]>();
  for (const [name, defs] of symbols.structs.all) {
    for (const { fact } of defs) {
      for (const text of fact.f ?? []) {
        const type = text.slice(text.indexOf(':') + 1);
        if (!holding.has(type)) continue;
        const list = found.get(type) ?? [];
        const outer = name.split('.')[0]!;
        if (list.length < MOST_EMBEDDING && !list.includes(outer) && outer !== type) list.push(outer);
        found.set(type, list);
      }
    }
  }
  return found;
}
