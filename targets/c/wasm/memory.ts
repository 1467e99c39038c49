import type { WasmModule } from './module.ts';
import { MOST_PAGES } from './sections.ts';

/** Bytes of a page. */
export const PAGE = 65_536;
/**
 * Bytes of the pieces in which writes are noted; a power of two. A run writes to a few places of its stack, so small
 * pieces are cheap to put back; 16 pages have 8192 of them.
 */
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
  /** Bytes at the start, to which `reset` goes back. */
  readonly #first: number;
  /** In bytes: the array has it from the start, so growing moves nothing and `#view` stays good. */
  readonly #capacity: number;
  readonly #all: Uint8Array;
  readonly #view: DataView;
  /** Data segments in place and zeros elsewhere, as large as memory can grow; nobody writes to it. */
  readonly #initial: Uint8Array;
  /** By piece, 1 for one in `#touched`, which lists each piece once. */
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

  /**
   * New pages are zero, as the specification asks: `reset` has put back what an earlier run wrote there.
   *
   * @returns false when that is too much
   */
  grow(pages: number): boolean {
    if (this.size + pages * PAGE > this.#capacity) return false;
    this.size += pages * PAGE;
    this.#bytes = this.#all.subarray(0, this.size);
    return true;
  }

  get hasGrown(): boolean {
    return this.size !== this.#first;
  }

  /**
   * Notes that a part is written. With `address` 120 and `size` 16 these are the pieces 0 and 1. The size is at least
   * 1.
   */
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

  /** The low bytes of the value; the setters of a DataView cut off the rest. */
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

  /** Right for parts that overlap, as memory.copy must be: `copyWithin` behaves as if it read all bytes first. */
  copy(to: number, from: number, size: number): void {
    this.touch(to, size);
    this.#all.copyWithin(to, from, from + size);
  }

  fill(address: number, value: number, size: number): void {
    this.touch(address, size);
    this.#all.fill(value, address, address + size);
  }

  /** Bytes of a data segment, for memory.init. */
  put(address: number, bytes: Uint8Array): void {
    this.touch(address, bytes.length);
    this.#all.set(bytes, address);
  }

  /**
   * Where memory is not as it was at first: `address=value` for each word of 4 bytes, leaving out those in a range.
   * Pieces are sorted: the order in which a run wrote is no part of what is there. A word that has been written and
   * then set back is no difference.
   */
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

/** Little-endian and signed, as `getInt32` reads it. */
function initialWord(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
