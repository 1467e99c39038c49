import { Fact } from '../../oracles/lifetime.ts';
import type { Outcome, Scheme, SchemeOp } from '../../targets/subject/subject.ts';
import { Access, WordIndex } from './access.ts';
import { CounterTouches } from './counter-touches.ts';
import { DONE, type MachineState } from './machine-state.ts';
import { codeOf, RESULT_CODES } from './op-results.ts';
import { SchemeCalls } from './scheme-calls.ts';
import { Conservation } from './scheme-conservation.ts';
import { SchemeEffects } from './scheme-effects.ts';
import { callerOf, isHeadFreed, type OpInstance, ofHold, packedFact, whatOf } from './scheme-facts.ts';
import { Holds, holdsOf } from './scheme-holds.ts';
import type { SchemeLayout } from './scheme-layout.ts';
import { SchemeOrders } from './scheme-orders.ts';
import { startState } from './scheme-start.ts';
import { changeHeld, forgetOp, noteSections, sectionsGained } from './scheme-words.ts';
import { swapThreadWords } from './thread-words.ts';
import { ageOf, threadOf } from './turn.ts';

const { COUNT, LIST, PENDING, FREED, HELD, FACTS, WARNED } = WordIndex;

const VOID = codeOf('void');
/** Of the second word of a callback: see scheme-later.ts. */
const SET_OF_READERS = 0xff;

/**
 * A program of a scheme under way: when a thread holds a reference, and what the ends of ops add to the facts of the object's
 * life. Which op each thread calls is in scheme-calls.ts, what single accesses do in scheme-effects.ts.
 */
export class SchemeRun {
  readonly effects: SchemeEffects;
  /** Where ops touch the counter. */
  readonly touches = new CounterTouches();
  readonly #machine: MachineState;
  readonly #scheme: Scheme;
  /** Absent where a thread's holds are all alike, and stay with it. */
  readonly holds: Holds | undefined;
  readonly #calls: SchemeCalls;
  readonly #conservation: Conservation | undefined;
  readonly #layout: SchemeLayout;
  /** Absent where nobody asks for orders. */
  readonly orders: SchemeOrders | undefined;
  /** Whether it has words of 64 bits, or pairs. */
  readonly #isWide: boolean;

  /** @param machine whose state it changes */
  constructor(machine: MachineState, scheme: Scheme) {
    this.#machine = machine;
    this.#scheme = scheme;
    this.#layout = machine.trees.layout!;
    this.holds = holdsOf(machine, scheme);
    this.#calls = new SchemeCalls(machine, scheme, this.holds);
    this.effects = new SchemeEffects(machine, scheme, this.touches, this.holds);
    if (scheme.conserves)
      this.#conservation = new Conservation(machine, scheme, this.holds ?? new Holds(machine, scheme), () =>
        this.#isLaterDue(),
      );
    if (scheme.orders) this.orders = new SchemeOrders(machine, scheme, this.#layout);
    const { wide } = this.#layout;
    this.#isWide = wide !== undefined;
    this.touches.countsIn(wide?.get(COUNT));
  }

