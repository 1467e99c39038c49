import { type Boundary, boundaryOf, isNearOneOf } from './boundary.ts';
import { type AccessStep, codeOf, holds, type Instruction } from './code.ts';
import type { Program, Protocol, Result, Role } from './language.ts';

/** RCU is scheduled like a thread. Programs have at most four, and states may have holders that programs lack. */
export const RCU = 4;

/** What can befall an object or an op. */
export type What =
  | 'use-after-free'
  | 'double-free'
  | 'freed-while-held'
  | 'resurrection'
  | 'leak'
  | 'stuck'
  | 'unbalanced';

/** An op of the program: its thread, and its place there. */
export interface Who {
  readonly thread: number;
  readonly index: number;
}

/** Where an op is on the number line. */
export interface Place {
  /** Where it first touched the count, if it did. */
  readonly touch: Boundary | null;
  /** That, or where the count stands. */
  readonly boundary: Boundary;
}

/** Who answers for something, and where he was when it happened. */
export interface Fact extends Who, Place {
  readonly what: What;
  /** Of `freed-while-held`: the lowest thread that holds. */
  readonly holder: number | null;
}

/** An op of the program that has begun, or been passed over. */
export interface Instance {
  /** Where it first touched the count. */
  touch: Boundary | null;
  /** Null until it has returned. */
  result: Result | null;
  /** A put or a use by a thread that holds nothing is void, and makes no access. */
  readonly isSkipped: boolean;
}

/** The return of an op, or of a callback: then it is seen what it has printed. */
export interface Return extends Who, Place {
  /** Null for a callback, which stands for the op that queued it. */
  readonly result: Result | null;
  readonly warnings: readonly string[];
  /** Where the object was linked. */
  readonly list: number;
  /** Whether an op of somebody else, still under way, has pinned the count. */
  readonly isPinnedByOther: boolean;
}

/** A callback that waits for its grace period, or runs. */
interface Queued extends Who {
  /** Of the op that queued it, as it was then. */
  readonly place: Place;
  /** Threads whose RCU sections it still has to wait for. */
  waits: number[];
}

/** Where a thread, or RCU, stands: always at an access, unless it is done. */
interface Position {
  index: number;
  at: number;
  /** Whether the present op has made an access. */
  hasBegun: boolean;
  /** The last result. */
  r: number;
  /** How deep it sat in RCU sections when the present op began. */
  nesting: number;
  /** What the op has printed, and whether it has stored a saturation value in the count. */
  warnings: string[];
  hasPinned: boolean;
}

/** Everything there is, as plain data: two states that are the same text are the same state. */
export interface State {
  count: number;
  list: number;
  flags: number[];
  /** By lock, as in `locks` of the interpreter: the thread that has it. */
  owners: (number | null)[];
  freed: boolean;
  queue: Queued[];
  running: Queued | null;
  held: number[];
  nesting: number[];
  threads: Position[];
  instances: Instance[][];
  /** Who made the last access; if that was a callback, with its place. */
  last: (Who & { readonly place: Place | null }) | null;
  /** In the order in which they happened. */
  returns: Return[];
  fact: Fact | null;
}

/** A state that can be changed without changing this one. */
export function copyOf(state: State): State {
  const { flags, owners, queue, running, held, nesting, threads, instances, returns } = state;
  return {
    ...state,
    flags: [...flags],
    owners: [...owners],
    queue: queue.map((queued) => ({ ...queued })),
    running: running && { ...running },
    held: [...held],
    nesting: [...nesting],
    threads: threads.map((position) => ({ ...position, warnings: [...position.warnings] })),
    instances: instances.map((ops) => ops.map((one) => ({ ...one }))),
    returns: [...returns],
  };
}

/** Runs one program of a protocol, an access at a time. States are changed in place: copy what is to be kept. */
export class Interpreter {
  readonly #protocol: Protocol;
  readonly #program: Program;
  /** The saturation values of both protocols of a pair. */
  readonly #saturated: readonly number[];
  readonly #code: readonly (readonly (readonly Instruction[])[])[];
  readonly #callback: readonly Instruction[];
  readonly #locks: readonly string[];
  readonly #inObject: ReadonlySet<string>;

