/** Reads a WebAssembly module byte by byte: bytes, and numbers in LEB128. */
export class Bytes {
  readonly #bytes: Uint8Array;
  /** Index of the next byte. */
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  /** @throws Error at the end */
  byte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw new Error('is cut off');
    this.at++;
    return byte;
  }

  /** The next bytes, as a view of the module's own. @throws Error when there are fewer */
  take(length: number): Uint8Array {
    if (this.at + length > this.#bytes.length) throw new Error('is cut off');
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  /**
   * LEB128: seven bits a byte, the lowest first. `e5 8e 26` is 0x65 + 0x0e·2^7 + 0x26·2^14 = 624485. Sums and powers
   * instead of shifts, which would make a number from 2^31 on negative.
   */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** Reads past a signed number of any width; its value is not asked for. */
  signed(): void {
    while (this.byte() >= 0x80);
  }
}
