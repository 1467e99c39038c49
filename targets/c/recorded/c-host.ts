import type { RcuObject } from '../../subject/rcu-object.ts';
import { Fault, type Host, type Interpreter } from '../wasm/interpreter.ts';
import { type AtomicCall, orderOf, truncated } from './atomic-calls.ts';
import { AtomicNames } from './atomic-names.ts';
import { awaitCall } from './await-call.ts';
import type { DeclaredTime } from './declared-time.ts';
import { DOES_NOTHING, THREAD_FENCE } from './host-names.ts';
import { LaterCalls, type Queued } from './later-calls.ts';
import { contains, type Layout } from './layout.ts';
import { LOCK_CALLS } from './lock-calls.ts';
import { OBJECT_CALLS } from './object-calls.ts';
import { PlacedWords } from './placed-words.ts';
import { Places } from './places.ts';
import { privateCell, privateWide } from './private-atomics.ts';
import { NO_STUBS, type Stubs, undefinedFunction } from './stubs.ts';
import { MOST_WARNINGS, type Surroundings } from './surroundings.ts';
import { warningText } from './warning-text.ts';
import type { WideCall } from './wide-calls.ts';

/**
 * The world of a C source that runs in the interpreter: which memory is shared and where its accesses go, and the
 * functions that the headers leave to the host.
 */
export class CHost implements Host {
  readonly #words: PlacedWords;
  readonly #stubs: Stubs;
  readonly #atomics = new AtomicNames();
  #interpreter: Interpreter | undefined;
  #warnings = 0;
  /** Empty between two accesses. It stays when an access throws, and only then. */
  #underWay = '';
  /** Its operands: they become text when they are asked for, as most accesses come to an end. */
  #arguments: readonly (number | bigint)[] = [];
  readonly #later: LaterCalls;

  constructor(path: string, stubs = NO_STUBS) {
    this.#words = new PlacedWords(path);
    this.#later = new LaterCalls(path);
    this.#stubs = stubs;
  }

  /** Once, before anything runs: interpreter and host need each other. */
  attach(interpreter: Interpreter): void {
    this.#interpreter = interpreter;
    this.#words.attach(interpreter);
  }

  /** What the source has declared; before that no memory is shared. */
  layOut(layout: Layout, time: DeclaredTime, places = new Places(layout)): void {
    this.#words.layOut(layout, places);
    this.#later.declare(time, layout);
  }

  /** What the ops that run from now on work on. */
  begin(around: Surroundings): void {
    this.#words.begin(around);
    this.#underWay = '';
    this.#warnings = 0;
  }

  /** Of the run under way, or the last one. */
  get accesses(): number {
    return this.#words.accesses;
  }

  /** What a function that runs later was queued with; undefined before anybody has queued it. */
  queued(which: number): Queued | undefined {
    return this.#later.queued(which);
  }

  isShared(address: number): boolean {
    return contains(this.#words.layout.statics, address);
  }

  readonly isTwo = (address: number) => this.#words.places.areTwo(address);

  load(address: number, size: 1 | 2 | 4 | 8): number | bigint {
    this.#underWay = 'load';
    this.#arguments = [address, size];
    const value = this.#loaded(address, size);
    this.#underWay = '';
    return value;
  }

  #loaded(address: number, size: number): number | bigint {
    const number = this.#words.places.read(address, size);
    if (number === undefined) return this.#words.constant(address, size);
    const place = this.#words.places.list[number]!;
    // The compiler reads a part of a word where that is enough.
    const from = address - place.address;
    if (size === 8 || place.size === 8) return this.#loadWide(number, address, from, size);
    if (from < 0 || from + size > place.size) this.#words.refuse(address, size, 'reads');
    const value = this.#words.word(number, place.size).load('relaxed') >>> (8 * from);
    return size === 4 ? value >>> 0 : truncated(value, size);
  }

