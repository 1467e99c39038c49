import type { Host } from './host.ts';
import type { LinearMemory } from './memory.ts';
import { Op } from './opcodes.ts';

/**
 * Loads and stores, each where it belongs: shared memory lies with the host, all other in linear memory. Addresses have
 * been compared with its size.
 */
export class Accesses {
  readonly #host: Host;
  /** Seen from here, all of it is private: whether an address is shared has been asked of the host before. */
  readonly #memory: LinearMemory;
  /** How far the host has come with an instruction that makes many accesses; part of what a stop is. */
  progress = '';

  constructor(host: Host, memory: LinearMemory) {
    this.#host = host;
    this.#memory = memory;
  }

  /**
   * `load(address, -1)` of a byte 0xff: 255 << 24 >> 24 is -1.
   *
   * @param size negative where the sign is extended
   */
  load(address: number, size: number): number {
    const length = size as 1 | 2 | 4;
    if (size < 0) return ((this.load(address, -size) << (32 + 8 * size)) >> (32 + 8 * size)) | 0;
    if (!this.#host.isShared(address, size)) return this.#memory.read(address, size);
    return Number(this.#host.load(address, length));
  }

  /** @param size negative where the sign is extended */
  loadWide(address: number, size: number): bigint {
    if (size === 8) {
      if (!this.#host.isShared(address, 8)) return this.#memory.readWide(address);
      return this.#host.isTwo?.(address) ? this.#loadTwo(address) : BigInt(this.#host.load(address, 8));
    }
    // A 32-bit load may give a signed number, so the width is cut out of it again.
    const bits = BigInt(this.load(address, Math.abs(size)));
    return size < 0 ? BigInt.asIntN(-8 * size, bits) : BigInt.asUintN(8 * size, bits);
  }

  /** The host gets the bits without a sign, as they would lie in memory. */
  store(address: number, size: number, value: number): void {
    if (!this.#host.isShared(address, size)) {
      this.#memory.write(address, size, value);
      return;
    }
    const bits = size === 4 ? value >>> 0 : value & (size === 1 ? 0xff : 0xffff);
    this.#host.store(address, size as 1 | 2 | 4, bits);
  }

  /** i64.store8, 16 and 32 write the low bytes, which are those of the low half. */
  storeWide(address: number, size: number, value: bigint): void {
    if (size < 8) this.store(address, size, Number(BigInt.asIntN(32, value)));
    else if (!this.#host.isShared(address, 8)) this.#memory.writeWide(address, value);
    else if (this.#host.isTwo?.(address)) this.#storeTwo(address, BigInt.asUintN(64, value));
    else this.#host.store(address, 8, BigInt.asUintN(64, value));
  }

  /** A stop at the second knows what the first has read. */
  #loadTwo(address: number): bigint {
    const low = this.load(address, 4) >>> 0;
    this.progress = ` two ${low}`;
    const high = this.load(address + 4, 4) >>> 0;
    this.progress = '';
    return (BigInt(high) << 32n) | BigInt(low);
  }

  #storeTwo(address: number, bits: bigint): void {
    this.store(address, 4, Number(bits & 0xffffffffn));
    this.progress = ` two ${bits >> 32n}`;
    this.store(address + 4, 4, Number(bits >> 32n));
    this.progress = '';
  }

  /**
   * memory.init, copy and fill.
   *
   * @param from an address, an offset into the segment, or the value that fills
   * @param segment of memory.init
   */
  bulk(op: number, to: number, from: number, size: number, segment: Uint8Array): void {
    const memory = this.#memory;
    const isCopy = op === Op.MEMORY_COPY;
    if (this.#host.isShared(to, size) || (isCopy && this.#host.isShared(from, size))) {
      if (isCopy) this.#eachByte(to, from, size, (at) => this.load(from + at, 1));
      else this.#eachByte(to, 0, size, (at) => (op === Op.MEMORY_FILL ? from : segment[from + at]!));
    } else if (isCopy) memory.copy(to, from, size);
    else if (op === Op.MEMORY_FILL) memory.fill(to, from, size);
    else memory.put(to, segment.subarray(from, from + size));
  }

  /** Byte for byte, as the host sees it. A copy to above its source goes from the end, in case that they overlap. */
  #eachByte(to: number, from: number, size: number, byteAt: (at: number) => number): void {
    for (let done = 0; done < size; done++) {
      const at = to > from ? size - 1 - done : done;
      this.progress = ` bulk ${to} ${from} ${size} ${done}`;
      const byte = byteAt(at);
      this.progress += `: ${byte}`;
      this.store(to + at, 1, byte);
    }
    this.progress = '';
  }
}
