import type { Amount, Use } from '../census/counter.ts';
import type { BranchFact, CallFact, SiteFact, UseFact } from '../scan/facts.ts';
import { useOf } from './branches.ts';
import type { Freeing } from './freeing.ts';
import { Named } from './nearness.ts';
import { type FunctionDef, isSeen, type Symbols } from './symbols.ts';
import { asOps, callersUse, flipped, join } from './truths.ts';

/** An op that a function does on what one of its parameters points to. */
export interface WrappedOp {
  readonly site: SiteFact;
  readonly def: FunctionDef;
  /** The parameter, and the members behind it; a member `$1` is another parameter of a macro. */
  readonly parameter: number;
  readonly members: readonly string[];
  /** Wrappers inside, the outermost first. */
  readonly inner: readonly string[];
}

/** A call with its file. */
export interface CallIn {
  readonly file: string;
  readonly call: CallFact;
}

/** How many functions a counter may go through, and a result come back through. */
const LEVELS = 4;
/** How many callers of a function, and of its callers, are asked what they do with its result. */
const MOST_CALLERS = 400;
/** The beginning of a path that is a parameter. */
const PARAMETER = /^P(\d+)$/;

/**
 * Functions that take counters by pointer, and the calls of all functions by name.
 *
 *     static inline void my_get(atomic_t *v) { atomic_inc(v); }       an op on parameter 0
 *     static void two(atomic_t *a, atomic_t *b) { my_get(b); }        an op on parameter 1, through my_get
 *     two(&x->tx, &x->rx);                                            x.rx goes up; x.tx is handed over, and nothing is done
 *
 * A function that takes the object (`box_get(struct box *b)`) is none: its op is on `box.users` whoever calls it.
 */
export class Wrappers {
  readonly symbols: Symbols;
  readonly calls = new Named<CallIn>();
  readonly #ops = new Named<WrappedOp>();
  /** The sites that belong to callers. */
  readonly #wrapped = new Set<SiteFact>();
  /** Functions by name and file; a file may have 100 000 of one name, and each op asks for its own. */
  readonly #defining = new Map<string, FunctionDef>();

  constructor(symbols: Symbols) {
    this.symbols = symbols;
    for (const [name, defs] of symbols.functions.all) {
      for (const def of defs) {
        const key = `${name}\n${def.file}`;
        if (!this.#defining.has(key)) this.#defining.set(key, def);
      }
    }
    for (const { path, facts } of symbols.files)
      for (const call of facts.calls ?? []) this.calls.add(call.n, { file: path, call });
    for (const { path, facts } of symbols.files)
      for (const site of facts.sites ?? []) this.#direct(path, site);
    this.#throughOthers();
  }

  /** A site whose path begins at a parameter, or has one as a member, belongs to the callers. */
  #direct(file: string, site: SiteFact): void {
    const [root, ...members] = site.p.split('/') as [string, ...string[]];
    const parameter = PARAMETER.exec(root);
    const def = this.defining(site.fn, file);
    if (def === undefined) return;
    const isMacro = (def.fact.k & 4) !== 0;
    // The members of a `void *` are nobody's.
    if (parameter === null || (members.length > 0 && !isMacro)) return;
    this.#ops.add(site.fn, { site, def, parameter: Number(parameter[1]), members, inner: [] });
    this.#wrapped.add(site);
  }

