import { type Divergence, divergenceOf, signatureOf } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { sideNames } from '../../targets/target/sides.ts';
import { Explorer } from '../explore/explorer.ts';
import type { Program } from '../program/program.ts';
import { SCHEME_WORDS, WordIndex } from '../run/access.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { Remembered } from '../run/remembered.ts';
import { TransitionTrees } from '../run/transition-trees.ts';
import { wordNamesOf } from '../run/word-names.ts';
import type { Cause } from './cause.ts';
import { CauseRecords } from './cause-records.ts';
import { countAlike, shortPrograms } from './coherence.ts';
import { CALLBACK_OP, hybridScheme, isMiscounted, STATES_OP } from './hybrid-scheme.ts';
import type { Parting } from './parting.ts';
import type { Situation } from './scheme-alone.ts';
import { SchemePartings } from './scheme-partings.ts';
import { fewestOps, opsOf, Substitution } from './substitution.ts';

/** Beyond so many states of a program it is not looked where its ops part. */
const MOST_STATES = 20_000;

/** Of more ops than this one would say no more than of the conversion as a whole; and there are too many choices. */
const MOST_TOGETHER = 3;

const { COUNT, LIST, LOCK, MUTEX, TIMER, NOTED, NOTE_WAITS } = WordIndex;

/** A parting that a program comes to, and the count there. */
interface Met {
  readonly parting: Parting;
  readonly count: number;
}

/**
 * Finds the cause of each divergence of a scheme, by the same question as for counters: which ops of the program have to
 * run as the base's for it to go away? The RCU callback is one of them.
 *
 * Where the two protocols count differently, no op of the one fits the others: then the cause is the conversion as a whole.
 */
export class SchemeCauseFinder {
  readonly #harness: Harness;
  readonly #base: Scheme;
  readonly #records: CauseRecords;
  readonly #substitution: Substitution;
  readonly #partings: SchemePartings;
  readonly #countAlike: boolean;
  readonly #coherent = new Remembered<boolean>();
  #short: readonly Program[] | undefined;
  /** What the subject shows in short programs. */
  #ofSubject: ReadonlySet<string> | undefined;

