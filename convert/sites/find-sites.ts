import { InputError } from '../../targets/subject/input-error.ts';
import { type Body, bodiesOf, reached } from './functions.ts';
import { opSitesOf } from './op-sites.ts';
import { pointersTo } from './pointers.ts';
import type { OpSite, Site, Sites } from './site.ts';
import { lineOf, type SourceFile } from './source-file.ts';
import { structuralSites } from './structural-sites.ts';
import { closing, tokensOf } from './tokens.ts';

/**
 * Finds what of a source is converted: the ops on its counter, through macros and wrappers too, and the places where a
 * structural edit fits.
 *
 * @param path the main source, for messages
 * @param texts the user's own files, by name
 * @throws InputError for a source that declares no scheme, or does nothing to its counter that refuzz knows
 */
export function findSites(path: string, texts: ReadonlyMap<string, string>): Sites {
  const files = Array.from(texts, ([name, text]): SourceFile => {
    const tokens = tokensOf(text);
    return { name, text, tokens, bodies: bodiesOf(name, text, tokens) };
  });
  const { structure, member, place } = declared(path, files);
  const pointers = pointersTo(path, files, member);
  const found = files.flatMap((file) => opSitesOf(file, member, pointers));
  const bodies = files.flatMap((file) => file.bodies);
  const tokensIn = (name: string) => files.find((file) => file.name === name)!.tokens;
  const opNames = bodies.filter(({ kind }) => kind === 'op').map(({ name }) => name);
  const asThey = files.flatMap(namedOps);
  const laters = files.flatMap((file) => handedOn(file, bodies));
  const run = reached([...opNames, ...asThey, ...laters], bodies, tokensIn);
  // A function that only states call, or nobody, sets objects up: `count_set(object, 1)`.
  const inStates = found.filter(
    (site) => site.within.startsWith('state ') || (site.effect.kind === 'set' && !isIn(site, run, tokensIn)),
  );
  const ops = found.filter((site) => !inStates.includes(site));
  if (ops.length === 0) throw new InputError(path, nothingText(files, member));
  // A loop goes as a whole, so there is no choice within it.
  const loops = ops.filter(({ loop }) => loop);
  const isInLoop = ({ file, from, to }: Site) =>
    loops.some((loop) => loop.file === file && loop.from <= from && to <= loop.to);
  const structural = files.flatMap((file) => structuralSites(file, ops, structure));
  const sites = named([...ops, ...structural.filter((site) => !isInLoop(site))]);
  const within = (names: readonly string[]) => {
    const there = reached(names, bodies, tokensIn);
    return sites.flatMap((site, at) => (isIn(site, there, tokensIn) ? [at] : []));
  };
  const ofOp = new Map([
    ...opNames.map((name) => [name.slice('op '.length), within([name])] as const),
    ...asThey.map((name) => [name, within([name])] as const),
  ]);
  const ofLater = within(laters);
  const met = new Set([...ofOp.values(), ofLater].flat());
  return {
    sites,
    unreached: [...sites.keys()].filter((at) => !met.has(at)),
    inStates,
    member,
    place,
    holder: holderOf(structure, place.split('.').slice(0, -1), files),
    structure,
    pointers,
    ofOp,
    ofLater,
    bias: biasOf(files),
    places: placesOf(files),
    constants: [...new Set([...constantsOf(ops), ...liftsOf(files)])].sort((a, b) => a - b),
  };
}

function isIn(
  site: Site,
  bodies: ReadonlySet<Body>,
  tokensIn: (file: string) => SourceFile['tokens'],
): boolean {
  for (const { file, from, to } of bodies) {
    if (file !== site.file || from >= to) continue;
    const tokens = tokensIn(file);
    if (tokens[from]!.from <= site.from && site.to <= tokens[to - 1]!.to) return true;
  }
  return false;
}

/** By REFUZZ_SCHEME(struct peer, refcnt). @throws InputError */
function declared(
  path: string,
  files: readonly SourceFile[],
): { readonly structure: string; readonly member: string; readonly place: string } {
  for (const { tokens } of files) {
    const at = tokens.findIndex(({ text, directive }) => text === 'REFUZZ_SCHEME' && directive === 0);
    if (at < 0 || tokens[at + 1]?.text !== '(') continue;
    const words = tokens.slice(at + 2, closing(tokens, at + 1)).map(({ text }) => text);
    const comma = words.indexOf(',');
    const place = words.slice(comma + 1).join('');
    if (!/^[\w.]+$/.test(place))
      throw new InputError(
        path,
        `REFUZZ_SCHEME names ${place} as the counter; only a member by its name can be converted, as all elements of an array change their type together: give it one of its own`,
      );
    return { structure: words[comma - 1] ?? '', member: words.at(-1) ?? '', place };
  }
  throw new InputError(path, 'declares no REFUZZ_SCHEME; only the counter of an object can be converted');
}

