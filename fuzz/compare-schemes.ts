import { BOUNDARIES } from '../oracles/boundary.ts';
import type { Divergence } from '../oracles/divergence.ts';
import { keyOf } from '../oracles/divergence.ts';
import { Fact } from '../oracles/lifetime.ts';
import type { Scheme } from '../targets/subject.ts';
import { WordIndex } from './access.ts';
import { explore, type Transition } from './explore.ts';
import { asks, type Harness } from './harness.ts';
import { Machine, RESULT_CODES } from './machine.ts';
import type { Program } from './program.ts';

const { LIST, FACTS, WARNED, CALLER, TOUCHED, PINNED } = WordIndex;
const GRANTED = RESULT_CODES.indexOf('granted');
const REFUSED = RESULT_CODES.indexOf('refused');

/** What a scheme can do with a program, over all schedules. */
interface Reachable {
  /** Vectors of results, complete or not, as text. */
  readonly vectors: ReadonlySet<string>;
  /** Facts and warnings met anywhere, bit sets. */
  readonly facts: number;
  readonly warnings: ReadonlySet<string>;
}

/** A divergence of a program, and the test that tells the access at which it comes to light. */
export interface SchemeDivergence {
  readonly divergence: Divergence;
  readonly facts: number;
}

/** Decides programs of a scheme target: every schedule of both sides, one set of outcomes against the other. */
export interface SchemeComparison {
  /** @returns the divergences by key, or undefined when a side has more states than the limit */
  compare(program: Program): Map<string, SchemeDivergence> | undefined;
  /**
   * The divergence that shows at a transition of the subject, given what the reference can do; for a search
   * for the shortest witness. `clean` says whether nothing had diverged before it.
   */
  judge(program: Program): TransitionJudge | undefined;
  readonly subject: Machine;
  readonly reference: Machine;
}

