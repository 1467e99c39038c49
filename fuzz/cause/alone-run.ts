import type { OpEnd } from '../../oracles/execution.ts';
import type { Counter, Result } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { ACCESS_NAMES, Access } from '../run/access.ts';
import { runWhole } from '../run/long-op.ts';
import { MOST_ACCESSES, returns } from '../run/non-terminating.ts';
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

/**
 * Runs an op of a counter from `old`, all of it, and once: along its tree it would be run anew for each access, and most
 * of the values that are tried are never met again. Only what is too long to return so is left to the tree, which knows
 * whether it ever does.
 *
 * @throws Interrupted
 */
export function runAlone(trees: TransitionTrees, call: number, old: number): AloneRun {
  trees.interrupt.look();
  const whole = runWhole(trees.subject as Counter, call, trees.alphabet, old, MOST_ACCESSES);
  return whole ? runOf(whole.outcome, whole.value) : aloneInTree(trees, call, old);
}

function runOf({ result, warnings }: OpEnd, value: number): AloneRun {
  return { result: result as Result, warnings: warnings.map(({ text }) => text), value };
}

/** The same along its tree. */
export function aloneInTree(trees: TransitionTrees, call: number, old: number): AloneRun {
  const { specification } = trees;
  const index = returns(() => specification.atomically(call, old));
  if (index === undefined) return { result: 'non-terminating', warnings: [], value: old };
  return runOf(trees.outcomeOf(specification.atomicOutcome(index)), specification.atomicValue(index));
}

/**
 * The same along its tree, if each of its loads gave something else than the word holds.
 *
 * @returns undefined for what does not return soon
 */
export function runMisread(
  trees: TransitionTrees,
  call: number,
  old: number,
  misread: (value: number) => number,
): AloneRun | undefined {
  const cell = new Int32Array([old]);
  let node = trees.root(call);
  for (let accesses = 0; trees.kind[node] !== Access.RETURN; accesses++) {
    if (accesses === MOST_ACCESSES) return undefined;
    const given = applyToCell(trees, node, cell);
    node = trees.child(node, trees.kind[node] === Access.LOAD ? misread(given) : given);
  }
  return runOf(trees.outcomeOf(trees.outcome[node]!), cell[0]!);
}

/** Whether two runs of an op from one value differ in what the op's caller or others can see. */
export function differ(one: AloneRun, other: AloneRun): boolean {
  return (
    one.result !== other.result ||
    one.value !== other.value ||
    one.warnings.join('\n') !== other.warnings.join('\n')
  );
}

/** A run with its accesses, the first NOTED of them. */
export interface TracedRun extends AloneRun {
  readonly accesses: readonly string[];
  /** The same with values as they are: `store INT_MAX` is `store old+1` from one old value, and the same store from all. */
  readonly plain: readonly string[];
  /**
   * The same with all values but the fixed ones as distances, be they far: an exchange for INT_MAX more is one and the same
   * from all old values.
   */
  readonly distances: readonly string[];
  /** All of these in one. */
  readonly text: string;
}

/**
 * Runs an op from `old`, and notes its accesses as text, values as distances from the old one where they are near:
 * `fetch_sub 1`, `compare_exchange old old+1`, `store 0xC0000000`.
 *
 * @param fixed values that are named as they are: a saturation value is no distance
 * @throws Interrupted
 */
export function traceAlone(
  trees: TransitionTrees,
  call: number,
  old: number,
  fixed: readonly number[],
): TracedRun {
  const textOf = (value: number) => (fixed.includes(value) ? formatValue(value) : relativeTo(old, value));
  trees.interrupt.look();
  const accesses: string[] = [];
  const plain: string[] = [];
  const distances: string[] = [];
  const distanceOf = (value: number) =>
    fixed.includes(value) ? formatValue(value) : `old+${(value - old) | 0}`;
  // That it expects what it has seen is the same from a fixed value.
  const expectedOf = (value: number) => (value === old ? 'old' : distanceOf(value));
  const whole = runWhole(trees.subject as Counter, call, trees.alphabet, old, MOST_ACCESSES, (kind, a, b) => {
    if (accesses.length === NOTED) return;
    accesses.push(accessText(kind, a, b, textOf));
    plain.push(accessText(kind, a, b, formatValue));
    distances.push(accessText(kind, a, b, distanceOf, expectedOf));
  });
  if (whole)
    return { ...runOf(whole.outcome, whole.value), accesses, plain, distances, text: accesses.join() };
  const inTree = accessesInTree(trees, call, old, textOf);
  return {
    ...aloneInTree(trees, call, old),
    accesses: inTree,
    plain: accessesInTree(trees, call, old, formatValue),
    distances: accessesInTree(trees, call, old, distanceOf, expectedOf),
    text: inTree.join(),
  };
}

/** The same along its tree. */
export function accessesInTree(
  trees: TransitionTrees,
  call: number,
  old: number,
  textOf: (value: number) => string,
  expectedOf = textOf,
): string[] {
  const cell = new Int32Array([old]);
  const accesses: string[] = [];
  let node = trees.root(call);
  while (trees.kind[node] !== Access.RETURN && accesses.length < NOTED) {
    accesses.push(accessText(trees.kind[node]!, trees.a[node]!, trees.b[node]!, textOf, expectedOf));
    node = trees.child(node, applyToCell(trees, node, cell));
  }
  return accesses;
}

function accessText(
  kind: number,
  a: number,
  b: number,
  textOf: (value: number) => string,
  expectedOf = textOf,
): string {
  const name = ACCESS_NAMES[kind]!;
  switch (kind) {
    case Access.LOAD:
      return name;
    case Access.FETCH_ADD:
    case Access.FETCH_SUB:
      return `${name} ${formatValue(a)}`;
    case Access.COMPARE_EXCHANGE:
      return `${name} ${expectedOf(a)} ${textOf(b)}`;
    default:
      return `${name} ${textOf(a)}`;
  }
}

/** A value as its distance from the old one, where that is near; else by itself. */
export function relativeTo(old: number, value: number): string {
  const distance = (value - old) | 0;
  if (distance === 0) return 'old';
  if (Math.abs(distance) > NEAR) return formatValue(value);
  return distance > 0 ? `old+${distance}` : `old${distance}`;
}