/** Why there is nothing to convert. A wider counter is the usual reason, and names its first line. */
function nothingText(files: readonly SourceFile[], member: string): string {
  for (const { name, text, tokens } of files) {
    const wide = tokens.find(
      (token, at) =>
        /^atomic(?:_long|64)_\w+$/.test(token.text) &&
        tokens[at + 1]?.text === '(' &&
        tokens.slice(at + 2, closing(tokens, at + 1)).some((argument) => argument.text === member),
    );
    if (wide)
      return `line ${lineOf(text, wide.from)} of ${name.split('/').at(-1)}: ${wide.text} is of a counter of 64 bits, and refcount_t has 32 and is pinned above INT_MAX; if you can say why it never has more than INT_MAX users, make ${member} an atomic_t first, and convert that`;
  }
  return `does nothing to ${member} by an op of atomic_t or refcount_t; there is nothing to convert`;
}

/**
 * The structure that the counter is a member of: that of the object, unless the counter lies deeper.
 *
 *     REFUZZ_SCHEME(struct dev, ref.n)       struct dev { struct ref ref; };       ref
 */
function holderOf(structure: string, within: readonly string[], files: readonly SourceFile[]): string {
  return within.reduce((outer, name) => {
    for (const { tokens } of files) {
      const head = tokens.findIndex(
        ({ text }, at) => text === 'struct' && tokens[at + 1]?.text === outer && tokens[at + 2]?.text === '{',
      );
      if (head < 0) continue;
      const inner = tokens.slice(head + 3, closing(tokens, head + 2));
      const at = inner.findIndex(({ text }, place) => text === name && inner[place + 1]?.text === ';');
      if (inner[at - 2]?.text === 'struct') return inner[at - 1]!.text;
    }
    return outer;
  }, structure);
}

/**
 * A refcount_t counts from 0, and 0 is the end. So a count that begins below that must be lifted until its least is 1.
 *
 *     REFUZZ_STATE(unmapped, .count = -1, …)       a bias of 2
 */
function liftsOf(files: readonly SourceFile[]): number[] {
  return files.flatMap(({ tokens }) =>
    tokens.flatMap(({ text }, at) => {
      const words = tokens.slice(at, at + 5).map((token) => token.text);
      const count = Number(words[4]);
      return text === '.' && words.slice(1, 4).join(' ') === 'count = -' && count > 0 ? [count + 1] : [];
    }),
  );
}

/** `.trash = true`, `REFUZZ_TRASH`: without a trash no reference is kept in it. */
function placesOf(files: readonly SourceFile[]): Sites['places'] {
  const words = new Set(files.flatMap(({ tokens }) => tokens.map(({ text }) => text)));
  return (['trash', 'live'] as const).filter((place) =>
    [place, `REFUZZ_${place.toUpperCase()}`].some((word) => words.has(word)),
  );
}

/** By REFUZZ_BIAS(1). */
function biasOf(files: readonly SourceFile[]): number {
  for (const { tokens } of files) {
    const at = tokens.findIndex(({ text, directive }) => text === 'REFUZZ_BIAS' && directive === 0);
    const value = Number(tokens[at + 2]?.text);
    if (at >= 0 && Number.isInteger(value)) return value;
  }
  return 0;
}

/** Functions of REFUZZ_OPS(…). */
function namedOps({ tokens }: SourceFile): string[] {
  return tokens.flatMap(({ text }, at) =>
    text === 'REFUZZ_OPS' && tokens[at + 1]?.text === '('
      ? tokens
          .slice(at + 2, closing(tokens, at + 1))
          .filter(({ kind }) => kind === 'name')
          .map((token) => token.text)
      : [],
  );
}

/** Functions that are mentioned without being called: whoever gets their address may run them later. */
function handedOn({ tokens }: SourceFile, bodies: readonly Body[]): string[] {
  const functions = new Set(bodies.filter(({ kind }) => kind === 'function').map(({ name }) => name));
  return tokens.flatMap(({ kind, text }, at) =>
    kind === 'name' && functions.has(text) && tokens[at + 1]?.text !== '(' ? [text] : [],
  );
}

/** `peer_put`, and `peer_gc.2` for the second of a function. */
function named(sites: readonly Site[]): Site[] {
  const seen = new Map<string, number>();
  const sorted = [...sites].sort(
    (one, other) => one.file.localeCompare(other.file) || one.from - other.from || other.to - one.to,
  );
  const names = sorted.map((site) => {
    const base = `${site.within.replace(/^op /, '')}${site.kind === 'free' ? '.free' : ''}`;
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return count === 1 ? base : `${base}.${count}`;
  });
  return sorted.map((site, at) => ({ ...site, name: names[at]! }));
}

/** A sentinel or a step that the source compares the count with may be a bias: `-5` and `5` alike. */
function constantsOf(sites: readonly OpSite[]): number[] {
  const found = sites.flatMap(({ use, effect }) => [
    ...(use.kind === 'compare' ? [Number(use.with)] : []),
    ...(effect.kind === 'claim' ? [Number(effect.from), Number(effect.to)] : []),
    ...(effect.kind === 'add' ? [Number(effect.by)] : []),
  ]);
  const sizes = found.filter(Number.isInteger).map(Math.abs);
  return [...new Set(sizes)].filter((size) => size > 1 && size <= MOST_BIAS).sort((a, b) => a - b);
}

/** A bias is a number of references that the structure holds: what is larger is a flag. */
const MOST_BIAS = 1 << 16;
