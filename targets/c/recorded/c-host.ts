import type { Lock, RcuObject } from '../../subject/rcu-object.ts';
import type { WideWord } from '../../subject/wide-word.ts';
import type { SharedWord, Word } from '../../subject/word.ts';
import { Fault, type Host, type Interpreter } from '../wasm/interpreter.ts';
import { type AtomicCall, truncated } from './atomic-calls.ts';
import { AtomicNames } from './atomic-names.ts';
import { type AwaitCall, awaitCall } from './await-call.ts';
import type { DeclaredTime } from './declared-time.ts';
import { DOES_NOTHING } from './host-names.ts';
import { LaterCalls, type Queued } from './later-calls.ts';
import { constantIn, contains, type Layout, NO_LAYOUT } from './layout.ts';
import { LOCK_CALLS } from './lock-calls.ts';
import { readBytes } from './memory-cells.ts';
import { OBJECT_CALLS } from './object-calls.ts';
import { Places } from './places.ts';
import { privateCell, privateWide } from './private-atomics.ts';
import { refusal } from './refusal.ts';
import { SourceError } from './source-place.ts';
import { NO_STUBS, type Stubs, undefinedFunction } from './stubs.ts';
import { MOST_ACCESSES, MOST_WARNINGS, type Surroundings } from './surroundings.ts';
import { warningText } from './warning-text.ts';
import { WideAccesses } from './wide-accesses.ts';
import type { WideCall } from './wide-calls.ts';

/**
 * The world of a C source that runs in the interpreter: which memory is shared and where its accesses go, and the
 * functions that the headers leave to the host.
 */
export class CHost implements Host {
  readonly #path: string;
  readonly #stubs: Stubs;
  readonly #atomics = new AtomicNames();
  #interpreter: Interpreter | undefined;
  #layout = NO_LAYOUT;
  #places = new Places(NO_LAYOUT);
  #wide = new WideAccesses(this.#places);
  #around: Surroundings = { op: '', words: [], locks: [] };
  /** Of the run under way, or the last one. */
  accesses = 0;
  #warnings = 0;
  /** Empty between two accesses. It stays when an access throws, and only then. */
  #underWay = '';
  /** Its operands: they become text when they are asked for, as most accesses come to an end. */
  #arguments: readonly (number | bigint)[] = [];
  readonly #later: LaterCalls;

  constructor(path: string, stubs = NO_STUBS) {
    this.#path = path;
    this.#later = new LaterCalls(path);
    this.#stubs = stubs;
  }

  /** Once, before anything runs: interpreter and host need each other. */
  attach(interpreter: Interpreter): void {
    this.#interpreter = interpreter;
  }

  /** What the source has declared; before that no memory is shared. */
  layOut(layout: Layout, time: DeclaredTime, places = new Places(layout)): void {
    this.#layout = layout;
    this.#places = places;
    this.#wide = new WideAccesses(places);
    this.#later.declare(time, layout);
  }

  /** What the ops that run from now on work on. */
  begin(around: Surroundings): void {
    this.#around = around;
    this.#underWay = '';
    this.accesses = 0;
    this.#warnings = 0;
  }

  /** What a function that runs later was queued with; undefined before anybody has queued it. */
  queued(which: number): Queued | undefined {
    return this.#later.queued(which);
  }

  isShared(address: number): boolean {
    return contains(this.#layout.statics, address);
  }

  readonly isTwo = (address: number) => this.#places.areTwo(address);

  load(address: number, size: 1 | 2 | 4 | 8): number | bigint {
    this.#underWay = 'load';
    this.#arguments = [address, size];
    const value = this.#loaded(address, size);
    this.#underWay = '';
    return value;
  }

  #loaded(address: number, size: number): number | bigint {
    const number = this.#places.read(address, size);
    if (number === undefined) return this.#constant(address, size);
    const place = this.#places.list[number]!;
    // The compiler reads a part of a word where that is enough.
    const from = address - place.address;
    if (size === 8 || place.size === 8) return this.#loadWide(number, address, from, size);
    if (from < 0 || from + size > place.size) this.#refuse(address, size, 'reads');
    const value = this.#word(number, place.size).load('relaxed') >>> (8 * from);
    return size === 4 ? value >>> 0 : truncated(value, size);
  }

