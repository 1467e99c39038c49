import { InputError } from '../../targets/subject/input-error.ts';
import { sideNames } from '../../targets/target/sides.ts';
import { MAX_OPS } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Deadline, Interrupted } from '../run/interrupt.ts';
import { TransitionTrees } from '../run/transition-trees.ts';
import { neverMet, wantedOfCompared } from './coverage.ts';
import { CoverageWatch, type KeysBySide, watchedSides } from './coverage-watch.ts';
import { Scope, type ScopeSize } from './scope.ts';
import { spread } from './spread.ts';
import { statedKeys, type Wanted, type WantedThing } from './wanted.ts';

/**
 * States of a side that are visited at first, to meet what there is to be met: some hundredths of a second. All that is common is
 * met in fewer, and what is rare is looked for in the whole scope.
 */
const FIRST_STATES = 30_000;
/** Programs that are looked at for it, whether or not they can help. */
const FIRST_PROGRAMS = 20_000;
/** Nodes of a side's trees, with those that were made to find out what its ops can do: some thousands, as a rule. */
const MOST_NODES = 16_384;
/** Ops more of one thread, by which it is told what that thread comes to from what takes two. */
const LONGER = 2;

/** What the code of a side can do, and no program of a scope came to. */
export interface Missing extends WantedThing {
  /** The side, as people are told it is called; or both. */
  readonly sides: readonly string[];
}

/**
 * Whether a comparison says anything. Two sides are the same in programs in which neither does anything, and so "equivalent"
 * is said only where some program of the scope has met all that the code of each side can do: every op ran, every get was
 * granted, every op had each of its results, every branch on the count was taken. What can be met is found by running each
 * op alone; what was met is asked of the very programs that are compared.
 *
 *     1 small programs      a few hundred, which nearly always meet everything
 *     2 the whole scope     the workers look for what is left, if anything is
 *     3                     what is left now was never met
 *
 * All of that comes after the comparison, where nothing differs: else nobody would say "equivalent" anyway.
 */
export class Vacuity {
  /** What the workers are to look for. Nothing, as a rule. */
  readonly toMeet: KeysBySide;
  readonly #harness: Harness;
  readonly #size: ScopeSize;
  readonly #limit: number;
  readonly #wanted: readonly Wanted[];
  /** By side: keys of what somebody has said never happens. */
  readonly #stated: readonly ReadonlySet<string>[];
  readonly #met: KeysBySide;

