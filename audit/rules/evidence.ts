import type { Amount, Counter, Escape, Op, Site } from '../census/counter.ts';
import { isByOne, isTruth, stepOf, valueSet, wayOf } from './movement.ts';
import {
  type Cut,
  cutOf,
  deciding,
  type Ending,
  endingOf,
  freesAlways,
  freesByName,
  ownFrees,
} from './outcome.ts';
import { type Starts, startsOf } from './start.ts';

/**
 * What is known of a counter, sorted by what rules ask for. Every answer is a list of the sites that show it, so that a
 * rule which holds has its lines at hand. A list is made when it is first asked for: most rules ask for little.
 */
export class Evidence {
  readonly counter: Counter;
  readonly sites: readonly Site[];
  /** Others may use it who were not audited, so that what was not seen is no evidence. */
  readonly isShared: boolean;
  readonly #lists = new Map<string, readonly Site[]>();
  #starts: Starts | undefined;
  #endings: readonly Ending[] | undefined;

  constructor(counter: Counter, isShared = false) {
    this.counter = counter;
    this.isShared = isShared;
    this.sites = surest(counter.sites);
  }

  /** The sites with one of these ops. */
  of(...ops: readonly Op[]): readonly Site[] {
    return this.sites.filter(({ op }) => ops.includes(op));
  }

  #list(name: string, isIn: (site: Site) => boolean): readonly Site[] {
    const known = this.#lists.get(name);
    if (known !== undefined) return known;
    const list = this.sites.filter(isIn);
    this.#lists.set(name, list);
    return list;
  }

  /** The values that new objects get, and those that others are set to. */
  get starts(): Starts {
    this.#starts = this.#starts ?? startsOf(this.counter);
    return this.#starts;
  }

  /** The puts that ask whether they were the last. */
  get endings(): readonly Ending[] {
    this.#endings = this.#endings ?? this.sites.flatMap((site) => endingOf(site) ?? []);
    return this.#endings;
  }

  /** Last puts at 0, by `== 0` or `<= 0`. */
  get zeroEndings(): readonly Ending[] {
    return this.endings.filter(({ at }) => at !== 'below zero');
  }

  /** Last puts that find the counter below 0. */
  get belowEndings(): readonly Ending[] {
    return this.endings.filter(({ at }) => at === 'below zero');
  }

  /** Puts after which the object is gone for certain. */
  get freeing(): readonly Ending[] {
    return this.zeroEndings.filter(freesAlways);
  }

  /** Puts after which the object may be gone: something else has a say. */
  get freeingSometimes(): readonly Ending[] {
    return this.zeroEndings.filter(
      (ending) => !freesAlways(ending) && !freesByName(ending) && ownFrees(ending.last).length > 0,
    );
  }

  /** Whatever raises it, by any amount, asked or not. */
  get ups(): readonly Site[] {
    return this.#list('ups', (site) => wayOf(site) === 'up');
  }

  /** Whatever lowers it. `add(-1)` does, and so does `add_unless(-1, 0)`. */
  get downs(): readonly Site[] {
    return this.#list('downs', (site) => wayOf(site) === 'down');
  }

  /** Amounts whose sign is open. */
  get either(): readonly Site[] {
    return this.#list('either', (site) => wayOf(site) === 'either');
  }

  /**
   * Moves by one that ask nothing first: they also go from 0 to 1. That is all the difference between an atomic_t and a
   * refcount_t, which saturates there; so most rules ask for these, and where they stand.
   */
  get gets(): readonly Site[] {
    return this.#list(
      'gets',
      ({ op }) => op === 'inc' || op === 'inc_return' || op === 'inc_and_test' || op === 'add_return',
    ).filter(isByOne);
  }

  /** Gets that refuse at 0. */
  get guarded(): readonly Site[] {
    return this.of('inc_not_zero', 'add_not_zero').filter((site) => wayOf(site) === 'up');
  }

  /**
   * Puts that do not ask whether they are the last. An assertion does not count as asking: `WARN_ON(dec_return(x) < 0)`
   * goes on as if nothing had been said.
   */
  get blindPuts(): readonly Site[] {
    return this.#list('blindPuts', (site) => {
      if (wayOf(site) !== 'down' || endingOf(site) !== undefined) return false;
      // `WARN_ON(!dec_and_test(x))` knows that it is the last.
      const isBlind = site.use.result === 'void' || (site.use.result === 'asserted' && !isTruth(site.op));
      return isBlind && site.op !== 'dec_not_one' && site.op !== 'dec_if_positive';
    });
  }

  /** Moves by more than one, or by what is no constant. */
  get sums(): readonly Site[] {
    return this.#list('sums', (site) => wayOf(site) !== 'jump' && !isByOne(site));
  }

  /** Moves by a constant of more than one. */
  get weights(): readonly Site[] {
    return this.sums.filter((site) => typeof stepOf(site) === 'number');
  }

  /** Moves by what is no constant. */
  get amounts(): readonly Site[] {
    return this.sums.filter((site) => typeof stepOf(site) === 'string');
  }

  /** Decisions by a read value at one of these cuts, assertions left out. */
  reads(isAt: (cut: Cut) => boolean): readonly Site[] {
    return this.of('read').filter((site) => deciding(site).some((test) => isAt(cutOf(test))));
  }

  /** `read == 0`, `read > 0`, `!read` decide something, and nobody waits there. */
  get zeroReads(): readonly Site[] {
    return this.of('read').filter((site) =>
      deciding(site).some((test) => !test.isAwaited && cutOf(test).value === 0),
    );
  }

  /** Somebody waits for 0: `wait_event(q, !read(x))`, or a loop that does nothing else. */
  get zeroWaits(): readonly Site[] {
    return this.sites.filter((site) =>
      deciding(site).some((test) => test.isAwaited && cutOf(test).value === 0),
    );
  }

  /** `read < 0`, `read == -1`: what an unsigned value cannot be. */
  get belowReads(): readonly Site[] {
    return this.reads(({ value }) => typeof value === 'number' && value < 0);
  }

  /** Ops whose new value is compared with 1: the first user is told from the others. */
  get firstUsers(): readonly Site[] {
    return this.#list('firstUsers', (site) => {
      if (site.op === 'inc_and_test') return site.use.result === 'tested';
      const isUp = site.op === 'inc_return' || site.op === 'add_return';
      return isUp && isByOne(site) && deciding(site).some(isAboutFirst);
    });
  }

  /** The counter is compared with a limit of two or more, or with a name; or goes up until it is there. */
  get limits(): readonly Site[] {
    return this.#list('limits', (site) => {
      if (site.op === 'add_unless') return site.amounts[0] === 1 && isLimit(site.amounts[1]);
      const isValue = site.op === 'read' || /_return$/.test(site.op);
      return isValue && deciding(site).some((test) => !test.isAwaited && isLimitCut(cutOf(test)));
    });
  }

  /** Ops that depend on -1: what is dead is at -1, and what is idle is at 0. */
  get minusOnes(): readonly Site[] {
    return this.#list('minusOnes', (site) => {
      const [first, second] = site.amounts;
      if (site.op === 'add_unless') return first === 1 && second === -1;
      return (site.op === 'cmpxchg' && second === -1) || (site.op === 'xchg' && first === -1);
    });
  }

  /** Values that are kept, printed or handed on, beyond the question whether a put was the last. */
  get usedValues(): readonly Site[] {
    return this.#list('usedValues', (site) => /_return$/.test(site.op) && isKept(site));
  }

  /** The address goes to where nothing is known of it. Waiting, tracing and prefetching do nothing to a counter. */
  get escapes(): readonly Escape[] {
    return this.counter.escapes.filter(({ kind, to }) => kind === 'raw' || !HARMLESS.test(to));
  }
}

