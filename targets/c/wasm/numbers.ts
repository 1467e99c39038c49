import type { Bytes } from './bytes.ts';

/**
 * A signed LEB128 of up to 33 bits: seven bits a byte, the lowest first; the top bit says that more follow, and bit 6
 * of the last byte is the sign. `7f` is -1, `ff 00` is 127.
 */
export function signed(input: Bytes): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = input.byte();
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return byte & 0x40 ? value - 2 ** (shift + 7) : value;
  }
}

/** A signed LEB128 of up to 64 bits. A bigint throughout, since a double has 53 bits. */
export function wideSigned(input: Bytes): bigint {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = input.byte();
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asIntN(64, byte & 0x40 ? value - (1n << (shift + 7n)) : value);
  }
}
