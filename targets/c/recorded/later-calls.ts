import type { RcuObject } from '../../subject/rcu-object.ts';
import { type DeclaredTime, NO_TIME } from './declared-time.ts';
import { contains, type Layout, NO_LAYOUT } from './layout.ts';
import { headOnStack } from './refusal.ts';
import { SourceError } from './source-place.ts';

/** What runs later, with what it is given. */
export interface Queued {
  /** Index in the function table; 0 stands for freeing the object. */
  readonly callback: number;
  /** Address of the rcu_head, the work or the timer. */
  readonly head: number;
}

/** One call of refuzz/host.h: arguments, who makes it, and the object. */
interface Call {
  readonly args: readonly number[];
  readonly op: string;
  readonly object: RcuObject;
}

/** What a call does. @returns its answer, if it has one */
type Answer = (call: Call) => number | undefined;

/**
 * The functions of refuzz/host.h that have to do with time: what is called back, queued, armed, waited for. Each is one access,
 * but for those that only say which function a work has.
 */
export class LaterCalls {
  readonly #path: string;
  #declared: DeclaredTime = NO_TIME;
  #layout: Layout = NO_LAYOUT;
  /** By number of a function: with what it was queued. One each: what waits with what is not part of a state. */
  readonly #queued: (Queued | undefined)[] = [];
  /** By address of a work or a timer: the number of its function. */
  #items = new Map<number, number>();
  /**
   * What each function does, by its name. The first argument is the address of what it is about, by which the host knows the
   * function of a work or timer, and the domain of an srcu_struct:
   *
   *     refuzz_arm(&object->work)                 the function that INIT_WORK has given it
   *     refuzz_synchronize_begin(&items)          the readers of that srcu_struct; those of RCU for NULL
   *     refuzz_sleep_begin(&queue)                any address; nothing but which are equal matters
   */
  readonly #calls: ReadonlyMap<string, Answer> = new Map<string, Answer>([
    ['refuzz_call_rcu', (call) => this.#callRcu(call, 0, call.args)],
    ['refuzz_call_srcu', (call) => this.#callRcu(call, this.#domain(call), call.args.slice(1))],
    ['refuzz_init_work', (call) => this.#name(call, 'work')],
    ['refuzz_init_timer', (call) => this.#name(call, 'timer')],
    ['refuzz_arm', (call) => this.#arm(call)],
    [
      'refuzz_cancel',
      (call) => Number(call.object.later.cancel(this.#item(call), call.args[1]!, this.#isIn(call))),
    ],
    ['refuzz_armed', (call) => call.object.later.state(this.#item(call), this.#isIn(call))],
    [
      'refuzz_flush_begin',
      (call) => Number(call.object.later.flushBegin(this.#item(call), this.#isIn(call))),
    ],
    ['refuzz_flush_end', (call) => void call.object.later.flushEnd(this.#item(call))],
    ['refuzz_barrier_begin', (call) => Number(call.object.later.flushBegin(-1 - this.#domain(call), false))],
    ['refuzz_barrier_end', (call) => void call.object.later.flushEnd(-1)],
    ['refuzz_synchronize_begin', (call) => void call.object.later.synchronizeBegin(this.#domain(call))],
    ['refuzz_synchronize_end', (call) => void call.object.later.synchronizeEnd(this.#domain(call))],
    ['refuzz_init_srcu', () => undefined],
    ['refuzz_srcu_read_lock', (call) => void call.object.later.srcuLock(this.#domain(call))],
    ['refuzz_srcu_read_unlock', (call) => void call.object.later.srcuUnlock(this.#domain(call))],
    ['refuzz_sleep_begin', (call) => void call.object.later.sleepBegin(call.args[0]!, this.#isIn(call))],
    ['refuzz_sleep', (call) => void call.object.later.sleep()],
    ['refuzz_sleep_end', (call) => void call.object.later.sleepEnd(this.#isIn(call))],
    ['refuzz_wake_sleepers', (call) => void call.object.later.wake(call.args[0]!, this.#isIn(call))],
  ]);

  constructor(path: string) {
    this.#path = path;
  }

  /** Before anything runs, and where words have been found. */
  declare(declared: DeclaredTime, layout: Layout): void {
    this.#declared = declared;
    this.#layout = layout;
    this.#items = new Map(declared.items);
    this.#queued.length = 0;
  }

  /** Whether a function of refuzz/host.h is one of these. */
  has(name: string): boolean {
    return this.#calls.has(name);
  }

  /** Whether the first argument is an address that must be one of the source's memory. */
  takesAddress(name: string, [first]: readonly number[]): boolean {
    if (first === undefined) return false;
    // RCU itself, and a place to sleep that is no place in memory.
    return !(first === 0 && /_(?:synchronize|barrier)_/.test(name)) && !(first < 0 && /_sleep/.test(name));
  }

  /** Whether a call makes an access. */
  isAccess(name: string): boolean {
    return !name.startsWith('refuzz_init_');
  }

  /** @returns what it answers */
  call(name: string, call: Call): number | undefined {
    return this.#calls.get(name)!(call);
  }

  /** What a function was queued with that runs later; of a callback undefined before anybody has queued it. */
  queued(which: number): Queued | undefined {
    const known = this.#queued[which];
    if (known) return known;
    const item = [...this.#items].find(([, number]) => number === which);
    return item && { callback: this.#declared.later[which]!.pointer, head: item[0] };
  }

  #isIn({ args }: Call): boolean {
    return contains(this.#layout.object, args[0]!);
  }

  /**
   * The data of the access tell callbacks apart where nobody has numbered them, and below 0 that the head does not go with the
   * object. A function has one head for the whole of a search, since a state has no room to say which head waits.
   */
  #callRcu({ op, object }: Call, domain: number, [head, callback]: readonly number[]): undefined {
    if (!contains(this.#layout.statics, head!)) throw this.#wrong(headOnStack(), op);
    const which = this.#callback(callback!);
    this.#queued[which] ??= { callback: callback!, head: head! };
    const { callback: known, head: place } = this.#queued[which];
    if (known !== callback)
      throw this.#wrong('has two different RCU callbacks that are no constants; refuzz can follow one', op);
    if (place !== head)
      throw this.#wrong(
        `gives call_rcu two heads for one callback, ${this.#nameOf(which)}; refuzz can follow one`,
        op,
      );
    const isInObject = contains(this.#layout.object, head!);
    const data = isInObject ? callback! : -1 - callback!;
    // Without time there is one callback, and its head is always the same.
    if (this.#declared.time) object.rcu.call(data, which, head!, domain);
    else object.rcu.call(data);
  }

  /** The number of a callback. That of a source which has but one may be anything. */
  #callback(callback: number): number {
    const { later } = this.#declared;
    const exact = later.findIndex(({ kind, pointer }) => kind === 'rcu' && pointer === callback);
    return Math.max(
      exact >= 0 ? exact : later.findIndex(({ kind, pointer }) => kind === 'rcu' && pointer < 0),
      0,
    );
  }

  /**
   * A work or a timer is given its function. In a state that was noted already; an op may do it as well, before it queues the
   * work for the first time (as a release function does), and says the same each time it runs.
   */
  #name({ args, op }: Call, kind: 'work' | 'timer'): undefined {
    const [address, pointer] = args as [number, number];
    if (!contains(this.#layout.statics, address))
      throw this.#wrong(
        `sets up a ${kind} on its stack; refuzz can follow one in the object, or a static one`,
        op,
      );
    const which = this.#declared.later.findIndex(
      (one) => one.kind === kind && [pointer, -1].includes(one.pointer),
    );
    const known = this.#items.get(address);
    if (which < 0 || (known !== undefined && known !== which))
      throw this.#wrong(`gives a ${kind} two functions; refuzz can follow one`, op);
    const other = [...this.#items].find(([place, taken]) => taken === which && place !== address);
    if (other)
      throw this.#wrong(
        `has two of the kind ${kind} with the function ${this.#nameOf(which)}; write one for each`,
        op,
      );
    this.#items.set(address, which);
  }

  /** Noted before the access is made: the run of the op ends there when the access is met for the first time. */
  #arm(call: Call): number {
    const which = this.#item(call);
    this.#queued[which] ??= { callback: this.#declared.later[which]!.pointer, head: call.args[0]! };
    return Number(call.object.later.arm(which, this.#isIn(call)));
  }

  /** The number of the function that a work or a timer runs. */
  #item({ args, op }: Call): number {
    const which = this.#items.get(args[0]!);
    if (which !== undefined) return which;
    throw this.#wrong(
      'uses a work or a timer that has no function: set it up where it is declared (DECLARE_WORK, DEFINE_TIMER), in the REFUZZ_STATEs, or before',
      op,
    );
  }

  /** NULL stands for RCU itself. */
  #domain({ args, op }: Call): number {
    if (args[0] === 0) return 0;
    const domain = this.#declared.domains.get(args[0]!);
    if (domain !== undefined) return domain;
    throw this.#wrong(
      'uses an srcu_struct that is not set up: DEFINE_SRCU it, or call init_srcu_struct in the REFUZZ_STATEs',
      op,
    );
  }

  #nameOf(which: number): string {
    return this.#declared.later[which]?.name ?? 'callback';
  }

  #wrong(text: string, op: string): SourceError {
    return new SourceError(this.#path, `${op} ${text}`, op);
  }
}
