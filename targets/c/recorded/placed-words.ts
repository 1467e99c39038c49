import type { Lock } from '../../subject/rcu-object.ts';
import type { WideWord } from '../../subject/wide-word.ts';
import type { SharedWord, Word } from '../../subject/word.ts';
import { Fault, type Interpreter } from '../wasm/interpreter.ts';
import type { AwaitCall } from './await-call.ts';
import { constantIn, contains, type Layout, NO_LAYOUT } from './layout.ts';
import { readBytes } from './memory-cells.ts';
import { Places } from './places.ts';
import { refusal } from './refusal.ts';
import { SourceError } from './source-place.ts';
import { MOST_ACCESSES, type Surroundings } from './surroundings.ts';
import { WideAccesses } from './wide-accesses.ts';

/** What the accesses of an op are of: words and locks by their addresses, constants, and what is refused. */
export class PlacedWords {
  readonly #path: string;
  #interpreter: Interpreter | undefined;
  #wide = new WideAccesses(new Places(NO_LAYOUT));
  layout = NO_LAYOUT;
  places = new Places(NO_LAYOUT);
  /** Of the run under way, or the last one. */
  around: Surroundings = { op: '', words: [], locks: [] };
  /** Those of it that have been made. */
  accesses = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** As `CHost.attach`. */
  attach(interpreter: Interpreter): void {
    this.#interpreter = interpreter;
  }

  /** What the source has declared; before that no memory is shared. */
  layOut(layout: Layout, places: Places): void {
    this.layout = layout;
    this.places = places;
    this.#wide = new WideAccesses(places);
  }

  /** What the ops that run from now on work on. */
  begin(around: Surroundings): void {
    this.around = around;
    this.accesses = 0;
  }

  /** A word of 8 bytes, or two of 4, to be accessed as a whole. */
  wideAt(number: number, address: number, does: string): WideWord {
    const word = this.#wide.at(this.around, number, address) ?? this.refuse(address, 8, does);
    this.count();
    return word;
  }

  /** What the op touches is not its own. */
  memoryError(): Fault {
    return new Fault('memory-error', this.around.op);
  }

  /** The error of the source, met in the op. @param about what it names, to find the place */
  wrong(text: string, about?: string): SourceError {
    return new SourceError(this.#path, text, this.around.op, about);
  }

  /** @param call for messages. @throws InputError where no lock can be, and for a counter */
  lockAt(address: number, call: string): Lock {
    this.#interpreter!.check(address, 1);
    const number = this.places.written(address, 4);
    if (number === undefined || this.places.at(address) !== number)
      this.refuse(address, 4, call.includes('unlock') ? 'releases a lock in' : 'takes a lock in');
    const lock = this.around.locks[number];
    if (!lock) throw this.wrong(`${this.around.op} locks its counter; only a scheme has locks`);
    this.count();
    return lock;
  }

  /** Waits for a word. @returns what it held then */
  await({ address, size, condition, operand, add }: AwaitCall): number {
    this.#interpreter!.check(address, size);
    const number = this.places.written(address, size);
    if (number === undefined) this.refuse(address, size, 'waits for');
    if (!this.around.object) throw this.wrong(`${this.around.op} waits; only the ops of a scheme can`);
    if (size !== 8) {
      const word = this.wordAt(number, address, size);
      if (this.places.list[number]!.isOwn)
        throw this.wrong(`${this.around.op} waits for a word of its own thread`);
      return (word as SharedWord).await(condition, operand, add, 'acquire');
    }
    const wide = this.wideAt(number, address, 'waits for');
    return Number(BigInt.asIntN(32, wide.await(condition, BigInt(operand), BigInt(add), 'acquire')));
  }

  /** The word that an access of so many bytes is of. */
  wordAt(number: number, address: number, size: number): Word {
    if (address !== this.places.list[number]!.address) this.refuse(address, size, 'accesses');
    return this.word(number, size);
  }

  /** The same wherever in it the access begins. */
  word(number: number, size: number): Word {
    const place = this.places.list[number]!;
    if (size !== place.size) {
      const text = `${this.around.op} accesses ${size} bytes of "${place.name}", a word of ${place.size}`;
      throw this.wrong(text, place.name);
    }
    this.count();
    return this.around.words[number]!;
  }

  /** A Fault, not an error of the user's: an op that never returns is a finding. */
  count(): void {
    if (++this.accesses > MOST_ACCESSES) throw new Fault('non-terminating', this.around.op);
  }

  /** What nobody writes and no state sets. In the object a reading touches it all the same: it may have been freed. */
  constant(address: number, size: number): number | bigint {
    const { object } = this.around;
    const where = constantIn(this.layout, address, size);
    if (where === undefined || (where === 'object' && !object)) this.refuse(address, size, 'reads');
    if (where === 'object') {
      this.count();
      object!.use();
    }
    return readBytes(this.#interpreter!.memory, address, size);
  }

  /** What lies beside the object is nobody's: who gets there has run over one of its ends. */
  refuse(address: number, size: number, does: string): never {
    const { object, guarded } = this.layout;
    const ends = [address, address + size - 1];
    if (ends.some((at) => contains(guarded, at)) && !ends.every((at) => contains(object, at)))
      throw this.memoryError();
    const isCounter = this.layout.places.length === 1 && this.around.object === undefined;
    const { text, about } = refusal(this.layout, { op: this.around.op, does, address, size, isCounter });
    throw this.wrong(text, about);
  }
}