/**
 * A guess from far away never overrules what the types tell: where some sites are typed, those that only have the field's
 * name in common, in another file, are left out. They stay in the counter, and are a doubt.
 */
function surest(sites: readonly Site[]): readonly Site[] {
  const near = sites.filter(
    ({ attribution }) => attribution === 'typed' || attribution === 'by name in the file',
  );
  return near.length > 0 ? near : sites;
}

/** Functions that get the address of a counter, and leave it alone. */
const HARMLESS =
  /^(wake_up_var|__?wake_up_var|wait_var_event|__var_waitqueue|init_wait_var_entry|prefetchw?|trace_|kcsan_|kasan_|instrument_|lockdep_|debug_|might_|WARN|container_of)/;

/**
 * `n = dec_return(x);`, `return dec_return(x);`: a comparison may follow, and the value may be used for more. No op of
 * refcount_t gives it, so it takes more than another name.
 */
function isKept({ use, text, written }: Site): boolean {
  if (['stored', 'returned', 'passed', 'printed'].includes(use.result)) return true;
  const before = text.slice(0, Math.max(0, text.indexOf(written)));
  return use.result === 'tested' && /(^|[^=!<>])=\s*\(?$|\breturn\s*\(?$/.test(before.trimEnd());
}

function isAboutFirst({
  relation,
  with: than,
}: {
  readonly relation: string;
  readonly with: Amount;
}): boolean {
  const cut = relation === '==' || relation === '!=' ? than : undefined;
  if (cut !== undefined) return cut === 1;
  return than === 1
    ? relation === '>' || relation === '<='
    : than === 2 && (relation === '<' || relation === '>=');
}

/** `== 5` may be anything; a limit is what the value is held below. */
function isLimitCut({ kind, value }: Cut): boolean {
  return kind === 'above' && (typeof value === 'string' || value >= 2);
}

function isLimit(amount: Amount | undefined): boolean {
  return typeof amount === 'string' || (amount !== undefined && amount >= 1);
}

/** Two sites of one function on one object; a global has none. */
export function areTogether(one: Site, other: Site): boolean {
  return one.fn !== '' && one.fn === other.fn && one.file === other.file && one.object === other.object;
}

/** Sites that stand in one function with one of the others, on the same object. */
export function beside(sites: readonly Site[], others: readonly Site[]): readonly Site[] {
  return sites.filter((site) => others.some((other) => other !== site && areTogether(site, other)));
}

/** The value set, as a number; undefined for names and expressions. */
export function numberSet(site: Site): number | undefined {
  const value = valueSet(site);
  return typeof value === 'number' ? value : undefined;
}

/** Values that say that it starts above 0, by whomever it is set. */
export function everPositive(e: Evidence): readonly Site[] {
  return e.sites.filter((site) => (site.op === 'set' || site.op === 'init') && valueSet(site) !== 0);
}
