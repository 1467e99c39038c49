import type { Lock, RcuObject } from '../../subject/rcu-object.ts';
import type { Word } from '../../subject/word.ts';
import { Fault, type Host, type Interpreter } from '../wasm/interpreter.ts';
import { type AtomicCall, atomicCall, truncated } from './atomic-calls.ts';
import { contains, type Layout, NO_LAYOUT, type Place } from './layout.ts';
import { readBytes, readCell, writeCell } from './memory-cells.ts';
import { OBJECT_CALLS } from './object-calls.ts';
import { headOnStack, refusal } from './refusal.ts';
import { SourceError } from './source-place.ts';
import { NO_STUBS, type Stubs, undefinedFunction } from './stubs.ts';
import { warningText } from './warning-text.ts';

/** What a run of an op works on: the words and locks by number of their place, and for a scheme what else there is. */
export interface Surroundings {
  readonly op: string;
  readonly words: readonly Word[];
  readonly locks: readonly Lock[];
  readonly object?: RcuObject;
}

/** What call_rcu was given. */
export interface RcuCallback {
  /** Index in the function table; 0 stands for freeing the object. */
  readonly callback: number;
  /** Address of the rcu_head, which the function is given. */
  readonly head: number;
}

/**
 * An op that makes more accesses than this in one run is taken for one that never returns. A loop that
 * makes no access is ended by the fuel of the interpreter.
 */
const MOST_ACCESSES = 1000;
/** The same for warnings, which are no accesses: their texts are kept, and stored with a case. */
const MOST_WARNINGS = 32;

/**
 * The world of a C source that runs in the interpreter: which memory is shared and where its accesses go, and the
 * functions that the headers leave to the host.
 */
export class CHost implements Host {
  readonly #path: string;
  readonly #stubs: Stubs;
  /**
   * By name of the import; parsing the name at each access would cost more than the access. Undefined: no atomic call.
   */
  readonly #atomics = new Map<string, AtomicCall | 'wide' | undefined>();
  #interpreter: Interpreter | undefined;
  #layout = NO_LAYOUT;
  /** Number of a place by the address of its first byte; the way most accesses are looked up. */
  readonly #numbers = new Map<number, number>();
  #around: Surroundings = { op: '', words: [], locks: [] };
  /** Of the run under way, or the last one. */
  accesses = 0;
  #warnings = 0;
  /** Empty between two accesses. It stays when an access throws, and only then. */
  #underWay = '';
  /** Its operands: they become text when they are asked for, as most accesses come to an end. */
  #arguments: readonly number[] = [];
  /** The function that RCU calls back. One for a source: which callback waits is not part of a state. */
  #callback: RcuCallback | undefined;

  constructor(path: string, stubs = NO_STUBS) {
    this.#path = path;
    this.#stubs = stubs;
  }

  /** Once, before anything runs: interpreter and host need each other. */
  attach(interpreter: Interpreter): void {
    this.#interpreter = interpreter;
  }

  /** What the source has declared; before that no memory is shared. */
  layOut(layout: Layout): void {
    this.#layout = layout;
    for (const [number, { address }] of layout.places.entries()) this.#numbers.set(address, number);
  }

  /** What the ops that run from now on work on. */
  begin(around: Surroundings): void {
    this.#around = around;
    this.#underWay = '';
    this.accesses = 0;
    this.#warnings = 0;
  }

  /** Undefined before an op has called call_rcu. */
  get callback(): RcuCallback | undefined {
    return this.#callback;
  }

