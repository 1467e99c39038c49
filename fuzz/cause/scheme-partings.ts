import type { Scheme } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import { SCHEME_WORDS } from '../run/access.ts';
import { Remembered } from '../run/remembered.ts';
import { CALLBACK, type TransitionTrees } from '../run/transition-trees.ts';
import { wordNamesOf } from '../run/word-names.ts';
import { namesInSubject } from './biased-view.ts';
import { CALLBACK_OP } from './hybrid-scheme.ts';
import { contains, inOrder, intervalsWhere, overlap } from './intervals.ts';
import { laterPartings } from './later-partings.ts';
import { type Group, groupsOf, type OpParting, type Parting } from './parting.ts';
import { schemeProbes } from './probes.ts';
import { differenceOf, type SchemeEffect, type Situation, schemeAlone } from './scheme-alone.ts';
import { firstPartings, type SchemeSides } from './tree-twins.ts';
import { type Way, waysOf } from './ways.ts';

/** An op's interval of counts, and what differs there, each difference once. */
interface SchemeParting extends OpParting {
  readonly differences: string;
}

/**
 * Where the ops of a scheme part from those of another when each runs alone, and which do so for one reason. Counts are
 * the base's, without the bias.
 *
 *     put from one user, list and idle note as in any state       at 1: the subject saturates
 *     two ops with the same difference from the same counts       one parting: it is a helper's
 */
export class SchemePartings {
  readonly #sides: SchemeSides;
  readonly #ops: readonly string[];
  readonly #surroundings: readonly Omit<Situation, 'count'>[];
  readonly #probes: readonly number[];
  readonly #runs = new Remembered<SchemeEffect>();
  /** The sides of which an op queues an RCU callback, as far as ops alone come to that. */
  readonly queuing = new Set<'base' | 'subject'>();
  readonly #parts: readonly SchemeParting[];
  #found: readonly Group<SchemeParting>[] | undefined;
  readonly #differing = new Remembered<ReadonlySet<string>>();

  constructor(base: TransitionTrees, subject: TransitionTrees, target: Target) {
    const [one, other] = [base.subject as Scheme, subject.subject as Scheme];
    const names = wordNamesOf(one).slice(0, SCHEME_WORDS);
    this.#sides = {
      base,
      subject,
      words: {
        base: { bias: one.bias, names: [...names, ...namesInSubject(other, one)] },
        subject: { bias: other.bias, names: wordNamesOf(other) },
      },
    };
    this.#surroundings = surroundings(one, other);
    this.#probes = schemeProbes([one, other], target);
    this.#ops = target.ops;
    this.#parts = target.ops.flatMap((op) => this.#partsOf(op));
    // Only where both sides have a callback, and one each, can that of the one stand for that of the other.
    if (this.queuing.size === 2 && !one.time && !other.time) {
      this.#ops = [...target.ops, CALLBACK_OP];
      this.#parts = [...this.#parts, ...this.#partsOf(CALLBACK_OP)];
    }
    // What runs later is exchanged as a whole where there is more of it: alone, none of it need be due.
    if (one.time || other.time) this.#ops = [...target.ops, CALLBACK_OP];
  }

  /** All ways in which ops part alone. */
  get all(): readonly Parting[] {
    return this.#groups;
  }

  /** The ops that are not the same on both sides, in any order of accesses. Sorted. */
  get differing(): readonly string[] {
    return this.#ops.filter((op) => this.accessesOf(op).size > 0).sort();
  }

  /** See `firstPartings`. */
  accessesOf(op: string): ReadonlySet<string> {
    return this.#differing.of(op, () =>
      op === CALLBACK_OP && this.#ops.includes(op)
        ? laterPartings(this.#sides, this.#probes)
        : firstPartings(this.#sides, this.#callOf(op), this.#probes),
    );
  }

  /** The parting that an op shows on an object that it finds alone, if it does. */
  at(op: string, situation: Situation): Parting | undefined {
    return this.#difference(op, situation) === '' ? undefined : this.from(op, situation.count);
  }

  /**
   * Whether an op takes locks, looks at lists, queues or frees in another order than that of the base, on an object that it
   * finds alone. Where that does nothing alone, it lets others in.
   */
  isReordered(op: string, situation: Situation): boolean {
    return this.#run('base', op, situation).shape !== this.#run('subject', op, situation).shape;
  }

  /** The parting of an op from a count, whatever else it finds. */
  from(op: string, count: number): Parting | undefined {
    const isThere = (one: SchemeParting) => one.op === op && contains(one, count);
    return this.#groups.find(({ members }) => members.some(isThere));
  }

  /**
   * What both sides do in a parting, told by its first op on an object as in which it parts most often.
   *
   * @param met the count that is told first
   */
  waysOf({ ops, intervals }: Parting, met: number): Way[] {
    const [op] = ops as [string];
    const call = op === CALLBACK_OP ? op : this.#sides.subject.alphabet.format(this.#callOf(op));
    const ways = intervals.flatMap((interval) => {
      const counts = inOrder(interval, [...this.#probes, met]);
      const partsOf = (rest: Omit<Situation, 'count'>) =>
        counts.filter((count) => this.#difference(op, { ...rest, count }) !== '');
      const [rest] = [...this.#surroundings].sort(
        (one, other) => partsOf(other).length - partsOf(one).length,
      );
      const runs = partsOf(rest!).map((count) => {
        const base = this.#run('base', op, { ...rest!, count });
        const subject = this.#run('subject', op, { ...rest!, count });
        return { old: count, base: besides(base, subject), subject: besides(subject, base) };
      });
      return waysOf(call, runs, this.#saturated);
    });
    return ways.sort((one, other) => Number(contains(other, met)) - Number(contains(one, met)));
  }

  get #saturated(): number[] {
    const { base, subject, words } = this.#sides;
    const pinnedOf = ({ saturated }: { readonly saturated?: number }, bias: number) =>
      saturated === undefined ? [] : [(saturated - bias) | 0];
    return [...pinnedOf(base.subject, words.base.bias), ...pinnedOf(subject.subject, words.subject.bias)];
  }

  /** The ops that part from the base at the same accesses as one does, itself among them: they share code. Sorted. */
  likeInRaces(op: string): readonly string[] {
    return this.differing.filter((one) => this.#isOneCode(one, op));
  }

  get #groups(): readonly Group<SchemeParting>[] {
    this.#found ??= groupsOf(
      this.#parts,
      (one, other) =>
        keyOf(one) === keyOf(other) || (overlap(one, other) && this.#isOneCode(one.op, other.op)),
    );
    return this.#found;
  }

  /** Whether two ops part at the same accesses; or leave out the same ones, whatever it is that comes next in each. */
  #isOneCode(one: string, other: string): boolean {
    const [here, there] = [this.accessesOf(one), this.accessesOf(other)];
    if (areEqual(here, there)) return true;
    const [left, alike] = [leftOut(here), leftOut(there)];
    return left.size > 0 && areEqual(left, alike);
  }

  /** Of an op with arguments the last of its values stands for all: the simplest come first, and hide the most. */
  #callOf(op: string): number {
    const { alphabet } = this.#sides.subject;
    return op === CALLBACK_OP ? CALLBACK : (alphabet.callsOf(op).at(-1) ?? alphabet.id(op));
  }

  #partsOf(op: string): SchemeParting[] {
    const differencesAt = (count: number) =>
      this.#surroundings
        .map((rest) => this.#difference(op, { ...rest, count }))
        .filter((text) => text !== '');
    const intervals = intervalsWhere(this.#probes, (count) => differencesAt(count).length > 0);
    return intervals.map((interval) => {
      const there = this.#probes.filter((count) => contains(interval, count)).flatMap(differencesAt);
      return { op, ...interval, differences: [...new Set(there)].sort().join('\n') };
    });
  }

  #difference(op: string, situation: Situation): string {
    return differenceOf(this.#run('base', op, situation), this.#run('subject', op, situation));
  }

  #run(side: 'base' | 'subject', op: string, situation: Situation): SchemeEffect {
    const { count, list, idle, words, taken = [] } = situation;
    const key = `${side} ${op} ${count} ${list} ${idle} ${taken.join('+')} ${Object.entries(words)}`;
    return this.#runs.of(key, () => {
      const run = schemeAlone(this.#sides[side], this.#callOf(op), this.#sides.words[side], situation);
      if (run.queues) this.queuing.add(side);
      return run;
    });
  }
}

