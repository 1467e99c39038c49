import type { Condition } from '../../subject/word.ts';

/** By number, as `enum refuzz_condition` in refuzz/host.h has them. */
const CONDITIONS: readonly Condition[] = ['equal', 'other', 'at-least', 'clear', 'set'];

/** What a call of refuzz_await waits for, and adds to the word then. What it compares with has 32 bits in any word. */
export interface AwaitCall {
  readonly address: number;
  readonly size: number;
  readonly condition: Condition;
  readonly operand: number;
  readonly add: number;
}

/** @param args the address, the bytes of the word, the condition, its operand, and what is added */
export function awaitCall(args: readonly number[]): AwaitCall {
  const [address, size, condition, operand, add] = args as [number, number, number, number, number];
  return { address, size, condition: CONDITIONS[condition] ?? 'equal', operand, add };
}

/** Whether a word of that value lets whoever waits for it go on. */
export function isMet(value: bigint, condition: Condition, operand: bigint): boolean {
  switch (condition) {
    case 'equal':
      return value === operand;
    case 'other':
      return value !== operand;
    case 'at-least':
      return value >= operand;
    case 'clear':
      return (value & operand) === 0n;
    case 'set':
      return (value & operand) !== 0n;
  }
}
