import type { Attribution, Census, Counter, Loss, Place, Site } from '../census/counter.ts';
import type { CallFact, InitialFact, PlaceFact, SiteFact } from '../scan/facts.ts';
import { INITIALISERS, opNamed } from '../scan/op-grammar.ts';
import { useOf, withRelease } from './branches.ts';
import { callersUse, isTruth, renamed } from './caller-words.ts';
import { countersOf } from './counters.ts';
import { Freeing } from './freeing.ts';
import { Paths } from './paths.ts';
import { type Gathering, type ScannedFile, symbolsOf } from './symbols.ts';
import { amountsAt, substituted, type WrappedOp, Wrappers } from './wrappers.ts';

/** How many places of what was lost are told. */
const MOST_LOST = 100;

/**
 * What is needed to give every op its counter. Every op of the text ends in one of three numbers, and a report says how many
 * there are of each:
 *
 *     attributed     void f(struct box *b) { atomic_inc(&b->users); }      box.users has a site
 *     inWrappers     void get(atomic_t *v) { atomic_inc(v); }              who calls it with a counter has the site
 *     lost           atomic_inc(strange(p));                               told, with the reason
 */
class Resolver {
  readonly paths: Paths;
  readonly wrappers: Wrappers;
  readonly freeing: Freeing;
  readonly lost: (Place & { why: string })[] = [];
  /** Ops of macros that some call led to a counter. */
  readonly charged = new Set<SiteFact>();
  lostCount = 0;
  attributed = 0;
  inWrappers = 0;

  constructor(files: readonly ScannedFile[]) {
    const symbols = symbolsOf(files);
    this.paths = new Paths(symbols);
    this.wrappers = new Wrappers(symbols);
    this.freeing = new Freeing(symbols);
  }

  /** Calls come first: they tell which ops of macros are charged to somebody. */
  run(files: readonly ScannedFile[]): void {
    for (const { path, facts } of files) {
      for (const call of facts.calls ?? []) this.#call(path, call);
      for (const initial of facts.initials ?? []) this.#initial(path, initial);
    }
    for (const { path, facts } of files) {
      for (const site of facts.sites ?? []) this.#site(path, site);
      for (const [line, text, why] of facts.unseen ?? []) this.#lose(path, line, text, why);
      for (const { k, l, x, fn, p, to } of facts.escapes ?? []) {
        const counter = this.paths.typed(p, path, fn);
        if (typeof counter !== 'string')
          counter.escapes.push({ kind: k, fn, to, file: path, line: l, text: x });
      }
    }
  }