  isShared(address: number): boolean {
    return contains(this.#layout.statics, address);
  }

  load(address: number, size: 1 | 2 | 4 | 8): number | bigint {
    const number = this.#placeOf(address, size);
    if (number === undefined) return this.#privateLoad(address, size);
    const place = this.#layout.places[number]!;
    // The compiler reads a part of a word where that is enough.
    const from = address - place.address;
    if (from < 0 || from + size > place.size) this.#refuse(address, size, 'reads');
    this.#underWay = 'load';
    this.#arguments = [address, size];
    const value = this.#word(number, place.size).load('relaxed') >>> (8 * from);
    this.#underWay = '';
    return size === 4 ? value >>> 0 : truncated(value, size);
  }

  /** Plain stores to static memory that is no declared word are refused: they would be lost with the run. */
  store(address: number, size: 1 | 2 | 4 | 8, value: number | bigint): void {
    const number = this.#placeOf(address, size);
    if (number === undefined) this.#refuse(address, size, 'writes');
    this.#underWay = 'store';
    this.#arguments = [address, size, Number(value)];
    this.#wordAt(number, address, size).store(truncated(Number(value), size), 'relaxed');
    this.#underWay = '';
  }

  call(name: string, args: readonly (number | bigint)[]): number | undefined {
    let atomic = this.#atomics.get(name);
    if (atomic === undefined && !this.#atomics.has(name)) {
      atomic = atomicCall(name);
      this.#atomics.set(name, atomic);
    }
    const numbers = args.map(Number);
    this.#underWay = name;
    this.#arguments = numbers;
    const result = atomic ? this.#atomic(atomic, numbers) : this.#runtime(name, numbers);
    this.#underWay = '';
    return result;
  }

  /**
   * The access, or the call, that has been stopped: how the interpreter goes on depends on its operands, and one call may
   * make several accesses, which do not show them all.
   */
  get underWay(): string {
    return this.#underWay === '' ? '' : `${this.#underWay} ${this.#arguments}`;
  }

  #atomic(call: AtomicCall | 'wide', args: readonly number[]): number | undefined {
    if (call === 'wide')
      throw this.#wrong(`${this.#around.op} makes an atomic access of 64 bits; words have 32`);
    const address = args[0]!;
    this.#interpreter!.check(address, call.size);
    const number = this.#placeOf(address, call.size);
    if (number !== undefined) return call.onWord(this.#wordAt(number, address, call.size), args);
    if (this.isShared(address)) this.#refuse(address, call.size, 'makes an atomic access to');
    // A local variable, seen by nobody else.
    const { value, result } = call.onCell(readCell(this.#interpreter!.memory, address, call.size), args);
    writeCell(this.#interpreter!.memory, address, call.size, value);
    return result;
  }

  #runtime(name: string, args: readonly number[]): number | undefined {
    const { object } = this.#around;
    switch (name) {
      case 'refuzz_warn':
        return this.#warn(args[0]!);
      case 'refuzz_lock':
      case 'refuzz_unlock':
        return this.#lock(args[0]!, name === 'refuzz_lock');
      case '__tsan_init':
      case '__tsan_atomic_thread_fence':
      case '__tsan_atomic_signal_fence':
        return undefined;
    }
    // A check that the compiler has put in: see the flags of the recorded build.
    if (name.startsWith('__ubsan_')) throw this.#memoryError();
    if (!object) return this.#stub(name);
    switch (name) {
      case 'refuzz_check_object':
        if (args[0] !== this.#layout.object.from) throw this.#memoryError();
        return undefined;
      case 'refuzz_touch':
        return this.#touch(object, args[0]!);
      case 'refuzz_wake':
        return this.#wake(object, args[0]!);
      case 'refuzz_wake_ups':
        return this.#wakeUps(args[0]!);
      case 'refuzz_call_rcu':
        return this.#callRcu(object, args[0]!, args[1]!);
    }
    const call = OBJECT_CALLS.get(name);
    if (!call) return this.#stub(name);
    this.#count();
    return call(object, args[0]!);
  }

  #memoryError(): Fault {
    return new Fault('memory-error', this.#around.op);
  }

  /** C has no name for the condition but its text. */
  #warn(address: number): undefined {
    this.#interpreter!.check(address, 1);
    if (++this.#warnings > MOST_WARNINGS) throw new Fault('non-terminating', this.#around.op);
    const text = warningText(this.#interpreter!.readCString(address));
    this.#around.words[0]!.warn({ kind: text, text });
  }

  /** Memory that others see outside of the object never goes: to touch it is nothing. */
  #touch(object: RcuObject, address: number): undefined {
    this.#interpreter!.check(address, 1);
    if (!contains(this.#layout.object, address)) return;
    this.#count();
    object.use();
  }

  #wake(object: RcuObject, queue: number): undefined {
    const number = this.#numbers.get(queue);
    if (number === undefined) return this.#touch(object, queue);
    this.#word(number, 4).fetchAdd(1, 'full');
  }

  #wakeUps(queue: number): number {
    const number = this.#numbers.get(queue);
    return number === undefined ? -1 : this.#word(number, 4).load('full');
  }

  #stub(name: string): number {
    const answer = this.#stubs.answers.get(name);
    if (answer !== undefined) return answer;
    throw this.#wrong(undefinedFunction(this.#around.op, name, this.#stubs), name);
  }

  #wrong(text: string, about?: string): SourceError {
    return new SourceError(this.#path, text, this.#around.op, about);
  }

  #callRcu(object: RcuObject, head: number, callback: number): undefined {
    this.#interpreter!.check(head, 1);
    if (!this.isShared(head)) throw this.#wrong(headOnStack(this.#around.op));
    this.#callback ??= { callback, head };
    if (this.#callback.callback !== callback || this.#callback.head !== head)
      throw this.#wrong('has two different RCU callbacks; refuzz can follow one');
    this.#count();
    object.rcu.call(contains(this.#layout.object, head) ? callback : -1 - callback);
  }

  #lock(address: number, acquires: boolean): undefined {
    this.#interpreter!.check(address, 1);
    const number = this.#numbers.get(address);
    if (number === undefined) this.#refuse(address, 4, acquires ? 'takes a lock in' : 'releases a lock in');
    this.#count();
    const lock = this.#around.locks[number];
    if (!lock) throw this.#wrong(`${this.#around.op} locks its counter; only a scheme has locks`);
    if (acquires) lock.acquire();
    else lock.release();
  }

  /** The place that these bytes have a part of. */
  #placeOf(address: number, size: number): number | undefined {
    const exact = this.#numbers.get(address);
    if (exact !== undefined) return exact;
    const overlaps = (place: Place) => address < place.address + place.size && place.address < address + size;
    const found = this.#layout.places.findIndex(overlaps);
    return found < 0 ? undefined : found;
  }

  #wordAt(number: number, address: number, size: number): Word {
    if (address !== this.#layout.places[number]!.address) this.#refuse(address, size, 'accesses');
    return this.#word(number, size);
  }

  #word(number: number, size: number): Word {
    const place = this.#layout.places[number]!;
    if (size !== place.size) {
      const text = `${this.#around.op} accesses ${size} bytes of "${place.name}", a word of ${place.size}`;
      throw this.#wrong(text, place.name);
    }
    this.#count();
    return this.#around.words[number]!;
  }

  /** A Fault, not an error of the user's: an op that never returns is a finding. */
  #count(): void {
    if (++this.accesses > MOST_ACCESSES) throw new Fault('non-terminating', this.#around.op);
  }

  /** Constants, and variables as they are at the start: nobody writes them. The object holds nothing but its words. */
  #privateLoad(address: number, size: number): number | bigint {
    const { guarded } = this.#layout;
    if (contains(guarded, address) || contains(guarded, address + size - 1))
      this.#refuse(address, size, 'reads');
    return readBytes(this.#interpreter!.memory, address, size);
  }

  /** What lies beside the object is nobody's: who gets there has run over one of its ends. */
  #refuse(address: number, size: number, does: string): never {
    const { object, guarded } = this.#layout;
    const ends = [address, address + size - 1];
    if (ends.some((at) => contains(guarded, at)) && !ends.every((at) => contains(object, at)))
      throw this.#memoryError();
    const isCounter = this.#layout.places.length === 1 && this.#around.object === undefined;
    const { text, about } = refusal(this.#layout, { op: this.#around.op, does, address, size, isCounter });
    throw this.#wrong(text, about);
  }
}
