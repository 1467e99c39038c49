import type { LaterKind } from '../../subject/later.ts';
import type { SchemeState, StartHold } from '../../subject/subject.ts';
import { Fault, type Host, type Interpreter } from '../wasm/interpreter.ts';
import { AtomicNames } from './atomic-names.ts';
import { awaitCall } from './await-call.ts';
import { contains, type Layout, NO_LAYOUT, overlaps, type Place } from './layout.ts';
import { readBytes, readCell } from './memory-cells.ts';
import { privateAwait, privateCell, privateWide } from './private-atomics.ts';
import { refusal } from './refusal.ts';
import { SetupLocks } from './setup-locks.ts';
import { SourceError } from './source-place.ts';

/** How many pieces of memory there are beside the object, and how many bytes each has. */
const [PIECES, PIECE] = [4, 64];
/** REFUZZ_BESIDE. */
const BESIDE = 1;

/**
 * The world in which a source sets up its states: the object and the words are its own, and what it says of holders is
 * noted. A set-up needs no stops, so linear memory is all there is: the words are read out of it when the function has
 * returned.
 */
export class SetupHost implements Host {
  readonly #path: string;
  /** Set once it is made: it needs its host first. */
  interpreter: Interpreter | undefined;
  readonly #atomics = new AtomicNames();
  readonly #locks = new SetupLocks();
  /** Functions that do not matter, with what they answer. */
  stubs: ReadonlyMap<string, number> = new Map();
  #layout = NO_LAYOUT;
  /** What runs, for messages. */
  #running = '';
  /** Whether that is a state, which may set any static variable: those that ops look at become words. */
  #isState = false;
  /** Where the object is linked: 0 nowhere, 1 live, 2 in the trash, as refuzz/host.h numbers them. */
  #list = 0;
  #noted = false;
  #holders: number[] = [];
  #readers: number[] = [];
  #holds: StartHold[] = [];
  #isStarted = false;
  /** How often memory was allocated that is not the object. */
  #pieces = 0;
  /** Works and timers that have been given a function, by address: its kind, and its place in the function table. */
  readonly items = new Map<number, { readonly kind: LaterKind; readonly pointer: number }>();
  /** Addresses of the srcu_structs that have been set up. */
  readonly srcu = new Set<number>();

  constructor(path: string) {
    this.#path = path;
  }

  /** What the source has declared; before that it may write nowhere but to its stack. */
  layOut(layout: Layout): void {
    this.#layout = layout;
  }

  /**
   * Forgets what was noted of another state. Memory needs no such step: each call of the interpreter begins with the
   * module's first contents.
   */
  begin(state: string): void {
    this.#running = `state ${state}`;
    this.#isState = true;
    this.#locks.begin();
    this.#list = 0;
    this.#noted = false;
    this.#holders = [];
    this.#readers = [];
    this.#holds = [];
    this.#isStarted = false;
    this.#pieces = 0;
  }

