import { PackedField } from '../../oracles/packed-fields.ts';
import { holdKindOf, holdKindsOf } from '../../targets/subject/hold-kinds.ts';
import type { Scheme, SchemeOp, StartHold } from '../../targets/subject/subject.ts';
import { MAX_THREADS } from '../program/program.ts';
import { Access, WordIndex } from './access.ts';
import { DONE, type MachineState } from './machine-state.ts';
import { IN_TRANSIT } from './scheme-facts.ts';
import { schemeLayout } from './scheme-layout.ts';
import { changeHeld, heldBy, swapHeld } from './scheme-words.ts';

/** Beside what each thread holds of a kind: how many holds have been handed over and are nobody's yet. */
const TRANSIT = new PackedField({ from: 24, bits: 8 });

/** Who holds, and which kind, as a number of `holdKindsOf`. */
export interface Holder {
  readonly thread: number;
  readonly kind: number;
}

/** Whether a thread runs an op only while it holds. */
export function needsHold({ role, needs }: SchemeOp): boolean {
  return needs !== undefined || role === 'put' || role === 'use';
}

/**
 * What threads hold where a scheme has kinds of hold with names, gets by holders, or ops that hand a hold over. The kind without a name is
 * counted in HELD as ever, each other kind in a word of its own in the same way.
 *
 * A hold that is handed over is in transit until some thread takes it over: the next that comes to an op which needs one of
 * the kind, and has none. Nobody is told by number to whom it goes, so threads that call the same remain alike. Who comes
 * to such an op waits as long as another may still hand something over; when nobody can any more, the op is void.
 *
 *     pass, put | put      thread 0 holds. It passes its hold on; either it or thread 1 takes that over, and puts it.
 *                          The other waits for nothing that can come any more: its put is void
 *
 * A hold in transit counts as held: an object that is freed meanwhile is freed while held.
 */
export class Holds {
  /** Where there is none, no thread ever waits. */
  readonly hasHandOvers: boolean;
  readonly #machine: MachineState;
  readonly #scheme: Scheme;
  /** By kind: the word that counts it. */
  readonly #words: readonly number[];
  readonly #weights: readonly number[];
  /** By call: the kind that its op takes, gives back or needs. */
  readonly #kinds: number[] = [];
  /** And the kind without which a thread does not run it; -1 for none. */
  readonly #needs: number[] = [];
  readonly #givers: boolean[] = [];
  readonly #gets: boolean[] = [];

  constructor(machine: MachineState, scheme: Scheme) {
    this.#machine = machine;
    this.#scheme = scheme;
    const kinds = holdKindsOf(scheme);
    const { holds } = schemeLayout(scheme);
    this.#words = kinds.map((_, kind) => (kind === 0 ? WordIndex.HELD : holds + kind - 1));
    this.#weights = kinds.map(({ weight }) => weight);
    this.hasHandOvers = Object.values(scheme.ops).some(({ handsOver }) => handsOver);
  }

