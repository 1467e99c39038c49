import type { Range } from './layout.ts';
import { readCell, readWideCell } from './memory-cells.ts';

/**
 * What the states of a source have made of its static memory, the object in it. Ops run on memory as it is at first, with the
 * words in its place: so what a state sets must be a word if anybody reads it, though no op ever writes it.
 *
 *     int mode = 3;                          every op reads 3
 *     REFUZZ_STATE(late) { mode = 4; }       a program that starts from `late` must read 4
 */
export class StateMemory {
  readonly #initial: Uint8Array;
  readonly #from: number;
  /** By state: the bytes that it has changed, by address. */
  readonly #changed: Map<number, number>[] = [];

  /** @param memory as it is at first, all of it @param statics the part that is looked at */
  constructor(memory: Uint8Array, { from, to }: Range) {
    this.#from = from;
    this.#initial = memory.slice(from, to);
  }

  /** Notes what one more state has left. */
  note(memory: Uint8Array): void {
    const changed = new Map<number, number>();
    this.#initial.forEach((byte, at) => {
      const now = memory[this.#from + at]!;
      if (now !== byte) changed.set(this.#from + at, now);
    });
    this.#changed.push(changed);
  }

  /** Whether some state has changed one of these bytes. */
  isSet(address: number, size: number): boolean {
    for (let at = address; at < address + size; at++)
      if (this.#changed.some((changed) => changed.has(at))) return true;
    return false;
  }

  /** What a place holds, state by state, each value once: of 8 bytes it is a big integer. */
  values(address: number, size: number): (number | bigint)[] {
    const values = this.#changed.map((changed) => {
      const bytes = Uint8Array.from({ length: size }, (_, at) => this.#byte(changed, address + at));
      if (size === 8) return BigInt.asIntN(64, readWideCell(bytes, 0));
      const value = readCell(bytes, 0, size);
      return size === 4 ? value | 0 : value;
    });
    return [...new Set(values)];
  }

  /** The bytes that some state sets, but for those of the given places, in ranges. */
  setBeside(places: readonly { readonly address: number; readonly size: number }[]): Range[] {
    const isIn = (at: number) => places.some(({ address, size }) => at >= address && at < address + size);
    const set = new Set(this.#changed.flatMap((changed) => [...changed.keys()]));
    const ranges: { from: number; to: number }[] = [];
    for (const at of [...set].sort((one, other) => one - other)) {
      if (isIn(at)) continue;
      const last = ranges.at(-1);
      if (last?.to === at) last.to++;
      else ranges.push({ from: at, to: at + 1 });
    }
    return ranges;
  }

  #byte(changed: ReadonlyMap<number, number>, at: number): number {
    return changed.get(at) ?? this.#initial[at - this.#from]!;
  }
}
