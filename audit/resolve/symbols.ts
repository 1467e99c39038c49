import type { Site } from '../census/counter.ts';
import type { CounterFact, FileFacts, FunctionFact, GlobalFact, StructFact } from '../scan/facts.ts';
import { Named, Nearness } from './nearness.ts';

/** A file with its facts. */
export interface ScannedFile {
  readonly path: string;
  readonly facts: FileFacts;
}

/** A counter while its sites are gathered. */
export interface Gathering {
  readonly struct: string;
  readonly field: string;
  readonly file: string;
  readonly fact: CounterFact;
  readonly isStatic: boolean;
  readonly sites: Site[];
  readonly escapes: {
    kind: 'address' | 'raw';
    fn: string;
    to: string;
    file: string;
    line: number;
    text: string;
  }[];
}

/** A structure of a file. */
export interface StructDef {
  readonly file: string;
  readonly fact: StructFact;
  readonly counters: Gathering[];
  /** Made when it is first asked for. */
  members?: ReadonlyMap<string, string>;
}

/** A variable of a file. */
export interface GlobalDef {
  readonly file: string;
  readonly fact: GlobalFact;
  readonly counter: Gathering | undefined;
}

/** A function of a file. */
export interface FunctionDef {
  readonly file: string;
  readonly fact: FunctionFact;
}

/** A type that a name stands for. */
export interface TypeDef {
  readonly file: string;
  readonly type: string;
}

/** All that the files define, by name. One name may have any number of meanings; `nearness` chooses. */
export interface Symbols {
  readonly files: readonly ScannedFile[];
  readonly nearness: Nearness;
  readonly structs: Named<StructDef>;
  readonly typedefs: Named<TypeDef>;
  readonly globals: Named<GlobalDef>;
  /** Static variables of functions, by `staticKey`: there are hundreds of one name, and each is seen in one place. */
  readonly statics: Map<string, GlobalDef>;
  readonly functions: Named<FunctionDef>;
  readonly gives: Named<TypeDef>;
  readonly members: Named<TypeDef>;
  readonly leads: Named<TypeDef>;
  readonly handlers: Named<TypeDef>;
  readonly counters: Gathering[];
  /** Counters by the name of their member. */
  readonly byField: Named<Gathering>;
}

/** `name:type`. */
const pair = (text: string): [string, string] => {
  const colon = text.indexOf(':');
  return [text.slice(0, colon), text.slice(colon + 1)];
};

/**
 * Gathers what all files define. Nothing is looked up yet: which of two structures of one name is meant, depends on who asks.
 */
export function symbolsOf(files: readonly ScannedFile[]): Symbols {
  const symbols: Symbols = {
    files,
    nearness: new Nearness(new Map(files.map(({ path, facts }) => [path, facts.includes ?? '']))),
    structs: new Named(),
    typedefs: new Named(),
    globals: new Named(),
    statics: new Map(),
    functions: new Named(),
    gives: new Named(),
    members: new Named(),
    leads: new Named(),
    handlers: new Named(),
    counters: [],
    byField: new Named(),
  };
  for (const { path, facts } of files) {
    for (const fact of facts.structs ?? []) struct(symbols, path, fact);
    for (const fact of facts.globals ?? []) global(symbols, path, fact);
    for (const fact of facts.functions ?? []) symbols.functions.add(fact.n, { file: path, fact });
    for (const [list, into] of [
      [facts.typedefs, symbols.typedefs],
      [facts.gives, symbols.gives],
      [facts.members, symbols.members],
      [facts.leads, symbols.leads],
      [facts.handlers, symbols.handlers],
    ] as const) {
      for (const text of list ?? []) {
        const [name, type] = pair(text);
        into.add(name, { file: path, type });
      }
    }
  }
  return symbols;
}

/** Adds a counter, to be found by its structure, and by the name of its member alone. */
export function gathering(
  symbols: Symbols,
  file: string,
  struct: string,
  field: string,
  fact: CounterFact,
  isStatic: boolean,
): Gathering {
  const made: Gathering = { struct, field, file, fact, isStatic, sites: [], escapes: [] };
  symbols.counters.push(made);
  symbols.byField.add(fact.n, made);
  return made;
}

/** `outer.inner` is a structure without a tag: its members are those of `outer`, with `inner.` before them. */
function struct(symbols: Symbols, file: string, fact: StructFact): void {
  const [owner, ...inner] = fact.n.split('.');
  const counters = (fact.c ?? []).map((one) =>
    gathering(symbols, file, owner!, [...inner.filter((name) => name !== ''), one.n].join('.'), one, false),
  );
  symbols.structs.add(fact.n, { file, fact, counters });
}

/** Takes in a variable. One that is only declared is a counter if nobody defines it, and that is seen later. */
function global(symbols: Symbols, file: string, fact: GlobalFact): void {
  // A declaration of what another file defines is a counter only if nobody does; that is seen later.
  const counter =
    fact.c && fact.s !== 2 ? gathering(symbols, file, '', fact.n, fact.c, fact.s === 1) : undefined;
  const def = { file, fact, counter };
  if (fact.fn === undefined) symbols.globals.add(fact.n, def);
  else if (!symbols.statics.has(staticKey(fact.n, file, fact.fn)))
    symbols.statics.set(staticKey(fact.n, file, fact.fn), def);
}

/** The name of a variable that one function has. */
export function staticKey(name: string, file: string, fn: string): string {
  return `${name}\n${file}\n${fn}`;
}

/** The members of a structure that lead on, by name. */
export function membersOf(def: StructDef): ReadonlyMap<string, string> {
  def.members ??= new Map((def.fact.f ?? []).map(pair));
  const { members } = def;
  return members;
}

/**
 * What is static in a `.c` file is seen there alone, and so is a macro. In a header both are seen by all who include it; that
 * this is done is not asked, as includes of includes are beyond what facts have.
 */
export function isSeen(def: FunctionDef, file: string): boolean {
  if (def.file === file) return true;
  if ((def.fact.k & 4) !== 0) return def.file.endsWith('.h');
  return (def.fact.k & 1) === 0 || def.file.endsWith('.h');
}
