import { Fact } from '../../oracles/lifetime.ts';
import { Cancel, type LaterFunction } from '../../targets/subject/later.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { Access, WordIndex } from './access.ts';
import type { MachineState } from './machine-state.ts';
import { MemoryReuse } from './memory-reuse.ts';
import { QueuedCallbacks } from './queued-callbacks.ts';
import { ReaderDomains, swappedInSets } from './reader-domains.ts';
import { TOUCHES_OBJECT } from './recorded-later.ts';
import { swappedCallers, withWaitingBegun } from './scheme-facts.ts';
import type { SchemeLayout } from './scheme-layout.ts';
import { changeSections, sectionsOf } from './scheme-words.ts';
import { Sleepers } from './sleepers.ts';

const { NOTE_WAITS, FREED } = WordIndex;

// The first word of a work or a timer; that of an RCU callback counts how often it is queued.
const DUE = 1;
const SHUT = 2;
/** How often it is disabled is counted from this bit on. */
const DISABLED = 4;

// The second word of a function holds three sets of threads, eight bits each: readers that an RCU callback waits for,
// threads that wait for the run which is due, and threads that wait for the one under way.
const SET = 0xff;
const FOR_DUE = 8;
const FOR_RUN = 16;

/** What an access brings about outside of the words of time. */
interface Outside {
  useObject(thread: number): void;
  goesWrong(fact: number): void;
  /** Notes who has armed a function that was not armed. */
  arms(thread: number, which: number, isInObject: boolean): void;
}

/**
 * What the accesses of time do: works and timers that are armed, run and cancelled, waits for runs and for readers, sections of
 * SRCU, sleepers, and memory that is reused. Only a scheme with `time` has one of these.
 *
 * Nothing here is measured: what is armed may run at any moment from then on, or only after all else. Who waits notes what for
 * in one access and goes on with another, which can be made once that has come; so what comes later is not waited for.
 *
 *     work                armed (queued) ──▶ begins, and may be queued anew from here on ──▶ … ──▶ returns
 *     cancel_work_sync    disarm, and arming does nothing │ wait until it does not run, and arming works again
 *     timer_delete_sync   wait until it does not run, and disarm: one access
 *     flush_work          note the run that is due, or else the one under way │ wait until that one is over
 */
export class SchemeLater {
  readonly domains: ReaderDomains;
  readonly reuse: MemoryReuse;
  readonly #sleepers: Sleepers;
  readonly #machine: MachineState;
  readonly #layout: SchemeLayout;
  readonly #outside: Outside;
  readonly #functions: readonly LaterFunction[];
  readonly #callbacks: QueuedCallbacks;

  constructor(machine: MachineState, scheme: Scheme, layout: SchemeLayout, outside: Outside) {
    this.#machine = machine;
    this.#layout = layout;
    this.#callbacks = new QueuedCallbacks(scheme.name);
    this.#functions = scheme.time?.later ?? [{ name: 'callback', kind: 'rcu' }];
    this.#outside = outside;
    this.domains = new ReaderDomains(machine, layout, scheme.name);
    this.reuse = new MemoryReuse(machine, layout);
    this.#sleepers = new Sleepers(machine, layout, scheme.name);
  }

