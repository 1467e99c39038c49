import {
  type BitChange,
  bitsChanged,
  KEEP,
  type MemoryOrder,
  type Warning,
  type Word,
} from '../../targets/subject/word.ts';

/** A word of one's own that takes down every access as text, with its memory order, and the warnings. */
export class NotingWord implements Word {
  readonly seen: string[] = [];
  readonly warnings: string[] = [];
  value: number;

  constructor(value: number) {
    this.value = value;
  }

  load(order?: MemoryOrder): number {
    return this.#note(`load ${order}`, this.value);
  }

  store(value: number, order?: MemoryOrder): void {
    this.#note(`store ${value} ${order}`, value);
  }

  exchange(value: number, order?: MemoryOrder): number {
    return this.#note(`exchange ${value} ${order}`, value);
  }

  fetchAdd(value: number, order?: MemoryOrder): number {
    return this.#note(`add ${value} ${order}`, this.value + value);
  }

  fetchSub(value: number, order?: MemoryOrder): number {
    return this.#note(`sub ${value} ${order}`, this.value - value);
  }

  fetchBits(how: BitChange, value: number, order?: MemoryOrder): number {
    return this.#note(`${how} ${value} ${order}`, bitsChanged(this.value, how, value));
  }

  compareExchange(expected: number, desired: number, order?: MemoryOrder): number {
    const after = this.value === expected ? desired : this.value;
    return this.#note(`cas ${expected} ${desired} ${order}`, after);
  }

  update(next: (old: number) => number | typeof KEEP, order?: MemoryOrder): number {
    const desired = next(this.value);
    return this.#note(`update ${order}`, desired === KEEP ? this.value : desired);
  }

  repeat(round: () => boolean): void {
    while (!round());
  }

  fence(): void {}

  warn({ text }: Warning): void {
    this.warnings.push(text);
  }

  /** @returns the old value */
  #note(text: string, value: number): number {
    const old = this.value;
    this.seen.push(text);
    this.value = value | 0;
    return old;
  }
}
