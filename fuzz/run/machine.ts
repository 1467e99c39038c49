import { BOUNDARIES, boundaryBetween } from '../../oracles/boundary.ts';
import { Fact } from '../../oracles/lifetime.ts';
import { type Execution, SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import type { Scheme, SchemeOp } from '../../targets/subject/subject.ts';
import { MAX_THREADS, type Program } from '../program/program.ts';
import { Access, COUNTER_WORDS, SCHEME_WORDS, WordIndex } from './access.ts';
import type { TransitionTrees } from './transition-trees.ts';

const {
  COUNT,
  LIST,
  NOTED,
  NOTE_WAITS,
  PENDING,
  CALL_WAITS,
  CALLER,
  FREED,
  HELD,
  NESTING,
  FACTS,
  WARNED,
  TOUCHED,
  PINNED,
} = WordIndex;

/** A thread has no op left. */
export const DONE = -1;

/** Success classes as they are packed into `results`, two bits an op. */
export const RESULT_CODES: readonly string[] = ['', 'granted', 'refused', 'void'];

/** Is told of the accesses that a machine makes. */
export interface AccessListener {
  /**
   * A thread has made the access of `node`, on a word that held `old`.
   *
   * @param outcome of the op that returned with this access; -1 if the op goes on
   */
  step(machine: Machine, thread: number, node: number, old: number, outcome: number): void;
}

/** The arrays of a machine for one number of threads. */
type Layout = Pick<Machine, 'state' | 'words' | 'node' | 'position' | 'results' | 'extra'>;

function layoutOf(scheme: Scheme | undefined, threads: number, extraCells: number): Layout {
  const words = scheme ? SCHEME_WORDS + (scheme.words?.length ?? 0) : COUNTER_WORDS;
  const slots = scheme ? threads + 1 : threads;
  const results = scheme ? threads : 0;
  const state = new Int32Array(words + 2 * slots + results + extraCells);
  let end = 0;
  const next = (length: number) => {
    end += length;
    return state.subarray(end - length, end);
  };
  return {
    state,
    words: next(words),
    node: next(slots),
    position: next(slots),
    results: next(results),
    extra: next(extraCells),
  };
}

/**
 * The one executor: it runs the ops of a program access by access, in whatever order its caller asks for.
 * Nothing else runs ops (the recorder in transition-trees.ts only asks what an op does next).
 *
 * All that changes while a program runs lies in `state`, so that an explorer can save and restore it: the
 * words, then for each thread the node of its tree, its op's index and, for a scheme, its results so far. It is
 * as long as the program's threads need and no longer: an explorer hashes all of it. A scheme has one thread more
 * than its program: the last one is RCU, whose only op is the callback.
 */
export class Machine {
  readonly trees: TransitionTrees;
  /** Another array for another number of threads. */
  state: Int32Array;
  /** Views into `state`. */
  words: Int32Array;
  node: Int32Array;
  position: Int32Array;
  /** Schemes only: success classes, two bits an op, the first op lowest. */
  results: Int32Array;
  /** Cells of the caller's own, saved and restored with the rest. */
  extra: Int32Array;
  /** Told of every access, when somebody wants to know what programs do. */
  listener: AccessListener | undefined;
  /** Calls, returns and outcomes, for the oracles. Counters only. */
  readonly execution: Execution;
  readonly #scheme: Scheme | undefined;
  readonly #layouts: Layout[];
  /** Words that lie in the object's memory, a bit each. */
  #objectWords = 1 << COUNT;
  #program: Program = { start: 0, threads: [] };
  #threads: readonly (readonly number[])[] = [];
  /** Threads of the program, without RCU. */
  threadCount = MAX_THREADS;
  /** Schemes whose boundaries are watched: the boundary, plus one, when the last access touched the counter. */
  lastTouch = 0;
  #bias = 0;
  #saturated: readonly number[] | undefined;

  /** @param extraCells how many cells `extra` has */
  constructor(trees: TransitionTrees, extraCells = 0) {
    this.trees = trees;
    this.#scheme = trees.subject.kind === 'scheme' ? trees.subject : undefined;
    this.#layouts = Array.from({ length: MAX_THREADS + 1 }, (_, threads) =>
      layoutOf(this.#scheme, threads, extraCells),
    );
    this.#scheme?.words?.forEach(({ isInObject }, at) => {
      if (isInObject) this.#objectWords |= 1 << (SCHEME_WORDS + at);
    });
    ({
      state: this.state,
      words: this.words,
      node: this.node,
      position: this.position,
      results: this.results,
      extra: this.extra,
    } = this.#layouts[MAX_THREADS]!);
    const all = MAX_THREADS * SLOTS_PER_THREAD;
    this.execution = {
      start: 0,
      final: 0,
      events: new Int32Array(2 * all),
      eventCount: 0,
      calls: new Int32Array(all),
      outcomes: new Int32Array(all),
    };
  }

  /** Threads that can be scheduled: those of the program, and RCU for a scheme. */
  get schedulable(): number {
    return this.#scheme ? this.threadCount + 1 : this.threadCount;
  }

  /** Puts the machine at the start of a program. */
  start(program: Program): void {
    this.trees.trim();
    this.#program = program;
    this.#threads = program.threads;
    if (this.threadCount !== program.threads.length) this.#layOut(program.threads.length);
    this.state.fill(0);
    this.node.fill(DONE);
    if (this.#scheme) this.#startScheme(this.#scheme, program);
    else this.#startCounter(program);
  }

  #layOut(threads: number): void {
    const layout = this.#layouts[threads]!;
    this.threadCount = threads;
    this.state = layout.state;
    this.words = layout.words;
    this.node = layout.node;
    this.position = layout.position;
    this.results = layout.results;
    this.extra = layout.extra;
  }

  /**
   * Asks to keep in the TOUCHED word where each op first touched the counter. Costs a little, and tells apart
   * states that are otherwise equal.
   *
   * @param bias taken off the count, to read it in the values of the reference
   */
  watchBoundaries(bias: number, saturated: readonly number[]): void {
    this.#bias = bias;
    this.#saturated = saturated;
  }

  /** Texts of the warnings so far; schemes only. */
  warningTexts(): string[] {
    return this.trees.outcomes.warningTexts(this.words[WARNED]!);
  }

  /** The boundary of the count as it stands, as an index of BOUNDARIES. */
  boundaryNow(): number {
    return this.#boundary(this.words[COUNT]!, this.words[COUNT]!);
  }

  #boundary(old: number, value: number): number {
    const saturated = this.#saturated?.some((value) => isNear(value, old)) ? [old - this.#bias] : [];
    return BOUNDARIES.indexOf(boundaryBetween(old - this.#bias, value - this.#bias, saturated));
  }

  get program(): Program {
    return this.#program;
  }

  #startCounter(program: Program): void {
    this.words[COUNT] = program.start as number;
    this.execution.start = program.start as number;
    this.execution.final = program.start as number;
    this.execution.eventCount = 0;
    for (let thread = 0; thread < this.threadCount; thread++) {
      const first = this.#threads[thread]![0];
      if (first !== undefined) this.node[thread] = this.trees.root(first);
    }
  }

  #startScheme(scheme: Scheme, program: Program): void {
    const start = scheme.states[program.start as string];
    if (!start) throw new Error(`internal: ${scheme.name} has no state "${program.start}"`);
    this.words[COUNT] = start.count;
    this.words[LIST] = start.list;
    this.words[NOTED] = start.noted ? 1 : 0;
    start.words?.forEach((value, at) => {
      this.words[SCHEME_WORDS + at] = value;
    });
    for (const holder of start.holders) {
      this.words[HELD]! += 1 << (4 * holder);
      if (start.readers) this.words[NESTING]! += 1 << (4 * holder);
    }
    for (let thread = 0; thread < this.threadCount; thread++) this.#begin(thread);
    this.node[this.threadCount] = this.trees.root(-1);
  }

  /** Whether a word of a scheme lies in the object's memory. */
  isInObject(word: number): boolean {
    return ((this.#objectWords >> word) & 1) === 1;
  }

  /** Whether the thread's next access can be made now. */
  isEnabled(thread: number): boolean {
    const node = this.node[thread]!;
    if (node === DONE) return false;
    const kind = this.trees.kind[node]!;
    if (kind === Access.LOCK) return this.words[this.trees.word[node]!] === 0;
    if (kind === Access.RCU_CALLBACK) return this.words[PENDING]! > 0 && this.words[CALL_WAITS] === 0;
    return true;
  }

  /** Whether the program's threads are done; an RCU callback may still be due. */
  isFinished(): boolean {
    for (let thread = 0; thread < this.threadCount; thread++) if (this.node[thread] !== DONE) return false;
    return true;
  }

  /** Whether threads of the program are left and none of them, nor RCU, can go on. */
  isDeadlocked(): boolean {
    if (this.isFinished()) return false;
    for (let thread = 0; thread < this.schedulable; thread++) if (this.isEnabled(thread)) return false;
    return true;
  }

  /** Whether two threads hold the same at present, and sit in as many RCU sections. */
  holdAlike(one: number, other: number): boolean {
    if (!this.#scheme) return true;
    const nibble = (word: number, thread: number) => (this.words[word]! >> (4 * thread)) & 15;
    return nibble(HELD, one) === nibble(HELD, other) && nibble(NESTING, one) === nibble(NESTING, other);
  }

  /** Orders two threads by what they have done: by their results first. */
  compareThreads(one: number, other: number): number {
    const { results, position, node } = this;
    return (
      (this.#scheme ? results[one]! - results[other]! : 0) ||
      position[one]! - position[other]! ||
      node[one]! - node[other]!
    );
  }

  /** Exchanges two threads that have the same ops: nothing that others can observe changes by it. */
  swapThreads(one: number, other: number): void {
    exchange(this.node, one, other);
    exchange(this.position, one, other);
    if (!this.#scheme) return;
    exchange(this.results, one, other);
    const { words } = this;
    for (const word of [HELD, NESTING, TOUCHED]) words[word] = exchangeBits(words[word]!, one, other, 4);
    for (const word of [NOTE_WAITS, CALL_WAITS, PINNED])
      words[word] = exchangeBits(words[word]!, one, other, 1);
  }

  /**
   * Makes the next access of an enabled thread.
   *
   * @returns the number of its op's outcome, for `trees.outcomeOf`, if the op returned with this access; -1 if it goes on
   */
  step(thread: number): number {
    return this.#scheme ? this.#stepScheme(this.#scheme, thread) : this.#stepCounter(thread);
  }

  /** The inner loop of fuzzing counters: one switch, two array look-ups, no allocation. */
  #stepCounter(thread: number): number {
    const trees = this.trees;
    const words = this.words;
    const node = this.node[thread]!;
    const old = words[COUNT]!;
    let result = old;
    switch (trees.kind[node]) {
      case Access.LOAD:
        break;
      case Access.STORE:
        words[COUNT] = trees.a[node]!;
        result = 0;
        break;
      case Access.EXCHANGE:
        words[COUNT] = trees.a[node]!;
        break;
      case Access.FETCH_ADD:
        words[COUNT] = old + trees.a[node]!;
        break;
      case Access.FETCH_SUB:
        words[COUNT] = old - trees.a[node]!;
        break;
      case Access.COMPARE_EXCHANGE:
        if (old === trees.a[node]) words[COUNT] = trees.b[node]!;
        break;
      default:
        throw new Error(`internal: thread ${thread} has no access to make`);
    }
    const execution = this.execution;
    const position = this.position[thread]!;
    const slot = thread * SLOTS_PER_THREAD + position;
    const calls = this.#threads[thread]!;
    if (trees.isRoot[node]) {
      execution.events[execution.eventCount++] = slot << 1;
      execution.calls[slot] = calls[position]!;
    }
    const child = trees.child(node, result);
    if (this.listener) this.listener.step(this, thread, node, old, trees.outcome[child]!);
    if (trees.kind[child] !== Access.RETURN) {
      this.node[thread] = child;
      return -1;
    }
    const outcome = trees.outcome[child]!;
    execution.outcomes[slot] = outcome;
    execution.events[execution.eventCount++] = (slot << 1) | 1;
    this.position[thread] = position + 1;
    this.node[thread] = position + 1 < calls.length ? trees.root(calls[position + 1]!) : DONE;
    execution.final = words[COUNT]!;
    return outcome;
  }

  #stepScheme(scheme: Scheme, thread: number): number {
    const { trees, words } = this;
    const node = this.node[thread]!;
    if (trees.isRoot[node] && thread < this.threadCount && this.#op(scheme, thread).role === 'put') {
      words[HELD]! -= 1 << (4 * thread);
    }
    const count = words[COUNT]!;
    const met = words[trees.word[node]!]!;
    const child = trees.child(node, this.#apply(thread, node));
    if (this.#saturated) this.#touch(thread, node, count);
    if (this.listener) this.listener.step(this, thread, node, met, trees.outcome[child]!);
    if (trees.kind[child] !== Access.RETURN) {
      this.node[thread] = child;
      return -1;
    }
    const outcome = trees.outcome[child]!;
    words[WARNED]! |= trees.outcomes.warningBits(outcome);
    if (thread === this.threadCount) {
      this.node[thread] = trees.root(-1);
      if (trees.outcomeOf(outcome).result !== undefined) words[FACTS]! |= Fact.CRASH;
      words[TOUCHED]! &= ~(15 << (4 * thread));
      words[PINNED]! &= ~(1 << thread);
    } else this.#complete(scheme, thread, trees.outcomeOf(outcome).result as string);
    if (this.isFinished()) this.#noteLeak();
    return outcome;
  }

  #touch(thread: number, node: number, old: number): void {
    const { trees, words } = this;
    this.lastTouch = 0;
    if (trees.kind[node]! > Access.COMPARE_EXCHANGE || trees.word[node] !== COUNT) return;
    this.lastTouch = 1 + this.#boundary(old, words[COUNT]!);
    if (trees.kind[node] === Access.STORE) words[PINNED]! |= 1 << thread;
    if (((words[TOUCHED]! >> (4 * thread)) & 15) === 0) words[TOUCHED]! |= this.lastTouch << (4 * thread);
  }

  /** The boundary at which the thread's op first touched the counter; where the count stands, if it did not. */
  #touchedAt(thread: number): number {
    const touched = (this.words[TOUCHED]! >> (4 * thread)) & 15;
    return touched > 0 ? touched - 1 : this.boundaryNow();
  }

  #op(scheme: Scheme, thread: number): SchemeOp {
    const call = this.#threads[thread]![this.position[thread]!]!;
    return scheme.ops[this.trees.alphabet.call(call).op]!;
  }

  #complete(scheme: Scheme, thread: number, result: string): void {
    const { words } = this;
    const { role } = this.#op(scheme, thread);
    const code = RESULT_CODES.indexOf(result);
    if (code < 0) words[FACTS]! |= Fact.CRASH;
    if (result === 'granted' && (role === 'get' || role === 'enter')) {
      words[HELD]! += 1 << (4 * thread);
      if (role === 'get' && (words[FREED]! > 0 || words[PENDING]! > 0)) words[FACTS]! |= Fact.RESURRECTION;
    }
    words[TOUCHED]! &= ~(15 << (4 * thread));
    words[PINNED]! &= ~(1 << thread);
    this.#record(thread, code < 0 ? RESULT_CODES.indexOf('void') : code);
    this.#begin(thread);
  }

  #record(thread: number, code: number): void {
    this.results[thread]! |= code << (2 * this.position[thread]!);
    this.position[thread]!++;
  }

  /** Goes to the thread's next op that it can call: a put or use by a thread that holds nothing is void. */
  #begin(thread: number): void {
    const calls = this.#threads[thread]!;
    for (;;) {
      const call = calls[this.position[thread]!];
      if (call === undefined) {
        this.node[thread] = DONE;
        return;
      }
      const { role } = this.trees.subject.ops[this.trees.alphabet.call(call).op] as SchemeOp;
      const holds = (this.words[HELD]! >> (4 * thread)) & 15;
      if (holds > 0 || (role !== 'put' && role !== 'use')) {
        this.node[thread] = this.trees.root(call);
        return;
      }
      this.#record(thread, RESULT_CODES.indexOf('void'));
    }
  }

  #apply(thread: number, node: number): number {
    const { trees, words } = this;
    const word = trees.word[node]!;
    const old = words[word]!;
    const a = trees.a[node]!;
    const kind = trees.kind[node]!;
    // What touches the count, or another word in the object, touches the object's memory.
    if ((kind <= Access.UNLOCK && this.isInObject(word)) || kind === Access.USE) {
      if (words[FREED]! > 0) words[FACTS]! |= Fact.USE_AFTER_FREE;
    }
    switch (kind) {
      case Access.LOAD:
      case Access.USE:
        return old;
      case Access.STORE:
        words[word] = a;
        return 0;
      case Access.EXCHANGE:
        words[word] = a;
        return old;
      case Access.FETCH_ADD:
        words[word] = old + a;
        return old;
      case Access.FETCH_SUB:
        words[word] = old - a;
        return old;
      case Access.COMPARE_EXCHANGE:
        if (old === a) words[word] = trees.b[node]!;
        return old;
      case Access.LOCK:
        // Who has it need not be known: only the one who has it goes on to release it.
        words[word] = 1;
        return 0;
      case Access.UNLOCK:
        words[word] = 0;
        return 0;
      case Access.RCU_LOCK:
        words[NESTING]! += 1 << (4 * thread);
        return 0;
      case Access.RCU_UNLOCK:
        words[NESTING]! -= 1 << (4 * thread);
        if (((words[NESTING]! >> (4 * thread)) & 15) === 0) {
          words[NOTE_WAITS]! &= ~(1 << thread);
          words[CALL_WAITS]! &= ~(1 << thread);
        }
        return 0;
      case Access.RCU_CALL:
        words[PENDING]!++;
        words[CALL_WAITS]! |= this.#readers();
        words[CALLER] = (trees.callOf(node) + 1) | (this.#touchedAt(thread) << 16);
        return 0;
      case Access.RCU_CALLBACK:
        words[PENDING]!--;
        return 0;
      case Access.IDLE_NOTE:
        words[NOTED] = 1;
        words[NOTE_WAITS] = this.#readers();
        return 0;
      case Access.IDLE_CLEAR:
        words[NOTED] = 0;
        words[NOTE_WAITS] = 0;
        return 0;
      case Access.IDLE_CHECK:
        if (words[NOTED] === 0) return 0;
        return words[NOTE_WAITS] === 0 ? 2 : 1;
      case Access.FREE:
        if (words[FREED]! > 0) words[FACTS]! |= Fact.DOUBLE_FREE;
        else if (words[HELD] !== 0) words[FACTS]! |= Fact.FREED_WHILE_HELD;
        words[FREED] = Math.min(words[FREED]! + 1, 2);
        return 0;
      default:
        throw new Error(`internal: thread ${thread} has no access to make`);
    }
  }

  /** Threads inside an RCU section, a bit each. */
  #readers(): number {
    let readers = 0;
    // All nibbles: a state may have readers that the program has no thread for, and they never leave.
    for (let thread = 0; thread < MAX_THREADS; thread++) {
      if ((this.words[NESTING]! >> (4 * thread)) & 15) readers |= 1 << thread;
    }
    return readers;
  }

  /** Nobody can reach the object any more, and nobody is going to free it. */
  #noteLeak(): void {
    const { words } = this;
    const pendingOrFreed = words[PENDING]! > 0 || words[FREED]! > 0 || this.#callbackUnderWay();
    if (words[LIST] === 0 && words[HELD] === 0 && !pendingOrFreed) words[FACTS]! |= Fact.LEAK;
  }

  #callbackUnderWay(): boolean {
    const node = this.node[this.threadCount]!;
    return node !== DONE && !this.trees.isRoot[node];
  }
}

export function exchange(cells: Int32Array, one: number, other: number): void {
  const kept = cells[one]!;
  cells[one] = cells[other]!;
  cells[other] = kept;
}

/** Exchanges two fields of `width` bits each. */
export function exchangeBits(cell: number, one: number, other: number, width: number): number {
  const mask = (1 << width) - 1;
  const difference = ((cell >> (width * one)) ^ (cell >> (width * other))) & mask;
  return cell ^ (difference << (width * one)) ^ (difference << (width * other));
}

/** What ops under way make of a value before they correct it: each of them moves it by one. */
function isNear(value: number, other: number): boolean {
  return Math.abs(value - other) <= MAX_THREADS;
}