  /**
   * @param never names of what never happens, see `WantedThing`: that is not asked for
   * @param limit the most states of a program
   * @param known what programs of the scope are known to meet, by side
   * @throws InputError for a name that nothing has
   */
  constructor(
    harness: Harness,
    size: ScopeSize,
    limit: number,
    never: readonly string[] = [],
    known: KeysBySide = [],
  ) {
    this.#harness = harness;
    this.#size = size;
    this.#limit = limit;
    const sides = new OwnSides(harness);
    this.#wanted = watchedSides(harness).map((trees) => wantedOfCompared(harness, trees));
    this.#stated = statedKeys(this.#wanted, never);
    const keys = this.#keys();
    const open = keys.map((all, at) => all.filter((key) => !known[at]?.includes(key)));
    const watch = open.flat().length > 0 ? sides.watch(open, limit) : undefined;
    const isWhole = watch !== undefined && this.#lookInSmall(watch);
    this.#met = keys.map((all, at) => [
      ...all.filter((key) => !open[at]!.includes(key)),
      ...(watch?.met[at] ?? []),
    ]);
    this.toMeet = isWhole ? [] : this.#left([]);
  }

  /** Names of what was said never to happen, and was met all the same: on each side that can do it. */
  get contradicted(): string[] {
    const things = this.#stated.flatMap((keys, at) =>
      [...keys].map((key) => ({
        name: this.#wanted[at]!.get(key)!.name,
        isMet: this.#met[at]!.includes(key),
      })),
    );
    const names = [...new Set(things.map(({ name }) => name))];
    return names.filter((name) => things.every((thing) => thing.name !== name || thing.isMet));
  }

  /** What no program came to, once all have been looked at. @param met by the workers */
  missing(met: KeysBySide): Missing[] {
    const { reference, subject } = sideNames(this.#harness.target);
    const names = this.#wanted.length === 2 ? [reference, subject] : [subject];
    const races = this.#size.threads === 1 ? this.#metByRaces(this.#left(met)) : [];
    const bySide = this.#wanted.map((wanted, at) =>
      neverMet(wanted, [...this.#met[at]!, ...(met[at] ?? []), ...this.#stated[at]!, ...(races[at] ?? [])]),
    );
    const all = new Map(bySide.flat().map((thing) => [thing.name, thing]));
    return [...all.values()]
      .sort((one, other) => weightOf(one) - weightOf(other))
      .map((thing) => ({
        ...thing,
        sides: names.filter((_, at) => bySide[at]!.some(({ name }) => name === thing.name)),
      }));
  }

  /**
   * Of what is left: what two threads come to, and one thread never does, were it to do more. Whoever asks about one thread does
   * not ask about races, so it is not missing there.
   *
   *     lookup reads a count of 0 before gc has unlinked the object      a race
   *     lookup is refused after gc                                       one thread with one op more
   */
  #metByRaces(left: KeysBySide): KeysBySide {
    const { ops } = this.#size;
    if (left.every((keys) => keys.length === 0) || this.#harness.target.threads < 2) return [];
    const alone = this.#metIn(left, { threads: 1, ops: Math.min(ops + LONGER, MAX_OPS) });
    const raced = left.map((keys, at) => keys.filter((key) => !alone[at]!.includes(key)));
    return this.#metIn(raced, { threads: 2, ops });
  }

  /** Which of some keys a scope meets, as far as may be spent for it. */
  #metIn(keys: KeysBySide, size: ScopeSize): KeysBySide {
    const watch = new OwnSides(this.#harness).watch(keys, this.#limit);
    const scope = numberedScope(this.#harness, size);
    if (watch && scope) look(watch, scope, { states: FIRST_STATES, programs: FIRST_PROGRAMS });
    return watch?.met ?? keys.map(() => []);
  }

  /**
   * What no program of the scope comes to, where nobody decides it: the programs are run here, until everything was met.
   *
   * @returns as `missing`
   */
  search(): Missing[] {
    const watch = new CoverageWatch(watchedSides(this.#harness), this.toMeet, this.#limit);
    look(watch, new Scope(this.#harness, this.#size), {
      states: Number.POSITIVE_INFINITY,
      programs: Number.POSITIVE_INFINITY,
    });
    return this.missing(watch.met);
  }

  /** By side: keys of what nobody has met yet. For who looks at what is left one by one. */
  get left(): KeysBySide {
    return this.#left([]);
  }

  /**
   * Looks in the whole scope for some of what is left, and for no more than that.
   *
   * @param isOver asked before each program: whether the time for it is up
   * @returns which of the keys no program comes to; those that were not met until then, where it was up
   */
  stillLeft(keys: KeysBySide, isOver: () => boolean = () => false): KeysBySide {
    // Empty where the small programs were all there are.
    if (this.toMeet.length === 0) return keys;
    const watch = new CoverageWatch(watchedSides(this.#harness), keys, this.#limit);
    const left = { states: Number.POSITIVE_INFINITY, programs: Number.POSITIVE_INFINITY };
    look(watch, new Scope(this.#harness, this.#size), left, isOver);
    return keys.map((own, at) => own.filter((key) => !watch.met[at]!.includes(key)));
  }

  /**
   * A larger scope that meets something of what is missing.
   *
   * @param met by the workers
   * @returns undefined where none was found in as many programs as were tried at first
   */
  helpfulSize(met: KeysBySide): ScopeSize | undefined {
    const { threads, ops } = this.#size;
    const sizes = [
      { threads, ops: ops + 1 },
      { threads: threads + 1, ops },
      { threads: threads + 1, ops: ops + 1 },
    ];
    const left = this.#left(met);
    const { threads: most } = this.#harness.target;
    return sizes
      .filter((size) => size.threads <= most && size.ops <= MAX_OPS)
      .find((size) => this.#metIn(left, size).some((keys) => keys.length > 0));
  }

  /** Smaller programs first: they are quick, and lead to nearly everything. @returns whether all programs were looked at */
  #lookInSmall(watch: CoverageWatch): boolean {
    const { threads, ops } = this.#size;
    const left = { states: FIRST_STATES, programs: FIRST_PROGRAMS };
    const sizes = Array.from({ length: threads * ops }, (_, at) => ({
      threads: 1 + (at % threads),
      ops: 1 + Math.floor(at / threads),
    })).sort((one, other) => one.threads * one.ops - other.threads * other.ops);
    return sizes.reduce((_, size) => look(watch, new Scope(this.#harness, size), left), false);
  }

  /** By side: what is wanted, was not met, and was not said never to happen. */
  #left(met: KeysBySide): KeysBySide {
    return this.#keys().map((keys, at) => {
      const known = new Set([...this.#met[at]!, ...(met[at] ?? []), ...this.#stated[at]!]);
      return keys.filter((key) => !known.has(key));
    });
  }

  #keys(): KeysBySide {
    return this.#wanted.map((wanted) => [...wanted.keys()]);
  }
}

/** Where nobody gets a reference much else cannot happen, and a state that nothing changes is the least of it. */
function weightOf({ name, consequence }: WantedThing): number {
  if (consequence !== undefined) return 0;
  return name.startsWith('from:') ? 2 : 1;
}

/** @returns undefined where there are more programs than can be numbered */
function numberedScope(harness: Harness, size: ScopeSize): Scope | undefined {
  try {
    return new Scope(harness, size);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/**
 * Trees of their own, so that what is tried here leaves those of the comparison as they are. An op that counts its rounds has a
 * node for each, which costs a run of the op from its start: beyond a bound its sides are left to the workers.
 */
class OwnSides {
  readonly trees: readonly TransitionTrees[];
  #most = Number.POSITIVE_INFINITY;

  constructor(harness: Harness) {
    const bound = new Deadline(() => this.#isTooLarge());
    this.trees = watchedSides(harness).map(
      ({ subject }) => new TransitionTrees(subject, harness.alphabet, bound),
    );
  }

  /** @returns undefined where the ops alone are too large. From here on the trees are bounded */
  watch(keys: KeysBySide, limit: number): CoverageWatch | undefined {
    this.#most = MOST_NODES + Math.max(...this.trees.map(({ size }) => size));
    return finished(() => new CoverageWatch(this.trees, keys, limit, false));
  }

  #isTooLarge(): boolean {
    return this.trees?.some(({ size }) => size > this.#most) ?? false;
  }
}

/**
 * Looks at the programs of a scope until everything is met, or a bound is.
 *
 * @param left what may still be spent, which goes down
 * @returns whether all programs were looked at
 */
function look(
  watch: CoverageWatch,
  scope: Scope,
  left: { states: number; programs: number },
  isOver: () => boolean = () => false,
): boolean {
  for (const number of spread(scope.programs)) {
    if (watch.isDone) return true;
    if (left.programs-- <= 0 || left.states <= 0 || isOver()) return false;
    left.states -= finished(() => watch.look(scope.program(number), left.states)) ?? left.states;
  }
  return true;
}

/** @returns undefined where the trees have grown too large meanwhile */
function finished<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof Interrupted) return undefined;
    throw error;
  }
}
