/**
 * The numbers below `count`, each once, from all over them: the next is about a golden section further on. The programs of a scope
 * are in the order of their starts, and whoever looks at a few of them wants some from each.
 *
 *     8    0, 5, 2, 7, 4, 1, 6, 3
 */
export function* spread(count: number): Generator<number> {
  let step = Math.max(1, Math.floor(count * 0.618) + 1);
  while (greatestDivisor(step, count) !== 1) step++;
  for (let index = 0, number = 0; index < count; index++, number = (number + step) % count) yield number;
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}
