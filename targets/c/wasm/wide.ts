import { ones, TRAPS, trailingZeros } from './narrow.ts';

/** -2^63, which divided by -1 has no place in 64 bits: the one quotient that traps besides division by 0. */
const LEAST = -(2n ** 63n);
const LOW = 0xffff_ffffn;

/**
 * Computes on 64 bits. Slow, with a bigint for every value: hardly any counter has 64. An element of a BigInt64Array
 * takes the low 64 bits of what is put there, as an element of an Int32Array takes the low 32.
 *
 * @param narrow the operand stack's i32 values @param wide its i64 values @param height of the stack
 * @returns the new height, or TRAPS
 */
export function wideOperation(op: number, narrow: Int32Array, wide: BigInt64Array, height: number): number {
  const top = height - 1;
  const under = height - 2;
  switch (op) {
    case 0x50: // i64.eqz
      narrow[top] = wide[top] === 0n ? 1 : 0;
      return height;
    case 0x79: // i64.clz
      wide[top] = BigInt(wideLeadingZeros(wide[top]!));
      return height;
    case 0x7a: // i64.ctz
      wide[top] = BigInt(wideTrailingZeros(wide[top]!));
      return height;
    case 0x7b: // i64.popcnt
      wide[top] = BigInt(ones(highHalf(wide[top]!)) + ones(lowHalf(wide[top]!)));
      return height;
    case 0xa7: // i32.wrap_i64
      narrow[top] = lowHalf(wide[top]!);
      return height;
    case 0xac: // i64.extend_i32_s
      wide[top] = BigInt(narrow[top]!);
      return height;
    case 0xad: // i64.extend_i32_u
      wide[top] = BigInt(narrow[top]! >>> 0);
      return height;
    case 0xc2: // i64.extend8_s
      wide[top] = BigInt.asIntN(8, wide[top]!);
      return height;
    case 0xc3: // i64.extend16_s
      wide[top] = BigInt.asIntN(16, wide[top]!);
      return height;
    case 0xc4: // i64.extend32_s
      wide[top] = BigInt.asIntN(32, wide[top]!);
      return height;
  }
  const left = wide[under]!;
  const right = wide[top]!;
  // Comparisons, which leave an i32: it goes to the narrow side of the slot.
  if (op <= 0x5a) {
    narrow[under] = compare(op, left, right) ? 1 : 0;
    return top;
  }
  const isDivision = op >= 0x7f && op <= 0x82;
  if (isDivision && right === 0n) return TRAPS;
  if (op === 0x7f && left === LEAST && right === -1n) return TRAPS;
  wide[under] = combine(op, left, right);
  return top;
}

/** Signed and unsigned differ in one thing: -1 is the largest unsigned number, 2^64 - 1. */
function compare(op: number, left: bigint, right: bigint): boolean {
  switch (op) {
    case 0x51: // i64.eq
      return left === right;
    case 0x52: // i64.ne
      return left !== right;
    case 0x53: // i64.lt_s
      return left < right;
    case 0x54: // i64.lt_u
      return unsigned(left) < unsigned(right);
    case 0x55: // i64.gt_s
      return left > right;
    case 0x56: // i64.gt_u
      return unsigned(left) > unsigned(right);
    case 0x57: // i64.le_s
      return left <= right;
    case 0x58: // i64.le_u
      return unsigned(left) <= unsigned(right);
    case 0x59: // i64.ge_s
      return left >= right;
    case 0x5a: // i64.ge_u
      return unsigned(left) >= unsigned(right);
    default:
      throw new Error(`internal: no instruction 0x${op.toString(16)}`);
  }
}

/**
 * Results may be wider than 64 bits; the array cuts them. A shift of a bigint is not taken modulo anything by
 * JavaScript, hence `& 63n`. A rotation to the right by 0 shifts left by `-0n & 63n`, which is 0, and the two halves
 * agree.
 */
function combine(op: number, left: bigint, right: bigint): bigint {
  switch (op) {
    case 0x7c: // i64.add
      return left + right;
    case 0x7d: // i64.sub
      return left - right;
    case 0x7e: // i64.mul
      return left * right;
    case 0x7f: // i64.div_s
      return left / right;
    case 0x80: // i64.div_u
      return unsigned(left) / unsigned(right);
    case 0x81: // i64.rem_s
      return left % right;
    case 0x82: // i64.rem_u
      return unsigned(left) % unsigned(right);
    case 0x83: // i64.and
      return left & right;
    case 0x84: // i64.or
      return left | right;
    case 0x85: // i64.xor
      return left ^ right;
    case 0x86: // i64.shl
      return left << (right & 63n);
    case 0x87: // i64.shr_s
      return left >> (right & 63n);
    case 0x88: // i64.shr_u
      return unsigned(left) >> (right & 63n);
    case 0x89: // i64.rotl
      return (left << (right & 63n)) | (unsigned(left) >> (-right & 63n));
    case 0x8a: // i64.rotr
      return (unsigned(left) >> (right & 63n)) | (left << (-right & 63n));
    default:
      throw new Error(`internal: no instruction 0x${op.toString(16)}`);
  }
}

/** -1n becomes 2^64 - 1. */
function unsigned(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

/** As an unsigned number; an Int32Array turns it into the i32 with the same bits. */
function lowHalf(value: bigint): number {
  return Number(value & LOW);
}

function highHalf(value: bigint): number {
  return Number((value >> 32n) & LOW);
}

/** Of 64 bits, in two halves: Math.clz32 knows 32. 0 has 64: 32 for the half that is empty, and the 32 of the other. */
function wideLeadingZeros(value: bigint): number {
  const high = highHalf(value);
  return high === 0 ? 32 + Math.clz32(lowHalf(value)) : Math.clz32(high);
}

/** 64 for 0, as the specification asks. */
function wideTrailingZeros(value: bigint): number {
  const low = lowHalf(value);
  return low === 0 ? 32 + trailingZeros(highHalf(value)) : trailingZeros(low);
}
