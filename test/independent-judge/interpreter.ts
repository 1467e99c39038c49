import { codeOf, holds, type Instruction } from './code.ts';
import { Effects } from './effects.ts';
import type { Program, Protocol, Result, Role } from './language.ts';
import { RCU, type State, whoOf } from './state.ts';

/** Runs one program of a protocol, an access at a time. States are changed in place: copy what is to be kept. */
export class Interpreter {
  readonly #protocol: Protocol;
  readonly #program: Program;
  readonly #effects: Effects;
  readonly #code: readonly (readonly (readonly Instruction[])[])[];
  readonly #callback: readonly Instruction[];

  /** @param saturated the saturation values of both protocols of a pair */
  constructor(protocol: Protocol, program: Program, saturated: readonly number[]) {
    this.#protocol = protocol;
    this.#program = program;
    this.#effects = new Effects(protocol, saturated);
    this.#code = program.threads.map((ops) => ops.map((op) => codeOf(protocol.ops[op]!.body)));
    this.#callback = codeOf(protocol.callback);
  }

  start(): State {
    const { count, list, holders, readers } = this.#protocol.states[this.#program.start]!;
    const held = [0, 0, 0, 0, 0];
    for (const holder of holders) held[holder]!++;
    const state: State = {
      count,
      list,
      flags: this.#protocol.own.map(() => 0),
      owners: this.#effects.locks.map(() => null),
      freed: false,
      queue: [],
      running: null,
      held,
      nesting: readers ? [...held] : [0, 0, 0, 0, 0],
      threads: [0, 1, 2, 3, RCU].map(() => ({
        index: -1,
        at: 0,
        hasBegun: false,
        r: 0,
        nesting: 0,
        warnings: [],
        hasPinned: false,
      })),
      instances: this.#program.threads.map(() => []),
      last: null,
      returns: [],
      fact: null,
    };
    for (const thread of this.#program.threads.keys()) this.#begin(state, thread);
    return state;
  }

  /** The threads, and RCU, that can make their next access. */
  enabled(state: State): number[] {
    return [...this.#program.threads.keys(), RCU].filter((thread) => this.#isEnabled(state, thread));
  }

  /**
   * Whether no op of the program is left, and no callback that has begun. One may wait for its grace period: a state may
   * have readers that never leave.
   */
  isFinished(state: State): boolean {
    if (state.running) return false;
    return this.#program.threads.every((ops, thread) => state.threads[thread]!.index >= ops.length);
  }

  /** Makes the next access of a thread that is enabled, and goes on to the one after it. */
  step(state: State, thread: number): void {
    const position = state.threads[thread]!;
    const next = this.#next(state, thread);
    if (thread === RCU && !state.running) {
      state.running = { ...state.queue.shift()!, isAfterFree: state.freed };
      position.nesting = state.nesting[RCU]!;
      state.last = { ...whoOf(state.running), place: state.running.place };
    } else if (next?.kind === 'access') {
      state.last = {
        ...this.#effects.who(state, thread),
        place: thread === RCU ? this.#effects.placeOfThread(state, thread) : null,
      };
      // From the first access of a put on the thread must not use the object any more.
      if (!position.hasBegun && this.#role(thread, position.index) === 'put') state.held[thread]!--;
      position.hasBegun = true;
      if (this.#effects.make(state, thread, next.step)) position.at++;
    }
    this.#advance(state, thread);
  }

  /** What is wrong where a program has come to its end: a leak has the name of whoever made the last access. */
  noteLeak(state: State): void {
    const isHeld = state.held.some((references) => references > 0);
    const isPending = state.queue.length > 0 || state.running;
    if (state.list !== 0 || isHeld || state.freed || isPending || !state.last) return;
    const { last } = state;
    this.#effects.noteFact(state, 'leak', last, last.place ?? this.#effects.placeOfInstance(state, last));
  }

  /** What is wrong where the program never comes to its end. */
  noteStuck(state: State): void {
    const ops = this.#program.threads;
    if (state.held.some((references, thread) => references > 0 && this.#canPut(state, thread))) return;
    const thread = ops.findIndex((_, at) => state.threads[at]!.index < ops[at]!.length);
    // Where only a callback cannot go on, it stands for whoever queued it.
    const who = thread < 0 ? whoOf(state.running!) : { thread, index: state.threads[thread]!.index };
    this.#effects.noteFact(state, 'stuck', who, this.#effects.placeOfInstance(state, who));
  }

  /** Whether a holder may still put: done, not of this program, before a loop, or in an act that he need not have called. */
  #canPut(state: State, thread: number): boolean {
    const { index } = state.threads[thread]!;
    const ops = this.#program.threads[thread];
    const isThere = ops !== undefined && index < ops.length;
    return !isThere || this.#isEnabled(state, thread) || this.#role(thread, index) === 'other';
  }

  /** Whether the count is at a saturation value. */
  isSaturated(state: State): boolean {
    return this.#effects.isSaturated(state);
  }

  #isEnabled(state: State, thread: number): boolean {
    if (thread === RCU && !state.running) return state.queue[0]?.waits.length === 0;
    const next = this.#next(state, thread);
    if (next?.kind !== 'access') return false;
    return next.step.do !== 'lock' || this.#effects.isFree(state, next.step.lock);
  }

  /** The instruction that a thread stands at. */
  #next(state: State, thread: number): Instruction | undefined {
    const { index, at } = state.threads[thread]!;
    return thread === RCU ? this.#callback[at] : this.#code[thread]?.[index]?.[at];
  }

  /** Runs what is no access, up to the next access or the return. */
  #advance(state: State, thread: number): void {
    const position = state.threads[thread]!;
    for (;;) {
      const next = this.#next(state, thread)!;
      switch (next.kind) {
        case 'access':
          return;
        case 'warn':
          position.warnings.push(next.text);
          position.at++;
          break;
        case 'unless':
          position.at = holds(next.is, position.r, next.value) ? position.at + 1 : next.to;
          break;
        case 'jump':
          position.at = next.to;
          break;
        case 'return':
          this.#end(state, thread, next.result);
          return;
      }
    }
  }

  /** The op has returned, or the callback is over. */
  #end(state: State, thread: number, result: Result): void {
    const position = state.threads[thread]!;
    const role = this.#role(thread, position.index);
    if (this.#isUnbalanced(state, thread, role, result)) this.#effects.note(state, 'unbalanced', thread);
    if (result === 'granted' && role === 'get' && state.freed)
      this.#effects.note(state, 'resurrection', thread);
    if (result === 'granted' && (role === 'get' || role === 'enter')) state.held[thread]!++;
    // RCU has read the head in freed memory to come here.
    if (thread === RCU && state.running!.isAfterFree) this.#effects.note(state, 'use-after-free', thread);
    state.returns.push({
      ...this.#effects.who(state, thread),
      ...this.#effects.placeOfThread(state, thread),
      result: thread === RCU ? null : result,
      warnings: position.warnings,
      list: state.list,
      isPinnedByOther: state.threads.some(({ hasPinned }, other) => hasPinned && other !== thread),
    });
    position.warnings = [];
    position.hasPinned = false;
    if (thread === RCU) {
      state.running = null;
      position.at = 0;
      position.r = 0;
    } else {
      state.instances[thread]![position.index]!.result = result;
      this.#begin(state, thread);
    }
  }

  /** An `enter` stays in the RCU section that it is granted, and a put may give that up. */
  #isUnbalanced(state: State, thread: number, role: Role, result: Result): boolean {
    const entered = state.nesting[thread]! - state.threads[thread]!.nesting;
    const mayEnter = role === 'enter' && result === 'granted';
    const isBalanced = entered === 0 || (entered === 1 && mayEnter) || (entered === -1 && role === 'put');
    return state.owners.includes(thread) || !isBalanced;
  }

  /** Goes on to the next op of the thread that it can call: a put or a use by one that holds nothing is void. */
  #begin(state: State, thread: number): void {
    const position = state.threads[thread]!;
    const ops = this.#program.threads[thread]!;
    for (;;) {
      position.index++;
      position.at = 0;
      position.hasBegun = false;
      position.r = 0;
      position.nesting = state.nesting[thread]!;
      if (position.index >= ops.length) return;
      const role = this.#role(thread, position.index);
      const isSkipped = (role === 'put' || role === 'use') && state.held[thread] === 0;
      state.instances[thread]!.push({ touch: null, result: isSkipped ? 'void' : null, isSkipped });
      if (!isSkipped) return;
      state.returns.push({
        thread,
        index: position.index,
        ...this.#effects.placeOfThread(state, thread),
        result: 'void',
        warnings: [],
        list: state.list,
        isPinnedByOther: false,
      });
    }
  }

  #role(thread: number, index: number): Role {
    if (thread === RCU) return 'other';
    return this.#protocol.ops[this.#program.threads[thread]![index]!]!.role;
  }
}
