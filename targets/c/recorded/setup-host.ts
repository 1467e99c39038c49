import { InputError } from '../../subject/input-error.ts';
import type { SchemeState } from '../../subject/subject.ts';
import type { Host, Interpreter } from '../wasm/interpreter.ts';
import { atomicCall } from './atomic-calls.ts';
import type { Place } from './c-host.ts';
import { readCell, writeCell } from './memory-cells.ts';

/**
 * The world in which a source sets up its states: all memory is its own, and what it says of holders is noted. A set-up
 * needs no stops, so linear memory is all there is: the words are read out of it when the function has returned.
 */
export class SetupHost implements Host {
  readonly #path: string;
  /** Set once it is made: it needs its host first. */
  interpreter: Interpreter | undefined;
  /** Where the object is linked: 0 nowhere, 1 live, 2 in the trash, as refuzz/host.h numbers them. */
  #list = 0;
  #noted = false;
  #holders: number[] = [];
  #readers: number[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Forgets what was noted of another state. Memory needs no such step: each call of the interpreter begins with the
   * module's first contents.
   */
  begin(): void {
    this.#list = 0;
    this.#noted = false;
    this.#holders = [];
    this.#readers = [];
  }

  /**
   * What the function that has just run has set up. Threads that `refuzz_hold` names have a reference each; those of
   * `refuzz_read_section` stand in a read-side section.
   *
   * @throws InputError for what is no state
   */
  state(places: readonly Place[]): SchemeState {
    const values = places.map((place) => readCell(this.interpreter!.memory, place.address, place.size));
    if (this.#holders.length > 0 && this.#readers.length > 0)
      throw new InputError(this.#path, 'a state has holders or readers, not both');
    if (![0, 1, 2].includes(this.#list))
      throw new InputError(this.#path, `refuzz_link(${this.#list}): write 0, 1 or 2`);
    return {
      count: values[0]! | 0,
      words: values.slice(1),
      list: this.#list as 0 | 1 | 2,
      noted: this.#noted,
      holders: this.#holders.length > 0 ? this.#holders : this.#readers,
      ...(this.#readers.length > 0 ? { readers: true } : {}),
    };
  }

  /** A set-up is alone: nothing it touches is an access. */
  isShared(): boolean {
    return false;
  }

  /** Never reached, as `isShared` sends all plain accesses to linear memory. */
  load(): never {
    throw new Error('internal: no memory is shared in a set-up');
  }

  store(): never {
    throw new Error('internal: no memory is shared in a set-up');
  }

  /**
   * Atomic calls change linear memory directly. Fences and the sanitizer's own entry points do nothing: one thread
   * runs.
   *
   * @throws InputError for a function of the headers that makes sense in an op only
   */
  call(name: string, args: readonly (number | bigint)[]): number | undefined {
    const first = Number(args[0] ?? 0);
    const atomic = atomicCall(name);
    if (atomic && atomic !== 'wide') {
      const { value, result } = atomic.onCell(
        readCell(this.interpreter!.memory, first, atomic.size),
        args.map(Number),
      );
      writeCell(this.interpreter!.memory, first, atomic.size, value);
      return result;
    }
    switch (name) {
      case 'refuzz_link':
        this.#list = first;
        return undefined;
      case 'refuzz_linked':
        return this.#list;
      case 'refuzz_idle_note':
        this.#noted = true;
        return undefined;
      case 'refuzz_hold':
      case 'refuzz_read_section': {
        if (first < 0 || first > 3) throw new InputError(this.#path, `${name}(${first}): threads are 0 to 3`);
        (name === 'refuzz_hold' ? this.#holders : this.#readers).push(first);
        return undefined;
      }
      default:
        // Fences, and __tsan_init, which the compiler puts into a constructor.
        if (name.startsWith('__tsan_')) return undefined;
        throw new InputError(this.#path, `${name} cannot be called where a state is set up`);
    }
  }
}
