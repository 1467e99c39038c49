import { type Boundary, boundaryOf, isNearOneOf } from './boundary.ts';
import type { AccessStep } from './code.ts';
import type { Protocol } from './language.ts';
import { type Place, RCU, type State, type What, type Who, whoOf } from './state.ts';

/** What single accesses of a protocol do to a state, and the facts that come of it. */
export class Effects {
  readonly #protocol: Protocol;
  /** The saturation values of both protocols of a pair. */
  readonly #saturated: readonly number[];
  readonly locks: readonly string[];
  readonly #inObject: ReadonlySet<string>;

  constructor(protocol: Protocol, saturated: readonly number[]) {
    this.#protocol = protocol;
    this.#saturated = saturated;
    this.locks = ['lock', 'mutex', ...protocol.own.flatMap(({ name, isLock }) => (isLock ? [name] : []))];
    this.#inObject = new Set([
      'count',
      ...protocol.own.flatMap(({ name, isInObject }) => (isInObject ? [name] : [])),
    ]);
  }

  /** Whether a lock can be taken. */
  isFree(state: State, lock: string): boolean {
    return state.owners[this.locks.indexOf(lock)] === null;
  }

  /** Whether the count is at a saturation value. */
  isSaturated(state: State): boolean {
    return isNearOneOf(state.count, this.#saturated);
  }

  /** @returns whether the thread goes on behind the access; it stays where it loops */
  make(state: State, thread: number, step: AccessStep): boolean {
    const touched =
      'word' in step ? step.word : 'lock' in step ? step.lock : step.do === 'use' ? 'count' : '';
    const isAfterFree = this.#inObject.has(touched) && state.freed;
    // The access may be the op's first of the count, and then the fact is there.
    const goesOn = 'word' in step && this.#accessWord(state, thread, step);
    if (isAfterFree) this.note(state, 'use-after-free', thread);
    if ('word' in step) return goesOn;
    switch (step.do) {
      case 'lock':
        state.owners[this.locks.indexOf(step.lock)] = thread;
        break;
      case 'unlock': {
        const lock = this.locks.indexOf(step.lock);
        if (state.owners[lock] !== thread) this.note(state, 'unbalanced', thread);
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
        const place = this.placeOfThread(state, thread);
        // The head lies in the object, and in the list of those that wait.
        if (state.freed) this.note(state, 'use-after-free', thread);
        if (state.queue.length > 0) this.note(state, 'double-free', thread);
        const waits = [...state.nesting.keys()].filter((reader) => state.nesting[reader]! > 0);
        state.queue.push({ ...this.who(state, thread), place, waits });
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
      this.note(state, 'unbalanced', thread);
      return;
    }
    state.nesting[thread]!--;
    if (state.nesting[thread]! > 0) return;
    for (const queued of state.queue) queued.waits = queued.waits.filter((reader) => reader !== thread);
  }

  #free(state: State, thread: number): void {
    const holder = state.held.findIndex((references) => references > 0);
    if (state.freed) this.note(state, 'double-free', thread);
    else if (holder >= 0) this.note(state, 'freed-while-held', thread, holder);
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
    const { thread: at, index } = this.who(state, thread);
    state.instances[at]![index]!.touch ??= this.#boundary(old, state.count);
  }

  #boundary(old: number, now: number): Boundary {
    const { bias } = this.#protocol;
    return boundaryOf(old - bias, now - bias, isNearOneOf(old, this.#saturated));
  }

  /** Who answers for what a thread does: for RCU, whoever queued the callback. */
  who(state: State, thread: number): Who {
    if (thread === RCU) return whoOf(state.running!);
    return { thread, index: state.threads[thread]!.index };
  }

  /** Where the op of a thread first touched the count, or where that stands. */
  placeOfThread(state: State, thread: number): Place {
    if (thread === RCU) return state.running!.place;
    return this.placeOfInstance(state, this.who(state, thread));
  }

  /** The same of any op that has begun. */
  placeOfInstance(state: State, { thread, index }: Who): Place {
    const { touch } = state.instances[thread]![index]!;
    return { touch, boundary: touch ?? this.#boundary(state.count, state.count) };
  }

  /** Something has befallen the object, or the op of a thread. */
  note(state: State, what: What, thread: number, holder: number | null = null): void {
    this.noteFact(state, what, this.who(state, thread), this.placeOfThread(state, thread), holder);
  }

  /** Only the first fact of a run counts: what befalls a broken object follows from that. */
  noteFact(
    state: State,
    what: What,
    { thread, index }: Who,
    place: Place,
    holder: number | null = null,
  ): void {
    state.fact ??= { what, thread, index, ...place, holder };
  }
}
