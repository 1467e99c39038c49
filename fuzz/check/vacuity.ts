import { InputError } from '../../targets/subject/input-error.ts';
import { sideNames } from '../../targets/target/sides.ts';
import { MAX_OPS } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { neverMet, wantedOfCompared } from './coverage.ts';
import { CoverageWatch, type KeysBySide, watchedSides } from './coverage-watch.ts';
import { Scope, type ScopeSize } from './scope.ts';
import type { Wanted, WantedThing } from './wanted.ts';

/**
 * States of a side that are visited before a comparison, to meet what there is to be met: some hundredths of a second. All
 * that is common is met in fewer, and what is rare is looked for while the scope is decided.
 */
const FIRST_STATES = 30_000;
/** Programs that are looked at for it, whether or not they can help. */
const FIRST_PROGRAMS = 20_000;

/** What the code of a side can do, and no program of a scope came to. */
export interface Missing extends WantedThing {
  /** The side as people are told it is called; undefined where both lack it. */
  readonly side: string | undefined;
}

/**
 * Whether a comparison says anything. Two sides are the same in programs in which neither does anything, and so "equivalent"
 * is said only where some program of the scope has met all that the code of each side can do: every op ran, every get was
 * granted, every op had each of its results, every branch on the count was taken. What can be met is found by running each
 * op alone; what was met is asked of the very programs that are compared.
 *
 *     1 before the comparison     a few small programs, which nearly always meet everything
 *     2 while it runs             each worker looks for what is left, if anything is
 *     3 after it                  what is left now was never met
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
   * @throws InputError for a name that nothing has
   */
  constructor(harness: Harness, size: ScopeSize, limit: number, never: readonly string[] = []) {
    this.#harness = harness;
    this.#size = size;
    this.#limit = limit;
    this.#wanted = watchedSides(harness).map((trees) => wantedOfCompared(harness, trees));
    checkNames(never, this.#wanted);
    this.#stated = this.#wanted.map((wanted) => keysNamed(wanted, never));
    const watch = new CoverageWatch(harness, this.#keys(), limit);
    const isWhole = this.#lookInSmall(watch);
    this.#met = watch.met;
    this.toMeet = this.#keys().map((keys, at) =>
      isWhole ? [] : keys.filter((key) => !this.#met[at]!.includes(key) && !this.#stated[at]!.has(key)),
    );
  }

  /** What was said never to happen, and was met all the same. */
  get contradicted(): string[] {
    const names = this.#wanted.flatMap((wanted, at) =>
      this.#met[at]!.filter((key) => this.#stated[at]!.has(key)).map((key) => wanted.get(key)!.name),
    );
    return [...new Set(names)];
  }

  /** What no program came to, once all have been looked at. @param met by the workers */
  missing(met: KeysBySide): Missing[] {
    const { reference, subject } = sideNames(this.#harness.target);
    const names = this.#wanted.length === 2 ? [reference, subject] : [subject];
    const bySide = this.#wanted.map((wanted, at) =>
      neverMet(wanted, [...this.#met[at]!, ...(met[at] ?? []), ...this.#stated[at]!]),
    );
    const [ours = [], theirs = []] = bySide;
    const isOfBoth = ({ name }: WantedThing) =>
      [ours, theirs].every((things) => things.some((one) => one.name === name));
    return bySide.flatMap((things, at) =>
      things
        .filter((thing) => at === 0 || !isOfBoth(thing))
        .map((thing) => ({ ...thing, side: isOfBoth(thing) ? undefined : names[at] })),
    );
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
    const left = this.#keys().map((keys, at) =>
      keys.filter(
        (key) =>
          !this.#met[at]!.includes(key) && !met[at]?.includes(key) && !this.#stated[at]!.has(key),
      ),
    );
    return sizes.find((size) => {
      if (size.threads > this.#harness.target.threads || size.ops > MAX_OPS) return false;
      const watch = new CoverageWatch(this.#harness, left, this.#limit);
      look(watch, new Scope(this.#harness, size), new Set(), { states: FIRST_STATES, programs: FIRST_PROGRAMS });
      return watch.met.some((keys) => keys.length > 0);
    });
  }

  /** Smaller programs first: they are quick, and lead to nearly everything. @returns whether all programs were looked at */
  #lookInSmall(watch: CoverageWatch): boolean {
    const { threads, ops } = this.#size;
    const stated = new Set(this.#stated.flatMap((keys) => [...keys]));
    const left = { states: FIRST_STATES, programs: FIRST_PROGRAMS };
    const sizes = Array.from({ length: threads * ops }, (_, at) => ({
      threads: 1 + (at % threads),
      ops: 1 + Math.floor(at / threads),
    })).sort((one, other) => one.threads * one.ops - other.threads * other.ops);
    return sizes.reduce((_, size) => look(watch, new Scope(this.#harness, size), stated, left), false);
  }

  #keys(): KeysBySide {
    return this.#wanted.map((wanted) => [...wanted.keys()]);
  }
}

/**
 * Looks at the programs of a scope until everything is met, or a bound is. From all over it, as its programs are in the order of
 * their starts: each start should have its share.
 *
 * @param left what may still be spent, which goes down
 * @returns whether all programs were looked at
 */
function look(
  watch: CoverageWatch,
  scope: Scope,
  except: ReadonlySet<string>,
  left: { states: number; programs: number },
): boolean {
  const step = coprimeStep(scope.programs);
  for (let index = 0, number = 0; index < scope.programs; index++) {
    if (watch.isDone(except)) return true;
    if (left.programs-- <= 0 || left.states <= 0) return false;
    left.states -= watch.look(scope.program(number), left.states);
    number = (number + step) % scope.programs;
  }
  return true;
}

/** A step about which every number comes once, far from the one before it: the golden section. */
function coprimeStep(programs: number): number {
  let step = Math.max(1, Math.floor(programs * 0.618));
  while (greatestDivisor(step, programs) !== 1) step++;
  return step;
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}

function keysNamed(wanted: Wanted, names: readonly string[]): ReadonlySet<string> {
  return new Set([...wanted].filter(([, { name }]) => names.includes(name)).map(([key]) => key));
}

/** @throws InputError where a side has nothing of that name */
function checkNames(never: readonly string[], wanted: readonly Wanted[]): void {
  const known = [...new Set(wanted.flatMap((one) => [...one.values()].map(({ name }) => name)))];
  const unknown = never.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new InputError('--never', `nothing is called "${unknown}"; there is ${known.join(', ')}`);
}
