import { BOUNDARIES } from '../oracles/boundary.ts';
import type { Divergence } from '../oracles/divergence.ts';
import { keyOf } from '../oracles/divergence.ts';
import { Fact } from '../oracles/lifetime.ts';
import type { Scheme } from '../targets/subject.ts';
import { WordIndex } from './access.ts';
import { Explorer, type ExplorerOptions } from './explore/explorer.ts';
import { markLeading } from './explore/leading-states.ts';
import { StateSet } from './explore/state-set.ts';
import { ThreadSymmetry } from './explore/thread-symmetry.ts';
import { asks, type Harness } from './harness.ts';
import { Machine, RESULT_CODES } from './machine.ts';
import type { Program } from './program.ts';

const { LIST, FACTS, WARNED, CALLER, TOUCHED, PINNED } = WordIndex;
const GRANTED = RESULT_CODES.indexOf('granted');
const REFUSED = RESULT_CODES.indexOf('refused');

/** What a scheme can do with a program, over all schedules. */
interface Reachable {
  /** Whether it can reach a vector of results, complete or not. */
  reaches(vector: Int32Array): boolean;
  /** All of them: by thread, two bits an op. Where threads are alike, one vector stands for all orders of them. */
  vectors(): number[][];
  /** Facts and warnings met anywhere. Facts are a bit set. */
  readonly facts: number;
  readonly warnings: ReadonlySet<string>;
}

/** A divergence of a program, and the test that tells the access at which it comes to light. */
export interface SchemeDivergence {
  readonly divergence: Divergence;
  readonly facts: number;
}

/** What the comparison of a program gave. */
export interface SchemeAnswer {
  /** By key. */
  readonly divergences: ReadonlyMap<string, SchemeDivergence>;
  /** How many complete outcomes (results, warnings and facts) the reference has and the subject lacks. */
  readonly lost: number;
}

/** Decides programs of a scheme target: every schedule of both sides, one set of outcomes against the other. */
export interface SchemeComparison {
  /** @returns undefined when a side has more states than the limit */
  compare(program: Program): SchemeAnswer | undefined;
  /**
   * The divergence that shows at a transition of the subject, given what the reference can do; for a search
   * for the shortest witness. `clean` says whether nothing had diverged before it.
   */
  judge(program: Program): TransitionJudge | undefined;
  readonly subject: Machine;
  readonly reference: Machine;
  /** Of all programs so far, both sides. */
  readonly counts: { states: number; transitions: number };
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

/** @param options `symmetry: false` tells threads apart that are alike, in the list of vectors as well */
export function schemeComparison(
  harness: Harness,
  stateLimit: number,
  options: ExplorerOptions = { symmetry: true, eager: true },
): SchemeComparison {
  const reference = new Explorer(new Machine(harness.reference!), options);
  const subject = new Explorer(new Machine(harness.subject), options);
  const { bias } = harness.target.subject as { bias: number };
  subject.machine.watchBoundaries(bias, harness.saturated);
  const vectors = new Vectors(options);
  const endings = new Endings();
  const counts = { states: 0, transitions: 0 };

  const judge = (program: Program): TransitionJudge | undefined => {
    const reachable = reachableBy(reference, program, stateLimit, vectors, endings, counts);
    return reachable && transitionJudge(harness, reachable, vectors);
  };

  const compare = (program: Program) => {
    const judged = judge(program);
    return judged && divergencesOf(subject, program, stateLimit, judged, vectors, endings, counts);
  };
  return { compare, judge, subject: subject.machine, reference: reference.machine, counts };
}

/**
 * A vector of results: thread by thread, two bits an op. Threads that are alike are sorted, so that vectors that
 * differ in nothing but which of them is which are one.
 */
class Vectors {
  readonly #known = new StateSet(1);
  #cells = new Int32Array(0);
  readonly #options: ExplorerOptions;
  #symmetry: ThreadSymmetry | undefined;

  constructor(options: ExplorerOptions) {
    this.#options = options;
  }

