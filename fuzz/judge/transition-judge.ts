import { BOUNDARIES, type Boundary } from '../../oracles/boundary.ts';
import type { Divergence } from '../../oracles/divergence.ts';
import { Fact } from '../../oracles/lifetime.ts';
import type { OutcomesOracle } from '../../oracles/oracle.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { WordIndex } from '../run/access.ts';
import type { Harness } from '../run/harness.ts';
import type { Machine } from '../run/machine.ts';
import { codeOf, firstCodes } from '../run/op-results.ts';
import { callerOf, isPinnedByOther, touchedBy } from '../run/scheme-words.ts';
import { factsOf, type Reachable, resultAt, type Vectors } from './scheme-outcomes.ts';

const { CALLER, LIST, TOUCHED, WARNED } = WordIndex;
const GRANTED = codeOf('granted');
const REFUSED = codeOf('refused');

/** A divergence of a program, and the test that tells the access at which it comes to light. */
export interface SchemeDivergence {
  readonly divergence: Divergence;
  readonly facts: number;
}

/**
 * Says of each access of the subject what diverges by it, given what the reference can do with the program. A judge is for
 * one program.
 *
 *     inet-peer-naive, from idle: lookup
 *     the reference can come to [], [granted]; the subject's compare-exchange fails, and lookup is refused
 *     [refused] is no vector of the reference: `result`. It could only have granted there: `false-alarm`
 */
export class TransitionJudge {
  readonly reference: Reachable;
  readonly #harness: Harness;
  readonly #vectors: Vectors;
  // Of the state that was left last; `at` sees the machine after the access.
  /** Whether the reference can have the results so far, and everything that has warned. */
  #wasClean = false;
  /** See `factsOf`. */
  #facts = 0;
  /** The CALLER word: who queued the callback. */
  #caller = 0;
  /** The TOUCHED word. */
  #touched = 0;

  /**
   * @param reference what the reference can do with the program
   * @param vectors those that `reference` was made with
   */
  constructor(harness: Harness, reference: Reachable, vectors: Vectors) {
    this.#harness = harness;
    this.reference = reference;
    this.#vectors = vectors;
  }

  /** Call it in each state before an access is made from there. @param stuck whether no thread can go on */
  leave(machine: Machine, stuck = false): void {
    this.#wasClean = this.reference.reaches(this.#vectors.of(machine)) && !this.#warnsStrangely(machine);
    this.#facts = factsOf(machine, stuck);
    this.#caller = machine.words[CALLER]!;
    this.#touched = machine.words[TOUCHED]!;
  }

  /** The facts of the state that was left. */
  get factsLeft(): number {
    return this.#facts;
  }

