import type { SoughtPlaces } from './sought-places.ts';
import type { StateMemory } from './state-memory.ts';

/** What a word may hold: one of 8 bytes, and two of 4 that are accessed as one, hold big integers. */
export type SoughtValue = number | bigint;

/** Values that a word is taken to have: those of the states, and the first that ops leave there. Counts would have no end. */
const MOST_VALUES = 24;
/**
 * A count that goes up by ones takes all that room. A value that is next to none of the others, as where a bias is added or
 * the count is pinned, has room beside it: the op that looks for it does so for a reason.
 */
const MOST_VALUES_APART = 2 * MOST_VALUES;

/**
 * The values that words may have, by number of their place. They only grow: a value that some op has left may be met by any op,
 * whatever other words hold then.
 *
 *     states leave 1 and 2     dec_and_test leaves 0 and 1     a failed inc at 0 leaves 0xC0000000     { 1, 2, 0, 0xC0000000 }
 */
export class SoughtValues {
  readonly #places: SoughtPlaces;
  readonly #memory: StateMemory;
  readonly #values: SoughtValue[][] = [];
  /** Of two neighbours, by the number of the lower: what both hold together, as far as there is room. */
  readonly #pairs = new Map<number, { readonly high: number; readonly values: SoughtValue[] }>();
  /** The functions that some op has queued or armed, by number. */
  readonly later = new Set<number>();

  constructor(places: SoughtPlaces, memory: StateMemory) {
    this.#places = places;
    this.#memory = memory;
  }

  /** Those of a place. */
  of(place: number): readonly SoughtValue[] {
    const { address, size } = this.#places.list[place]!;
    this.#values[place] ??= this.#memory.values(address, size);
    return this.#values[place];
  }

  /** One more, as long as there is room: a count goes up for ever, and an op that looks at it looks at small ones. */
  add(place: number, value: SoughtValue): void {
    const own = typeof value === 'bigint' ? BigInt.asIntN(64, value) : value | 0;
    const values = this.of(place) as SoughtValue[];
    if (!addTo(values, own, isNextToOne(values, own) ? MOST_VALUES : MOST_VALUES_APART)) return;
    for (const [low, { high }] of this.#pairs) if (low === place || high === place) this.#combine(low, high);
  }

  /** Those of two words side by side: one of the lower with one of the other, for any of them may meet. */
  ofPair(low: number, high: number): readonly SoughtValue[] {
    if (!this.#pairs.has(low)) {
      this.#pairs.set(low, { high, values: [] });
      this.#combine(low, high);
    }
    return this.#pairs.get(low)!.values;
  }

  /** Both of a pair have been written at once: first what they hold together, as there may be no room for all combinations. */
  addPair(low: number, high: number, value: bigint): void {
    addTo(this.ofPair(low, high) as SoughtValue[], BigInt.asIntN(64, value));
    this.add(low, Number(BigInt.asIntN(32, value)));
    this.add(high, Number(BigInt.asIntN(32, value >> 32n)));
  }

  #combine(low: number, high: number): void {
    const { values } = this.#pairs.get(low)!;
    for (const upper of this.of(high))
      for (const lower of this.of(low))
        addTo(values, BigInt.asIntN(64, (BigInt(upper) << 32n) | BigInt.asUintN(32, BigInt(lower))));
  }
}

/** @returns whether it is new, and there was room */
function addTo(values: SoughtValue[], value: SoughtValue, most = MOST_VALUES): boolean {
  const isNew = values.length < most && !values.includes(value);
  if (isNew) values.push(value);
  return isNew;
}

function isNextToOne(values: readonly SoughtValue[], value: SoughtValue): boolean {
  return typeof value === 'bigint'
    ? values.includes(value - 1n) || values.includes(value + 1n)
    : values.includes(value - 1) || values.includes(value + 1);
}
