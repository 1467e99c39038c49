/**
 * 32-bit values and their names.
 *
 * All word values in refuzz are signed 32-bit integers, as `Int32Array` holds them; `x | 0` brings any
 * number there. A counter that reads its word unsigned says so in its record.
 */

/** 2³¹ - 1 */
export const INT_MAX = 0x7fffffff;
/** -2³¹ */
export const INT_MIN = -0x80000000;
/** REFCOUNT_SATURATED since v5.5: INT_MIN / 2, 0xC0000000 as bits. */
export const REFCOUNT_SATURATED = -0x40000000;

const NAMED: readonly (readonly [name: string, value: number])[] = [
  ['INT_MAX', INT_MAX],
  ['INT_MIN', INT_MIN],
];

/**
 * Reads `12`, `-1`, `0xC0000000`, `-0x10`, `INT_MAX`, `INT_MIN+1`, `SATURATED-2`.
 *
 * @param saturated what `SATURATED` stands for; without it that name is unknown.
 * @returns a signed 32-bit integer, or `undefined` when the text is none of these or does not fit 32 bits.
 */
export function parseValue(text: string, saturated?: number): number | undefined {
  const named = /^(INT_MAX|INT_MIN|SATURATED)(?:([+-])(\d+))?$/.exec(text);
  if (named) {
    const base = named[1] === 'SATURATED' ? saturated : NAMED.find(([name]) => name === named[1])?.[1];
    if (base === undefined) return undefined;
    const distance = Number(named[3] ?? 0);
    return within32(named[2] === '-' ? base - distance : base + distance);
  }
  if (!/^-?(0x[0-9a-fA-F]+|\d+)$/.test(text)) return undefined;
  const negative = text.startsWith('-');
  const magnitude = Number(negative ? text.slice(1) : text);
  return within32(negative ? -magnitude : magnitude);
}

/** Unsigned readings up to 0xFFFFFFFF are folded onto the signed value with the same bits. */
function within32(value: number): number | undefined {
  return value >= INT_MIN && value <= 0xffffffff ? value | 0 : undefined;
}

/**
 * The shortest spelling a kernel developer recognises: small numbers in decimal, the neighbours of INT_MAX
 * and INT_MIN by name, everything else as bits. `parseValue` is its inverse.
 */
export function formatValue(value: number): string {
  if (Math.abs(value) <= 4096) return String(value);
  for (const [name, base] of NAMED) {
    const distance = value - base;
    if (distance === 0) return name;
    if (Math.abs(distance) <= 16) return `${name}${distance > 0 ? '+' : '-'}${Math.abs(distance)}`;
  }
  return formatBits(value);
}

/** Eight hexadecimal digits, as the kernel prints a word. */
export function formatBits(value: number): string {
  return `0x${(value >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

const S64_MAX = 2n ** 63n - 1n;
const S64_MIN = -(2n ** 63n);

/** The same of a value of 64 bits: `5`, `S64_MAX-1`, `0x0000010000000000`. */
export function formatWide(value: bigint): string {
  if (value >= -4096n && value <= 4096n) return String(value);
  if (S64_MAX - value <= 16n) return S64_MAX === value ? 'S64_MAX' : `S64_MAX-${S64_MAX - value}`;
  if (value - S64_MIN <= 16n) return S64_MIN === value ? 'S64_MIN' : `S64_MIN+${value - S64_MIN}`;
  return `0x${BigInt.asUintN(64, value).toString(16).toUpperCase().padStart(16, '0')}`;
}
