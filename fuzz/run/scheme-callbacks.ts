import { Fact } from '../../oracles/lifetime.ts';
import { WordIndex } from './access.ts';
import type { CounterTouches } from './counter-touches.ts';
import type { MachineState } from './machine-state.ts';
import { calledBy } from './recorded-later.ts';
import { callerOf, withNextWaiting, withWaiting, withWaitingBegun } from './scheme-facts.ts';
import type { SchemeLater } from './scheme-later.ts';
import type { SchemeLayout } from './scheme-layout.ts';
import { readers } from './scheme-words.ts';

const { FREED } = WordIndex;

/** More than twice does not differ from twice: it is a fact, and what comes after the first does not count. */
const MOST_PENDING = 2;

/** What a call of `call_rcu` brings about outside of the words of its callback. */
interface Outside {
  useObject(thread: number): void;
  goesWrong(fact: number): void;
}

/**
 * RCU callbacks: how they are queued and begin, and in whose name each function of a scheme runs that runs later. That is
 * the op which has queued it, or armed it.
 */
export class SchemeCallbacks {
  readonly #machine: MachineState;
  readonly #layout: SchemeLayout;
  readonly #touches: CounterTouches;
  readonly #outside: Outside;

  constructor(machine: MachineState, layout: SchemeLayout, touches: CounterTouches, outside: Outside) {
    this.#machine = machine;
    this.#layout = layout;
    this.#touches = touches;
    this.#outside = outside;
  }

  /**
   * The callback must wait for whoever may have found the object before now. Who comes later is not waited for. The queue is
   * a list of heads, of which a callback has one: to queue it writes to it, and twice spoils the list.
   */
  queue(thread: number, node: number, later: SchemeLater | undefined): void {
    const { words, trees } = this.#machine;
    const { which, head, domain } = calledBy(trees.b[node]!);
    const at = this.#layout.later[which]!;
    // Below 0 the head does not go with the object when that is freed.
    const isHeadInObject = trees.a[node]! >= 0;
    if (isHeadInObject) this.#outside.useObject(thread);
    if (words[at]! > 0) this.#outside.goesWrong(Fact.DOUBLE_FREE);
    words[at + 1]! |= later ? later.queues(which, head, domain) : readers(words);
    words[at] = Math.min(words[at]! + 1, MOST_PENDING);
    this.noteCaller(thread, which, isHeadInObject);
  }

  /** The callback begins whose readers have left. */
  begin(which: number, later: SchemeLater | undefined): void {
    const { words } = this.#machine;
    const at = this.#layout.later[which]!;
    words[at]!--;
    words[at + 2] = withWaitingBegun(words[at + 2]!, words[at] === 0, words[FREED]! > 0);
    later?.begins(which);
  }

  /** A thread queues a function, or arms it, and what runs goes by the thread's op. One that runs later hands its own on. */
  noteCaller(thread: number, which: number, isInObject: boolean): void {
    const { words, threadCount, position } = this.#machine;
    const at = this.#layout.later[which]! + 2;
    if (thread < threadCount) {
      words[at] = withWaiting(words[at]!, this.#touches.whoIs(words, thread, position[thread]!), isInObject);
      return;
    }
    const running = thread - threadCount;
    if (running === which) words[at] = withNextWaiting(words[at]!);
    else words[at] = withWaiting(words[at]!, callerOf(words[this.#layout.later[running]! + 2]!)!, isInObject);
  }

  /** The number that a thread has for its ops: what runs later runs where it was queued, or armed. */
  threadNumber(thread: number): number {
    const { words, threadCount } = this.#machine;
    if (thread < threadCount) return thread;
    return callerOf(words[this.#layout.later[thread - threadCount]! + 2]!)?.thread ?? 0;
  }
}
