/** What an operation returns in place of a height when the instruction traps. */
export const TRAPS = -1;

/**
 * Whether an opcode computes on 32 bits alone. Comparisons, arithmetic, and the two sign extensions that came later, in
 * the numbers of the specification.
 */
export function isNarrow(op: number): boolean {
  return (op >= 0x45 && op <= 0x4f) || (op >= 0x67 && op <= 0x78) || op === 0xc0 || op === 0xc1;
}

/**
 * Computes on 32 bits. An element of an Int32Array takes the low 32 of what is put there. `5 0 div_s` traps, and so
 * does -2^31 / -1, whose result has no place in 32 bits; the remainder of that is 0, and no trap.
 *
 * @param narrow the operand stack's i32 values @param height of the stack
 * @returns the new height, or TRAPS
 */
export function narrowOperation(op: number, narrow: Int32Array, height: number): number {
  const top = height - 1;
  const right = narrow[top]!;
  switch (op) {
    case 0x45: // i32.eqz
      narrow[top] = right === 0 ? 1 : 0;
      return height;
    case 0x67: // i32.clz
      narrow[top] = Math.clz32(right);
      return height;
    case 0x68: // i32.ctz
      narrow[top] = trailingZeros(right);
      return height;
    case 0x69: // i32.popcnt
      narrow[top] = ones(right);
      return height;
    case 0xc0: // i32.extend8_s
      narrow[top] = (right << 24) >> 24;
      return height;
    case 0xc1: // i32.extend16_s
      narrow[top] = (right << 16) >> 16;
      return height;
  }
  const under = height - 2;
  const left = narrow[under]!;
  // div_s, div_u, rem_s and rem_u.
  const isDivision = op >= 0x6d && op <= 0x70;
  if (isDivision && right === 0) return TRAPS;
  if (op === 0x6d && right === -1 && left === -0x8000_0000) return TRAPS;
  narrow[under] = combine(op, left, right);
  return top;
}

/**
 * Two operands, both signed; `>>> 0` makes one unsigned. JavaScript takes shifts modulo 32, as WebAssembly does, so
 * `>>> -right` is a shift by 32 - right; `Math.imul`, as the product of two doubles loses low bits.
 */
function combine(op: number, left: number, right: number): number {
  switch (op) {
    case 0x46: // i32.eq
      return left === right ? 1 : 0;
    case 0x47: // i32.ne
      return left !== right ? 1 : 0;
    case 0x48: // i32.lt_s
      return left < right ? 1 : 0;
    case 0x49: // i32.lt_u
      return left >>> 0 < right >>> 0 ? 1 : 0;
    case 0x4a: // i32.gt_s
      return left > right ? 1 : 0;
    case 0x4b: // i32.gt_u
      return left >>> 0 > right >>> 0 ? 1 : 0;
    case 0x4c: // i32.le_s
      return left <= right ? 1 : 0;
    case 0x4d: // i32.le_u
      return left >>> 0 <= right >>> 0 ? 1 : 0;
    case 0x4e: // i32.ge_s
      return left >= right ? 1 : 0;
    case 0x4f: // i32.ge_u
      return left >>> 0 >= right >>> 0 ? 1 : 0;
    case 0x6a: // i32.add
      return (left + right) | 0;
    case 0x6b: // i32.sub
      return (left - right) | 0;
    case 0x6c: // i32.mul
      return Math.imul(left, right);
    case 0x6d: // i32.div_s
      return (left / right) | 0;
    case 0x6e: // i32.div_u
      return ((left >>> 0) / (right >>> 0)) | 0;
    case 0x6f: // i32.rem_s
      return (left % right) | 0;
    case 0x70: // i32.rem_u
      return ((left >>> 0) % (right >>> 0)) | 0;
    case 0x71: // i32.and
      return left & right;
    case 0x72: // i32.or
      return left | right;
    case 0x73: // i32.xor
      return left ^ right;
    case 0x74: // i32.shl
      return left << right;
    case 0x75: // i32.shr_s
      return left >> right;
    case 0x76: // i32.shr_u
      return left >>> right;
    case 0x77: // i32.rotl
      return (left << right) | (left >>> -right);
    case 0x78: // i32.rotr
      return (left >>> right) | (left << -right);
    default:
      throw new Error(`internal: no instruction 0x${op.toString(16)}`);
  }
}

/**
 * `value & -value` leaves the lowest bit that is set: of 12, which is 0b1100, it is 4, and 31 - clz32(4) is 2.
 *
 * @returns 32 for 0
 */
export function trailingZeros(value: number): number {
  return value === 0 ? 32 : 31 - Math.clz32(value & -value);
}

/**
 * How many bits of 32 are set. `left & (left - 1)` takes away the lowest bit that is set, so the loop turns once for
 * each.
 */
export function ones(value: number): number {
  let count = 0;
  for (let left = value | 0; left !== 0; left &= left - 1) count++;
  return count;
}