export interface TransitionJudge {
  isClean(machine: Machine): boolean;
  /** @param factsBefore the FACTS word before the access */
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

export function schemeComparison(harness: Harness, stateLimit: number): SchemeComparison {
  const reference = new Machine(harness.reference!);
  const subject = new Machine(harness.subject);
  const { bias } = harness.target.subject as { bias: number };
  subject.watchBoundaries(bias, harness.saturated);

  const judge = (program: Program): TransitionJudge | undefined => {
    const reachable = reachableBy(reference, program, stateLimit);
    return reachable && transitionJudge(harness, reachable);
  };

  const compare = (program: Program) => {
    const judged = judge(program);
    return judged && divergencesOf(subject, program, stateLimit, judged);
  };
  return { compare, judge, subject, reference };
}

function reachableBy(machine: Machine, program: Program, limit: number): Reachable | undefined {
  const vectors = new Set<string>();
  const warnings = new Set<string>();
  let facts = 0;
  const states = explore(
    machine,
    program,
    limit,
    ({ thread, op, completed }) => {
      for (let done = op + 1; done <= completed; done++) vectors.add(vectorOf(machine, thread, done));
    },
    (_, __, stuck) => {
      vectors.add(vectorOf(machine));
      facts |= factsOf(machine, stuck);
      for (const text of machine.warningTexts()) warnings.add(text);
    },
  );
  return states === undefined ? undefined : { vectors, facts, warnings };
}

/** Facts in a state. A leak after a warning is not held against a scheme: it said so. */
function factsOf(machine: Machine, stuck: boolean): number {
  const facts = machine.words[FACTS]! | (stuck && !machine.isFinished() ? Fact.DEADLOCK : 0);
  return machine.words[WARNED] === 0 ? facts : facts & ~Fact.LEAK;
}

/**
 * The results so far, thread by thread. When one thread completed several ops at once (a put by a thread that
 * holds nothing takes no access), `done` cuts its list after that many.
 */
function vectorOf(machine: Machine, thread = -1, done = 0): string {
  let text = '';
  for (let other = 0; other < machine.threadCount; other++) {
    const results = machine.results[other]!;
    text += `${other === thread ? results & ((1 << (2 * done)) - 1) : results},`;
  }
  return text;
}

function transitionJudge(harness: Harness, reference: Reachable): TransitionJudge {
  const strangeWarning = (machine: Machine) =>
    machine.warningTexts().some((text) => !reference.warnings.has(text));
  const isClean = (machine: Machine) => reference.vectors.has(vectorOf(machine)) && !strangeWarning(machine);
  const opOf = (machine: Machine, thread: number, op: number) =>
    harness.alphabet.letter(machine.program.threads[thread]![op]!).op;

  return {
    reference,
    isClean,
    deadlock(machine) {
      if (!asks(harness, 'lifetime') || reference.facts & Fact.DEADLOCK) return undefined;
      const thread = machine.program.threads.findIndex((_, index) => machine.node[index]! >= 0);
      const op = opOf(machine, thread, machine.position[thread]!);
      const boundary = BOUNDARIES[machine.boundaryNow()]!;
      return { divergence: { op, boundary, kind: 'lifetime', judgement: 'breaks' }, facts: Fact.DEADLOCK };
    },
    at(machine, thread, op, wasClean, factsBefore, callerBefore, touchedBefore) {
      const isCallback = thread === machine.threadCount;
      const facts = factsOf(machine, false) & ~factsBefore & ~reference.facts;
      // What befalls an object whose life is broken already follows from the first fact.
      const isFirst = (factsBefore & ~reference.facts) === 0;
      if (asks(harness, 'lifetime') && facts !== 0 && isFirst) {
        const caller = isCallback ? callerBefore : machine.words[CALLER]!;
        const name = isCallback
          ? harness.alphabet.letter((caller & 0xffff) - 1).op
          : opOf(machine, thread, op);
        const touched = isCallback ? caller >> 16 : boundaryCode(machine, thread, touchedBefore);
        return {
          divergence: { op: name, boundary: BOUNDARIES[touched]!, kind: 'lifetime', judgement: 'breaks' },
          facts,
        };
      }
      if (!asks(harness, 'outcomes') || !wasClean || isCallback) return undefined;
      // What an op sees of a counter that another op has just pinned is that op's divergence.
      if (machine.words[PINNED]! & ~(1 << thread)) return undefined;
      const completed = machine.position[thread]!;
      for (let done = op + 1; done <= completed; done++) {
        if (reference.vectors.has(vectorOf(machine, thread, done))) continue;
        const boundary = BOUNDARIES[boundaryCode(machine, thread, touchedBefore)]!;
        const refused = resultAt(machine, thread, done - 1) === REFUSED;
        const denied =
          refused &&
          onlyGranted(reference, machine, thread, done) &&
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

function resultAt(machine: Machine, thread: number, op: number): number {
  return (machine.results[thread]! >> (2 * op)) & 3;
}

/** A lookup that finds nothing because the object is not in the structure any more raises no alarm. */
function isPlainMiss(harness: Harness, machine: Machine, thread: number, op: number): boolean {
  const name = harness.alphabet.letter(machine.program.threads[thread]![op]!).op;
  const { role } = (harness.target.subject as Scheme).ops[name]!;
  return (role === 'get' || role === 'enter') && machine.words[LIST] === 0;
}

/** Whether the reference, in the same place, can do nothing but grant. */
function onlyGranted(reference: Reachable, machine: Machine, thread: number, done: number): boolean {
  const could = (code: number) => {
    const results = machine.results[thread]!;
    const shift = 2 * (done - 1);
    machine.results[thread] = (results & ((1 << shift) - 1)) | (code << shift);
    const reachable = reference.vectors.has(vectorOf(machine));
    machine.results[thread] = results;
    return reachable;
  };
  return could(GRANTED) && !could(REFUSED) && !could(RESULT_CODES.indexOf('void'));
}

/**
 * Where the op of a thread first touched the counter. The machine forgets it when the op returns, so it is
 * read from before the access, unless this very access was the first; an op that never touched the counter
 * is placed where the count stands.
 */
function boundaryCode(machine: Machine, thread: number, touchedBefore: number): number {
  const before = (touchedBefore >> (4 * thread)) & 15;
  if (before > 0) return before - 1;
  return machine.lastTouch > 0 ? machine.lastTouch - 1 : machine.boundaryNow();
}

function divergencesOf(
  machine: Machine,
  program: Program,
  limit: number,
  judged: TransitionJudge,
): Map<string, SchemeDivergence> | undefined {
  const found = new Map<string, SchemeDivergence>();
  const changes: { key: string; divergence: SchemeDivergence; to: number }[] = [];
  const edges: number[] = [];
  const hasStrangeFact: boolean[] = [];
  let clean = false;
  let factsBefore = 0;
  let callerBefore = 0;
  let touchedBefore = 0;
  const onTransition = ({ from, thread, op, to }: Transition) => {
    edges.push(from, to);
    const divergence = judged.at(machine, thread, op, clean, factsBefore, callerBefore, touchedBefore);
    if (!divergence) return;
    const key = keyOf(divergence.divergence);
    if (divergence.divergence.judgement === 'changes') changes.push({ key, divergence, to });
    else if (!found.has(key)) found.set(key, divergence);
  };
  const onState = (index: number, _: Machine, stuck: boolean) => {
    clean = judged.isClean(machine);
    factsBefore = factsOf(machine, stuck);
    callerBefore = machine.words[CALLER]!;
    touchedBefore = machine.words[TOUCHED]!;
    hasStrangeFact[index] = (factsBefore & ~judged.reference.facts) !== 0;
    const deadlock = machine.isDeadlocked() ? judged.deadlock(machine) : undefined;
    if (deadlock) found.set(keyOf(deadlock.divergence), deadlock);
  };
  if (explore(machine, program, limit, onTransition, onState) === undefined) return undefined;
  const harmful = changes.length > 0 ? statesLeadingTo(hasStrangeFact, edges) : [];
  for (const { key, divergence, to } of changes) {
    // A changed answer that ends in a broken lifetime is told by the lifetime's own key.
    if (!harmful[to] && !found.has(key)) found.set(key, divergence);
  }
  return found;
}

/** Marks the states from which a marked one can be reached. `edges` holds pairs from, to. */
function statesLeadingTo(marked: readonly boolean[], edges: readonly number[]): boolean[] {
  const leads = [...marked];
  for (let changed = true; changed; ) {
    changed = false;
    for (let edge = edges.length - 2; edge >= 0; edge -= 2) {
      if (leads[edges[edge + 1]!] && !leads[edges[edge]!]) {
        leads[edges[edge]!] = true;
        changed = true;
      }
    }
  }
  return leads;
}

/** The success classes of every thread, as text. */
export function resultClasses(machine: Machine): string[][] {
  return machine.program.threads.map((ops, thread) =>
    ops.slice(0, machine.position[thread]).map((_, op) => RESULT_CODES[resultAt(machine, thread, op)]!),
  );
}
