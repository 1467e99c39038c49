import type { Result } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { ACCESS_NAMES, Access } from '../run/access.ts';
import { returns } from '../run/non-terminating.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { applyToCell } from '../run/tree-nodes.ts';

/** What one op does on a word that nobody else touches. */
export interface AloneRun {
  /** What it returned; `non-terminating` where it does not. */
  readonly result: Result;
  readonly warnings: readonly string[];
  /** What it left in the word. */
  readonly value: number;
}

/** Accesses that are noted: a loop has as many as one likes. */
const NOTED = 8;
/** Values as near as that are named by their distance. */
const NEAR = 16;

/** Runs an op from `old`, all of it. */
export function runAlone(trees: TransitionTrees, call: number, old: number): AloneRun {
  const { specification } = trees;
  const index = returns(() => specification.atomically(call, old));
  if (index === undefined) return { result: 'non-terminating', warnings: [], value: old };
  const { result, warnings } = trees.outcomeOf(specification.atomicOutcome(index));
  return {
    result: result as Result,
    warnings: warnings.map(({ text }) => text),
    value: specification.atomicValue(index),
  };
}

/** Whether two runs of an op from one value differ in what the op's caller or others can see. */
export function differ(one: AloneRun, other: AloneRun): boolean {
  return (
    one.result !== other.result ||
    one.value !== other.value ||
    one.warnings.join('\n') !== other.warnings.join('\n')
  );
}

/**
 * The accesses of an op alone as text, values as distances from the old one where they are near: `fetch_sub 1`,
 * `compare_exchange old old+1`, `store 0xC0000000`. The first NOTED of them.
 *
 * @param fixed values that are named as they are: a saturation value is no distance
 */
export function accessesOf(
  trees: TransitionTrees,
  call: number,
  old: number,
  fixed: readonly number[],
): string[] {
  const cell = new Int32Array([old]);
  const accesses: string[] = [];
  let node = trees.root(call);
  while (trees.kind[node] !== Access.RETURN && accesses.length < NOTED) {
    accesses.push(
      accessText(trees, node, (value) =>
        fixed.includes(value) ? formatValue(value) : relativeTo(old, value),
      ),
    );
    node = trees.child(node, applyToCell(trees, node, cell));
  }
  return accesses;
}

function accessText(
  { kind, a, b }: TransitionTrees,
  node: number,
  textOf: (value: number) => string,
): string {
  const name = ACCESS_NAMES[kind[node]!]!;
  switch (kind[node]) {
    case Access.LOAD:
      return name;
    case Access.FETCH_ADD:
    case Access.FETCH_SUB:
      return `${name} ${formatValue(a[node]!)}`;
    case Access.COMPARE_EXCHANGE:
      return `${name} ${textOf(a[node]!)} ${textOf(b[node]!)}`;
    default:
      return `${name} ${textOf(a[node]!)}`;
  }
}

/** A value as its distance from the old one, where that is near; else by itself. */
export function relativeTo(old: number, value: number): string {
  const distance = (value - old) | 0;
  if (distance === 0) return 'old';
  if (Math.abs(distance) > NEAR) return formatValue(value);
  return distance > 0 ? `old+${distance}` : `old${distance}`;
}