  /** Every op that has no counter is counted, and the first hundred are told with the reason. */
  #lose(file: string, line: number, text: string, why: string): void {
    this.lostCount++;
    if (this.lost.length < MOST_LOST) this.lost.push({ file, line, text, why });
  }

  /**
   * An op belongs to the callers, to the counter that its types lead to, or to the only one of that name; else it is
   * lost.
   */
  #site(file: string, fact: SiteFact): void {
    if (this.wrappers.isWrapped(fact)) {
      // A macro that nobody was seen to call, or not with anything known: its member's name may tell.
      const guess = fact.p.includes('/') && !this.charged.has(fact) ? this.#guess(fact, file) : undefined;
      if (guess === undefined) this.inWrappers++;
      else this.#attribute(guess.counter, guess.attribution, fact, file);
      return;
    }
    const found = this.paths.typed(fact.p, file, fact.fn);
    if (typeof found !== 'string') this.#attribute(found, 'typed', fact, file);
    else {
      const guess = this.#guess(fact, file);
      if (guess !== undefined) this.#attribute(guess.counter, guess.attribution, fact, file);
      else this.#lose(file, fact.l, fact.x, fact.p === '' ? 'the expression is not understood' : found);
    }
  }

  /** A counter by its member's name: only one of the type that the op works on, so `refcount_inc` never is on an `atomic_t`. */
  #guess(fact: SiteFact, file: string) {
    const type = opNamed(fact.w)?.type;
    return type === undefined ? undefined : this.paths.guessed(fact.p, file, [type]);
  }

  /** Gives an op to a counter. An op that was guessed is given as well, and marked: a verdict on it is less sure. */
  #attribute(counter: Gathering, attribution: Attribution, fact: SiteFact, file: string): void {
    this.attributed++;
    counter.sites.push(this.#siteOf(fact, file, attribution, []));
  }

  /**
   * A site as the census has it: its branches are followed to what they free, what it returns to the callers, and a
   * `kref` to its
   * release function.
   */
  #siteOf(fact: SiteFact, file: string, attribution: Attribution, via: readonly string[]): Site {
    const about = { object: fact.ob, file };
    let use = useOf(fact.u, about, this.freeing);
    const def = use.result === 'returned' ? this.wrappers.defining(fact.fn, file) : undefined;
    if (def !== undefined)
      use = this.wrappers.handedOn(use, def, { object: fact.ob, isTruth: isTruth(fact) }, this.freeing);
    if (fact.rel !== undefined) use = withRelease(use, fact.rel, about, fact.l, this.freeing);
    return {
      ...spanOf(fact, file),
      op: fact.op,
      written: fact.w,
      amounts: fact.m ?? [],
      ...(fact.o && { order: fact.o }),
      fn: fact.fn,
      object: fact.ob,
      via,
      attribution,
      use,
      ...((fact.op === 'set' || fact.op === 'init') && { isCreation: fact.cr === 1 }),
      locks: fact.lk ?? [],
      ...(fact.rel !== undefined && { release: fact.rel }),
    };
  }

  /** A call: of a wrapper, whose ops it does; or of a function that gets a counter's address, which is lost from sight. */
  #call(file: string, call: CallFact): void {
    const ops = this.wrappers.opsOf(call, file);
    for (const op of ops) this.#wrapped(file, call, op);
    if (ops.length > 0 || BY_ADDRESS.test(call.n)) return;
    call.p.forEach((path, index) => {
      const text = `${call.m[index] ?? ''}`;
      if (path === '' || !/^&/.test(text)) return;
      const counter = this.paths.typed(path, file, call.fn);
      if (typeof counter === 'string' || counter.fact.t === 'kobject') return;
      counter.escapes.push({ kind: 'address', fn: call.fn, to: call.n, file, line: call.l, text: call.x });
    });
  }

  /**
   * The ops of a wrapper, at a call of it. Its place is that of the call, as that is what a reader looks for and a
   * diff would change.
   * A call whose argument leads nowhere says nothing: the op is counted where it is written.
   */
  #wrapped(file: string, call: CallFact, op: WrappedOp): void {
    const base = call.p[op.parameter] ?? '';
    if (base === '') return;
    const path = [base, ...op.members.map((member) => substituted(member, call))].join('/');
    const counter = this.paths.typed(path, file, call.fn);
    if (typeof counter === 'string') return;
    this.charged.add(op.site);
    const fact: SiteFact = {
      ...op.site,
      l: call.l,
      a: call.a,
      b: call.b,
      x: call.x,
      fn: call.fn,
      m: amountsAt(op, call),
      ob: objectIn(call, op),
      u: op.site.u.r === 'returned' ? callersUse(op.site, call) : renamed(op.site.u, op.def, call),
      ...(call.lk && { lk: call.lk }),
      ...(call.cr && { cr: call.cr }),
    };
    counter.sites.push(this.#siteOf(fact, file, 'typed', [call.n, ...op.inner]));
  }

  /** An initial value is a site without a use: the counter starts there. */
  #initial(file: string, fact: InitialFact): void {
    const type = INITIALISERS[fact.w];
    let attribution: Attribution = 'typed';
    let counter = this.paths.typed(fact.p, file, fact.fn);
    if (typeof counter === 'string') {
      if (type === undefined) return;
      const within = this.paths.within(fact.p, file, type);
      const guess = within ? { counter: within, attribution } : this.paths.guessed(fact.p, file, [type]);
      if (guess === undefined) return;
      ({ counter, attribution } = guess);
    }
    counter.sites.push({
      ...spanOf(fact, file),
      op: 'init',
      written: fact.w,
      amounts: [fact.w === 'KREF_INIT' && fact.m === '' ? 1 : fact.m],
      fn: fact.fn,
      object: '',
      via: [],
      attribution,
      use: { result: 'void', tests: [], isPartOfCondition: false },
      isCreation: true,
      locks: [],
    });
  }
}

/** Functions for which an address is but a name. */
const BY_ADDRESS =
  /^(?:___?)?wait_var_event|^wake_up_var|^wake_up_bit|^prefetchw?$|^lockdep_|^kasan_|^kmsan_|^kcsan_|^instrument_|^debug_/;
/** The place of a fact, as the census has it: facts do not name their file, as that is what they are kept by. */
function spanOf(
  { l, a, b, x }: PlaceFact,
  file: string,
): Pick<Site, 'file' | 'line' | 'text' | 'from' | 'to'> {
  return { file, line: l, text: x, from: a, to: b };
}

/** `b` of `my_get(&b->users)`; what a macro is given as the object, is it. */
function objectIn(call: CallFact, op: WrappedOp): string {
  const text = `${call.m[op.parameter] ?? ''}`;
  if (op.members.length > 0) return text;
  return /^&?\(?(.+?)\)?(?:->|\.)\w+(?:\[[^\]]*\])?$/.exec(text)?.[1] ?? '';
}

/**
 * Gives every op of some files its counter, and follows what the branches on it do to what is freed. The order of the files
 * is that of the census.
 */
export function resolve(given: Iterable<ScannedFile>): Census {
  const files = [...given].sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0));
  const resolver = new Resolver(files);
  resolver.run(files);
  const counters: Counter[] = countersOf(resolver.paths.symbols);
  let written = 0;
  for (const { facts } of files) written += facts.written ?? 0;
  const { attributed, inWrappers, lostCount, lost } = resolver;
  const loss: Loss = { written, attributed, inWrappers, lostCount, lost };
  return { counters, loss, skipped: [], files: { seen: files.length, parsed: files.length, cached: 0 } };
}
