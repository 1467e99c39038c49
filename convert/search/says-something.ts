import { wantedOfCompared } from '../../fuzz/check/coverage.ts';
import { metKey } from '../../fuzz/check/coverage-met.ts';
import { Vacuity } from '../../fuzz/check/vacuity.ts';
import type { Wanted } from '../../fuzz/check/wanted.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { type ConversionData, originalOf, SwitchedModule } from '../module/switched-scheme.ts';
import { baseHarness } from './decide.ts';
import { targetOf } from './judge.ts';
import type { Decided, SearchResult } from './state.ts';

/** Conversions that are asked, the simplest first: each takes some tenths of a second. */
const MOST_ASKED = 16;

/**
 * A conversion that is the same in programs in which it does nothing is not proved. So those that are left are asked whether some
 * program of the scope has met all that their code can do, as `check` asks it; but what they are held against is what the original
 * does there. Of what a conversion never does there are three kinds:
 *
 *     the original does not either        no fault of the conversion, and told once, of the original
 *     the original does                   nothing is said of it: it is not proved
 *     a guard                             a way of the counter that ends as one that was met: proved, and told beside it
 *
 *     if (!refcount_inc_not_zero(&dev->users))        with a bias it is never true: nobody starts the device, and the
 *             start(dev);                             original does. Not proved
 *     (void)refcount_inc_not_zero(&peer->refs);       with a bias it is never refused; but whichever way it goes, lookup
 *                                                     is granted, and nothing else follows. A guard
 *
 * Why a guard is no gap: to meet it would show another count, and what the count is was compared in every program; what the op does
 * behind it was compared as well. `check` asks its user to say `--never` for it, since it cannot know that nobody needs it.
 *
 * The simplest are asked, and more until one says something: that one is written. A search that was ended early is left as it is.
 *
 * Small programs mostly tell, and are always asked of the simplest. What the whole scope is asked for may take as long as the search
 * did: when the time is up it is not known, and so is the conversion.
 *
 * @param isOver whether the time that the user gave is up
 * @returns the result in which those that say nothing are undecided, with what they never do
 */
export function sayingSomething(
  data: ConversionData,
  result: SearchResult,
  limit: number,
  isOver: () => boolean = () => false,
): SearchResult {
  const { scope } = result;
  if (!scope || !result.decided.some(isProved)) return result;
  // What is met is met under any memory model.
  const plain = { ...data, memory: 'sc' as const };
  const reference = originalOf(plain);
  const module = new SwitchedModule(plain);
  const original = new Asked(baseHarness(reference), scope, limit, isOver);
  const decided: Decided[] = [];
  const silent: Decided[] = [];
  let asked = 0;
  for (const one of result.decided) {
    if (!isProved(one) || ((asked >= MOST_ASKED || isOver()) && decided.length > 0)) {
      decided.push(one);
      continue;
    }
    if (asked > 0 && isOver()) {
      silent.push({ ...one, kind: 'undecided', isUnasked: true });
      continue;
    }
    asked++;
    // Against itself: the original has been asked once and for all.
    const { subject, ...target } = targetOf(reference, module, one.candidate);
    const harness = harnessOf({ ...target, reference: subject as Scheme, subject });
    const candidate = new Asked(harness, scope, limit, isOver);
    const { missing, guards } = missingIn(candidate, original);
    const isCut = isOver() && !(candidate.isWhole && original.isWhole);
    if (missing.length > 0)
      silent.push({ ...one, kind: 'undecided', ...(isCut ? { isUnasked: true } : { missing }) });
    else decided.push({ ...one, ...(guards.length > 0 && { guards }) });
  }
  // A program that was not looked at may do it.
  const unmet = isOver() && !original.isWhole ? undefined : original.neverDoes;
  return { ...result, decided: [...decided, ...silent], ...(unmet && { unmet }) };
}

function isProved({ kind }: Decided): boolean {
  return kind === 'equivalent' || kind === 'loses';
}

/** One side alone: all that its code can do, and what of that small programs have met. */
class Asked {
  readonly wanted: Wanted;
  readonly vacuity: Vacuity;
  /** Keys that no small program comes to. */
  readonly left: ReadonlySet<string>;
  readonly #isOver: () => boolean;
  #open: ReadonlySet<string> | undefined;

