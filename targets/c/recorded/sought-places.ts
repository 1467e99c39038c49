import { contains, type Layout, overlaps, type Place } from './layout.ts';
import { Places } from './places.ts';
import type { StateMemory } from './state-memory.ts';
import type { Extent, WordNames } from './word-names.ts';
import { canBeHalf } from './word-pairs.ts';

/**
 * Thrown through an op when what has been found shows that the search must begin anew: what was read as a constant is written
 * after all, or one byte of a word was taken for the whole. The runs before have then made other accesses than they should.
 *
 *     lookup reads `mode`           a constant so far: no access
 *     shutdown writes `mode`        it is a word, and lookup should have stopped there
 */
export class SearchAnew {}

/**
 * Thrown through an op that comes to bytes which are no part of one variable: values that never go together have led it there,
 * such as the length of one list and the head of another. What it would do next tells nothing, and of its access above all not
 * how wide a word is.
 */
export class Astray {}

/**
 * While words are sought, whatever an op touches in the object or in static memory is a place: those declared, and one more
 * for each scalar that is met. Static memory that is only read, and that no state sets, is a constant.
 */
export class SoughtPlaces extends Places {
  readonly #layout: Layout;
  readonly #names: WordNames;
  readonly #memory: StateMemory;
  /** What was taken for a constant. */
  readonly #constants: Extent[] = [];
  readonly #declared: number;
  /** By number, for those that are no constants: an op writes them. */
  readonly #written = new Set<number>();
  /** Where two words have been accessed as one: both are words, or none is. */
  readonly #pairs = new Set<number>();
  #met: readonly Extent[];
  #tell: (place: number) => void = () => {};

  /** @param met what earlier searches have found to be no constant, or to be wider than it seemed */
  constructor(layout: Layout, names: WordNames, memory: StateMemory, met: readonly Extent[]) {
    super({ places: [], hasPairs: layout.hasPairs });
    for (const place of layout.places) this.add(place);
    this.#declared = layout.places.length;
    this.#layout = layout;
    this.#names = names;
    this.#memory = memory;
    this.#met = met;
    for (const extent of met) this.add(extent);
  }

  /** What the next search begins with, after `SearchAnew`. */
  get met(): readonly Extent[] {
    return this.#met;
  }

  /** Whoever is to know of each place: those there are, and more as they are met. */
  onAdded(tell: (place: number) => void): void {
    this.#tell = tell;
    for (const number of this.list.keys()) tell(number);
  }

  protected override add(place: Place): number {
    const number = super.add(place);
    this.#tell(number);
    return number;
  }

