import {
  type BitChange,
  bitsChanged,
  KEEP,
  type MemoryOrder,
  type Word,
} from '../../targets/subject/word.ts';

/** A word that nobody else touches. */
export class PlainWord implements Word {
  value = 0;
  hasWarned = false;

  load(): number {
    return this.value;
  }

  store(value: number): void {
    this.value = value | 0;
  }

  exchange(value: number): number {
    const old = this.load();
    this.value = value | 0;
    return old;
  }

  fetchAdd(value: number): number {
    return this.exchange(this.value + value);
  }

  fetchSub(value: number): number {
    return this.exchange(this.value - value);
  }

  fetchBits(how: BitChange, value: number): number {
    return this.exchange(bitsChanged(this.value, how, value));
  }

  compareExchange(expected: number, desired: number): number {
    return this.value === (expected | 0) ? this.exchange(desired) : this.value;
  }

  update(next: (old: number) => number | typeof KEEP, _order?: MemoryOrder): number {
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
    while (!round());
  }

  fence(): void {}

  warn(): void {
    this.hasWarned = true;
  }
}