  constructor(protocol: Protocol, program: Program, saturated: readonly number[]) {
    this.#protocol = protocol;
    this.#program = program;
    this.#saturated = saturated;
    this.#code = program.threads.map((ops) => ops.map((op) => codeOf(protocol.ops[op]!.body)));
    this.#callback = codeOf(protocol.callback);
    this.#locks = ['lock', 'mutex', ...protocol.own.flatMap(({ name, isLock }) => (isLock ? [name] : []))];
    this.#inObject = new Set([
      'count',
      ...protocol.own.flatMap(({ name, isInObject }) => (isInObject ? [name] : [])),
    ]);
  }

  start(): State {
    const { count, list, holders, readers } = this.#protocol.states[this.#program.start]!;
    const held = [0, 0, 0, 0, 0];
    for (const holder of holders) held[holder]!++;
    const state: State = {
      count,
      list,
      flags: this.#protocol.own.map(() => 0),
      owners: this.#locks.map(() => null),
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
      state.running = state.queue.shift()!;
      position.nesting = state.nesting[RCU]!;
      state.last = { ...whoOf(state.running), place: state.running.place };
    } else if (next?.kind === 'access') {
      state.last = {
        ...this.#who(state, thread),
        place: thread === RCU ? this.#placeOfThread(state, thread) : null,
      };
      // From the first access of a put on the thread must not use the object any more.
      if (!position.hasBegun && this.#role(thread, position.index) === 'put') state.held[thread]!--;
      position.hasBegun = true;
      if (this.#access(state, thread, next.step)) position.at++;
    }
    this.#advance(state, thread);
  }

  /** What is wrong where a program has come to its end: a leak has the name of whoever made the last access. */
  noteLeak(state: State): void {
    const isHeld = state.held.some((references) => references > 0);
    const isPending = state.queue.length > 0 || state.running;
    if (state.list !== 0 || isHeld || state.freed || isPending || !state.last) return;
    const { last } = state;
    this.#noteFact(state, 'leak', last, last.place ?? this.#placeOfInstance(state, last));
  }

  /** What is wrong where the program never comes to its end. */
  noteStuck(state: State): void {
    const ops = this.#program.threads;
    const thread = ops.findIndex((_, at) => state.threads[at]!.index < ops[at]!.length);
    // Where only a callback cannot go on, it stands for whoever queued it.
    const who = thread < 0 ? whoOf(state.running!) : { thread, index: state.threads[thread]!.index };
    this.#noteFact(state, 'stuck', who, this.#placeOfInstance(state, who));
  }

  /** Whether the count is at a saturation value. */
  isSaturated(state: State): boolean {
    return isNearOneOf(state.count, this.#saturated);
  }

  #isEnabled(state: State, thread: number): boolean {
    if (thread === RCU && !state.running) return state.queue[0]?.waits.length === 0;
    const next = this.#next(state, thread);
    if (next?.kind !== 'access') return false;
    return next.step.do !== 'lock' || state.owners[this.#locks.indexOf(next.step.lock)] === null;
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

  /** @returns whether the thread goes on behind the access; it stays where it loops */
  #access(state: State, thread: number, step: AccessStep): boolean {
    const touched =
      'word' in step ? step.word : 'lock' in step ? step.lock : step.do === 'use' ? 'count' : '';
    const isAfterFree = this.#inObject.has(touched) && state.freed;
    // The access may be the op's first of the count, and then the fact is there.
    const goesOn = 'word' in step && this.#accessWord(state, thread, step);
    if (isAfterFree) this.#note(state, 'use-after-free', thread);
    if ('word' in step) return goesOn;
    switch (step.do) {
      case 'lock':
        state.owners[this.#locks.indexOf(step.lock)] = thread;
        break;
      case 'unlock': {
        const lock = this.#locks.indexOf(step.lock);
        if (state.owners[lock] !== thread) this.#note(state, 'unbalanced', thread);
        state.owners[lock] = null;
        break;
      }
      case 'rcu_lock':
        state.nesting[thread]!++;
        break;
      case 'rcu_unlock':
        this.#leaveSection(state, thread);
        break;
      case 'call_rcu': {
        const place = this.#placeOfThread(state, thread);
        const waits = [...state.nesting.keys()].filter((reader) => state.nesting[reader]! > 0);
        state.queue.push({ ...this.#who(state, thread), place, waits });
        break;
      }
      case 'free':
        this.#free(state, thread);
        break;
      case 'use':
        break;
    }
    return true;
  }

  #leaveSection(state: State, thread: number): void {
    if (state.nesting[thread] === 0) {
      this.#note(state, 'unbalanced', thread);
      return;
    }
    state.nesting[thread]!--;
    if (state.nesting[thread]! > 0) return;
    for (const queued of state.queue) queued.waits = queued.waits.filter((reader) => reader !== thread);
  }

  #free(state: State, thread: number): void {
    const holder = state.held.findIndex((references) => references > 0);
    if (state.freed) this.#note(state, 'double-free', thread);
    else if (holder >= 0) this.#note(state, 'freed-while-held', thread, holder);
    state.freed = true;
  }

  #accessWord(state: State, thread: number, step: Extract<AccessStep, { word: string }>): boolean {
    const old = this.#read(state, step.word);
    const position = state.threads[thread]!;
    const loaded = position.r;
    if (step.do !== 'store') position.r = old;
    switch (step.do) {
      case 'load':
        this.#write(state, thread, step.word, old);
        return true;
      case 'await':
        this.#write(state, thread, step.word, old);
        return old === step.value;
      case 'store':
        if (step.word === 'count' && isNearOneOf(step.value, this.#saturated)) position.hasPinned = true;
        this.#write(state, thread, step.word, step.value);
        return true;
      case 'exchange':
        this.#write(state, thread, step.word, step.value);
        return true;
      case 'add':
        this.#write(state, thread, step.word, old + step.value);
        return true;
      case 'cas':
        this.#write(state, thread, step.word, old === step.from ? step.to : old);
        return true;
      case 'add_unless':
        // The compare-exchange of the loop that `codeOf` makes of it.
        this.#write(state, thread, step.word, old === loaded ? old + step.value : old);
        if (old !== loaded) position.at--;
        return old === loaded;
    }
  }

  #read(state: State, word: string): number {
    if (word === 'count') return state.count;
    if (word === 'list') return state.list;
    return state.flags[this.#protocol.own.findIndex(({ name }) => name === word)]!;
  }

  #write(state: State, thread: number, word: string, value: number): void {
    if (word === 'list') state.list = value;
    else if (word !== 'count') state.flags[this.#protocol.own.findIndex(({ name }) => name === word)] = value;
    if (word !== 'count') return;
    const old = state.count;
    state.count = value | 0;
    if (thread === RCU) return;
    const { thread: at, index } = this.#who(state, thread);
    state.instances[at]![index]!.touch ??= this.#boundary(old, state.count);
  }

  #boundary(old: number, now: number): Boundary {
    const { bias } = this.#protocol;
    return boundaryOf(old - bias, now - bias, isNearOneOf(old, this.#saturated));
  }

  /** The op has returned, or the callback is over. */
  #end(state: State, thread: number, result: Result): void {
    const position = state.threads[thread]!;
    const role = this.#role(thread, position.index);
    if (this.#isUnbalanced(state, thread, role, result)) this.#note(state, 'unbalanced', thread);
    if (result === 'granted' && role === 'get' && state.freed) this.#note(state, 'resurrection', thread);
    if (result === 'granted' && (role === 'get' || role === 'enter')) state.held[thread]!++;
    state.returns.push({
      ...this.#who(state, thread),
      ...this.#placeOfThread(state, thread),
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
        ...this.#placeOfThread(state, thread),
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

  /** Who answers for what a thread does: for RCU, whoever queued the callback. */
  #who(state: State, thread: number): Who {
    if (thread === RCU) return whoOf(state.running!);
    return { thread, index: state.threads[thread]!.index };
  }

  #placeOfThread(state: State, thread: number): Place {
    if (thread === RCU) return state.running!.place;
    return this.#placeOfInstance(state, this.#who(state, thread));
  }

  #placeOfInstance(state: State, { thread, index }: Who): Place {
    const { touch } = state.instances[thread]![index]!;
    return { touch, boundary: touch ?? this.#boundary(state.count, state.count) };
  }

  #note(state: State, what: What, thread: number, holder: number | null = null): void {
    this.#noteFact(state, what, this.#who(state, thread), this.#placeOfThread(state, thread), holder);
  }

  /** Only the first fact of a run counts: what befalls a broken object follows from that. */
  #noteFact(
    state: State,
    what: What,
    { thread, index }: Who,
    place: Place,
    holder: number | null = null,
  ): void {
    state.fact ??= { what, thread, index, ...place, holder };
  }
}

function whoOf({ thread, index }: Who): Who {
  return { thread, index };
}