  /**
   * What the last access brought about. The order of the questions: a new fact, then a result, then a warning; so an
   * access that does more than one of these is named by the gravest.
   *
   * @param op index of the op that made the access, in its thread
   */
  at(machine: Machine, thread: number, op: number): SchemeDivergence | undefined {
    const fact = this.#fact(machine, thread, op);
    if (fact) return fact;
    const { ofOutcomes } = this.#harness.oracles;
    // Only the first step off the path is told, and a callback has no result.
    if (!ofOutcomes || !this.#wasClean || thread === machine.threadCount) return undefined;
    // What an op sees of a counter that another op has just pinned is that op's divergence.
    if (isPinnedByOther(machine.words, thread)) return undefined;
    return this.#answer(ofOutcomes, machine, thread, op) ?? this.#warning(ofOutcomes, machine, thread, op);
  }

  /** For a state in which no thread can go on. */
  deadlock(machine: Machine): SchemeDivergence | undefined {
    const { ofFacts } = this.#harness.oracles;
    if (!ofFacts || this.reference.facts & Fact.DEADLOCK) return undefined;
    const thread = machine.program.threads.findIndex((_, index) => machine.node[index]! >= 0);
    const op = this.#opOf(machine, thread, machine.position[thread]!);
    const boundary = BOUNDARIES[machine.touches.boundaryNow(machine.words)]!;
    return { divergence: { op, boundary, ...ofFacts.verdict }, facts: Fact.DEADLOCK };
  }

  #fact(machine: Machine, thread: number, op: number): SchemeDivergence | undefined {
    const { ofFacts } = this.#harness.oracles;
    if (!ofFacts) return undefined;
    const after = factsOf(machine, false);
    const facts = ofFacts.accused({ before: this.#facts, after, reference: this.reference.facts });
    if (facts === 0) return undefined;
    // A callback does what the op that queued it has asked for.
    if (thread === machine.threadCount) {
      const { call, boundary } = callerOf(this.#caller);
      return {
        divergence: {
          op: this.#harness.alphabet.call(call).op,
          boundary: BOUNDARIES[boundary]!,
          ...ofFacts.verdict,
        },
        facts,
      };
    }
    const divergence = { op: this.#opOf(machine, thread, op), boundary: this.#boundary(machine, thread) };
    return { divergence: { ...divergence, ...ofFacts.verdict }, facts };
  }

  /** The first result of the access that the reference cannot give: one access may end several ops, see `Vectors.of`. */
  #answer(
    outcomes: OutcomesOracle,
    machine: Machine,
    thread: number,
    op: number,
  ): SchemeDivergence | undefined {
    const completed = machine.position[thread]!;
    for (let done = op + 1; done <= completed; done++) {
      if (this.reference.reaches(this.#vectors.of(machine, thread, done))) continue;
      // A refusal is an alarm only where the reference could do nothing but grant, and the object was still to be found.
      const isDenied =
        resultAt(machine, thread, done - 1) === REFUSED &&
        this.#onlyGrants(machine, thread, done) &&
        !this.#isPlainMiss(machine, thread, op);
      const judgement = outcomes.judgeScheme(this.#warnsStrangely(machine) || isDenied);
      const name = this.#opOf(machine, thread, done - 1);
      const boundary = this.#boundary(machine, thread);
      return { divergence: { op: name, boundary, kind: 'result', judgement }, facts: 0 };
    }
    return undefined;
  }

  #warning(
    outcomes: OutcomesOracle,
    machine: Machine,
    thread: number,
    op: number,
  ): SchemeDivergence | undefined {
    if (machine.position[thread] === op || !this.#warnsStrangely(machine)) return undefined;
    const boundary = this.#boundary(machine, thread);
    const judgement = outcomes.judgeScheme(true);
    return {
      divergence: { op: this.#opOf(machine, thread, op), boundary, kind: 'warning', judgement },
      facts: 0,
    };
  }

  /** Whether something has warned as nothing of the reference ever does. */
  #warnsStrangely(machine: Machine): boolean {
    if (machine.words[WARNED] === 0) return false;
    return machine.warningTexts().some((text) => !this.reference.warnings.has(text));
  }

  #opOf(machine: Machine, thread: number, op: number): string {
    return this.#harness.alphabet.call(machine.program.threads[thread]![op]!).op;
  }

  /** A lookup that finds nothing because the object is not in the structure any more raises no alarm. */
  #isPlainMiss(machine: Machine, thread: number, op: number): boolean {
    const { role } = (this.#harness.target.subject as Scheme).ops[this.#opOf(machine, thread, op)]!;
    return (role === 'get' || role === 'enter') && machine.words[LIST] === 0;
  }

  /**
   * Whether the reference, in the same place, can do nothing but grant. Asks with the result exchanged in place, and puts
   * it back: a copy of the results for each question would cost more.
   */
  #onlyGrants(machine: Machine, thread: number, done: number): boolean {
    const could = (code: number) => {
      const results = machine.results[thread]!;
      machine.results[thread] = firstCodes(results, done - 1, code);
      const reachable = this.reference.reaches(this.#vectors.of(machine));
      machine.results[thread] = results;
      return reachable;
    };
    return could(GRANTED) && !could(REFUSED) && !could(codeOf('void'));
  }

  #boundary(machine: Machine, thread: number): Boundary {
    return BOUNDARIES[boundaryCode(machine, thread, this.#touched)]!;
  }
}

/**
 * Where the op of a thread first touched the counter. The machine forgets it when the op returns, so it is
 * read from before the access, unless this very access was the first; an op that never touched the counter
 * is placed where the count stands.
 */
function boundaryCode(machine: Machine, thread: number, touchedBefore: number): number {
  const before = touchedBy(touchedBefore, thread);
  if (before >= 0) return before;
  const { touches, words } = machine;
  return touches.ofLastAccess >= 0 ? touches.ofLastAccess : touches.boundaryNow(words);
}
