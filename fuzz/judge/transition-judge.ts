import { BOUNDARIES } from '../../oracles/boundary.ts';
import type { Divergence } from '../../oracles/divergence.ts';
import { Fact } from '../../oracles/lifetime.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { WordIndex } from '../run/access.ts';
import type { Harness } from '../run/harness.ts';
import type { Machine } from '../run/machine.ts';
import { codeOf, firstCodes } from '../run/op-results.ts';
import { callerOf, isPinnedByOther, touchedBy } from '../run/scheme-words.ts';
import { factsOf, type Reachable, resultAt, type Vectors } from './scheme-outcomes.ts';

const { LIST, WARNED } = WordIndex;
const GRANTED = codeOf('granted');
const REFUSED = codeOf('refused');

/** A divergence of a program, and the test that tells the access at which it comes to light. */
export interface SchemeDivergence {
  readonly divergence: Divergence;
  readonly facts: number;
}

/** Says of each access of the subject what diverges by it, given what the reference can do. */
export interface TransitionJudge {
  /** Whether the reference can have these results so far, and everything that has warned. */
  isClean(machine: Machine): boolean;
  /**
   * The order of the questions: a new fact, then a result, then a warning: an access that does more than one of these
   * is named by the gravest.
   *
   * @param wasClean whether the state before the access was: only the first step off the path is told
   * @param callerBefore the CALLER word before it: who queued the callback
   * @param touchedBefore the TOUCHED word before it
   * @param factsBefore the FACTS word before the access
   */
  at(
    machine: Machine,
    thread: number,
    op: number,
    wasClean: boolean,
    factsBefore: number,
    callerBefore: number,
    touchedBefore: number,
  ): SchemeDivergence | undefined;
  /** For a state in which no thread can go on. */
  deadlock(machine: Machine): SchemeDivergence | undefined;
  readonly reference: Reachable;
}

/**
 * The judge of one program.
 *
 * @param reference what the reference can do with it
 * @param vectors those that `reference` was made with
 */
export function transitionJudge(harness: Harness, reference: Reachable, vectors: Vectors): TransitionJudge {
  const strangeWarning = (machine: Machine) =>
    machine.words[WARNED] !== 0 && machine.warningTexts().some((text) => !reference.warnings.has(text));
  const isClean = (machine: Machine) => reference.reaches(vectors.of(machine)) && !strangeWarning(machine);
  const opOf = (machine: Machine, thread: number, op: number) =>
    harness.alphabet.call(machine.program.threads[thread]![op]!).op;

  return {
    reference,
    isClean,
    deadlock(machine) {
      if (!harness.oracles.ofFacts || reference.facts & Fact.DEADLOCK) return undefined;
      const thread = machine.program.threads.findIndex((_, index) => machine.node[index]! >= 0);
      const op = opOf(machine, thread, machine.position[thread]!);
      const boundary = BOUNDARIES[machine.touches.boundaryNow(machine.words)]!;
      return { divergence: { op, boundary, kind: 'lifetime', judgement: 'breaks' }, facts: Fact.DEADLOCK };
    },
    at(machine, thread, op, wasClean, factsBefore, callerBefore, touchedBefore) {
      const isCallback = thread === machine.threadCount;
      // New with this access, and not to be excused by the reference.
      const facts = factsOf(machine, false) & ~factsBefore & ~reference.facts;
      // What befalls an object whose life is broken already follows from the first fact.
      const isFirst = (factsBefore & ~reference.facts) === 0;
      if (harness.oracles.ofFacts && facts !== 0 && isFirst) {
        const caller = callerOf(callerBefore);
        const name = isCallback ? harness.alphabet.call(caller.call).op : opOf(machine, thread, op);
        const touched = isCallback ? caller.boundary : boundaryCode(machine, thread, touchedBefore);
        return {
          divergence: { op: name, boundary: BOUNDARIES[touched]!, kind: 'lifetime', judgement: 'breaks' },
          facts,
        };
      }
      if (!harness.oracles.ofOutcomes || !wasClean || isCallback) return undefined;
      // What an op sees of a counter that another op has just pinned is that op's divergence.
      if (isPinnedByOther(machine.words, thread)) return undefined;
      const completed = machine.position[thread]!;
      for (let done = op + 1; done <= completed; done++) {
        if (reference.reaches(vectors.of(machine, thread, done))) continue;
        const boundary = BOUNDARIES[boundaryCode(machine, thread, touchedBefore)]!;
        const refused = resultAt(machine, thread, done - 1) === REFUSED;
        // A refusal is an alarm only where the reference could do nothing but grant, and the object was still to be
        // found.
        const denied =
          refused &&
          onlyGranted(reference, vectors, machine, thread, done) &&
          !isPlainMiss(harness, machine, thread, op);
        const alarm = strangeWarning(machine) || denied;
        const judgement = alarm ? 'false-alarm' : 'changes';
        return {
          divergence: { op: opOf(machine, thread, done - 1), boundary, kind: 'result', judgement },
          facts: 0,
        };
      }
      if (completed === op || !strangeWarning(machine)) return undefined;
      const boundary = BOUNDARIES[boundaryCode(machine, thread, touchedBefore)]!;
      return {
        divergence: { op: opOf(machine, thread, op), boundary, kind: 'warning', judgement: 'false-alarm' },
        facts: 0,
      };
    },
  };
}

/** A lookup that finds nothing because the object is not in the structure any more raises no alarm. */
function isPlainMiss(harness: Harness, machine: Machine, thread: number, op: number): boolean {
  const name = harness.alphabet.call(machine.program.threads[thread]![op]!).op;
  const { role } = (harness.target.subject as Scheme).ops[name]!;
  return (role === 'get' || role === 'enter') && machine.words[LIST] === 0;
}

/**
 * Whether the reference, in the same place, can do nothing but grant. Asks with the result exchanged in place, and puts
 * it back: a copy of the results for each question would cost more.
 */
function onlyGranted(
  reference: Reachable,
  vectors: Vectors,
  machine: Machine,
  thread: number,
  done: number,
): boolean {
  const could = (code: number) => {
    const results = machine.results[thread]!;
    machine.results[thread] = firstCodes(results, done - 1, code);
    const reachable = reference.reaches(vectors.of(machine));
    machine.results[thread] = results;
    return reachable;
  };
  return could(GRANTED) && !could(REFUSED) && !could(codeOf('void'));
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
