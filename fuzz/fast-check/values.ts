import type { Arbitrary } from 'fast-check';
import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import { EDGES } from '../generate/generate.ts';
import { complexity, simplerThan } from '../minimize/simpler-values.ts';
import type { Choices } from '../program/choices.ts';
import { shrinkingArbitrary } from './shrinking-arbitrary.ts';

/** Where values may lie. */
export interface ValueOptions {
  /** How far from an edge a value may lie, 0 to 2²⁰; 8 when left out. */
  readonly near?: number;
  /** Whether a quarter of the values may lie anywhere; true when left out. */
  readonly anywhere?: boolean;
  /** Edges beside 0, ±1, INT_MAX, INT_MIN and ±SATURATED: a threshold of one's own. 32-bit integers. */
  readonly edges?: readonly number[];
}

/**
 * 32-bit values: edges of the number line, their neighbours, and now and then any other.
 *
 * A value shrinks to a simple one: 0 and ±1 first, then the edges, then their neighbours, then half of the way to an
 * edge. So what remains is an edge, a step beside it, or a threshold that the code has.
 *
 * @returns signed 32-bit integers, as words hold them
 */
export function values(options: ValueOptions = {}): Arbitrary<number> {
  const { near = 8, anywhere = true, edges = [] } = options;
  const all = [...EDGES, ...edges.map((edge) => edge | 0)];
  const is = (value: unknown): value is number =>
    typeof value === 'number' && (value | 0) === value && (anywhere || isNear(value, all, near));
  return shrinkingArbitrary<number, true>({
    generate: (choices) => valueFrom(choices, all, near, anywhere),
    is,
    *smaller(value) {
      for (const simpler of smallerThan(value)) if (is(simpler)) yield [simpler, true];
    },
  });
}

/** What a person likes best to read, in this order. */
const SIMPLEST: readonly number[] = [0, 1, -1, INT_MAX, INT_MIN, REFCOUNT_SATURATED];

/** The minimiser's order, but for 1 and -1, which come before INT_MAX. */
function smallerThan(value: number): number[] {
  const limit = rankOf(value);
  const candidates = new Set([...SIMPLEST, ...simplerThan(value)]);
  return [...candidates]
    .filter((other) => rankOf(other) < limit)
    .sort((one, other) => rankOf(one) - rankOf(other));
}

function rankOf(value: number): number {
  const listed = SIMPLEST.indexOf(value);
  return listed < 0 ? SIMPLEST.length + complexity(value) : listed;
}

function valueFrom(choices: Choices, edges: readonly number[], near: number, anywhere: boolean): number {
  const kind = choices.below(anywhere ? 8 : 6);
  if (kind > 5) return (choices.below(2 ** 16) << 16) | choices.below(2 ** 16);
  const edge = edges[choices.below(edges.length)]!;
  return kind < 3 ? edge : (edge + choices.below(2 * near + 1) - near) | 0;
}

/** Distances go round: INT_MIN is one step from INT_MAX. */
function isNear(value: number, edges: readonly number[], near: number): boolean {
  return edges.some((edge) => Math.abs((value - edge) | 0) <= near);
}
