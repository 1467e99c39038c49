import { nameOf, type Variable } from '../wasm/variables.ts';
import type { Layout, Place } from './layout.ts';
import type { Field } from './object-fields.ts';

/** Bytes that are accessed as one, and what they are called. */
export type Extent = Place;

/** Largest scalar that can be a word, in bytes. */
const LARGEST = 8;
/** Static variables are known by their sizes alone: one of more bytes may be a struct, unless it is accessed as a whole. */
const LARGEST_STATIC = 4;

/**
 * The scalars of a source by where they lie: fields of the object, and static variables. An access tells only its own bytes,
 * and the compiler reads one byte of an int where that is enough; what is known of the source says which word that is.
 *
 *     read 1 byte at 66120       `flags`, 4 bytes at 66120
 *     write 4 bytes at 66136     the second of `int slots[3]` at 66132: `slots[1]`
 *     write 4 bytes at 66228     `stats+4`, a struct of which only the whole is known
 */
export class WordNames {
  readonly #fields: readonly Field[];
  readonly #layout: Layout;

  constructor(layout: Layout, fields: readonly Field[]) {
    this.#layout = layout;
    this.#fields = fields;
  }

  /**
   * The scalar in which these bytes lie; where none is known, they are taken for one.
   *
   * @returns undefined for more bytes than a word has
   */
  extent(address: number, size: number): Extent | undefined {
    // Of a union, whose fields lie one upon the other, the smallest that will do.
    const field = this.#fields.filter((one) => encloses(one, address, size, LARGEST)).sort(bySize)[0];
    const known = field ?? this.#variables().find((one) => encloses(one, address, size, LARGEST_STATIC));
    const at = known ? { address: known.address, size: known.size! } : { address, size };
    return [1, 2, 4, 8].includes(at.size) ? { ...at, name: this.name(at.address, at.size) } : undefined;
  }

  /**
   * Whether these bytes are partly in a static variable and partly beside it, where no access of C's can be. A variable may be
   * smaller than it was declared: of one that only ever holds 0 or some other number the compiler keeps a byte.
   *
   *     read 4 bytes at 66612      `leads` has 1 there: behind it lies another variable, or nothing
   */
  isAstray(address: number, size: number): boolean {
    const touched = this.#variables().filter(
      (one) => one.address < address + size && address < one.address + one.size,
    );
    return (
      touched.length > 0 &&
      touched.every((one) => address < one.address || address + size > one.address + one.size)
    );
  }

  /** Whether these bytes are known to be one scalar. */
  isScalar(address: number, size: number): boolean {
    const isThat = (one: Sized) => one.address === address && one.size === size;
    return this.isField(address, size) || this.#variables().some(isThat);
  }

  /** Whether they are one field of the object. */
  isField(address: number, size: number): boolean {
    return this.#fields.some((one) => one.address === address && one.size === size);
  }

  /** What they are called: `link.next`, `slots[2]`, and `stats+4` where nothing is known of what is within. */
  name(address: number, size: number): string {
    const { object } = this.#layout;
    const isInObject = address >= object.from && address < object.to;
    if (!isInObject) return this.#nameOfStatic(address, size);
    const exact = this.#fields.filter((field) => field.address === address && field.size === size);
    // Bit-fields of one byte are one word.
    if (exact.length > 0) return exact.map(({ name }) => name).join('/');
    const before = this.#fields.filter((field) => field.address <= address).at(-1);
    if (!before) return `object+${address - object.from}`;
    return elementOf(before.name, address - before.address, size, before.type);
  }

  #nameOfStatic(address: number, size: number): string {
    const variable = this.#variables().find(
      (one) => address >= one.address && address < one.address + one.size,
    );
    if (!variable) return `static+${address - this.#layout.statics.from}`;
    const name = nameOf(variable);
    const isShared = this.#variables().filter((one) => nameOf(one) === name).length > 1;
    // Two functions may have a static variable of one name each.
    const whole = isShared ? variable.name.replace(/^refuzz_(?:op|state)_/, '') : name;
    return variable.size === size ? whole : elementOf(whole, address - variable.address, size);
  }

  /** But for the object's. */
  #variables(): readonly Variable[] {
    const { object } = this.#layout;
    return this.#layout.variables.filter(
      (one) => one.address + one.size <= object.from || one.address >= object.to,
    );
  }
}

type Sized = Pick<Field, 'address' | 'size'>;

function encloses(one: Sized, address: number, size: number, largest: number): boolean {
  if (one.size === undefined || one.size > largest) return false;
  return one.address <= address && address + size <= one.address + one.size;
}

const bySize = (one: Sized, other: Sized) => one.size! - other.size!;

/** Part of an array or of something unknown. A type that is no struct, in brackets, has elements of the size accessed. */
function elementOf(name: string, offset: number, size: number, type = ''): string {
  if (/^(?!struct|union).*\[\d*\]$/.test(type) && offset % size === 0) return `${name}[${offset / size}]`;
  return offset === 0 ? name : `${name}+${offset}`;
}
