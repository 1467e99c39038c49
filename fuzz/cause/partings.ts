import { formatValue } from '../../targets/subject/values.ts';
import { Remembered } from '../run/remembered.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import {
  type Differences,
  differencesOf,
  formOf,
  headOf,
  isOfAccessesOnly,
  isOneOfAccesses,
} from './edits.ts';
import { contains, type Interval, inOrder, intervalsWhere, overlap } from './intervals.ts';
import { type IsDivergent, PairRuns } from './pair-runs.ts';
import { type Group, groupsOf, isOdd, type OpParting, type Parting } from './parting.ts';
import { unitsOfCode } from './units-of-code.ts';
import { type Way, waysOf } from './ways.ts';

/** A call whose op parts from the other side's in an interval of old values. */
interface CallParting extends OpParting, Differences {
  readonly call: number;
}

/**
 * Where the ops of a counter part from those of another when each runs alone, and which of them do so for one reason.
 *
 *     the calls of one op whose intervals overlap        one parting
 *     `inc` and `add(1)`: the same accesses everywhere   one code, so one parting
 *     a store that all of them lack, and nothing else    one parting: it is a helper's
 *     what comes of what `read` gets wrong               one parting
 */
export class Partings {
  readonly #trees: TransitionTrees;
  readonly #calls: readonly number[];
  readonly #runs: PairRuns;
  readonly #twins = new Remembered<boolean>();
  /** The saturation value of the base. */
  readonly #saturated: number | undefined;
  #found: readonly Group<CallParting>[] | undefined;
  #units: ReadonlyMap<string, readonly string[]> | undefined;

  /** @param calls of the alphabet that both trees share: each op with each of its arguments */
  constructor(
    base: TransitionTrees,
    subject: TransitionTrees,
    calls: readonly number[],
    mentioned: readonly number[],
    isDivergent?: IsDivergent,
  ) {
    this.#trees = subject;
    this.#calls = calls;
    this.#runs = new PairRuns(base, subject, mentioned, isDivergent);
    this.#saturated = base.subject.saturated;
  }

  get all(): readonly Parting[] {
    return this.#groups;
  }