  /** `my_get(v)` in a function whose parameter is v makes that one a wrapper too. */
  #throughOthers(): void {
    let latest = [...this.#ops.all.values()].flat();
    for (let level = 0; level < LEVELS && latest.length > 0; level++) {
      const next: WrappedOp[] = [];
      for (const op of latest) {
        for (const { file, call } of this.calls.get(op.def.fact.n) ?? []) {
          if (!isSeen(op.def, file) || next.length > 20_000) continue;
          const [root, ...members] = (call.p[op.parameter] ?? '').split('/') as [string, ...string[]];
          const parameter = PARAMETER.exec(root);
          const def = parameter === null ? undefined : this.defining(call.fn, file);
          if (def === undefined || def === op.def || op.inner.includes(call.n)) continue;
          if (members.length > 0 && (def.fact.k & 4) === 0) continue;
          const site: SiteFact = {
            ...op.site,
            ...placeOf(call),
            u: op.site.u.r === 'returned' ? callersUse(op.site, call) : renamed(op.site.u, op.def, call),
          };
          const all = [...members, ...op.members.map((one) => substituted(one, call))];
          next.push({
            site,
            def,
            parameter: Number(parameter![1]),
            members: all,
            inner: [call.n, ...op.inner],
          });
        }
      }
      for (const op of next) this.#ops.add(op.def.fact.n, op);
      latest = next;
    }
  }

  /** The function of that name in a file, as ops know what they stand in by its name. */
  defining(name: string, file: string): FunctionDef | undefined {
    return this.#defining.get(`${name}\n${file}`);
  }

  /** The ops that a call does on its arguments. */
  opsOf(call: CallFact, file: string): readonly WrappedOp[] {
    const all = this.#ops.get(call.n);
    if (all === undefined) return [];
    const seen = all.filter(({ def }) => isSeen(def, file));
    const own = seen.filter(({ def }) => def.file === file);
    // Variants of one wrapper, for each configuration or architecture, are one.
    const from = own.length > 0 ? own : seen;
    return from.filter(({ def }) => def.file === from[0]!.def.file);
  }

  /** Whether an op is charged to callers. */
  isWrapped(site: SiteFact): boolean {
    return this.#wrapped.has(site);
  }

  /**
   * A function that returns what an op says hands it to its callers: what they do with it is what is done with the op.
   *
   *     static inline bool x_put(struct x *x) { return atomic_dec_and_test(&x->refs); }
   *     if (x_put(y)) kfree(y);            the op frees its object, which is y here
   *
   * @param budget how many callers are asked, theirs included: functions that all return each other have no end
   */
  handedOn(
    use: Use,
    def: FunctionDef,
    { object, isTruth }: { readonly object: string; readonly isTruth: boolean },
    freeing: Freeing,
    level = 0,
    budget = { left: MOST_CALLERS },
  ): Use {
    if (use.result !== 'returned' || level >= LEVELS) return use;
    let found: Use | undefined;
    let callers = 0;
    for (const { file, call } of this.calls.get(def.fact.n) ?? []) {
      if (budget.left <= 0 || callers >= 40) break;
      if (!isSeen(def, file)) continue;
      callers++;
      budget.left--;
      const theirs = objectAt(object, def, call);
      let outer = useOf(call.u, { object: theirs, file }, freeing);
      const caller = outer.result === 'returned' ? this.defining(call.fn, file) : undefined;
      if (caller !== undefined && caller !== def) {
        const handed = { object: theirs, isTruth: isTruth || use.tests.length > 0 };
        outer = this.handedOn(outer, caller, handed, freeing, level + 1, budget);
      }
      const read = asOps(outer, isTruth || use.tests.length > 0);
      found = found === undefined ? read : join(found, read);
    }
    if (found === undefined) return use;
    // What the function itself compared comes first; then the callers see a truth.
    const isInverted =
      isTruth && use.tests.length === 1 && use.tests[0]!.relation === '==' && use.tests[0]!.with === 0;
    if (isInverted) return flipped({ ...found, result: found.result === 'void' ? 'returned' : found.result });
    return {
      ...found,
      tests: [...use.tests, ...found.tests],
      isPartOfCondition: use.isPartOfCondition || found.isPartOfCondition,
    };
  }
}

/**
 * What an object of a function is called where that is called. Parameters tell; what the function finds for itself has no
 * name there:
 *
 *     static bool put(struct ctx *c, struct x *x) { return dec_and_test(&x->refs); }
 *     if (put(ctx, p->x)) …        x is p->x, and not ctx
 */
