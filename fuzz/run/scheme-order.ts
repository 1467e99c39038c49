import { type OrderedAccess, ThreadViews } from '../../oracles/thread-views.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { MAX_THREADS } from '../program/program.ts';
import { Access, IS_OF_LOCK, IS_OF_TIME, IS_PLAIN, WordIndex } from './access.ts';
import type { MachineState } from './machine-state.ts';
import { BESIDE, COMMON } from './order-cells.ts';
import { orderedAccess } from './ordered-access.ts';
import type { SchemeLayout } from './scheme-layout.ts';
import { sectionsOf } from './scheme-words.ts';

const { CALL_WAITS, NOTE_WAITS } = WordIndex;

const TAKES: OrderedAccess = { reads: true, writes: false, order: 'acquire' };
const GIVES: OrderedAccess = { reads: true, writes: true, order: 'release' };
const LOOKS: OrderedAccess = { reads: true, writes: false, order: 'relaxed' };

/** What an access of a lock does, where it does it: a try that fails does nothing. */
const OF_LOCK: Readonly<Record<number, OrderedAccess>> = {
  [Access.LOCK]: TAKES,
  [Access.TRY_LOCK]: TAKES,
  [Access.LOCK_SHARED]: TAKES,
  [Access.TRY_LOCK_SHARED]: TAKES,
  [Access.SEQ_LOCK]: TAKES,
  [Access.SEQ_BEGIN]: TAKES,
  [Access.SEQ_READ]: TAKES,
  [Access.UNLOCK]: GIVES,
  [Access.UNLOCK_SHARED]: GIVES,
  [Access.DOWNGRADE]: GIVES,
  [Access.SEQ_UNLOCK]: GIVES,
  [Access.LOOK_AT_LOCK]: LOOKS,
};
const TRIES: readonly number[] = [Access.TRY_LOCK, Access.TRY_LOCK_SHARED];

/**
 * Which thread of a scheme knows of whose last use of its object: happens-before along the interleaving that is run. Who
 * holds uses the object until it puts; `refuzz_use` is a use as well. A free that does not come behind the last use of each
 * thread is a fact.
 *
 *     0: use · smp_mb · fetch_sub          1: cmpxchg(0, -1), full · call_rcu          RCU: free
 *                        carries {0}          knows of {0}           hands {0} on           knows of {0}: in order
 *     0: use · fetch_sub, relaxed          the same                                    knows of nothing: unordered-free
 *
 * A grace period is a full barrier: the callback knows what its caller knew or had read, and what each reader did that it
 * waited for. What has to do with time, and holds that change hands, all knows of each other; that says less, and not more.
 */
export class SchemeOrder {
  readonly #machine: MachineState;
  readonly #views: ThreadViews;
  readonly #indexOf: Uint8Array;
  readonly #layout: SchemeLayout;
  /** Words of the views that no word of the scheme is. */
  readonly #left: number;
  readonly #called: number;
  readonly #noted: number;
  readonly #handed: number;

  constructor(machine: MachineState, scheme: Scheme, layout: SchemeLayout) {
    this.#machine = machine;
    this.#layout = layout;
    const own = scheme.words?.length ?? 0;
    const words = COMMON.length + own;
    this.#indexOf = new Uint8Array(layout.length);
    COMMON.forEach((word, at) => {
      this.#indexOf[word] = at;
    });
    for (let at = 0; at < own; at++) this.#indexOf[layout.own + at] = COMMON.length + at;
    for (const pair of layout.pairs) this.#indexOf[pair] = this.#indexOf[layout.wide!.get(pair)!.low]!;
    [this.#left, this.#called, this.#noted, this.#handed] = [words, words + 1, words + 2, words + 3];
    this.#views = new ThreadViews(words + BESIDE, MAX_THREADS + layout.laterThreads, layout.order);
  }

  /** A thread uses the object, or has done so for the last time: it puts. */
  use(thread: number): void {
    this.#at().use(thread);
  }

  /** Whether somebody's last use does not come before what a thread writes now. */
  isUnordered(thread: number): boolean {
    return this.#at().unwritable(thread) !== 0;
  }

  /** What comes before an access, and what it takes back. Call it before the access is made. */
  before(thread: number, node: number): void {
    const { trees, words } = this.#machine;
    const views = this.#at();
    views.fence(thread, trees.fence(node));
    if (trees.kind[node] !== Access.RCU_UNLOCK || sectionsOf(words, thread) !== 1) return;
    const known = views.handedOn(thread);
    views.carry(this.#left, known);
    if ((words[CALL_WAITS]! >> thread) & 1) views.carry(this.#called, known);
    if ((words[NOTE_WAITS]! >> thread) & 1) views.carry(this.#noted, known);
  }

  /** @param met what its word held @param result of the access */
  after(thread: number, node: number, met: number, result: number): void {
    const { trees } = this.#machine;
    const kind = trees.kind[node]!;
    const views = this.#at();
    const word = this.#indexOf[trees.word[node]!]!;
    if (kind === Access.RETURN) return;
    if (IS_PLAIN[kind]) views.access(thread, word, orderedAccess(trees, node, met));
    else if (IS_OF_LOCK[kind]) {
      if (result !== 0 || !TRIES.includes(kind)) views.access(thread, word, OF_LOCK[kind]!);
    } else this.#beside(thread, kind, result);
  }

  /** What is no access of a word. */
  #beside(thread: number, kind: number, result: number): void {
    const views = this.#at();
    switch (kind) {
      case Access.USE:
        views.use(thread);
        return;
      case Access.RCU_CALL:
      case Access.LATER_ARM:
        views.carry(this.#called, views.handedOn(thread) | views.carried(this.#left));
        return;
      case Access.RCU_CALLBACK:
      case Access.LATER_BEGIN:
        views.learn(thread, views.carried(this.#called) | views.carried(this.#handed));
        return;
      case Access.IDLE_NOTE:
        views.carry(this.#noted, views.handedOn(thread) | views.carried(this.#left));
        return;
      case Access.IDLE_CHECK:
        if (result === 2) views.learn(thread, views.carried(this.#noted));
        return;
    }
    if (!IS_OF_TIME[kind] && kind !== Access.TAKE_OVER) return;
    views.carry(this.#handed, views.handedOn(thread));
    views.learn(thread, views.carried(this.#handed) | views.carried(this.#left));
  }

  /** An op has returned, behind some fences. */
  end(thread: number, fences: number): void {
    const views = this.#at();
    views.fence(thread, fences);
    views.endOp(thread);
    // Of no use where nothing is handed over, and then nobody learns of it.
    if (this.#layout.laterThreads > 1 || this.#layout.sleepers >= 0)
      views.carry(this.#handed, views.handedOn(thread));
  }

  swap(one: number, other: number): void {
    this.#at().swapThreads(one, other);
  }

  /** As `ThreadViews.compareThreads`. */
  compare(one: number, other: number): number {
    return this.#at().compareThreads(one, other);
  }

  /** The machine's array is another one for another number of threads. */
  #at(): ThreadViews {
    this.#views.cells = this.#machine.words;
    return this.#views;
  }
}
