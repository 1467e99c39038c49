import { INT_MAX, INT_MIN } from '../subject/values.ts';

/** `old + by` modulo 2^32, or the constant `by`; signed 32 bits. */
export interface DocumentedRule {
  readonly kind: 'offset' | 'constant';
  readonly by: number;
}

/** What the sources of a counter say of every old value of a range. Bounds are inclusive, and unsigned. */
export interface DocumentedRange {
  readonly from: number;
  readonly to: number;
  readonly word: DocumentedRule;
  readonly result: undefined | boolean | DocumentedRule;
  readonly warnings: readonly string[];
}

/** What an op does, wherever it does it. */
export type Effect = Pick<DocumentedRange, 'word' | 'result' | 'warnings'>;

/** An effect on the old values of `from` to `to`, in exact integers; on none when `from` is above `to`. */
export interface Layer {
  readonly from: number;
  readonly to: number;
  readonly effect: Effect;
}

/**
 * The first layer that holds a value says what happens to it, as in a chain of ifs. The last holds every value.
 *
 * @param a the arguments, signed 32 bits; 0 where the op takes fewer
 */
export type Row = (a: number, b: number) => readonly Layer[];

/** The word stays as it is. */
export const KEPT: DocumentedRule = { kind: 'offset', by: 0 };
/** `by` is cut to 32 bits: sums wrap, as in the kernel (-fno-strict-overflow). */
export const plus = (by: number): DocumentedRule => ({ kind: 'offset', by: by | 0 });
/** `by` is cut to 32 bits. */
export const constant = (by: number): DocumentedRule => ({ kind: 'constant', by: by | 0 });

/** @param warnings texts, in the order in which they are printed */
export function effect(
  word: DocumentedRule,
  result: DocumentedRange['result'],
  ...warnings: string[]
): Effect {
  return { word, result, warnings };
}

/** Signed bounds; what lies beyond 32 bits is cut off, so that a layer may end up empty. */
export function on(from: number, to: number, does: Effect): Layer {
  return { from: Math.max(from, INT_MIN), to: Math.min(to, INT_MAX), effect: does };
}

/** One value, signed. */
export const at = (value: number, does: Effect): Layer => on(value, value, does);
/** Every value. As the last layer it takes what the others left. */
export const otherwise = (does: Effect): Layer => on(INT_MIN, INT_MAX, does);

/** Unsigned bounds: the part below INT_MAX + 1, and the part above, which is negative when signed. One may be empty. */
export function onUnsigned(from: number, to: number, does: Effect): Layer[] {
  return [on(from, to, does), on(from - 2 ** 32, to - 2 ** 32, does)];
}

/** Where the exact sum `old + by` lies between the bounds: `onSum(1, INT_MAX + 1, 2 ** 32, …)` is old = INT_MAX. */
export function onSum(by: number, from: number, to: number, does: Effect): Layer {
  return on(from - by, to - by, does);
}

/**
 * Where the sum as 32 bits is negative. The exact sum lies between -2^32 and 2^32, so of three turns of the circle by
 * 2^32 one or two have such values: for `by` 5, old from INT_MIN to -6, and from INT_MAX - 4 on.
 */
export function onNegative(by: number, does: Effect): Layer[] {
  return [-(2 ** 32), 0, 2 ** 32].map((turn) => onSum(by, INT_MIN + turn, -1 + turn, does));
}

/**
 * Layers to ranges side by side: cut at every bound, and asked at one value of each piece. Neighbours that do the same
 * are not joined. `inc` of refcount/v5.5, from layers at 0, INT_MIN to -1, INT_MAX, INT_MIN to -2, and all:
 *
 *     0x00000000              0xC0000000   addition on 0; use-after-free
 *     0x00000001…0x7FFFFFFE   old + 1
 *     0x7FFFFFFF              0xC0000000   saturated; leaking memory
 *     0x80000000…0xFFFFFFFE   0xC0000000   saturated; leaking memory
 *     0xFFFFFFFF              0xC0000000   saturated; leaking memory
 */
export function rangesOf(layers: readonly Layer[]): DocumentedRange[] {
  const used = layers.filter(({ from, to }) => from <= to);
  // Also where the signs meet: unsigned, 0 begins the line and INT_MIN its upper half.
  const cuts = new Set([0, INT_MIN, ...used.flatMap(({ from, to }) => [from, to + 1])]);
  const starts = [...cuts]
    .filter((cut) => cut >= INT_MIN && cut <= INT_MAX)
    .map((cut) => cut >>> 0)
    .sort((one, other) => one - other);
  return starts.map((from, index) => {
    const holds = used.find((layer) => layer.from <= (from | 0) && (from | 0) <= layer.to)!;
    return { from, to: (starts[index + 1] ?? 2 ** 32) - 1, ...holds.effect };
  });
}
