import type { AtomicCall } from './atomic-calls.ts';
import { type AwaitCall, isMet } from './await-call.ts';
import { readBytes, readCell, readWideCell, writeCell, writeWideCell } from './memory-cells.ts';
import type { WideCall } from './wide-calls.ts';

// Atomic accesses of memory that nobody else sees: a local variable, or all of it while a state is set up.

/** One of up to 4 bytes. @returns its result */
export function privateCell(
  memory: Uint8Array,
  address: number,
  call: AtomicCall,
  args: readonly (number | bigint)[],
): number | undefined {
  const { value, result } = call.onCell(readCell(memory, address, call.size), args.map(Number));
  writeCell(memory, address, call.size, value);
  return result;
}

/** One of 8 bytes. It may be read and written in two halves: nobody else is there. */
export function privateWide(
  memory: Uint8Array,
  address: number,
  call: WideCall,
  args: readonly (number | bigint)[],
): bigint | undefined {
  const { value, result } = call.onCell(BigInt.asIntN(64, readWideCell(memory, address)), args);
  writeWideCell(memory, address, value);
  return result;
}

/** To wait where nobody else is. @returns what the word held; undefined where nobody will ever write what is waited for */
export function privateAwait(
  memory: Uint8Array,
  { address, size, condition, operand, add }: AwaitCall,
): number | undefined {
  // Up to four bytes are compared as 32 signed bits, as they are in a word.
  const held = readBytes(memory, address, size);
  const value = typeof held === 'bigint' ? BigInt.asIntN(64, held) : BigInt(held | 0);
  if (!isMet(value, condition, BigInt(operand))) return undefined;
  if (size === 8) writeWideCell(memory, address, BigInt.asIntN(64, value + BigInt(add)));
  else writeCell(memory, address, size, Number(value) + add);
  return Number(BigInt.asIntN(32, value));
}