  /** Brings the machine to the start of its program: a named state of the object. */
  start(): void {
    const { node, trees, threadCount } = this.#machine;
    startState(this.#machine, this.#scheme, this.holds);
    for (let which = 0; which < trees.laterCalls; which++) node[threadCount + which] = trees.root(-1 - which);
    this.#calls.start();
    this.orders?.start();
    if (this.orders?.reads) this.settle();
  }

  /** Makes the next access of a thread, which may be RCU. @param turn see turn.ts @returns as `Machine.step` */
  step(turn: number): number {
    const machine = this.#machine;
    const thread = threadOf(turn);
    const age = ageOf(turn);
    const { trees, words } = machine;
    const node = machine.node[thread]!;
    if (trees.isRoot[node]) this.#enterOp(thread);
    this.orders?.before(thread, node);
    const count = this.#isWide ? this.touches.countIn(words) : words[COUNT]!;
    const met = this.#met(node, age);
    const result = age > 0 ? this.effects.readOlder(thread, node, met) : this.effects.apply(thread, node);
    if (this.orders) this.#keepOrder(this.orders, turn, node, met, result);
    const child = trees.child(node, result);
    this.orders?.reads?.step(node, child, result);
    this.touches.note(trees, node, words, thread, count);
    if (this.effects.fact !== Fact.NONE) this.#goesWrong(thread, this.effects.fact, this.effects.holder);
    const outcome = trees.outcome[child]!;
    if (machine.listener) machine.listener.step(machine, thread, node, met, outcome);
    // An op that makes no access at all is at its return when it begins.
    if (trees.kind[child] !== Access.RETURN || trees.kind[node] === Access.TAKE_OVER) {
      machine.node[thread] = child;
      this.settle();
      return -1;
    }
    words[WARNED]! |= trees.outcomes.warningBits(outcome);
    this.orders?.end(thread, child === node ? 0 : trees.fence(child));
    const { result: answer } = trees.outcomeOf(outcome);
    // Asked before the end of the op, which forgets where it was; and only where nothing may be left to do.
    const mayBeLast = this.#othersAreDone(thread);
    const who = mayBeLast || this.#conservation ? this.#whoIs(thread) : undefined;
    if (thread >= machine.threadCount) this.#endLater(thread - machine.threadCount, answer);
    else this.#endOp(thread, answer as Outcome);
    if (this.#conservation) this.#checkCount(this.#conservation, who!);
    if (who && machine.isFinished()) this.#noteLeak(who);
    this.settle();
    return outcome;
  }

  /** What the word of an access holds, or held so many writes ago. */
  #met(node: number, age: number): number {
    const { trees, words } = this.#machine;
    if (age > 0) return this.orders!.reads!.valueOf(node, age);
    return this.#isWide ? this.effects.met(trees.word[node]!) : words[trees.word[node]!]!;
  }

  /** Call it when something has been done: what nobody can ask for any more is forgotten. */
  settle(): void {
    this.orders?.settle(this.#isLaterDue());
  }

  /** As `Machine.look`. */
  look(): void {
    this.orders?.reads?.look(this.#isLaterDue());
  }

  /** What is not in order is a fact where nothing else is wrong with it; where reads are not asked about, it is noted beside them. */
  #keepOrder(orders: SchemeOrders, turn: number, node: number, met: number, result: number): void {
    const fact = orders.after(turn, node, met, result);
    if (fact === Fact.NONE || this.effects.fact !== Fact.NONE) return;
    if (orders.reads) this.effects.fact = fact;
    else if (this.#machine.words[FACTS] === 0) this.#machine.outOfOrder |= 1 << fact;
  }

  /** A hold ends at the first access of the put, not at its return: from there on the thread must not use the object. */
  #enterOp(thread: number): void {
    const { words, threadCount } = this.#machine;
    noteSections(words, thread);
    this.effects.later?.domains.beginOp(thread);
    if (thread >= threadCount || this.#calls.roleOf(thread) !== 'put') return;
    this.orders?.use(thread);
    if (this.holds) this.holds.change(thread, this.holds.kindOf(this.#calls.callOf(thread)), -1);
    else changeHeld(words, thread, -1);
  }

  /** Who makes the present access: what runs later goes by the op that armed it. */
  #whoIs(thread: number): OpInstance {
    const { words, position, threadCount } = this.#machine;
    if (thread < threadCount) return this.touches.whoIs(words, thread, position[thread]!);
    const caller = callerOf(words[this.effects.layout.later[thread - threadCount]! + 2]!);
    if (!caller) throw new Error('internal: a callback that nobody has queued');
    return caller;
  }

  /** Whether all threads of the program but one have done their ops. */
  #othersAreDone(thread: number): boolean {
    const { node, threadCount } = this.#machine;
    for (let other = 0; other < threadCount; other++)
      if (other !== thread && node[other] !== DONE) return false;
    return true;
  }

  /** Only the first fact of a run counts. */
  #goesWrong(thread: number, fact: number, holder = -1): void {
    const { words } = this.#machine;
    if (words[FACTS] !== 0 && !isGraver(fact, whatOf(words[FACTS]!))) return;
    const isOfHolder = fact === Fact.FREED_WHILE_HELD || fact === Fact.STOPPED_WHILE_HELD;
    words[FACTS] = packedFact(fact, this.#whoIs(thread), isOfHolder ? holder : -1);
    if (isOfHolder && this.holds) words[FACTS] = ofHold(words[FACTS], this.effects.hold);
  }

  /** The op that has ended last is named. */
  #checkCount(conservation: Conservation, who: OpInstance): void {
    const { words } = this.#machine;
    if (words[FACTS] !== 0 || this.touches.isPinned(words)) return;
    const fact = conservation.check();
    if (fact !== Fact.NONE) words[FACTS] = packedFact(fact, who);
  }

  /**
   * A callback returns nothing: any result says how it failed. If it did nothing wrong itself, it may still have been found
   * through a head that was freed.
   */
  #endLater(which: number, result: unknown): void {
    const { words, node, trees, threadCount } = this.#machine;
    const { later, layout } = this.effects;
    const thread = threadCount + which;
    later?.ends(which);
    const isLeft = sectionsGained(words, thread) !== 0 || later?.domains.hasChanged(thread);
    if (result !== undefined) this.#goesWrong(thread, faultOf(result));
    else if (this.effects.hasLock(thread) || isLeft) this.#goesWrong(thread, Fact.UNBALANCED);
    else if (isHeadFreed(words[layout.later[which]! + 2]!)) this.#goesWrong(thread, Fact.USE_AFTER_FREE);
    node[thread] = trees.root(-1 - which);
    forgetOp(words, thread);
    later?.domains.endOp(thread);
  }

  /** An op of the program has returned: what it was granted is held from here on. */
  #endOp(thread: number, result: Outcome): void {
    const { words } = this.#machine;
    const role = this.#calls.roleOf(thread);
    const code = RESULT_CODES.indexOf(result);
    // Not a success class but a fault: a C op that trapped, or was stopped.
    if (code < 0) this.#goesWrong(thread, faultOf(result));
    else if (this.#isUnbalanced(thread, role, result)) this.#goesWrong(thread, Fact.UNBALANCED);
    const isGranted = result === 'granted' && (role === 'get' || role === 'enter');
    this.holds?.endOp(thread, this.#calls.callOf(thread), isGranted);
    if (isGranted) {
      if (!this.holds) changeHeld(words, thread, 1);
      // A reader may still see a freed object's remains. Who takes a reference relies on the object's staying.
      if (role === 'get' && words[FREED]! > 0) this.#goesWrong(thread, Fact.RESURRECTION);
    }
    forgetOp(words, thread);
    this.effects.later?.domains.endOp(thread);
    this.#calls.end(thread, code < 0 ? VOID : code);
  }

  /** An `enter` may stay in an RCU section that it was granted, and a `put` may give that up. */
  #isUnbalanced(thread: number, role: SchemeOp['role'], result: Outcome): boolean {
    if (this.effects.hasLock(thread) || this.effects.later?.domains.hasChanged(thread)) return true;
    const gained = sectionsGained(this.#machine.words, thread);
    if (gained === 0) return false;
    return !((gained === 1 && role === 'enter' && result === 'granted') || (gained === -1 && role === 'put'));
  }

  /** Nobody can reach the object any more, and nobody is going to free it. @param who has ended last */
  #noteLeak(who: OpInstance): void {
    const { words } = this.#machine;
    const pendingOrFreed = words[FREED]! > 0 || this.#isLaterDue() || this.isLaterUnderWay();
    const isHeld = this.holds ? this.holds.isAny() : words[HELD] !== 0;
    if (words[FACTS] !== 0 || words[LIST] !== 0 || isHeld || pendingOrFreed) return;
    const { resource } = this.#scheme;
    const fact = resource && words[this.#layout.resource] !== 0 ? Fact.LEFT_RUNNING : Fact.LEAK;
    // What is started and stopped stays where it is: nobody frees it.
    if (fact === Fact.LEAK && resource === 'stopped') return;
    words[FACTS] = packedFact(fact, who, -1, this.touches.isPinned(words));
  }

  /** Exchanges two threads in the words of features that few schemes have. */
  swap(one: number, other: number): void {
    this.holds?.swap(one, other);
    swapThreadWords(this.#machine.words, this.#layout, one, other);
    this.orders?.swap(one, other);
  }

  /** As a comparison for sorting: what two threads know; 0 where nobody asks. */
  compareOrder(one: number, other: number): number {
    return this.orders?.compare(one, other) ?? 0;
  }

  /** Whether a callback is queued, or something else armed, that may be going to free the object. */
  #isLaterDue(): boolean {
    return this.effects.layout.later.some((_, which) => this.isDue(which));
  }

  /** Whether one function that runs later is queued, or armed. */
  isDue(which: number): boolean {
    return this.effects.later?.isDue(which) ?? this.#machine.words[PENDING]! > 0;
  }

  /** Whether RCU, or something else that runs later, is inside its function, which may be about to free the object. */
  isLaterUnderWay(): boolean {
    return this.laterUnderWay() >= 0;
  }

  /** The lowest function that runs later and is in the middle of a run; -1 for none. */
  laterUnderWay(): number {
    const { node, trees, threadCount } = this.#machine;
    for (let which = 0; which < trees.laterCalls; which++)
      if (node[threadCount + which] !== DONE && !trees.isRoot[node[threadCount + which]!]) return which;
    return -1;
  }

  /** Whether the callback that would begin at a node is queued, and the readers have left that it waits for. */
  isGracePeriodOver(node: number): boolean {
    const { words, trees } = this.#machine;
    const at = this.effects.layout.later[trees.a[node]!]!;
    return words[at]! > 0 && (words[at + 1]! & SET_OF_READERS) === 0;
  }
}

/** What no order explains away is graver than what only an order would have kept, and a free graver than a race. */
function isGraver(fact: number, known: number): boolean {
  if (known === Fact.RACE) return fact !== Fact.RACE;
  return known === Fact.UNORDERED_FREE && fact !== Fact.UNORDERED_FREE && fact !== Fact.RACE;
}

/** What an op did that returned no success class: how it failed. */
function faultOf(result: unknown): number {
  return result === 'memory-error' || result === 'out-of-bounds' ? Fact.MEMORY_ERROR : Fact.CRASH;
}