  /**
   * What the function that has just run has set up. Threads that `refuzz_hold` names have a reference each; those of
   * `refuzz_read_section` stand in a read-side section.
   *
   * @throws InputError for what is no state
   */
  state(): SchemeState {
    this.#isState = false;
    const { memory } = this.interpreter!;
    const placesOf = (isOwn: boolean) =>
      this.#layout.places.filter((place) => (place.isOwn ?? false) === isOwn);
    const lowOf = ({ address, size }: Place) => readCell(memory, address, size === 8 ? 4 : size);
    const places = placesOf(false);
    const values = places.map(lowOf);
    const upper = places.map(({ address, size }) => (size === 8 ? readCell(memory, address + 4, 4) | 0 : 0));
    const threadWords = placesOf(true).map(lowOf);
    if (this.#holders.length > 0 && this.#readers.length > 0)
      throw this.#wrong('a state has holders or readers, not both');
    const complaint = this.#locks.complaint();
    if (complaint) throw this.#wrong(complaint);
    if (![0, 1, 2].includes(this.#list))
      throw this.#wrong(`refuzz_link(${this.#list}): write 0, 1 or 2`, 'refuzz_link');
    return {
      count: values[0]! | 0,
      words: values.slice(1),
      ...(places.some(({ size }) => size === 8) ? { upper } : {}),
      list: this.#list as 0 | 1 | 2,
      noted: this.#noted,
      holders: this.#holders.length > 0 ? this.#holders : this.#readers,
      ...(this.#readers.length > 0 && { readers: true }),
      ...(threadWords.length > 0 && { threadWords }),
      ...(this.#holds.length > 0 && { holds: this.#holds }),
      ...(this.#isStarted && { isStarted: true }),
    };
  }

  /** A set-up is alone: nothing it touches is an access. Only what it must not write is not left to linear memory. */
  isShared(address: number, size: number): boolean {
    return this.#isLost(address, size);
  }

  load(address: number, size: 1 | 2 | 4 | 8): number | bigint {
    return readBytes(this.interpreter!.memory, address, size);
  }

  store(address: number, size: 1 | 2 | 4 | 8): never {
    return this.#refuse(address, size);
  }

  /** Whether these bytes are static, and neither in the object nor in a word: what is written there is lost. */
  #isLost(address: number, size: number): boolean {
    const { statics, object, guarded, places } = this.#layout;
    const last = address + size - 1;
    if (this.#isState && !overlaps(guarded, address, size)) return false;
    if (!contains(statics, address) || (contains(object, address) && contains(object, last))) return false;
    return !places.some((place) => address >= place.address && last < place.address + place.size);
  }

  #checkThread(call: string, thread: number): void {
    if (thread < 0 || thread > 3) throw this.#wrong(`${call}(${thread}): threads are 0 to 3`, call);
  }

  /** The object, or one of the few pieces of memory beside it, see linux/slab.h. */
  #allocate(size: number): number {
    const { from, to } = this.#layout.object;
    if (size === 0 || size === to - from) return from;
    if (size > PIECE || this.#pieces++ === PIECES)
      throw this.#wrong(
        `allocates ${size} bytes; there is the object, which has ${to - from}, and beside it ${PIECES} times up to ${PIECE}`,
      );
    return BESIDE;
  }

  /** A bit that locks, or a count that is waited for. */
  #await(args: readonly (number | bigint)[]): number {
    const call = awaitCall(args.map(Number));
    this.interpreter!.check(call.address, call.size);
    if (this.#isLost(call.address, call.size)) this.#refuse(call.address, call.size);
    const held = privateAwait(this.interpreter!.memory, call);
    if (held === undefined)
      throw this.#wrong('waits for a word that nobody else is there to change', 'refuzz_await');
    return held;
  }

  #wrong(text: string, about?: string): SourceError {
    return new SourceError(this.#path, text, this.#running, about);
  }

  #refuseCall(name: string): never {
    const remedy = REMEDIES[name];
    throw this.#wrong(
      `${name} cannot be called where a state is set up${remedy === undefined ? '' : `; ${remedy}`}`,
      name,
    );
  }

  #refuse(address: number, size: number): never {
    const { object, guarded } = this.#layout;
    const ends = [address, address + size - 1];
    if (ends.some((at) => contains(guarded, at)) && !ends.every((at) => contains(object, at)))
      throw new Fault('memory-error', this.#running);
    const access = { op: this.#running, does: 'writes', address, size, isCounter: false };
    const { text, about } = refusal(this.#layout, access);
    throw this.#wrong(text, about);
  }

  /**
   * Atomic calls change linear memory directly. Fences and the sanitizer's own entry points do nothing: one thread
   * runs.
   *
   * @throws InputError for a function of the headers that makes sense in an op only
   */
  call(name: string, args: readonly (number | bigint)[]): number | bigint | undefined {
    const first = Number(args[0] ?? 0);
    const atomic = this.#atomics.of(name);
    if (atomic) {
      this.interpreter!.check(first, atomic.size);
      const isRead = name.endsWith('_load');
      if (!isRead && this.#isLost(first, atomic.size)) this.#refuse(first, atomic.size);
      const { memory } = this.interpreter!;
      return atomic.size === 8
        ? privateWide(memory, first, atomic, args)
        : privateCell(memory, first, atomic, args);
    }
    switch (name) {
      case 'refuzz_allocate':
        return this.#allocate(first);
      case 'refuzz_await':
        return this.#await(args);
      case 'refuzz_link':
        this.#list = first;
        return undefined;
      case 'refuzz_linked':
        return this.#list;
      case 'refuzz_idle_note':
        this.#noted = true;
        return undefined;
      case 'refuzz_start':
      case 'refuzz_stop':
        this.#isStarted = name === 'refuzz_start';
        return undefined;
      case 'refuzz_hold_of': {
        const kind = this.interpreter!.readCString(Number(args[1]));
        this.#checkThread(name, first);
        this.#holds.push({ thread: first, kind, argument: Number(args[2]) | 0 });
        return undefined;
      }
      case 'refuzz_init_work':
      case 'refuzz_init_timer':
        this.items.set(first, {
          kind: name === 'refuzz_init_work' ? 'work' : 'timer',
          pointer: Number(args[1]),
        });
        return undefined;
      case 'refuzz_init_srcu':
        this.srcu.add(first);
        return undefined;
      case 'refuzz_hold':
      case 'refuzz_read_section': {
        this.#checkThread(name, first);
        (name === 'refuzz_hold' ? this.#holders : this.#readers).push(first);
        return undefined;
      }
      default:
        // What this asks, the free behind it answers: neither makes sense here.
        if (['refuzz_check_object', 'refuzz_touch', 'refuzz_wake_sleepers'].includes(name)) return undefined;
        // A check that the compiler has put in: see the flags of the recorded build.
        if (name.startsWith('__ubsan_')) throw new Fault('memory-error', this.#running);
        // Fences, and __tsan_init, which the compiler puts into a constructor.
        if (name.startsWith('__tsan_')) return undefined;
        if (this.stubs.has(name)) return this.stubs.get(name);
        return this.#locks.call(name, args) ?? this.#refuseCall(name);
    }
  }
}

const IN_AN_OP = 'write an op that does it, as REFUZZ_ACT(arm) { …; return REFUZZ_VOID; }';

/** What stands for a call in a state, where there is such a thing. */
const REMEDIES: Readonly<Record<string, string>> = {
  refuzz_arm: `no work is queued at the start, and no timer armed: ${IN_AN_OP}`,
  refuzz_call_rcu: `no callback is queued at the start: ${IN_AN_OP}`,
  refuzz_call_srcu: `no callback is queued at the start: ${IN_AN_OP}`,
  refuzz_free: 'the object is there at the start',
};