  /** In the object a reading is an access all the same, as its memory may be gone; so what is read there is a place at once. */
  override read(address: number, size: number): number | undefined {
    this.#stay(address, size);
    if (size === 8 && this.isPair(address)) return this.#bothOf(address, (half) => this.read(half, 4));
    const known = this.of(address, size);
    if (known !== undefined) return this.#wideEnough(known, address, size);
    const extent = this.#extent(address, size);
    if (!extent) return undefined;
    if (contains(this.#layout.object, address) || this.#memory.isSet(extent.address, extent.size))
      return this.add(extent);
    this.#constants.push(extent);
    return undefined;
  }

  /** Before one of them has been met, the names of fields and variables tell that there are two. */
  override areTwo(address: number): boolean {
    return !this.isPair(address) && (this.#areNamed(address) || super.areTwo(address));
  }

  /** What is written is a word, whatever it was taken for. */
  override written(address: number, size: number): number | undefined {
    this.#stay(address, size);
    if (size === 8 && this.isPair(address)) return this.#bothOf(address, (half) => this.written(half, 4));
    const known = this.of(address, size);
    if (known !== undefined && size === 4) this.#split(known);
    const number =
      known === undefined ? this.#addWritten(address, size) : this.#wideEnough(known, address, size);
    if (number !== undefined) this.#written.add(number);
    return number;
  }

  /** @throws Astray */
  #stay(address: number, size: number): void {
    if (this.#names.isAstray(address, size)) throw new Astray();
  }

  /** As for `areTwo`, names tell of a pair; and where one half is known as a word, the other is one too. */
  protected override isPair(address: number): boolean {
    if (!this.#layout.hasPairs || address % 8 !== 0) return false;
    const halves = [this.at(address), this.at(address + 4)].filter((place) => place !== undefined);
    if (halves.length === 0) return this.#areNamed(address);
    return halves.every((place) => canBeHalf(this.list[place]!));
  }

  #areNamed(address: number): boolean {
    return [address, address + 4].every((half) => this.#extent(half, 4) && this.#names.isScalar(half, 4));
  }

  /**
   * Both of a pair are met at once. Where one of them is a place, the other is one too, though it may be a constant to all others.
   *
   * @returns the lower one, by which a pair is looked up; undefined where both are constants
   */
  #bothOf(address: number, meet: (half: number) => number | undefined): number | undefined {
    this.#pairs.add(address);
    const halves = [address, address + 4];
    if (halves.map(meet).every((half) => half === undefined)) return undefined;
    for (const half of halves) if (this.at(half) === undefined) this.written(half, 4);
    return this.at(address);
  }

  /** Those that are no constants, beside what is declared: the object's in front, each by address. */
  found(): Place[] {
    const { object } = this.#layout;
    const isOutside = ({ address }: Place) => (contains(object, address) ? 0 : 1);
    return this.list
      .filter((place, number) => number >= this.#declared && this.#isWord(place, number))
      .sort((one, other) => isOutside(one) - isOutside(other) || one.address - other.address);
  }

  /** What a state sets and no op reads is none: it is never a place, for nobody comes there. */
  #isWord({ address, size }: Place, number: number): boolean {
    const low = address - (address % 8);
    if (!this.#pairs.has(low)) return this.#written.has(number) || this.#memory.isSet(address, size);
    const isHalf = (half: number) => this.at(half)! < this.#declared || this.#written.has(this.at(half)!);
    return [low, low + 4].some((half) => isHalf(half) || this.#memory.isSet(half, 4));
  }

  #addWritten(address: number, size: number): number | undefined {
    const extent = this.#extent(address, size);
    if (!extent) return undefined;
    if (this.#constants.some((one) => isAt(one, extent))) this.#beginAnew(extent);
    return this.add(extent);
  }

  /** A place that turned out too narrow, as an op accesses more bytes, is made wider; declared ones stay as they are. */
  #wideEnough(number: number, address: number, size: number): number {
    const place = this.list[number]!;
    const from = Math.min(place.address, address);
    const to = Math.max(place.address + place.size, address + size);
    const isWide = from === place.address && to === place.address + place.size;
    if (isWide || number < this.#declared) return number;
    const wider = this.#extent(from, to - from);
    if (wider) this.#beginAnew(wider);
    return number;
  }

  /**
   * 8 bytes that were accessed as a whole, and nobody knows as one scalar, are two words after all if an op writes a half: a
   * struct that is copied, say.
   */
  #split(number: number): void {
    const { address, size } = this.list[number]!;
    if (size !== 8 || number < this.#declared || this.#names.isField(address, 8)) return;
    const halves = [address, address + 4].map((half) => this.#extent(half, 4));
    if (halves.every((half) => half !== undefined)) this.#beginAnew(...halves);
  }

  #beginAnew(...extents: readonly Extent[]): never {
    const isNew = (one: Extent) => extents.some((extent) => isAt(one, extent));
    this.#met = [...this.#met.filter((one) => !isNew(one)), ...extents];
    throw new SearchAnew();
  }

  /** Beside the object nothing is to be found, and behind the static data neither. */
  #extent(address: number, size: number): Extent | undefined {
    const { statics, object, guarded } = this.#layout;
    const isInObject = address >= object.from && address + size <= object.to;
    if (address < statics.from || address + size > statics.to) return undefined;
    return isInObject || !overlaps(guarded, address, size) ? this.#names.extent(address, size) : undefined;
  }
}

/** Whether two have a byte in common. */
function isAt(one: Extent, other: Extent): boolean {
  return overlaps({ from: one.address, to: one.address + one.size }, other.address, other.size);
}