  /** All of a word of 8 bytes, or of two of 4, or a part of one. */
  #loadWide(number: number, address: number, from: number, size: number): number | bigint {
    if (from < 0 || (from > 0 && from + size > 8)) this.#refuse(address, size, 'reads');
    const value = this.#wideAt(number, address - from, 'reads').load('relaxed') >> BigInt(8 * from);
    return size === 8 ? BigInt.asUintN(64, value) : Number(BigInt.asUintN(8 * size, value));
  }

  /** Plain stores to static memory that is no declared word are refused: they would be lost with the run. */
  store(address: number, size: 1 | 2 | 4 | 8, value: number | bigint): void {
    const number = this.#places.written(address, size);
    if (number === undefined) this.#refuse(address, size, 'writes');
    this.#underWay = 'store';
    this.#arguments = [address, size, value];
    if (size === 8)
      this.#wideAt(number, address, 'writes').store(BigInt.asIntN(64, BigInt(value)), 'relaxed');
    else this.#wordAt(number, address, size).store(truncated(Number(value), size), 'relaxed');
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
    const number = reads ? this.#places.read(address, size) : this.#places.written(address, size);
    if (number === undefined) {
      if (!reads) this.#refuse(address, size, 'makes an atomic access to');
      return this.#constant(address, size);
    }
    if (call.size === 8) return call.onWord(this.#wideAt(number, address, 'accesses'), args);
    // Its arguments have 32 bits, all of them.
    return call.onWord(this.#wordAt(number, address, size), args as readonly number[]);
  }

  /** A word of 8 bytes, or two of 4, to be accessed as a whole. */
  #wideAt(number: number, address: number, does: string): WideWord {
    const word = this.#wide.at(this.#around, number, address) ?? this.#refuse(address, 8, does);
    this.#count();
    return word;
  }

  #runtime(name: string, args: readonly number[]): number | undefined {
    const { object } = this.#around;
    switch (name) {
      case 'refuzz_warn':
        return this.#warn(args[0]!);
      case 'refuzz_await':
        return this.#await(awaitCall(args));
    }
    if (DOES_NOTHING.includes(name)) return undefined;
    const lock = LOCK_CALLS.get(name);
    if (lock) return lock(this.#lockAt(args[0]!, name));
    // A check that the compiler has put in: see the flags of the recorded build.
    if (name.startsWith('__ubsan_')) throw this.#memoryError();
    if (!object) return this.#stub(name);
    switch (name) {
      case 'refuzz_check_object':
        if (args[0] !== this.#layout.object.from) throw this.#memoryError();
        return undefined;
      case 'refuzz_touch':
        return this.#touch(object, args[0]!);
    }
    if (this.#later.has(name)) return this.#laterCall(name, args, object);
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
    object.touch();
  }

  #stub(name: string): number {
    const answer = this.#stubs.answers.get(name);
    if (answer !== undefined) return answer;
    throw this.#wrong(undefinedFunction(this.#around.op, name, this.#stubs), name);
  }

  #wrong(text: string, about?: string): SourceError {
    return new SourceError(this.#path, text, this.#around.op, about);
  }

  #laterCall(name: string, args: readonly number[], object: RcuObject): number | undefined {
    if (this.#later.takesAddress(name, args)) this.#interpreter!.check(args[0]!, 1);
    if (this.#later.isAccess(name)) this.#count();
    return this.#later.call(name, { args, op: this.#around.op, object });
  }

  #lockAt(address: number, call: string): Lock {
    this.#interpreter!.check(address, 1);
    const number = this.#places.written(address, 4);
    if (number === undefined || this.#places.at(address) !== number)
      this.#refuse(address, 4, call.includes('unlock') ? 'releases a lock in' : 'takes a lock in');
    const lock = this.#around.locks[number];
    if (!lock) throw this.#wrong(`${this.#around.op} locks its counter; only a scheme has locks`);
    this.#count();
    return lock;
  }

  #await({ address, size, condition, operand, add }: AwaitCall): number {
    this.#interpreter!.check(address, size);
    const number = this.#places.written(address, size);
    if (number === undefined) this.#refuse(address, size, 'waits for');
    if (!this.#around.object) throw this.#wrong(`${this.#around.op} waits; only the ops of a scheme can`);
    if (size !== 8) {
      const word = this.#wordAt(number, address, size);
      if (this.#places.list[number]!.isOwn)
        throw this.#wrong(`${this.#around.op} waits for a word of its own thread`);
      return (word as SharedWord).await(condition, operand, add, 'acquire');
    }
    const wide = this.#wideAt(number, address, 'waits for');
    return Number(BigInt.asIntN(32, wide.await(condition, BigInt(operand), BigInt(add), 'acquire')));
  }

  #wordAt(number: number, address: number, size: number): Word {
    if (address !== this.#places.list[number]!.address) this.#refuse(address, size, 'accesses');
    return this.#word(number, size);
  }

  #word(number: number, size: number): Word {
    const place = this.#places.list[number]!;
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

  /** What nobody writes and no state sets. In the object a reading touches it all the same: it may have been freed. */
  #constant(address: number, size: number): number | bigint {
    const { object } = this.#around;
    const where = constantIn(this.#layout, address, size);
    if (where === undefined || (where === 'object' && !object)) this.#refuse(address, size, 'reads');
    if (where === 'object') {
      this.#count();
      object!.use();
    }
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
