import type { Attribution, CounterType } from '../census/counter.ts';
import {
  type Gathering,
  type GlobalDef,
  gathering,
  membersOf,
  type StructDef,
  type Symbols,
  staticKey,
} from './symbols.ts';

/** A counter that an expression leads to. */
export interface Found {
  readonly counter: Gathering;
  readonly attribution: Attribution;
}

/** Structures of real code lie less deep, and made-up ones may contain themselves. */
const DEEPEST = 12;
/** What the kernel calls without brackets. */
const WELL_KNOWN: Readonly<Record<string, string>> = { current: '*task_struct' };
/** Members of the counters themselves. */
const INSIDE = new Set(['counter', 'refs', 'refcount', 'refcnt', 'a']);

/**
 * Follows expressions to counters, by types. The answer for a path in a file is always the same, and asked for by each of
 * its ops, so it is remembered.
 */
export class Paths {
  readonly symbols: Symbols;
  readonly #memo = new Map<string, Gathering | string>();

  constructor(symbols: Symbols) {
    this.symbols = symbols;
  }

  /** The counter that a path leads to, seen from a function of a file; or why it leads to none. */
  typed(path: string, file: string, fn: string): Gathering | string {
    const key = path[0] === 'G' ? `${path}\n${file}\n${fn}` : `${path}\n${file}`;
    let found = this.#memo.get(key);
    if (found === undefined) {
      found = this.#typed(path, file, fn, 0);
      this.#memo.set(key, found);
    }
    return found;
  }

