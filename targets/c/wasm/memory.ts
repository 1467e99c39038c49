import type { WasmModule } from './module.ts';
import { MOST_PAGES } from './sections.ts';

/** Bytes of a page. */
export const PAGE = 65_536;
/** Bytes of the pieces in which writes are noted; a power of two. */
const PIECE = 128;
const PIECE_SHIFT = 7;
/** Bytes that a host may write at an address that it is given. */
const HOST_WRITES = 16;

/**
 * Linear memory that goes back to its first contents at the price of what was written. All methods trust their caller
 * to have compared the address with `size`.
 */
export class LinearMemory {
  /** In bytes; a whole number of pages. */
  size: number;
  readonly #first: number;
  readonly #capacity: number;
  readonly #all: Uint8Array;
  readonly #view: DataView;
  readonly #initial: Uint8Array;
  readonly #isTouched: Uint8Array;
  readonly #touched: number[] = [];
  #bytes: Uint8Array;

  /** @param most pages to which it grows */
  constructor(module: WasmModule, most: number = MOST_PAGES) {
    this.#first = module.pages * PAGE;
    this.#capacity = Math.max(module.pages, most) * PAGE;
    this.#initial = new Uint8Array(this.#capacity);
    for (const { address, bytes } of module.data) {
      if (address !== undefined) this.#initial.set(bytes, address);
    }
    this.#all = this.#initial.slice();
    this.#view = new DataView(this.#all.buffer);
    this.#isTouched = new Uint8Array(this.#capacity / PIECE);
    this.size = this.#first;
    this.#bytes = this.#all.subarray(0, this.size);
  }

  /** All of it, as it is now: growing makes another array. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** @returns false when that is too much */
  grow(pages: number): boolean {
    if (this.size + pages * PAGE > this.#capacity) return false;
    this.size += pages * PAGE;
    this.#bytes = this.#all.subarray(0, this.size);
    return true;
  }

  get hasGrown(): boolean {
    return this.size !== this.#first;
  }

  /** Notes that a part is written. */
  touch(address: number, size: number): void {
    const last = (address + size - 1) >>> PIECE_SHIFT;
    for (let piece = address >>> PIECE_SHIFT; piece <= last; piece++) {
      if (this.#isTouched[piece] === 0) {
        this.#isTouched[piece] = 1;
        this.#touched.push(piece);
      }
    }
  }

  /** Notes what a host may write once it has been given the address, if it is one. */
  handOut(address: number): void {
    if (address < this.size) this.touch(address, Math.min(HOST_WRITES, this.size - address));
  }

  /** Back to the first contents and the first size. */
  reset(): void {
    for (const piece of this.#touched) {
      const from = piece * PIECE;
      this.#all.set(this.#initial.subarray(from, from + PIECE), from);
      this.#isTouched[piece] = 0;
    }
    this.#touched.length = 0;
    if (this.hasGrown) {
      this.size = this.#first;
      this.#bytes = this.#all.subarray(0, this.size);
    }
  }

  /** @returns 1, 2 or 4 bytes; these as signed */
  read(address: number, size: number): number {
    if (size === 4) return this.#view.getInt32(address, true);
    return size === 1 ? this.#view.getUint8(address) : this.#view.getUint16(address, true);
  }

  /** Eight bytes, signed. */
  readWide(address: number): bigint {
    return this.#view.getBigInt64(address, true);
  }

  write(address: number, size: number, value: number): void {
    this.touch(address, size);
    if (size === 4) this.#view.setInt32(address, value, true);
    else if (size === 1) this.#view.setUint8(address, value);
    else this.#view.setUint16(address, value, true);
  }

  writeWide(address: number, value: bigint): void {
    this.touch(address, 8);
    this.#view.setBigInt64(address, value, true);
  }

  copy(to: number, from: number, size: number): void {
    this.touch(to, size);
    this.#all.copyWithin(to, from, from + size);
  }

  fill(address: number, value: number, size: number): void {
    this.touch(address, size);
    this.#all.fill(value, address, address + size);
  }

  put(address: number, bytes: Uint8Array): void {
    this.touch(address, bytes.length);
    this.#all.set(bytes, address);
  }

  /** Where memory is not as it was at first: `address=value` for each word of 4 bytes, leaving out those in a range. */
  differences(from: number, to: number): string {
    let text = '';
    for (const piece of this.#touched.sort((one, other) => one - other)) {
      const end = (piece + 1) * PIECE;
      for (let at = piece * PIECE; at < end; at += 4) {
        if (at >= from && at < to) continue;
        const value = this.#view.getInt32(at, true);
        if (value !== initialWord(this.#initial, at)) text += ` ${at}=${value}`;
      }
    }
    return text;
  }
}

function initialWord(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
