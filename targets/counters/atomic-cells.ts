import type { CellOp, SharedCells } from '../subject/shared-cells.ts';
import type { Counter, Result } from '../subject/subject.ts';
import { type BitChange, KEEP, type Warning, type Word } from '../subject/word.ts';

/** Accesses for about a thousand ops, of which one that does not return burns all. */
const FUEL = 1 << 21;

/** The bytes that a number of cells takes. */
export function bytesOfCells(cells: number): number {
  return cells * Int32Array.BYTES_PER_ELEMENT;
}

/**
 * A counter written in TypeScript, over `Atomics` on shared memory. These know one order, so all of an op's accesses
 * are sequentially consistent, whatever it asks for.
 *
 * @param buffer as long as `bytesOfCells` says; each thread makes an object of its own on the same buffer
 */
export function atomicCells({ ops }: Counter, buffer: SharedArrayBuffer): SharedCells {
  const cells = new Int32Array(buffer);
  const word = new AtomicWord(cells);
  return {
    capacity: cells.length,
    set: (cell, value) => void Atomics.store(cells, cell, value),
    get: (cell) => Atomics.load(cells, cell),
    prepare(name, a, b): CellOp {
      const op = ops[name]!;
      return (cell) => {
        word.at = cell;
        return op.run(word, a, b) as Result;
      };
    },
    refuel() {
      word.fuel = FUEL;
    },
    takeWarnings() {
      const { warned } = word;
      word.warned = 0;
      return warned;
    },
    warningTexts: () => word.lists,
    faultOf: (error) => (error instanceof OutOfFuel ? 'non-terminating' : undefined),
    isIntact: () => true,
  };
}

/** Thrown through the op to stop it. Not an Error: no stack is wanted. */
class OutOfFuel {}

/**
 * One of the cells, whichever `at` says. There is one such object a thread, so that nothing is allocated while threads
 * race.
 */
class AtomicWord implements Word {
  /** The cell; set before each op. */
  at = 0;
  /** Accesses, and rounds of `repeat`, that all ops until the next `refuel` have left. */
  fuel = FUEL;
  /** The code of what the op has warned of so far. */
  warned = 0;
  /**
   * By code: the texts. A code is a place in a tree of lists, made when it is first met, so that warning again costs a
   * look-up and no allocation. After an op that warned of "a" and then "b", and one that warned of "b" alone:
   *
   *     code    0    1    2      3
   *     lists   []   a    a, b   b
   */
  readonly lists: string[][] = [[]];
  /** By code: the codes of its list and one text more. */
  readonly #longer: Map<string, number>[] = [new Map()];
  readonly #cells: Int32Array<SharedArrayBuffer>;

  constructor(cells: Int32Array<SharedArrayBuffer>) {
    this.#cells = cells;
  }

  load(): number {
    this.#burn();
    return Atomics.load(this.#cells, this.at);
  }

  store(value: number): void {
    this.#burn();
    Atomics.store(this.#cells, this.at, value);
  }

  exchange(value: number): number {
    this.#burn();
    return Atomics.exchange(this.#cells, this.at, value);
  }

  fetchAdd(value: number): number {
    this.#burn();
    return Atomics.add(this.#cells, this.at, value);
  }

  fetchSub(value: number): number {
    this.#burn();
    return Atomics.sub(this.#cells, this.at, value);
  }

  fetchBits(how: BitChange, value: number): number {
    this.#burn();
    if (how === 'and') return Atomics.and(this.#cells, this.at, value);
    return how === 'or' ? Atomics.or(this.#cells, this.at, value) : Atomics.xor(this.#cells, this.at, value);
  }

  compareExchange(expected: number, desired: number): number {
    this.#burn();
    return Atomics.compareExchange(this.#cells, this.at, expected, desired);
  }

  /** Goes on from the value that a failed exchange saw, without a load, as the kernel's `try_cmpxchg` loops do. */
  update(next: (old: number) => number | typeof KEEP): number {
    let old = this.load();
    for (;;) {
      const desired = next(old);
      if (desired === KEEP) return old;
      const seen = this.compareExchange(old, desired);
      if (seen === old) return old;
      old = seen;
    }
  }

  /** A round costs by itself, so that one which breaks its promise and makes no access is stopped as well. */
  repeat(round: () => boolean): void {
    while (!round()) this.#burn();
  }

  /** Atomics of JavaScript are sequentially consistent by themselves. */
  fence(): void {}

  warn({ text }: Warning): void {
    const known = this.#longer[this.warned]!.get(text);
    this.warned = known ?? this.#newList(text);
  }

  #newList(text: string): number {
    const code = this.lists.push([...this.lists[this.warned]!, text]) - 1;
    this.#longer[this.warned]!.set(text, code);
    this.#longer.push(new Map());
    return code;
  }

  #burn(): void {
    if (--this.fuel < 0) throw new OutOfFuel();
  }
}
