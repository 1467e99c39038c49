/*
 * Layered drawing, in its plainest form: rows by distance from the start, and some sweeps that move each
 * state below the middle of its neighbours. There is no library for it in the page, as it is laid out here
 * and the page has places only; and three hundred states need nothing better.
 */

/** Two states, by their numbers. */
export interface Link {
  readonly from: number;
  readonly to: number;
}

/** Sweeps over the rows that put a state below the middle of those that lead to it. */
const SWEEPS = 4;

/**
 * Puts the states of a graph in rows: a state one row below the nearest that leads to it, so that time goes downwards and
 * only retries go up. Within a row a state stands below the middle of those that lead to it, as Sugiyama, Tagawa and Toda
 * (1981) have it, so that few lines cross.
 *
 * @param count of states; 0 is the start, and each is reached from one with a smaller number
 * @returns by state: its row, and its place in it, 0 being the middle
 */
export function layOut(
  count: number,
  links: readonly Link[],
): { readonly row: number; readonly at: number }[] {
  const rows = rowsOf(count, links);
  const parents = Array.from({ length: count }, () => [] as number[]);
  const children = Array.from({ length: count }, () => [] as number[]);
  for (const { from, to } of links) {
    if (rows.of[to] !== rows.of[from]! + 1) continue;
    parents[to]!.push(from);
    children[from]!.push(to);
  }
  const at = new Float64Array(count);
  const place = (row: readonly number[]) => {
    for (const [index, state] of row.entries()) at[state] = index - (row.length - 1) / 2;
  };
  for (const row of rows.states) place(row);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    const near = isDown ? parents : children;
    for (const row of isDown ? rows.states : [...rows.states].reverse()) {
      const middle = new Map(row.map((state) => [state, middleOf(near[state]!, at, at[state]!)]));
      row.sort((one, other) => middle.get(one)! - middle.get(other)! || one - other);
      place(row);
    }
  }
  return Array.from({ length: count }, (_, state) => ({ row: rows.of[state]!, at: at[state]! }));
}

/** Breadth first. */
function rowsOf(count: number, links: readonly Link[]) {
  const next = Array.from({ length: count }, () => [] as number[]);
  for (const { from, to } of links) next[from]!.push(to);
  const of = new Int32Array(count).fill(-1);
  const states: number[][] = [];
  let row = count > 0 ? [0] : [];
  if (count > 0) of[0] = 0;
  while (row.length > 0) {
    states.push(row);
    const below: number[] = [];
    for (const to of row.flatMap((state) => next[state]!)) {
      if (of[to] !== -1) continue;
      of[to] = states.length;
      below.push(to);
    }
    row = below;
  }
  return { of, states };
}

/** Where a state would stand best: in the middle of the states that it is drawn to. Without any it stays. */
function middleOf(states: readonly number[], at: Float64Array, otherwise: number): number {
  if (states.length === 0) return otherwise;
  return states.reduce((sum, state) => sum + at[state]!, 0) / states.length;
}
