import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';

/** The edges values are simple near to, simplest first. */
const EDGES: readonly number[] = [0, INT_MAX, INT_MIN, REFCOUNT_SATURATED];

/**
 * How hard a value is to read: its distance from the nearest edge; ties go to the earlier edge and to the positive
 * side.
 *
 *     0: 0    INT_MAX: 1    INT_MIN: 2    SATURATED: 3    1: 8    -1: 12    2: 16    INT_MAX - 1: 13
 *
 * Eight to a unit of distance leave room for the side and for the rank of the edge, so no two values are equally hard
 * to read.
 */
export function complexity(value: number): number {
  return Math.min(...EDGES.map((edge, rank) => complexityFrom(edge, rank, value)));
}

function complexityFrom(edge: number, rank: number, value: number): number {
  return Math.abs(value - edge) * 2 * EDGES.length + (value < edge ? EDGES.length : 0) + rank;
}

/**
 * Values simpler than this one, simplest first: near every edge, and on the way to each edge the half of it, a quarter,
 * …, one step. A threshold far from every edge is so found in some dozens of questions; by steps alone it would take as
 * many as it is away.
 *
 * @param value a signed 32-bit integer @returns none for 0, the simplest value
 */
export function simplerThan(value: number): number[] {
  const candidates = new Set<number>();
  for (const edge of EDGES) {
    for (let distance = -3; distance <= 3; distance++) candidates.add((edge + distance) | 0);
    const distance = value - edge;
    candidates.add((edge + Math.trunc(distance / 2)) | 0);
    for (let step = distance; step !== 0; step = Math.trunc(step / 2)) candidates.add((value - step) | 0);
  }
  const limit = complexity(value);
  return [...candidates]
    .filter((other) => complexity(other) < limit)
    .sort((one, other) => complexity(one) - complexity(other));
}
