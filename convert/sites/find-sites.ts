import { InputError } from '../../targets/subject/input-error.ts';
import { type Body, bodiesOf, reached } from './functions.ts';
import { opSitesOf, type SourceFile } from './op-sites.ts';
import type { OpSite, Site, Sites } from './site.ts';
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
  const { structure, member } = declared(path, files);
  const found = files.flatMap((file) => opSitesOf(file, member));
  const inStates = found.filter(({ within }) => within.startsWith('state '));
  const ops = found.filter((site) => !inStates.includes(site));
  if (ops.length === 0)
    throw new InputError(
      path,
      `does nothing to ${member} by an op of atomic_t or refcount_t; there is nothing to convert`,
    );
  const sites = named([...ops, ...files.flatMap((file) => structuralSites(file, ops, structure))]);
  const bodies = files.flatMap((file) => file.bodies);
  const tokensIn = (name: string) => files.find((file) => file.name === name)!.tokens;
  const within = (names: readonly string[]) => {
    const there = reached(names, bodies, tokensIn);
    return sites.flatMap((site, at) => (isIn(site, there, tokensIn) ? [at] : []));
  };
  const opNames = bodies.filter(({ kind }) => kind === 'op').map(({ name }) => name);
  const asThey = files.flatMap(namedOps);
  return {
    sites,
    inStates,
    member,
    structure,
    ofOp: new Map([
      ...opNames.map((name) => [name.slice('op '.length), within([name])] as const),
      ...asThey.map((name) => [name, within([name])] as const),
    ]),
    ofLater: within(files.flatMap((file) => handedOn(file, bodies))),
    bias: biasOf(files),
    constants: constantsOf(ops),
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

/** By REFUZZ_SCHEME(struct peer, refcnt). */
function declared(path: string, files: readonly SourceFile[]): { structure: string; member: string } {
  for (const { tokens } of files) {
    const at = tokens.findIndex(({ text }) => text === 'REFUZZ_SCHEME');
    if (at < 0 || tokens[at + 1]?.text !== '(') continue;
    const words = tokens.slice(at + 2, closing(tokens, at + 1)).map(({ text }) => text);
    const comma = words.indexOf(',');
    return { structure: words[comma - 1] ?? '', member: words.at(-1) ?? '' };
  }
  throw new InputError(path, 'declares no REFUZZ_SCHEME; only the counter of an object can be converted');
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
