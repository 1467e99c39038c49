import type { Code } from './assembler.ts';
import type { Machine } from './machine.ts';
import { TRAPS } from './narrow.ts';

/**
 * Instructions that move a 32-bit value between the operand stack, locals and globals, or cut the stack. `select` takes
 * three: of `7 8 0` it leaves 8, of `7 8 1` it leaves 7, which is in place already.
 *
 * @param first slot of the frame's first local
 * @param height of the operand stack, as a slot
 * @returns the new height; TRAPS for an instruction that is none of these
 */
export function moveNarrow(
  op: number,
  operand: number,
  { narrow, globals }: Machine,
  first: number,
  height: number,
): number {
  const top = height - 1;
  switch (op) {
    case 0x1a: // drop, of either width
      return top;
    case 0x1b: // select
      if (narrow[top] === 0) narrow[height - 3] = narrow[height - 2]!;
      return height - 2;
    case 0x23: // global.get
      narrow[height] = globals[operand]!;
      return height + 1;
    case 0x24: // global.set
      globals[operand] = narrow[top]!;
      return top;
    case 0xe0: // cut
      return first + operand;
    case 0xe1: // keep
      narrow[first + operand] = narrow[top]!;
      return first + operand + 1;
    default:
      return TRAPS;
  }
}

/**
 * The same for 64-bit values. Conditions and heights are the same ones; only the array that the values are in differs.
 */
export function moveWide(
  op: number,
  operand: number,
  { narrow, wide, wideGlobals }: Machine,
  { constants }: Code,
  first: number,
  height: number,
): number {
  const top = height - 1;
  switch (op) {
    case 0x42: // i64.const
      wide[height] = constants[operand]!;
      return height + 1;
    case 0xe2: // keep
      wide[first + operand] = wide[top]!;
      return first + operand + 1;
    case 0xe3: // select
      if (narrow[top] === 0) wide[height - 3] = wide[height - 2]!;
      return height - 2;
    case 0xe4: // local.get
      wide[height] = wide[first + operand]!;
      return height + 1;
    case 0xe5: // local.set
      wide[first + operand] = wide[top]!;
      return top;
    case 0xe6: // local.tee
      wide[first + operand] = wide[top]!;
      return height;
    case 0xe7: // global.get
      wide[height] = wideGlobals[operand]!;
      return height + 1;
    case 0xe8: // global.set
      wideGlobals[operand] = wide[top]!;
      return top;
    default:
      return TRAPS;
  }
}
