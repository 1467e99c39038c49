import type { CellOp, SharedCells } from '../subject/shared-cells.ts';
import type { Counter, Result } from '../subject/subject.ts';
import { KEEP, type Warning, type Word } from '../subject/word.ts';

/** Accesses for about a thousand ops, of which one that does not return burns all. */
const FUEL = 1 << 21;

/** The bytes that a number of cells takes. */
export function bytesOfCells(cells: number): number {
  return cells * Int32Array.BYTES_PER_ELEMENT;
}

/** A counter written in TypeScript, over `Atomics` on shared memory. All of an op's accesses are sequentially consistent. */
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
  at = 0;
  fuel = FUEL;
  /** The code of what the op has warned of so far. */
  warned = 0;
  /** By code: the texts. */
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

  compareExchange(expected: number, desired: number): number {
    this.#burn();
    return Atomics.compareExchange(this.#cells, this.at, expected, desired);
  }

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

  repeat(round: () => boolean): void {
    while (!round()) this.#burn();
  }

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
