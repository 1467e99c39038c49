/**
 * A value of 1, 2 or 4 bytes in linear memory, unsigned; the lowest byte comes first. The bytes `78 56` are the value
 * 0x5678.
 */
export function readCell(memory: Uint8Array, address: number, size: number): number {
  let value = 0;
  for (let at = size - 1; at >= 0; at--) value = (value << 8) | memory[address + at]!;
  return size === 4 ? value >>> 0 : value;
}

/** The same of eight bytes. */
export function readWideCell(memory: Uint8Array, address: number): bigint {
  return BigInt(readCell(memory, address, 4)) | (BigInt(readCell(memory, address + 4, 4)) << 32n);
}

/** Little-endian, the low bytes of `value`. */
export function writeCell(memory: Uint8Array, address: number, size: number, value: number): void {
  for (let at = 0; at < size; at++) memory[address + at] = value >> (8 * at);
}

/** Eight bytes, likewise. */
export function writeWideCell(memory: Uint8Array, address: number, value: bigint): void {
  writeCell(memory, address, 4, Number(BigInt.asIntN(32, value)));
  writeCell(memory, address + 4, 4, Number(BigInt.asIntN(32, value >> 32n)));
}

/** What such a cell holds: a big integer of 8 bytes, a number of fewer. */
export function readBytes(memory: Uint8Array, address: number, size: number): number | bigint {
  return size < 8 ? readCell(memory, address, size) : readWideCell(memory, address);
}
