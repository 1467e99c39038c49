import type { Amount, Use } from '../census/counter.ts';
import type { CallFact, SiteFact } from '../scan/facts.ts';
import { merged, useOf } from './branches.ts';
import { callersUse, objectAt, renamed, truthOf } from './caller-words.ts';
import type { Freeing } from './freeing.ts';
import { Named } from './nearness.ts';
import { type FunctionDef, isSeen, type Symbols } from './symbols.ts';

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
 * A caller's tests of a truth: `!= 0` and `== 1` say nothing, `== 0` and `!= 1` swap the branches. Whatever else it is
 * compared with, is kept, as `put(x) < 0` may be a mistake.
 */
function asOps(use: Use, isTruth: boolean): Use {
  if (!isTruth) return use;
  const [first] = use.tests;
  const says = first === undefined ? undefined : truthOf(first);
  if (says === undefined) return use;
  const plain = { ...use, tests: use.tests.filter((one) => truthOf(one) === undefined) };
  return says ? plain : flipped(plain);
}

/** What happens where it says true, happens where it says false. The tests stay: they were taken off before. */
function flipped(use: Use): Use {
  const { whenTrue, whenFalse, ...rest } = use;
  return { ...rest, ...(whenFalse && { whenTrue: whenFalse }), ...(whenTrue && { whenFalse: whenTrue }) };
}

/**
 * The uses of two callers as one: their tests, and what happens on their branches. If one of them tests the
 * result, it is tested.
 */
function join(one: Use, other: Use): Use {
  const yes = merged(one.whenTrue, other.whenTrue);
  const no = merged(one.whenFalse, other.whenFalse);
  const result = one.result === 'tested' || other.result === 'tested' ? 'tested' : one.result;
  const seen = new Set<string>();
  const tests = [...one.tests, ...other.tests].filter((test) => {
    const key = JSON.stringify(test);
    return !seen.has(key) && seen.add(key);
  });
  return {
    result,
    tests: tests.slice(0, 12),
    ...(yes && { whenTrue: yes }),
    ...(no && { whenFalse: no }),
    isPartOfCondition: one.isPartOfCondition && other.isPartOfCondition,
  };
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