  /** Whether a thread can make the access of a node. */
  isEnabled(thread: number, node: number): boolean {
    const { trees, words } = this.#machine;
    const which = trees.a[node]!;
    switch (trees.kind[node]) {
      case Access.LATER_BEGIN:
        return (words[this.#layout.later[which]!]! & DUE) !== 0;
      case Access.LATER_CANCEL:
        return (trees.b[node]! & Cancel.WHILE_IDLE) === 0 || !this.isUnderWay(which);
      case Access.FLUSH_END:
        return !this.#layout.later.some((at) => waits(words[at + 1]!, thread));
      case Access.SYNC_END:
        return this.domains.haveLeft(which, thread);
      case Access.SLEEP:
        return !this.#sleepers.isQueued(thread);
      default:
        return true;
    }
  }

  /** Makes the access of a node. @returns its result; 0 where there is none */
  apply(thread: number, node: number): number {
    const { trees } = this.#machine;
    const [a, b] = [trees.a[node]!, trees.b[node]!];
    const isInObject = (b & TOUCHES_OBJECT) !== 0;
    if (isInObject) this.#outside.useObject(thread);
    switch (trees.kind[node]) {
      case Access.LATER_ARM:
        return this.#arm(thread, a, isInObject);
      case Access.LATER_BEGIN:
        return this.#begin(a);
      case Access.LATER_CANCEL:
        return this.#cancel(a, b);
      case Access.LATER_STATE:
        return (this.isDue(a) ? 1 : 0) + (this.isUnderWay(a) ? 2 : 0);
      case Access.FLUSH_BEGIN:
        return this.#flush(thread, a) ? 1 : 0;
      default:
        this.#wait(thread, trees.kind[node]!, a);
        return 0;
    }
  }

  #wait(thread: number, kind: number, a: number): void {
    switch (kind) {
      // Once they can be made, nothing is left to do.
      case Access.FLUSH_END:
      case Access.SYNC_END:
      case Access.SLEEP:
        return;
      case Access.SYNC_BEGIN:
        this.domains.note(a, thread);
        return;
      case Access.SRCU_LOCK:
        this.domains.enter(a, thread);
        return;
      case Access.SRCU_UNLOCK:
        this.#leaveSrcu(a, thread);
        return;
      case Access.SLEEP_BEGIN:
        this.#sleepers.queue(thread, a);
        return;
      case Access.SLEEP_END:
        this.#sleepers.leave(thread);
        return;
      case Access.WAKE:
        this.#sleepers.wake(a);
        return;
      default:
        throw new Error(`internal: thread ${thread} has no access to make`);
    }
  }

  /**
   * Arms a function, unless it is: then nothing changes, who armed it first among it.
   *
   * @returns 1 if it was armed already
   */
  #arm(thread: number, which: number, isInObject: boolean): number {
    const { words } = this.#machine;
    const at = this.#layout.later[which]!;
    const state = words[at]!;
    // A timer that is shut down says that it was not armed; a disabled work says that it is queued already.
    if ((state & SHUT) !== 0) return 0;
    if (state !== 0) return 1;
    words[at] = DUE;
    this.#outside.arms(thread, which, isInObject);
    return 0;
  }

  #begin(which: number): number {
    const { words } = this.#machine;
    const at = this.#layout.later[which]!;
    words[at]! &= ~DUE;
    words[at + 2] = withWaitingBegun(words[at + 2]!, true, words[FREED]! > 0);
    if (this.#functions[which]!.kind === 'reuse') this.reuse.takeOver();
    this.begins(which);
    return 0;
  }

  /**
   * A function begins: who has waited for the run that was due waits for the one under way. RCU calls back, and timers expire,
   * where softirqs are disabled: that is a read-side section of RCU.
   */
  begins(which: number): void {
    const { words, threadCount } = this.#machine;
    if (this.#isInSoftirq(which)) changeSections(words, threadCount + which, 1);
    const at = this.#layout.later[which]! + 1;
    words[at] = (words[at]! & SET) | (((words[at]! >> FOR_DUE) & SET) << FOR_RUN);
  }

  #isInSoftirq(which: number): boolean {
    const { kind } = this.#functions[which]!;
    return kind === 'rcu' || kind === 'timer';
  }

  /** A function has returned. */
  ends(which: number): void {
    const { words, threadCount } = this.#machine;
    words[this.#layout.later[which]! + 1]! &= ~(SET << FOR_RUN);
    const thread = threadCount + which;
    if (!this.#isInSoftirq(which) || sectionsOf(words, thread) === 0) return;
    changeSections(words, thread, -1);
    if (sectionsOf(words, thread) === 0) this.leaves(0, thread);
  }

  /**
   * Disarms a function. Whoever waits for the run that was due need not wait any more; who waits for the one under way does.
   *
   * @returns 1 if it was armed
   */
  #cancel(which: number, how: number): number {
    const { words } = this.#machine;
    const at = this.#layout.later[which]!;
    const was = words[at]! & DUE;
    if ((how & Cancel.ENABLE) !== 0) {
      if (words[at]! >= DISABLED) words[at]! -= DISABLED;
      return was;
    }
    words[at]! &= ~DUE;
    if ((how & Cancel.SHUT) !== 0) words[at]! |= SHUT;
    if ((how & Cancel.DISABLE) !== 0) words[at]! += DISABLED;
    words[at + 1]! &= ~(SET << FOR_DUE);
    return was;
  }

  /** @param which -1 less a domain for all callbacks of that. @returns whether there is a run to wait for */
  #flush(thread: number, which: number): boolean {
    if (which >= 0) return this.#waitFor(thread, which);
    const callbacks = this.#functions.flatMap(({ kind, isFree }, at) =>
      kind === 'rcu' && !isFree && this.#callbacks.domainOf(at) === -1 - which ? [at] : [],
    );
    return callbacks.filter((at) => this.#waitFor(thread, at)).length > 0;
  }

