import { Fact } from '../../oracles/lifetime.ts';
import type { Outcome, Scheme, SchemeOp } from '../../targets/subject/subject.ts';
import { Access, SCHEME_WORDS, WordIndex } from './access.ts';
import { CounterTouches } from './counter-touches.ts';
import { DONE, type MachineState } from './machine-state.ts';
import { codeOf, RESULT_CODES, withCode } from './op-results.ts';
import { SchemeEffects } from './scheme-effects.ts';
import { changeHeld, changeSections, forgetOp, heldBy } from './scheme-words.ts';
import { CALLBACK } from './transition-trees.ts';

const { COUNT, LIST, NOTED, PENDING, FREED, HELD, FACTS, WARNED } = WordIndex;

const VOID = codeOf('void');

/**
 * A program of a scheme under way: which op each thread calls, when it holds a reference, and what the ends of ops add to
 * the facts of the object's life. What single accesses do is in scheme-effects.ts.
 */
export class SchemeRun {
  readonly effects: SchemeEffects;
  /** Where ops touch the counter. */
  readonly touches = new CounterTouches();
  readonly #machine: MachineState;
  readonly #scheme: Scheme;
  /** By call: the role of its op. Filled as calls are met. */
  readonly #roles: SchemeOp['role'][] = [];

  /** @param machine whose state it changes */
  constructor(machine: MachineState, scheme: Scheme) {
    this.#machine = machine;
    this.#scheme = scheme;
    this.effects = new SchemeEffects(machine, scheme, this.touches);
  }

  /** Brings the machine to the start of its program: a named state of the object. */
  start(): void {
    const { words, node, trees, program, threadCount } = this.#machine;
    const start = this.#scheme.states[program.start as string];
    if (!start) throw new Error(`internal: ${this.#scheme.name} has no state "${program.start}"`);
    words[COUNT] = start.count;
    words[LIST] = start.list;
    words[NOTED] = start.noted ? 1 : 0;
    start.words?.forEach((value, at) => {
      words[SCHEME_WORDS + at] = value;
    });
    for (const holder of start.holders) {
      changeHeld(words, holder, 1);
      if (start.readers) changeSections(words, holder, 1);
    }
    for (let thread = 0; thread < threadCount; thread++) this.#begin(thread);
    node[threadCount] = trees.root(CALLBACK);
  }

  /** Makes the next access of a thread, which may be RCU. @returns as `Machine.step` */
  step(thread: number): number {
    const machine = this.#machine;
    const { trees, words } = machine;
    const node = machine.node[thread]!;
    // A hold ends at the first access of the put, not at its return: from there on the thread must not use the object.
    if (trees.isRoot[node] && thread < machine.threadCount && this.#role(thread) === 'put') {
      changeHeld(words, thread, -1);
    }
    const count = words[COUNT]!;
    const met = words[trees.word[node]!]!;
    const child = trees.child(node, this.effects.apply(thread, node));
    this.touches.note(trees, node, words, thread, count);
    const outcome = trees.outcome[child]!;
    if (machine.listener) machine.listener.step(machine, thread, node, met, outcome);
    if (trees.kind[child] !== Access.RETURN) {
      machine.node[thread] = child;
      return -1;
    }
    words[WARNED]! |= trees.outcomes.warningBits(outcome);
    const { result } = trees.outcomeOf(outcome);
    if (thread === machine.threadCount) this.#endCallback(result);
    else this.#endOp(thread, result as Outcome);
    if (machine.isFinished()) this.#noteLeak();
    return outcome;
  }

  /** A callback returns nothing: any result says how it failed. */
  #endCallback(result: unknown): void {
    const { words, node, trees, threadCount } = this.#machine;
    node[threadCount] = trees.root(CALLBACK);
    if (result !== undefined) words[FACTS]! |= Fact.CRASH;
    forgetOp(words, threadCount);
  }

  /** An op of the program has returned: what it was granted is held from here on. */
  #endOp(thread: number, result: Outcome): void {
    const { words } = this.#machine;
    const role = this.#role(thread);
    const code = RESULT_CODES.indexOf(result);
    // Not a success class but a fault: a C op that trapped, or was stopped.
    if (code < 0) words[FACTS]! |= Fact.CRASH;
    if (result === 'granted' && (role === 'get' || role === 'enter')) {
      changeHeld(words, thread, 1);
      // A reader may still see a condemned object. Who takes a reference relies on the object's staying.
      if (role === 'get' && (words[FREED]! > 0 || words[PENDING]! > 0)) words[FACTS]! |= Fact.RESURRECTION;
    }
    forgetOp(words, thread);
    this.#record(thread, code < 0 ? VOID : code);
    this.#begin(thread);
  }

  /** Goes to the thread's next op that it can call: a put or use by a thread that holds nothing is void. */
  #begin(thread: number): void {
    const { words, node, position, trees, threads } = this.#machine;
    const calls = threads[thread]!;
    for (; position[thread]! < calls.length; this.#record(thread, VOID)) {
      const role = this.#role(thread);
      if (heldBy(words, thread) > 0 || (role !== 'put' && role !== 'use')) {
        node[thread] = trees.root(calls[position[thread]!]!);
        return;
      }
    }
    node[thread] = DONE;
  }

  /** Notes what the thread's present op has come to, and goes on to its next. */
  #record(thread: number, code: number): void {
    const { results, position } = this.#machine;
    results[thread] = withCode(results[thread]!, position[thread]!, code);
    position[thread]!++;
  }

  /** The role of the op that a thread is at. */
  #role(thread: number): SchemeOp['role'] {
    const { threads, position } = this.#machine;
    const call = threads[thread]![position[thread]!]!;
    return this.#roles[call] ?? this.#learnRole(call);
  }

  #learnRole(call: number): SchemeOp['role'] {
    const { role } = this.#scheme.ops[this.#machine.trees.alphabet.call(call).op]!;
    this.#roles[call] = role;
    return role;
  }

  /** Nobody can reach the object any more, and nobody is going to free it. */
  #noteLeak(): void {
    const { words } = this.#machine;
    const pendingOrFreed = words[PENDING]! > 0 || words[FREED]! > 0 || this.#isCallbackUnderWay();
    if (words[LIST] === 0 && words[HELD] === 0 && !pendingOrFreed) words[FACTS]! |= Fact.LEAK;
  }

  /** Whether RCU is inside its callback, which may be about to free the object. */
  #isCallbackUnderWay(): boolean {
    const { node, trees, threadCount } = this.#machine;
    return node[threadCount] !== DONE && !trees.isRoot[node[threadCount]!];
  }
}