  /** @param harness of two schemes @param base as for counters: absent, the reference */
  constructor(harness: Harness, base?: Scheme) {
    const { target } = harness;
    const subject = target.subject as Scheme;
    this.#harness = harness;
    this.#base = base ?? (target.reference as Scheme);
    this.#records = new CauseRecords(sideNames({ reference: this.#base, subject }).reference);
    const trees =
      this.#base === target.reference
        ? harness.reference!
        : new TransitionTrees(this.#base, harness.alphabet, harness.subject.interrupt);
    this.#partings = new SchemePartings(trees, harness.subject, target);
    this.#countAlike = countAlike(subject, this.#base);
    const { queuing } = this.#partings;
    this.#substitution = new Substitution(harness, (ops) => hybridScheme(subject, this.#base, ops, queuing));
  }

  /** What the ops do alone that those of the base do not. */
  get partings(): readonly Parting[] {
    return this.#partings.all;
  }

  /** @param program shows the divergence; the smaller, the sooner this is decided */
  causeOf(divergence: Divergence, program: Program): Cause {
    const ops = this.#substituted(divergence, program);
    // Where no difference is seen in any op, as in the number of a lock, the one that shows it stands for it.
    const { differing } = this.#partings;
    if (!ops) return this.#records.joint(differing.length > 0 ? differing : [divergence.op], 'as-a-whole');
    return this.#ofOneCode(ops, program) ?? this.#ofSeveral(ops, divergence, program);
  }

  /** The op of the divergence, or the only one of the program, that does not do as in the base. */
  likelyCause({ op }: Divergence, program: Program): Cause | undefined {
    if (!this.#countAlike) return undefined;
    const own = [...opsOf(this.#harness, program), CALLBACK_OP];
    const differing = own.filter((one) => this.#partings.differing.includes(one));
    const [first, ...others] = differing.includes(op) ? [op] : differing;
    return first === undefined || others.length > 0 ? undefined : this.#ofOneCode([first], program);
  }

  /** Where the ops are one, share a helper, or are a state: one place. */
  #ofOneCode(ops: readonly string[], program: Program): Cause | undefined {
    // Named by the state: another one is another defect.
    if (ops.length === 1 && ops[0] === STATES_OP)
      return this.#records.joint(ops, 'state', String(program.start));
    const met = this.#met(ops, program);
    if (met && ops.every((op) => met.parting.ops.includes(op))) return this.#alone(met);
    const like = this.#partings.likeInRaces(ops[0]!);
    if (!ops.every((op) => like.includes(op))) return undefined;
    return this.#records.inRaces(like);
  }

  /**
   * No fewer ops make the divergence go away: so any one of them is enough to bring it about while the others are as in the
   * base, and it is told by one. Only where protocols do not fit may ops be here because they need each other.
   */
  #ofSeveral(ops: readonly string[], { op }: Divergence, program: Program): Cause {
    const inOrder = [...ops].sort((one, other) => Number(other === op) - Number(one === op));
    const single = this.#countAlike ? this.#ofOneCode(inOrder.slice(0, 1), program) : undefined;
    return single ?? this.#records.joint([...ops].sort(), 'together');
  }

  #alone({ parting, count }: Met): Cause {
    return this.#records.alone(parting, this.#partings.waysOf(parting, count));
  }

  /** See `fewestOps`. Then the state that the program starts from, where everything begins; the op that the divergence names. */
  #substituted(divergence: Divergence, program: Program): readonly string[] | undefined {
    const own = [...opsOf(this.#harness, program), CALLBACK_OP];
    const units = own.filter((op) => this.#partings.differing.includes(op));
    const subject = this.#harness.target.subject as Scheme;
    if (isMiscounted(subject, this.#base, program.start as string)) units.push(STATES_OP);
    const before = this.#left([], program) ?? new Set();
    return fewestOps({
      units: units.map((op) => [op]),
      most: MOST_TOGETHER,
      left: (ops) => {
        const left = this.#left(ops, program);
        const isGone = left && !isLeft(divergence, left, before) && this.#isCoherent(ops);
        return isGone ? left.size : undefined;
      },
      ranks: (ops) => [ops.includes(STATES_OP) ? 0 : ops.includes(divergence.op) ? 1 : 2],
    });
  }

  /**
   * Whether the ops fit together. Only asked where the protocols count different things: short programs of one thread must
   * not show anything that the subject itself does not.
   */
  #isCoherent(ops: readonly string[]): boolean {
    if (this.#countAlike) return true;
    return this.#coherent.of([...ops].sort().join(), () => {
      this.#short ??= shortPrograms(this.#harness);
      this.#ofSubject ??= new Set(this.#short.flatMap((program) => [...(this.#left([], program) ?? [])]));
      const known = this.#ofSubject;
      return this.#short.every((program) => {
        const left = this.#left(ops, program);
        return left !== undefined && [...left].every((signature) => known.has(signature));
      });
    });
  }

  /** @returns undefined where it cannot be told: an op that does not fit the others may do what no scheme can */
  #left(ops: readonly string[], program: Program): ReadonlySet<string> | undefined {
    try {
      const left = this.#substitution.left(ops, program);
      return left && new Set(left.keys());
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }

  /**
   * The parting of the ops that the program comes to: where one begins, it does something else than the base's; or else
   * where the count has moved on while it runs, if nothing but the count tells the two apart.
   */
  #met(ops: readonly string[], program: Program): Met | undefined {
    let atBeginning: Met | undefined;
    let isReordered = false;
    let meanwhile: Met | undefined;
    this.#inEachState(program, (machine) => {
      const situation = this.#situation(machine);
      const { count } = situation;
      const metAs = (parting: Parting | undefined) => parting && { parting, count };
      for (const op of ops) meanwhile ??= metAs(this.#partings.from(op, count));
      for (let thread = 0; thread < machine.schedulable; thread++) {
        const op = this.#opAt(machine, thread);
        if (op === undefined || !ops.includes(op)) continue;
        atBeginning ??= metAs(this.#partings.at(op, situation));
        isReordered ||= this.#partings.isReordered(op, situation);
      }
    });
    return atBeginning ?? (isReordered ? undefined : meanwhile);
  }

  get #bias(): number {
    return (this.#harness.subject.subject as Scheme).bias;
  }

  #inEachState(program: Program, look: (machine: Machine) => void): void {
    const machine = new Machine(this.#harness.subject);
    const explorer = new Explorer(machine, { symmetry: true });
    explorer.explore(program, MOST_STATES, { state: () => look(machine) });
  }

  /** The op that a thread is about to begin, if it is. */
  #opAt(machine: Machine, thread: number): string | undefined {
    const node = machine.node[thread]!;
    if (node < 0 || !machine.trees.isRoot[node]) return undefined;
    // Of several functions that run later none is exchanged, see `timeOfBoth`.
    if (thread >= machine.threadCount)
      return machine.isDue(thread) && (machine.trees.subject as Scheme).time === undefined
        ? CALLBACK_OP
        : undefined;
    return machine.trees.alphabet.call(machine.threads[thread]![machine.position[thread]!]!).op;
  }

  #situation({ words, trees }: Machine): Situation {
    const names = wordNamesOf(trees.subject).slice(SCHEME_WORDS);
    const isOver = words[NOTE_WAITS] === 0;
    return {
      count: (words[COUNT]! - this.#bias) | 0,
      list: words[LIST]!,
      idle: words[NOTED] === 0 ? 0 : isOver ? 2 : 1,
      taken: [LOCK, MUTEX, TIMER].filter((lock) => words[lock] !== 0),
      words: Object.fromEntries(names.map((name, at) => [name, words[SCHEME_WORDS + at]!])),
    };
  }
}

/**
 * Whether a divergence is still there; at another boundary too, unless the program shows it there anyway: an op of another
 * scheme reads the count in its own way.
 */
function isLeft(divergence: Divergence, left: ReadonlySet<string>, before: ReadonlySet<string>): boolean {
  if (left.has(signatureOf(divergence))) return true;
  return [...left].some((signature) => {
    if (before.has(signature)) return false;
    const { op, kind, judgement } = divergenceOf(signature)!;
    return op === divergence.op && kind === divergence.kind && judgement === divergence.judgement;
  });
}