  /** The run that is due comes behind the one under way: so who waits for that one waits for both. */
  #waitFor(thread: number, which: number): boolean {
    const isDue = this.isDue(which);
    if (!isDue && !this.isUnderWay(which)) return false;
    this.#machine.words[this.#layout.later[which]! + 1]! |= 1 << ((isDue ? FOR_DUE : FOR_RUN) + thread);
    return true;
  }

  /** Whether a function is in the middle of a run. */
  isUnderWay(which: number): boolean {
    const { node, trees, threadCount } = this.#machine;
    return trees.isRoot[node[threadCount + which]!] === 0;
  }

  /** Whether a function is armed, or queued: it runs in time. */
  isDue(which: number): boolean {
    const state = this.#machine.words[this.#layout.later[which]!]!;
    return this.#functions[which]!.kind === 'rcu' ? state > 0 : (state & DUE) !== 0;
  }

  /** A callback is queued for the readers of a domain. @returns who is inside there */
  queues(which: number, head: number, domain: number): number {
    // The head of another callback that still waits: to queue it writes to it, and spoils the list.
    const isSpoilt = this.#callbacks.note(which, head, domain).some((other) => this.isDue(other));
    if (isSpoilt) this.#outside.goesWrong(Fact.DOUBLE_FREE);
    return this.domains.inside(domain);
  }

  #leaveSrcu(domain: number, thread: number): void {
    const deep = this.domains.leave(domain, thread);
    if (deep === 0) this.#outside.goesWrong(Fact.UNBALANCED);
    else if (deep === 1) this.leaves(domain, thread);
  }

  /** A thread has left its last section of a domain: nobody waits for it any more. */
  leaves(domain: number, thread: number): void {
    const { words } = this.#machine;
    if (domain === 0) {
      words[NOTE_WAITS]! &= ~(1 << thread);
      this.reuse.stopLooking(thread);
    }
    this.#layout.later.forEach((at, which) => {
      if (this.#callbacks.domainOf(which) === domain) words[at + 1]! &= ~(1 << thread);
    });
    this.domains.stopWaitingFor(domain, thread);
  }

  /** The object is freed: its memory is there for whoever reuses it, once. @returns whether it was the next owner's */
  frees(thread: number): boolean {
    const isOfNext = this.reuse.free();
    const next = this.#functions.findIndex(({ kind }) => kind === 'reuse');
    if (next >= 0 && this.#machine.words[FREED] === 0) this.#arm(thread, next, false);
    return isOfNext;
  }

  /** Exchanges two threads of a program in all that is said of them here. */
  swap(one: number, other: number): void {
    const { words } = this.#machine;
    this.#layout.later.forEach((at, which) => {
      // The first one's are words of every scheme and swapped with those, but for the upper sets.
      const sets = which === 0 ? [FOR_DUE, FOR_RUN] : [0, FOR_DUE, FOR_RUN];
      words[at + 1] = swappedInSets(words[at + 1]!, one, other, sets);
      if (which > 0) words[at + 2] = swappedCallers(words[at + 2]!, one, other);
    });
    this.domains.swap(one, other);
    this.#sleepers.swap(one, other);
    this.reuse.swap(one, other);
  }
}

/** Whether a thread waits for the run that is due, or for the one under way. */
function waits(sets: number, thread: number): boolean {
  return (((sets >> FOR_DUE) | (sets >> FOR_RUN)) & (1 << thread)) !== 0;
}