/** An effect with those acts only that the other side's has not, and what it leaves in words, where that differs. */
function besides(effect: SchemeEffect, other: SchemeEffect): SchemeEffect {
  const left = Object.entries(effect.words).filter(
    ([name, value]) => name in other.words && other.words[name] !== value,
  );
  const acts = effect.acts.filter((act) => !other.acts.includes(act));
  return { ...effect, acts: [...acts, ...left.map(([name, value]) => `leaves ${value} in ${name}`)] };
}

function areEqual(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((text) => other.has(text));
}

/** The accesses of the base that the subject does not make; none where some way of the op only makes more. */
function leftOut(partings: ReadonlySet<string>): ReadonlySet<string> {
  const left = new Set([...partings].map((text) => text.split(' → ')[0]!));
  return left.has('return') ? new Set() : left;
}

/** Partings with the same key are one. */
function keyOf({ low, high, differences }: SchemeParting): string {
  return `${low} ${high} ${differences}`;
}

/** All that an op may find beside the count: lists, notes, and the own words of each state, with each word changed in turn. */
function surroundings(base: Scheme, subject: Scheme): Omit<Situation, 'count'>[] {
  const own = (subject.words ?? []).map(({ name }) => name);
  const names = [...new Set([...namesInSubject(subject, base), ...own])];
  const states = [...new Set([base, subject].flatMap((side) => Object.keys(side.states)))];
  const ofStates = states.map((state) => {
    const held = (side: Scheme, called: readonly string[]) =>
      called.map((name, at) => [name, side.states[state]?.words?.[at] ?? 0] as const);
    const values = [...held(base, namesInSubject(subject, base)), ...held(subject, own)];
    return Object.fromEntries(values) as Record<string, number>;
  });
  const changed = ofStates.flatMap((words) =>
    names.map((name) => ({ ...words, [name]: words[name] === 0 ? 1 : 0 })),
  );
  const all = new Map([...ofStates, ...changed].map((words) => [JSON.stringify(words), words]));
  return [...all.values()].flatMap((words) =>
    [0, 1, 2].flatMap((list) => [0, 1, 2].map((idle) => ({ list, idle, words }))),
  );
}