  /** See `PathWord` for the three beginnings. */
  #typed(path: string, file: string, fn: string, depth: number): Gathering | string {
    const [root, ...members] = path.split('/') as [string, ...string[]];
    const name = root.slice(1);
    if (root[0] === 'T') return this.#walk(name, members, file, 0);
    if (root[0] === 'C') {
      return this.#given(name, members, file, fn, depth);
    }
    if (root[0] !== 'G') return 'it is no path from a name';
    const known = WELL_KNOWN[name];
    if (known !== undefined) return this.#walk(known, members, file, 0);
    const def = this.#global(name, file, fn);
    if (def === undefined) return `${name} is not known`;
    if (def.counter !== undefined) return def.counter;
    if (def.fact.c !== undefined) return this.#declaredOnly(def);
    return this.#walk(def.fact.t, members, def.file, 0);
  }

  /** What a function or a macro gives: a path from its argument, if its body is one, else its type. */
  #given(
    root: string,
    members: readonly string[],
    file: string,
    fn: string,
    depth: number,
  ): Gathering | string {
    const [, name, argument = ''] = /^(\w+)(?:\((.*)\))?$/.exec(root) ?? ['', root];
    const lead = this.symbols.nearness.nearest(this.symbols.leads.get(name!), file);
    if (lead !== undefined && depth < DEEPEST) {
      const given = argument.replaceAll('~', '/');
      const path = lead.type.startsWith('P0') ? given + lead.type.slice(2) : lead.type;
      if (path !== '' && !path.startsWith('P')) {
        const found = this.#typed([path, ...members].join('/'), file, fn, depth + 1);
        if (typeof found !== 'string') return found;
      }
    }
    const type = this.symbols.nearness.nearest(this.symbols.gives.get(name!), file)?.type;
    return type === undefined ? `what ${name}() gives is not known` : this.#walk(type, members, file, 0);
  }

  /** A variable that a header declares, and that no file of the audit defines. */
  #declaredOnly(def: GlobalDef): Gathering {
    const { n, c } = def.fact;
    const counter = gathering(this.symbols, def.file, '', n, c!, false);
    this.symbols.globals.add(n, { ...def, fact: { ...def.fact, s: 0 }, counter });
    this.#memo.clear();
    return counter;
  }

  /** A variable: of the function, else of the file, else one that other files see. */
  #global(name: string, file: string, fn: string): GlobalDef | undefined {
    const local = this.symbols.statics.get(staticKey(name, file, fn));
    if (local !== undefined) return local;
    const all = this.symbols.globals.get(name);
    if (all === undefined) return undefined;
    const own = all.find((one) => one.file === file && one.fact.s !== 2);
    if (own !== undefined) return own;
    // A static one of a header is seen by all; one of a .c file by that file alone, and by those that it includes.
    const seen = all.filter(({ fact, file: of }) => fact.s !== 1 || of.endsWith('.h'));
    const defined = seen.filter(({ fact }) => fact.s !== 2);
    return this.symbols.nearness.nearest(defined.length > 0 ? defined : seen, file);
  }

  /**
   * From a type along members to a counter:
   *
   *     sock, sk_refcnt                   the alias: sock, __sk_common, skc_refcnt
   *     sock, __sk_common, skc_refcnt     the member's type: sock_common, skc_refcnt
   *     sock_common, skc_refcnt           a counter
   */
  #walk(type: string, members: readonly string[], file: string, depth: number): Gathering | string {
    const base = type.replace(/^\*+/, '');
    if (members.length === 0) return `it is a ${base}, and no counter`;
    if (depth > DEEPEST) return 'its types lead in a circle';
    const [first, ...rest] = members as [string, ...string[]];
    const struct = this.#struct(base, file);
    if (struct === undefined) return `${base} is not known`;
    const counter = struct.counters.find(({ fact }) => fact.n === first);
    if (counter !== undefined) {
      const inner = rest.filter((member) => !INSIDE.has(member));
      // `kobj.kref` of a kobject that is a member: the reference is the kobject's.
      if (
        inner.length > 0 ||
        (rest.length > 0 && counter.fact.t !== 'kref' && !counter.fact.t.endsWith('_t'))
      ) {
        const within = this.#walk(counter.fact.t, rest, struct.file, depth + 1);
        if (typeof within !== 'string') return within;
      }
      return counter;
    }
    const next = membersOf(struct).get(first);
    if (next !== undefined) return this.#walk(next, rest, seenFrom(struct.file, file), depth + 1);
    const alias = this.symbols.nearness.nearest(this.symbols.members.get(first), struct.file);
    if (alias !== undefined) {
      const path = alias.type.split('/');
      if (path[0] !== first) return this.#walk(type, [...path, ...rest], file, depth + 1);
    }
    const made = struct.fact.m;
    if (made !== undefined && rest.length === 0) {
      const counter = gathering(
        this.symbols,
        struct.file,
        struct.fact.n,
        first,
        { ...made, n: first },
        false,
      );
      struct.counters.push(counter);
      return counter;
    }
    return `${base} has no member ${first} that leads to a counter`;
  }

  /** A structure by its tag, or by a typedef of it; eight typedefs of each other are a circle, and lead nowhere. */
  #struct(name: string, file: string): StructDef | undefined {
    let type = name;
    for (let step = 0; step < 8; step++) {
      const found = this.symbols.nearness.nearest(this.symbols.structs.get(type), file);
      if (found !== undefined) return found;
      const alias = this.symbols.nearness
        .nearest(this.symbols.typedefs.get(type), file)
        ?.type.replace(/^\*+/, '');
      if (alias === undefined || alias === type) return undefined;
      type = alias;
    }
    return undefined;
  }

  /**
   * The only counter of a type in a structure: what `{ "name", ATOMIC_INIT(1) }` initialises, which names no member. Which
   * of two it is would take the order of all members, so then nothing is said.
   */
  within(path: string, file: string, type: CounterType): Gathering | undefined {
    if (path[0] !== 'T' || path.includes('/')) return undefined;
    const struct = this.#struct(path.slice(1).replace(/^\*+/, ''), file);
    const fitting = struct?.counters.filter(({ fact }) => fact.t === type) ?? [];
    return fitting.length === 1 ? fitting[0] : undefined;
  }

  /**
   * The counter by the name of its member alone, if there is one in the file, or else in the folder, or else in the tree, and
   * its type is that of the op. A guess, and marked as one.
   */
  guessed(path: string, file: string, types: readonly CounterType[]): Found | undefined {
    const members = path.split('/').slice(1);
    while (members.length > 1 && INSIDE.has(members.at(-1)!)) members.pop();
    const last = members.at(-1);
    if (last === undefined || last.startsWith('$')) return undefined;
    const names = [
      last,
      ...(this.symbols.members.get(last) ?? []).map(({ type }) => type.split('/').at(-1)!),
    ];
    const all = [...new Set(names)].flatMap((name) => this.symbols.byField.get(name) ?? []);
    const fitting = all.filter(({ fact, struct }) => struct !== '' && types.includes(fact.t));
    if (fitting.length === 0) return undefined;
    const folder = file.slice(0, file.lastIndexOf('/') + 1);
    for (const [attribution, group] of [
      ['by name in the file', fitting.filter((one) => one.file === file)],
      ['by name in the folder', fitting.filter((one) => one.file.startsWith(folder))],
      ['by name in the tree', fitting.filter((one) => one.file.endsWith('.h') || one.file === file)],
    ] as const) {
      if (group.length === 1) return { counter: group[0]!, attribution };
      if (group.length > 1) return undefined;
    }
    return undefined;
  }
}

/**
 * From where the types of a structure's members are seen: from its own file. Only what a header for all leaves to the
 * architectures (`mm_context_t` in `mm_struct`) is that of the architecture whose file uses it.
 */
function seenFrom(struct: string, user: string): string {
  return struct.startsWith('include/') && user.startsWith('arch/') ? user : struct;
}
