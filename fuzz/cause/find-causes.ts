import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { INT_MAX, INT_MIN } from '../../targets/subject/values.ts';
import { sideNames } from '../../targets/target/sides.ts';
import type { Target } from '../../targets/target/target.ts';
import { Explorer } from '../explore/explorer.ts';
import { comparePair } from '../judge/lockstep.ts';
import { OpWalk } from '../judge/op-walk.ts';
import { opCount, type Program } from '../program/program.ts';
import { WordIndex } from '../run/access.ts';
import { type Harness, interruptibleHarness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { returns } from '../run/non-terminating.ts';
import { Remembered } from '../run/remembered.ts';
import { wordNamesOf } from '../run/word-names.ts';
import type { Cause } from './cause.ts';
import { causeName } from './cause-name.ts';
import { CauseRecords } from './cause-records.ts';
import { hybridCounter } from './hybrid.ts';
import { idealCounter } from './ideal-counter.ts';
import type { IsDivergent } from './pair-runs.ts';
import { isOdd, type Parting } from './parting.ts';
import { Partings } from './partings.ts';
import { fewestOps, opsOf, Substitution, translated } from './substitution.ts';
import { firstPartings } from './tree-twins.ts';

/** A call, and the value that it begins with. */
type Walked = readonly [call: number, old: number];

/** What an access may have read, where the accesses of both sides are compared. */
const TRIED = [0, 1, 2, -1, INT_MAX, INT_MIN];

/** Beyond so many states of a program its values are not listed. */
const MOST_STATES = 20_000;

/**
 * Finds the cause of each divergence of a counter. It is decided, not guessed: the program is run with some of its ops as
 * the base has them, under every schedule, and asked whether the divergence is still there.
 *
 *     base   the reference; of a target that names another as `known`, that one's subject: what differs from atomic_t is
 *            known there, and new is only what differs from the known counter
 */
export class CauseFinder {
  readonly #harness: Harness;
  readonly #base: Counter;
  readonly #records: CauseRecords;
  /** Base against subject, op by op. */
  readonly #pair: Harness;
  readonly #partings: Partings;
  readonly #substitution: Substitution;
  /** By call: see `hasOtherAccesses`. */
  readonly #others = new Remembered<boolean>();
  /** Of what the base shows as well, where that is another than the reference. */
  #ofReference: CauseFinder | undefined;

  /**
   * @param harness of two counters, or of one and the ideal one; whoever may interrupt it interrupts this too
   * @param base see above; absent: the reference
   */
  constructor(harness: Harness, base?: Counter) {
    const target = harness.target as Target & { readonly subject: Counter };
    this.#harness = harness;
    this.#base =
      base ?? (target.reference === 'ideal' ? idealCounter(target.subject) : (target.reference as Counter));
    this.#records = new CauseRecords(sideNames({ reference: this.#base, subject: target.subject }).reference);
    this.#substitution = new Substitution(harness, (ops) => hybridCounter(target.subject, this.#base, ops));
    const { interrupt } = harness.subject;
    this.#pair = interruptibleHarness({ ...target, reference: this.#base, oracles: ['lockstep'] }, interrupt);
    const mentioned = [...(target.initial as readonly number[]), ...target.arguments];
    const { reference, subject, calls } = this.#pair;
    this.#partings = new Partings(reference!, subject, calls, mentioned, this.#judging());
  }

  /** What the ops do alone that those of the base do not. */
  get partings(): readonly Parting[] {
    return this.#partings.all;
  }

  /** The same as causes, each told. */
  get alone(): readonly Cause[] {
    return this.partings.map((parting) => this.#alone(parting));
  }

  /** The ideal counter never objects: there it depends on the judgement whether a difference is one. */
  #judging(): IsDivergent | undefined {
    if (this.#base.name !== 'ideal') return undefined;
    return (call, old) => {
      const { op, a, b } = this.#pair.alphabet.call(call);
      const judged = () => comparePair(this.#harness, this.#harness.alphabet.id(op, a, b), old).divergences;
      return (returns(judged)?.length ?? 1) > 0;
    };
  }

  /** @param program shows the divergence; the smaller, the sooner this is decided */
  causeOf(divergence: Divergence, program: Program): Cause {
    const isOne = opCount(program) === 1;
    const ops = isOne ? [divergence.op] : this.#substituted(divergence, program);
    const met = ops && (this.#metAlone(ops, this.#walked(program)) ?? this.#metInRaces(ops, program));
    if (met) return this.#alone(met);
    if (this.#base !== this.#harness.target.reference && (isOne || ops === undefined)) {
      const shown = this.#shownByBase(divergence, program);
      if (shown) return shown;
    }
    // Nothing helps where the base breaks the same law; and a documented window is open wherever its op can be in it.
    const isOfOp = isOne || ops === undefined || divergence.judgement === 'transient';
    const ofOps = (one: Parting) => (ops ?? [divergence.op]).some((op) => one.ops.includes(op));
    const known = isOfOp ? this.partings.find(ofOps) : undefined;
    return known ? this.#alone(known) : this.#inRaces(ops ?? [divergence.op]);
  }

  /**
   *     the divergence's op shows it alone from a value that the program comes to      the parting there
   *     one parting is all that the ops of the program come to                         that one
   *     alone all do as the base does, and one differs in its accesses                 that one: where it parts with
   *                                                                                    values of a race, else in races
   */
  likelyCause(divergence: Divergence, program: Program): Cause | undefined {
    const met = this.#walked(program).flatMap(([call, old]) => {
      const parting = this.#partings.at(call, old);
      return parting ? [{ parting, isShown: this.#showsAlone(divergence, call, old) }] : [];
    });
    const shown = met.find(({ isShown }) => isShown)?.parting;
    const partings = shown
      ? [shown]
      : [...new Map(met.map(({ parting }) => [nameOf(parting), parting])).values()];
    if (partings.length > 0) return partings.length === 1 ? this.#alone(partings[0]!) : undefined;
    const calls = new Set(translated(program, this.#harness.alphabet, this.#pair.alphabet).threads.flat());
    const other = [...calls].filter((call) => this.#hasOtherAccesses(call));
    const ops = new Set(other.map((call) => this.#pair.alphabet.call(call).op));
    const units = new Map([...ops].map((op) => [this.#partings.codeOf(op).join(), op]));
    const [unit, another] = [...units.values()];
    if (unit === undefined || another !== undefined) return undefined;
    // In a race it may come to where it parts alone.
    if (!this.partings.some((parting) => parting.ops.includes(unit))) return this.#inRaces([unit]);
    const parting = this.#metInRaces([...ops], program);
    return parting && this.#alone(parting);
  }

  /** Whether the divergence itself is there already when nobody else runs: then a program of this one op is its case. */
  #showsAlone(divergence: Divergence, call: number, old: number): boolean {
    const { op, a, b } = this.#pair.alphabet.call(call);
    if (op !== divergence.op) return false;
    const own = this.#harness.alphabet.id(op, a, b);
    const shown = returns(() => comparePair(this.#harness, own, old).divergences) ?? [];
    return shown.some((one) => signatureOf(one) === signatureOf(divergence));
  }

  /** Whether the base's accesses are others, whatever values the op meets. */
  #hasOtherAccesses(call: number): boolean {
    return this.#others.of(`${call}`, () => this.#isOther(call));
  }

  #isOther(call: number): boolean {
    const { reference, subject } = this.#pair;
    const words = { bias: 0, names: wordNamesOf(subject.subject) };
    const sides = { base: reference!, subject, words: { base: words, subject: words } };
    return firstPartings(sides, call, [...TRIED, ...this.#harness.saturated]).size > 0;
  }

  /** What the base does as well is no doing of the subject: there both part from the reference. */
  #shownByBase(divergence: Divergence, program: Program): Cause | undefined {
    if (this.#harness.target.reference === 'ideal') return undefined;
    if (!this.#substitution.left(this.#harness.target.ops, program)?.has(signatureOf(divergence)))
      return undefined;
    this.#ofReference ??= new CauseFinder(this.#harness);
    return this.#ofReference.causeOf(divergence, program);
  }

  #alone(parting: Parting): Cause {
    const races = this.#racesBehind(parting);
    return races ? this.#inRaces(races) : this.#records.alone(parting, this.#partings.waysOf(parting));
  }

  /**
   * The ops of a parting that only odd arguments show, of a code that does not make the base's accesses with any other: what
   * it does of `add_not_zero(-1)`, which nobody calls, follows from that. So both are one cause.
   */
  #racesBehind(parting: Parting): readonly string[] | undefined {
    if (!this.#partings.isOfOddArguments(parting)) return undefined;
    const code = parting.ops.flatMap((op) => this.#partings.codeOf(op));
    if (this.partings.some((one) => one !== parting && one.ops.some((op) => code.includes(op))))
      return undefined;
    const { alphabet, calls } = this.#pair;
    const usual = calls.filter((call) => !isOdd(alphabet.call(call).a, alphabet.call(call).arity));
    const [own, others] = [true, false].map((isOwn) =>
      usual.filter((call) => code.includes(alphabet.call(call).op) === isOwn),
    ) as [number[], number[]];
    if (!own.some((call) => this.#hasOtherAccesses(call))) return undefined;
    // Of a subject that is written in another way throughout, other accesses say nothing.
    const isBaseCode = 2 * others.filter((call) => this.#hasOtherAccesses(call)).length < others.length;
    return isBaseCode ? code : undefined;
  }

  /** Ops that are one code go together. */
  #inRaces(ops: readonly string[]): Cause {
    return this.#records.inRaces([...new Set(ops.flatMap((op) => this.#partings.codeOf(op)))].sort());
  }

  /** See `fewestOps`. Then an op that parts alone in the program; not the op that only saw it. */
  #substituted(divergence: Divergence, program: Program): readonly string[] | undefined {
    const signature = signatureOf(divergence);
    const units = [...new Set(opsOf(this.#harness, program).map((op) => this.#partings.codeOf(op)))];
    const walked = this.#walked(program);
    return fewestOps({
      units,
      most: units.length,
      left: (ops) => {
        const left = this.#substitution.left(ops, program);
        return left?.has(signature) ? undefined : left?.size;
      },
      ranks: (ops) => [
        Number(this.#metAlone(ops, walked) === undefined),
        Number(ops.includes(divergence.op)),
      ],
    });
  }

  /** The first parting of one of the ops that the program comes to, its ops run one after another in any order. */
  #metAlone(ops: readonly string[], walked: readonly Walked[]): Parting | undefined {
    for (const [call, old] of walked) {
      if (!ops.includes(this.#pair.alphabet.call(call).op)) continue;
      const parting = this.#partings.at(call, old);
      if (parting) return parting;
    }
    return undefined;
  }

  /** The same with any value that the word can have while its ops run: a race may lead where the op parts alone. */
  #metInRaces(ops: readonly string[], program: Program): Parting | undefined {
    const asked = translated(program, this.#harness.alphabet, this.#pair.alphabet);
    const calls = new Set(
      asked.threads.flat().filter((call) => ops.includes(this.#pair.alphabet.call(call).op)),
    );
    for (const old of this.#valuesIn(asked)) {
      for (const call of calls) {
        const parting = this.#partings.at(call, old) ?? this.#partings.likeAt(call, old);
        if (parting) return parting;
      }
    }
    return undefined;
  }

  /** Every value of the word in any run of the subject, in the order of the search; none with too many states. */
  #valuesIn(program: Program): ReadonlySet<number> {
    const machine = new Machine(this.#pair.subject);
    const values = new Set<number>();
    const states = returns(() =>
      new Explorer(machine, { symmetry: true }).explore(program, MOST_STATES, {
        state: () => void values.add(machine.words[WordIndex.COUNT]!),
      }),
    );
    return states === undefined ? new Set() : values;
  }

  /** The calls and old values that a program comes to when its ops are indivisible, on either side. */
  #walked(program: Program): Walked[] {
    const asked = translated(program, this.#harness.alphabet, this.#pair.alphabet);
    const met = new Map<string, Walked>();
    new OpWalk().walk(asked, (call, old) => {
      met.set(`${call} ${old}`, [call, old]);
      return this.#partings.leftBy(call, old);
    });
    return [...met.values()];
  }
}

/** Two partings of one name are one cause. */
function nameOf({ ops, intervals }: Parting): string {
  return causeName(ops, intervals);
}
