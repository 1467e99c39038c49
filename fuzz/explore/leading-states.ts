/**
 * Marks the states from which a marked one can be reached. `edges` holds pairs: from, to.
 *
 * Breadth-first search lists nearly every edge after those that lead to it, so one pass from the end usually marks all; it
 * is repeated until nothing changes, for circles.
 */
export function markLeading(marked: boolean[], edges: readonly number[]): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (let edge = edges.length - 2; edge >= 0; edge -= 2) {
      if (!marked[edges[edge + 1]!] || marked[edges[edge]!]) continue;
      marked[edges[edge]!] = true;
      changed = true;
    }
  }
}