function objectAt(object: string, { fact }: FunctionDef, call: CallFact): string {
  const parts = /^[(&*\s]*(\w+)[)\s]*(.*)$/.exec(object);
  const index = parts === null ? -1 : fact.p.findIndex((text) => text.startsWith(`${parts[1]}:`));
  if (index === -1) return '';
  const given = `${call.m[index] ?? ''}`;
  const rest = parts![2]!;
  // `&f->page` of `page_put(&f->page)` lies in f, whatever f is called by those who hand it there.
  const and = object.trimStart().startsWith('&') ? '&' : '';
  return rest === '' ? given : `${and}${given.replace(/^&/, '')}${rest}`;
}

/**
 * The calls on a wrapper's own branches, as its caller would write them. Otherwise `b` of the wrapper and another `b` of
 * the caller would be one object:
 *
 *     #define box_put(b) do { if (dec_and_test(&(b)->users)) kfree(b); } while (0)
 *     box_put(x);                kfree x
 *     static void put(atomic_t *v, struct box *b) { if (dec_and_test(v)) kfree(b); }
 *     put(&b->users, other);     kfree other
 */
export function renamed(use: UseFact, { fact }: FunctionDef, call: CallFact): UseFact {
  const names = new Map(fact.p.map((text, index) => [text.slice(0, text.indexOf(':')), index]));
  // Names of the wrapper that are no parameters: what is called like something of the caller is told apart.
  const theirs = new Set(call.m.flatMap((text) => `${text}`.match(/[A-Za-z_]\w*/g) ?? []));
  const rename = (path: string) => {
    const [, and = '', root = '', members = ''] = /^(&?)(\w+)(.*)$/.exec(path) ?? [];
    const index = names.get(root);
    if (index === undefined) return theirs.has(root) ? `${and}_${root}${members}` : path;
    const given = `${call.m[index] ?? ''}`.replace(/[\s()]/g, '').replaceAll('->', '.');
    if (!/^&?[A-Za-z_][\w.]*$/.test(given)) return '';
    return members === '' ? given : `${and}${given.replace(/^&/, '')}${members}`;
  };
  const branch = (one: BranchFact): BranchFact => ({
    ...one,
    ...(one.c && {
      c: one.c.map((text) => {
        const space = text.lastIndexOf(' ');
        return `${text.slice(0, space)} ${text
          .slice(space + 1)
          .split(',')
          .map(rename)
          .join(',')}`;
      }),
    }),
  });
  return { ...use, ...(use.y && { y: branch(use.y) }), ...(use.n && { n: branch(use.n) }) };
}

/** The place of a call, for an op inside of what it calls: a reader looks for the call, and a diff would change that. */
function placeOf(call: CallFact): Pick<SiteFact, 'l' | 'a' | 'b' | 'x' | 'fn'> {
  const { l, a, b, x, fn } = call;
  return { l, a, b, x, fn };
}

/** The member that a macro's parameter stands for: `$1` of `STAT_INC(s, tx.bytes)` is `tx/bytes`. */
export function substituted(member: string, call: CallFact): string {
  if (!member.startsWith('$')) return member;
  const text = `${call.m[Number(member.slice(1))] ?? ''}`;
  return /^[\w.>\s-]+$/.test(text)
    ? text.replace(/\s/g, '').replaceAll('->', '/').replaceAll('.', '/')
    : member;
}

/** An amount that is one of a wrapper's parameters is the caller's. */
export function amountsAt(op: WrappedOp, call: CallFact): readonly Amount[] {
  const names = op.def.fact.p.map((text) => text.slice(0, text.indexOf(':')));
  return (op.site.m ?? []).map((amount) => {
    const index = typeof amount === 'string' ? names.indexOf(amount) : -1;
    return index === -1 ? amount : (call.m[index] ?? amount);
  });
}