  /** All of a word of 8 bytes, or of two of 4, or a part of one. */
  #loadWide(number: number, address: number, from: number, size: number): number | bigint {
    if (from < 0 || (from > 0 && from + size > 8)) this.#words.refuse(address, size, 'reads');
    const value = this.#words.wideAt(number, address - from, 'reads').load('relaxed') >> BigInt(8 * from);
    return size === 8 ? BigInt.asUintN(64, value) : Number(BigInt.asUintN(8 * size, value));
  }

  /** Plain stores to static memory that is no declared word are refused: they would be lost with the run. */
  store(address: number, size: 1 | 2 | 4 | 8, value: number | bigint): void {
    const number = this.#words.places.written(address, size);
    if (number === undefined) this.#words.refuse(address, size, 'writes');
    this.#underWay = 'store';
    this.#arguments = [address, size, value];
    if (size === 8)
      this.#words.wideAt(number, address, 'writes').store(BigInt.asIntN(64, BigInt(value)), 'relaxed');
    else this.#words.wordAt(number, address, size).store(truncated(Number(value), size), 'relaxed');
    this.#underWay = '';
  }

  call(name: string, args: readonly (number | bigint)[]): number | bigint | undefined {
    const atomic = this.#atomics.of(name);
    this.#underWay = name;
    this.#arguments = args;
    const result = atomic ? this.#atomic(atomic, args) : this.#runtime(name, args.map(Number));
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

  #atomic(call: AtomicCall | WideCall, args: readonly (number | bigint)[]): number | bigint | undefined {
    const address = Number(args[0]);
    this.#interpreter!.check(address, call.size);
    if (this.isShared(address)) return this.#shared(call, address, args);
    // A local variable, seen by nobody else.
    const { memory } = this.#interpreter!;
    return call.size === 8
      ? privateWide(memory, address, call, args)
      : privateCell(memory, address, call, args);
  }

  #shared(
    call: AtomicCall | WideCall,
    address: number,
    args: readonly (number | bigint)[],
  ): number | bigint | undefined {
    const { size, reads } = call;
    const number = reads ? this.#words.places.read(address, size) : this.#words.places.written(address, size);
    if (number === undefined) {
      if (!reads) this.#words.refuse(address, size, 'makes an atomic access to');
      return this.#words.constant(address, size);
    }
    if (call.size === 8) return call.onWord(this.#words.wideAt(number, address, 'accesses'), args);
    // Its arguments have 32 bits, all of them.
    return call.onWord(this.#words.wordAt(number, address, size), args as readonly number[]);
  }

  #runtime(name: string, args: readonly number[]): number | undefined {
    const { object } = this.#words.around;
    switch (name) {
      case 'refuzz_warn':
        return this.#warn(args[0]!);
      case 'refuzz_await':
        return this.#words.await(awaitCall(args));
    }
    if (name === THREAD_FENCE) this.#words.around.words[0]?.fence(orderOf(args[0]));
    if (name === THREAD_FENCE || DOES_NOTHING.includes(name)) return undefined;
    const lock = LOCK_CALLS.get(name);
    if (lock) return lock(this.#words.lockAt(args[0]!, name));
    // A check that the compiler has put in: see the flags of the recorded build.
    if (name.startsWith('__ubsan_')) throw this.#words.memoryError();
    if (!object) return this.#stub(name, args);
    switch (name) {
      case 'refuzz_check_object':
        if (args[0] !== this.#words.layout.object.from) throw this.#words.memoryError();
        return undefined;
      case 'refuzz_touch':
        return this.#touch(object, args[0]!);
    }
    if (this.#later.has(name)) return this.#laterCall(name, args, object);
    const call = OBJECT_CALLS.get(name);
    if (!call) return this.#stub(name, args);
    this.#words.count();
    return call(object, args[0]!);
  }

  /** C has no name for the condition but its text. */
  #warn(address: number): undefined {
    this.#interpreter!.check(address, 1);
    if (++this.#warnings > MOST_WARNINGS) throw new Fault('non-terminating', this.#words.around.op);
    const text = warningText(this.#interpreter!.readCString(address));
    this.#words.around.words[0]!.warn({ kind: text, text });
  }

  /** Memory that others see outside of the object never goes: to touch it is nothing. */
  #touch(object: RcuObject, address: number): undefined {
    this.#interpreter!.check(address, 1);
    if (!contains(this.#words.layout.object, address)) return;
    this.#words.count();
    object.touch();
  }

  #stub(name: string, args: readonly number[]): number {
    const answer = this.#stubs.asked?.(name, args) ?? this.#stubs.answers.get(name);
    if (answer !== undefined) return answer;
    throw this.#words.wrong(undefinedFunction(this.#words.around.op, name, this.#stubs), name);
  }

  #laterCall(name: string, args: readonly number[], object: RcuObject): number | undefined {
    if (this.#later.takesAddress(name, args)) this.#interpreter!.check(args[0]!, 1);
    if (this.#later.isAccess(name)) this.#words.count();
    return this.#later.call(name, { args, op: this.#words.around.op, object });
  }
}