  constructor(
    harness: Harness,
    scope: NonNullable<SearchResult['scope']>,
    limit: number,
    isOver: () => boolean,
  ) {
    this.#isOver = isOver;
    this.wanted = wantedOfCompared(harness, harness.subject);
    this.vacuity = new Vacuity(harness, scope, limit);
    this.left = new Set(this.vacuity.left[0]);
  }

  /** Whether the small programs were all there are. */
  get isWhole(): boolean {
    return this.vacuity.toMeet.length === 0;
  }

  /** Keys that no program of the whole scope comes to. */
  get open(): ReadonlySet<string> {
    const open = this.#open ?? this.stillLeft([...this.left]);
    this.#open = open;
    return open;
  }

  /** Which of some keys no program of the whole scope comes to. */
  stillLeft(keys: readonly string[]): ReadonlySet<string> {
    return new Set(this.vacuity.stillLeft([[...keys]], this.#isOver)[0]);
  }

  /** The same, for people; of an op that never runs only that. */
  get neverDoes(): string[] {
    return withoutIdle([...this.open]).map((key) => this.wanted.get(key)!.text);
  }

  /** Where the ways of an op on the count lead that small programs went. */
  metEnds(op: string): ReadonlySet<string> {
    return this.#ends(op, this.left);
  }

  /** The same of the whole scope. */
  doneEnds(op: string): ReadonlySet<string> {
    return this.#ends(op, this.open);
  }

  /** Whether the code has such a way, met or not. */
  hasEnd({ op, end }: Way): boolean {
    return this.#ends(op, new Set()).has(end);
  }

  #ends(op: string, but: ReadonlySet<string>): ReadonlySet<string> {
    const ways = [...this.wanted.keys()].flatMap((key) => (but.has(key) ? [] : (wayIn(key) ?? [])));
    return new Set(ways.filter((way) => way.op === op).map(({ end }) => end));
  }
}

/** What a conversion never does though the original does, and what of it are guards. */
function missingIn(candidate: Asked, original: Asked): { missing: string[]; guards: string[] } {
  const guards: string[] = [];
  const asked = withoutIdle([...candidate.left]).filter((key) => {
    const way = wayIn(key);
    // Where nobody asked whether a put was the last, `dec_and_test` never tells: what the original cannot do need not be met.
    if (!way) return original.wanted.has(key) && !original.open.has(key);
    // What leads to the count again has ways of its own behind it, and those are asked for.
    const isGuard =
      way.end === AGAIN || (way.end.includes(RETURNS) && candidate.metEnds(way.op).has(way.end));
    if (isGuard) guards.push(candidate.wanted.get(key)!.name);
    if (isGuard) return false;
    // Counts move with the bias, and so a way is the original's if it ends as one of its.
    return original.doneEnds(way.op).has(way.end) || !original.hasEnd(way);
  });
  const missing = asked.length === 0 ? [] : [...candidate.stillLeft(asked)];
  return { missing: missing.map((key) => candidate.wanted.get(key)!.text), guards: [...new Set(guards)] };
}

/** Where an op goes on to, having seen the count. */
interface Way {
  readonly op: string;
  readonly end: string;
}

/** Another access of the count, by its kind and its word. */
const AGAIN = 'count';
const RETURNS = 'return-';

/** A way of an op on the count: `branch put 1 → 6.0` leads to the count again, `branch put 5 → return-void` to the end of the op. */
function wayIn(key: string): Way | undefined {
  const [, op, end] = /^branch (\S+) \S+ → (.*)$/.exec(key) ?? [];
  if (op === undefined || end === undefined) return undefined;
  return { op, end: /^\d+\.0(?:\(-?\d+\))?$/.test(end) ? AGAIN : end };
}

/** An op that never runs says all about itself. */
function withoutIdle(keys: readonly string[]): string[] {
  const idle = new Set(keys.filter((key) => key.startsWith('ran ')).map((key) => key.slice('ran '.length)));
  return keys.filter((key) => {
    const [kind, op] = key.split(' ');
    return kind === 'ran' || kind === 'left' || !idle.has(op!) || key === metKey.told;
  });
}