  begin(machine: Machine): void {
    if (this.#cells.length !== machine.threadCount) this.#cells = new Int32Array(machine.threadCount);
    this.#known.clear(machine.threadCount);
    if (!this.#options.symmetry) return;
    this.#symmetry = new ThreadSymmetry(machine);
    this.#symmetry.begin(machine.program);
  }

  /**
   * The results so far. When one thread completed several ops at once (a put by a thread that holds nothing takes no
   * access), `done` cuts its list after that many.
   */
  of(machine: Machine, thread = -1, done = 0): Int32Array {
    const cells = this.#cells;
    for (let other = 0; other < cells.length; other++) cells[other] = machine.results[other]!;
    if (thread >= 0 && thread < cells.length) cells[thread]! &= (1 << (2 * done)) - 1;
    if (this.#symmetry?.isPresent) this.#symmetry.sortCells(cells);
    return cells;
  }

  add(vector: Int32Array): void {
    this.#known.add(vector);
  }

  has(vector: Int32Array): boolean {
    return this.#known.indexOf(vector) >= 0;
  }

  list(): number[][] {
    return Array.from({ length: this.#known.size }, (_, index) => {
      this.#known.copyTo(index, this.#cells);
      return [...this.#cells];
    });
  }
}

/** Complete outcomes, a vector, the facts and the warnings each: those of the reference, and which of them the subject has. */
class Endings {
  readonly #known = new StateSet(1);
  #row = new Int32Array(0);
  #seen = new Set<number>();
  readonly #texts = new Map<string, number>();

  begin(threads: number): void {
    if (this.#row.length !== threads + 2) this.#row = new Int32Array(threads + 2);
    this.#known.clear(threads + 2);
    this.#seen.clear();
  }

  add(vector: Int32Array, facts: number, machine: Machine): void {
    this.#known.add(this.#rowOf(vector, facts, machine));
  }

  /** Call it once all of the reference's are added. */
  meet(vector: Int32Array, facts: number, machine: Machine): void {
    const index = this.#known.indexOf(this.#rowOf(vector, facts, machine));
    if (index >= 0) this.#seen.add(index);
  }

  /** None of them has been met yet. */
  forget(): void {
    this.#seen.clear();
  }

  get unmet(): number {
    return this.#known.size - this.#seen.size;
  }

  #rowOf(vector: Int32Array, facts: number, machine: Machine): Int32Array {
    this.#row.set(vector);
    this.#row[vector.length] = facts;
    this.#row[vector.length + 1] = machine.words[WARNED] === 0 ? 0 : this.#textsOf(machine);
    return this.#row;
  }

  /** Sides number their warnings each for itself, so sets of texts are numbered here. */
  #textsOf(machine: Machine): number {
    const texts = machine.warningTexts().sort().join('\n');
    const known = this.#texts.get(texts) ?? this.#texts.size + 1;
    this.#texts.set(texts, known);
    return known;
  }
}

function reachableBy(
  explorer: Explorer,
  program: Program,
  limit: number,
  vectors: Vectors,
  endings: Endings,
  counts: SchemeComparison['counts'],
): Reachable | undefined {
  const { machine } = explorer;
  let warned = 0;
  let facts = 0;
  const states = explorer.explore(program, limit, {
    begin() {
      vectors.begin(machine);
      endings.begin(machine.threadCount);
      warned = 0;
      facts = 0;
    },
    step(_, thread, op) {
      counts.transitions++;
      const completed = thread < machine.threadCount ? machine.position[thread]! : op;
      // The last of them is the state's own vector, which `state` adds.
      for (let done = op + 1; done < completed; done++) vectors.add(vectors.of(machine, thread, done));
      return true;
    },
    state(_, stuck) {
      vectors.add(vectors.of(machine));
      const own = factsOf(machine, stuck);
      facts |= own;
      if (stuck) endings.add(vectors.of(machine), own, machine);
      warned |= machine.words[WARNED]!;
    },
  });
  if (states === undefined) return undefined;
  counts.states += states;
  const warnings = new Set(machine.trees.warningTexts(warned));
  return { reaches: (vector) => vectors.has(vector), vectors: () => vectors.list(), facts, warnings };
}

/** Facts in a state. A leak after a warning is not held against a scheme: it said so. */
function factsOf(machine: Machine, stuck: boolean): number {
  const facts = machine.words[FACTS]! | (stuck && !machine.isFinished() ? Fact.DEADLOCK : 0);
  return machine.words[WARNED] === 0 ? facts : facts & ~Fact.LEAK;
}

function transitionJudge(harness: Harness, reference: Reachable, vectors: Vectors): TransitionJudge {
  const strangeWarning = (machine: Machine) =>
    machine.words[WARNED] !== 0 && machine.warningTexts().some((text) => !reference.warnings.has(text));
  const isClean = (machine: Machine) => reference.reaches(vectors.of(machine)) && !strangeWarning(machine);
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
        if (reference.reaches(vectors.of(machine, thread, done))) continue;
        const boundary = BOUNDARIES[boundaryCode(machine, thread, touchedBefore)]!;
        const refused = resultAt(machine, thread, done - 1) === REFUSED;
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
function onlyGranted(
  reference: Reachable,
  vectors: Vectors,
  machine: Machine,
  thread: number,
  done: number,
): boolean {
  const could = (code: number) => {
    const results = machine.results[thread]!;
    const shift = 2 * (done - 1);
    machine.results[thread] = (results & ((1 << shift) - 1)) | (code << shift);
    const reachable = reference.reaches(vectors.of(machine));
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
  explorer: Explorer,
  program: Program,
  limit: number,
  judged: TransitionJudge,
  vectors: Vectors,
  endings: Endings,
  counts: SchemeComparison['counts'],
): SchemeAnswer | undefined {
  const { machine } = explorer;
  const found = new Map<string, SchemeDivergence>();
  const changes: { key: string; divergence: SchemeDivergence; to: number }[] = [];
  const edges: number[] = [];
  /** By state. */
  const hasStrangeFact: boolean[] = [];
  let clean = false;
  let factsBefore = 0;
  let callerBefore = 0;
  let touchedBefore = 0;
  let change: Omit<(typeof changes)[number], 'to'> | undefined;
  const states = explorer.explore(program, limit, {
    begin() {
      found.clear();
      for (const list of [changes, edges, hasStrangeFact]) list.length = 0;
      endings.forget();
    },
    state(index, stuck) {
      clean = judged.isClean(machine);
      factsBefore = factsOf(machine, stuck);
      callerBefore = machine.words[CALLER]!;
      touchedBefore = machine.words[TOUCHED]!;
      if (stuck) endings.meet(vectors.of(machine), factsBefore, machine);
      hasStrangeFact[index] = (factsBefore & ~judged.reference.facts) !== 0;
      const deadlock = machine.isDeadlocked() ? judged.deadlock(machine) : undefined;
      if (deadlock) found.set(keyOf(deadlock.divergence), deadlock);
    },
    step(_, thread, op) {
      counts.transitions++;
      change = undefined;
      const divergence = judged.at(machine, thread, op, clean, factsBefore, callerBefore, touchedBefore);
      if (!divergence) return true;
      const key = keyOf(divergence.divergence);
      if (divergence.divergence.judgement === 'changes') change = { key, divergence };
      else if (!found.has(key)) found.set(key, divergence);
      return true;
    },
    transition(from, _, to) {
      edges.push(from, to);
      if (change) changes.push({ ...change, to });
    },
  });
  if (states === undefined) return undefined;
  counts.states += states;
  const harmful = hasStrangeFact;
  if (changes.length > 0) markLeading(harmful, edges);
  for (const { key, divergence, to } of changes) {
    // A changed answer that ends in a broken lifetime is told by the lifetime's own key.
    if (!harmful[to] && !found.has(key)) found.set(key, divergence);
  }
  return { divergences: found, lost: endings.unmet };
}

/** The success classes of every thread, as text. */
export function resultClasses(machine: Machine): string[][] {
  return machine.program.threads.map((ops, thread) =>
    ops.slice(0, machine.position[thread]).map((_, op) => RESULT_CODES[resultAt(machine, thread, op)]!),
  );
}