  get #groups(): readonly Group<CallParting>[] {
    this.#found ??= groupsOf(
      this.#calls.flatMap((call) => this.#partsOf(call)),
      (one, other) => this.#isSame(one, other),
      (members) => this.#plainest(members),
    );
    return this.#found;
  }

  /** The parting that a call shows from an old value, if it does. */
  at(call: number, old: number): Parting | undefined {
    if (!this.#runs.differs(call, old)) return undefined;
    const isThere = (one: CallParting) => one.call === call && contains(one, old);
    const known = this.#groups.find(({ members }) => members.some(isThere));
    if (known) return known;
    // Not between probes, or with an argument that the target does not list.
    const here = this.#partsOf(call).find((one) => contains(one, old)) ?? this.#partAt(call, old);
    const near = this.#groups.find(({ members }) => members.some((one) => this.#isSame(one, here)));
    return near ?? { ops: this.codeOf(here.op), intervals: [{ low: here.low, high: here.high }] };
  }

  /** What both sides do in a parting, told by one of its calls. */
  waysOf(parting: Parting): readonly Way[] {
    const group = this.#groups.find((one) => one === parting);
    const members = group ? this.#plainest(group.members) : [];
    const [first] = members;
    if (!first) return [];
    const { alphabet } = this.#trees;
    return members
      .filter(({ call }) => call === first.call)
      .flatMap((interval) => {
        const tried = inOrder(interval, [...this.#runs.probes, interval.low, interval.high]);
        const runs = tried
          .filter((old) => this.#runs.differs(first.call, old))
          .map((old) => ({
            old,
            base: this.#runs.run('base', first.call, old),
            subject: this.#runs.run('subject', first.call, old),
          }));
        return waysOf(alphabet.format(first.call), runs, this.#runs.fixed);
      });
  }

  /** What a call leaves in the word, on either side. */
  leftBy(call: number, old: number): readonly number[] {
    return [
      ...new Set([this.#runs.run('base', call, old).value, this.#runs.run('subject', call, old).value]),
    ];
  }

  /** Whether no call with an argument that somebody would give shows a parting. */
  isOfOddArguments(parting: Parting): boolean {
    const group = this.#groups.find((one) => one === parting);
    const { alphabet } = this.#trees;
    return (
      group?.members.every(({ call }) => isOdd(alphabet.call(call).a, alphabet.call(call).arity)) ?? false
    );
  }

  /** The ops that are the same code as one, itself among them. */
  codeOf(op: string): readonly string[] {
    this.#units ??= unitsOfCode(this.#trees, this.#calls, (call, like) => this.#runs.areAlike(call, like));
    return this.#units.get(op) ?? [op];
  }

  #opOf(call: number): string {
    return this.#trees.alphabet.call(call).op;
  }

  /** Of the calls that part, those without an argument; else those of the smallest one: what others do follows from it. */
  #plainest(members: readonly CallParting[]): readonly CallParting[] {
    const { alphabet } = this.#trees;
    const plain = members.filter(({ call }) => alphabet.call(call).arity === 0);
    if (plain.length > 0) return plain;
    const ones = members.filter(({ call }) => alphabet.call(call).a === 1);
    return ones.length > 0 ? ones : members;
  }

  #partsOf(call: number): CallParting[] {
    const intervals = intervalsWhere(this.#runs.probes, (old) => this.#runs.differs(call, old));
    return this.#bridged(call, intervals).map((interval) => {
      return this.#part(call, interval, this.#runs.shownIn(call, interval));
    });
  }

  /**
   * Joins intervals where the subject does one and the same from the one to the other: that the base happens to do it too in
   * between makes no second reason.
   *
   *     returns false from 0 to 2, where the base does so from 1      0 and 2 are one
   */
  #bridged(call: number, intervals: readonly Interval[]): readonly Interval[] {
    const all = [...intervals];
    for (let at = 0; at + 1 < all.length; ) {
      const bridge = { low: all[at]!.low, high: all[at + 1]!.high };
      const forms = this.#runs.probes
        .filter((old) => contains(bridge, old))
        .map((old) => formOf(old, this.#runs.traced('subject', call, old)));
      if (new Set(forms).size === 1) all.splice(at, 2, bridge);
      else at++;
    }
    return all;
  }

  /** For a value that no probe is near. */
  #partAt(call: number, old: number): CallParting {
    return this.#part(call, { low: old, high: old }, [old]);
  }

  #part(call: number, interval: Interval, shown: readonly number[]): CallParting {
    const pairs = shown.map(
      (old) => [this.#runs.traced('base', call, old), this.#runs.traced('subject', call, old)] as const,
    );
    return { op: this.#opOf(call), call, ...interval, ...differencesOf(pairs) };
  }

  #isSame(one: CallParting, other: CallParting): boolean {
    const isOneCode = this.codeOf(one.op).includes(other.op);
    if (isOneCode && overlap(one, other)) return true;
    // In between they happen to do the same, and with another argument a condition is met elsewhere.
    if (
      isOneCode &&
      (haveCommon(one.edits, other.edits) || haveCommon(one.distanceEdits, other.distanceEdits))
    )
      return true;
    // A condition that is wrong at several values: what follows from it may be another matter for each.
    if (isOneCode && haveCommon(one.places, other.places) && this.#isTwin(one.op)) return true;
    if (this.#isOfConstant(one, other) || this.#isOfConstant(other, one)) return true;
    if (isOneCode) return false;
    if (this.#isMisread(one, other) || this.#isMisread(other, one)) return true;
    return isOneOfAccesses(one.edits, other.edits) || isOneOfAccesses(one.plainEdits, other.plainEdits);
  }

  /**
   * Whether an op makes the accesses of the base's wherever it does the same: then it is the base's code with a change. Of
   * an op that is written in another way, the first access that differs says nothing.
   */
  #isTwin(op: string): boolean {
    return this.#twins.of(op, () =>
      this.#calls
        .filter((call) => this.#opOf(call) === op)
        .every((call) =>
          this.#runs.probes.every(
            (old) =>
              this.#runs.differs(call, old) ||
              this.#runs.traced('base', call, old).text === this.#runs.traced('subject', call, old).text,
          ),
        ),
    );
  }

  /** Whether the one is what comes of the other's wrong reading: see `PairRuns`. */
  #isMisread(one: CallParting, reader: CallParting): boolean {
    const shown = this.#runs.shownIn(one.call, one);
    return this.#runs.isMisread(reader.call, one.call, shown.length > 0 ? shown : [one.low]);
  }

  /** Whether the one stores another saturation value than the base, and the other parts at just one of the two. */
  #isOfConstant(one: CallParting, other: CallParting): boolean {
    const saturated = this.#saturated;
    if (saturated === undefined || other.low !== other.high || !this.#runs.fixed.includes(other.low))
      return false;
    const text = formatValue(saturated);
    return [...one.edits].every(
      (edit) => edit.startsWith(`-store ${text}, +store `) && isOfAccessesOnly(edit),
    );
  }

  /**
   * A parting of the op of a call that begins with the same accesses as its run from a value where it does not part: what it
   * leaves is the same, but not what others see in between.
   */
  likeAt(call: number, old: number): Parting | undefined {
    const head = headOf(this.#runs.edit(call, old));
    if (head === '') return undefined;
    const code = this.codeOf(this.#opOf(call));
    const isLike = (one: CallParting) =>
      code.includes(one.op) && [...one.edits].some((edit) => headOf(edit) === head);
    return this.#groups.find(({ members }) => members.some(isLike));
  }
}

function haveCommon<T>(one: ReadonlySet<T>, other: ReadonlySet<T>): boolean {
  return [...one].some((each) => other.has(each));
}