  /** The number of holds of a kind that a thread has. */
  of(thread: number, kind: number): number {
    return heldBy(this.#machine.words, thread, this.#words[kind]);
  }

  /** @param by 1 when a thread comes to hold, -1 when it gives up a hold */
  change(thread: number, kind: number, by: 1 | -1): void {
    changeHeld(this.#machine.words, thread, by, this.#words[kind]);
  }

  /** What a call is about. @throws Error for an op of a kind that nobody can hold */
  kindOf(call: number): number {
    return this.#kinds[call] ?? this.#learn(call);
  }

  /** Whether a thread can run the op of a call: it has what that needs. */
  canCall(thread: number, call: number): boolean {
    const needed = this.#needed(call);
    return needed < 0 || this.of(thread, needed) > 0;
  }

  /** The kind without which a thread does not run the op; -1 for none. */
  #needed(call: number): number {
    this.kindOf(call);
    return this.#needs[call]!;
  }

  /** Ops are looked up by name once for each call; from then on a call is an index. */
  #learn(call: number): number {
    const { op: name, a } = this.#machine.trees.alphabet.call(call);
    const op = this.#scheme.ops[name]!;
    const kind = holdKindOf(this.#scheme, op.hold, a);
    if (kind < 0) throw new Error(`internal: ${name}(${a}) is of a kind that nobody can hold`);
    this.#kinds[call] = kind;
    this.#needs[call] = op.needs === undefined ? (needsHold(op) ? kind : -1) : this.#kindNeeded(op.needs, a);
    this.#givers[call] = op.handsOver === true;
    this.#gets[call] = op.role === 'get' || op.role === 'enter';
    return kind;
  }

  /** Where the needed kind goes by a number, it is the same number as the op's own. */
  #kindNeeded(needs: string, argument: number): number {
    return needs === '' ? 0 : holdKindOf(this.#scheme, needs, argument);
  }

  /** Whether anybody holds anything; what is in transit is held. */
  isAny(): boolean {
    const { words } = this.#machine;
    return this.#words.some((word) => words[word] !== 0);
  }

  /** How much a thread holds, of all kinds together. */
  total(thread: number): number {
    return this.#words.reduce((sum, _, kind) => sum + this.of(thread, kind), 0);
  }

  /** Whether a thread holds anything. */
  isHolder(thread: number): boolean {
    return this.total(thread) > 0;
  }

  /** Whether there are holds that nobody has yet. */
  isInTransit(): boolean {
    return this.#words.some((_, kind) => this.#inTransit(kind) > 0);
  }

  /** Of the first kind that anybody holds, the lowest thread; IN_TRANSIT comes last. @returns undefined for nobody */
  first(): Holder | undefined {
    for (let kind = 0; kind < this.#words.length; kind++) {
      for (let thread = 0; thread < MAX_THREADS; thread++)
        if (this.of(thread, kind) > 0) return { thread, kind };
      if (this.#inTransit(kind) > 0) return { thread: IN_TRANSIT, kind };
    }
    return undefined;
  }

  /** The sum of the weights of all holds. */
  weight(): number {
    let sum = 0;
    for (let kind = 0; kind < this.#words.length; kind++) {
      let held = this.#inTransit(kind);
      for (let thread = 0; thread < MAX_THREADS; thread++) held += this.of(thread, kind);
      sum += held * this.#weights[kind]!;
    }
    return sum;
  }

  /** Whether two threads hold as much of every kind. */
  areAlike(one: number, other: number): boolean {
    return this.#words.every((_, kind) => this.of(one, kind) === this.of(other, kind));
  }

  /** Exchanges two threads. HELD is exchanged with the words of every scheme. */
  swap(one: number, other: number): void {
    for (const word of this.#words.slice(1)) swapHeld(this.#machine.words, word, one, other);
  }

  /** What threads hold at the start. */
  start(holds: readonly StartHold[]): void {
    for (const { thread, kind, argument = 0 } of holds)
      this.change(thread, holdKindOf(this.#scheme, kind, argument), 1);
  }

  /**
   * An op has returned: what it was granted is the thread's, or for others, or what the thread held goes to them.
   *
   * @param isGranted whether the op takes a hold, and was granted it
   */
  endOp(thread: number, call: number, isGranted: boolean): void {
    const kind = this.kindOf(call);
    if (!this.#givers[call]) {
      if (isGranted) this.change(thread, kind, 1);
      return;
    }
    if (isGranted) this.#changeTransit(kind, 1);
    else if (!this.#gets[call] && this.of(thread, kind) > 0) {
      this.change(thread, kind, -1);
      this.#changeTransit(kind, 1);
    }
  }

  /** Whether a thread that waits before a call can take something over. */
  canTakeOver(call: number): boolean {
    return this.#inTransit(this.#needed(call)) > 0;
  }

  /** The thread takes over what it waits for. */
  takeOver(thread: number, call: number): void {
    const kind = this.#needed(call);
    this.#changeTransit(kind, -1);
    this.change(thread, kind, 1);
  }

  /**
   * The threads that wait for what nobody can hand over any more. It says nothing of which thread comes first: all of them go
   * on at once, so that threads which are alike stay alike.
   */
  vainWaiters(): number[] {
    const { threadCount } = this.#machine;
    const threads = Array.from({ length: threadCount }, (_, thread) => thread);
    const isMoving = threads.map((thread) => this.#isMoving(thread));
    return threads.filter((thread) => {
      const call = this.#awaited(thread);
      if (call === undefined || this.canTakeOver(call)) return false;
      return !threads.some((other) => isMoving[other] && this.#mayHandOver(other, this.#needed(call)));
    });
  }

  /** The call before which a thread waits for a hold. */
  #awaited(thread: number): number | undefined {
    const { node, trees } = this.#machine;
    const at = node[thread]!;
    return at !== DONE && trees.kind[at] === Access.TAKE_OVER ? trees.callOf(at) : undefined;
  }

  /** Whether a thread has something left to do, and does not wait for a hold that is not there. */
  #isMoving(thread: number): boolean {
    const call = this.#awaited(thread);
    return call === undefined ? this.#machine.node[thread] !== DONE : this.canTakeOver(call);
  }

  /** Its present op counts as well: it has not returned yet. */
  #mayHandOver(thread: number, kind: number): boolean {
    const { threads, position } = this.#machine;
    return threads[thread]!.some(
      (call, at) => at >= position[thread]! && this.kindOf(call) === kind && this.#givers[call]!,
    );
  }

  /** How many holds of a kind are nobody's yet. */
  #inTransit(kind: number): number {
    return TRANSIT.of(this.#machine.words[this.#words[kind]!]!);
  }

  #changeTransit(kind: number, by: 1 | -1): void {
    const { words } = this.#machine;
    const word = this.#words[kind]!;
    words[word] = TRANSIT.with(words[word]!, TRANSIT.of(words[word]!) + by);
  }
}

/** What threads of a scheme hold. @returns undefined where one number for each thread says it all */
export function holdsOf(machine: MachineState, scheme: Scheme): Holds | undefined {
  const holds = new Holds(machine, scheme);
  const hasNeeds = Object.values(scheme.ops).some(({ needs }) => needs !== undefined);
  return hasNeeds || holds.hasHandOvers || holdKindsOf(scheme).length > 1 ? holds : undefined;
}
