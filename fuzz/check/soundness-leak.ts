import type { Scheme } from '../../targets/subject/subject.ts';
import { Access } from '../run/access.ts';
import { accessAlone, waitsAlone } from '../run/alone-access.ts';
import type { Machine } from '../run/machine.ts';
import type { SchemeFact } from '../run/scheme-facts.ts';
import { needsHold } from '../run/scheme-holds.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { factAt } from './soundness-facts.ts';

/** An op that makes more accesses than this goes round. */
const LONGEST = 200;
/** Ops that may come one after the other until the object is freed. */
const FURTHER_OPS = 2;

/**
 * What befell the object, as `factAt` says it, for a protocol that is asked about alone. An object that nobody holds, and
 * that some further op of the source would free, is not lost: the program only ends before it.
 *
 * @param calls that a longer program could make
 */
export function faultAt(machine: Machine, calls: readonly number[]): SchemeFact | undefined {
  const fact = factAt(machine);
  const isOpen = fact?.what === 'leak' || fact?.what === 'left-running';
  return isOpen && isStillFreed(machine.trees, calls, machine.words, FURTHER_OPS) ? undefined : fact;
}

/** Whether one of these calls after another, alone, leads to the object's end, or stops the resource. */
function isStillFreed(
  trees: TransitionTrees,
  calls: readonly number[],
  words: Int32Array,
  left: number,
): boolean {
  const { ops } = trees.subject as Scheme;
  return calls.some((call) => {
    // Who holds nothing puts nothing.
    if (needsHold(ops[trees.alphabet.call(call).op]!)) return false;
    return [0, 2].some((idle) => {
      const cells = Int32Array.from(words);
      const how = runAlone(trees, call, cells, idle);
      return (
        how === 'freed' || (how === 'returned' && left > 1 && isStillFreed(trees, calls, cells, left - 1))
      );
    });
  });
}

/** Runs an op alone on some words, and changes them. @param idle what it is told of the idle note */
function runAlone(
  trees: TransitionTrees,
  call: number,
  cells: Int32Array,
  idle: number,
): 'freed' | 'returned' | 'waits' {
  let node = trees.root(call);
  for (let accesses = 0; accesses < LONGEST; accesses++) {
    const kind = trees.kind[node]!;
    if (kind === Access.RETURN) return 'returned';
    if (kind === Access.FREE || kind === Access.RCU_CALL || kind === Access.STOP) return 'freed';
    if (kind === Access.LATER_ARM && armedFrees(trees, node, cells, idle)) return 'freed';
    if (waitsAlone(trees, node, cells)) return 'waits';
    node = trees.child(node, accessAlone(trees, node, cells, idle));
  }
  return 'waits';
}

/** Whether what an op arms, alone, leads to the object's end. What that arms in turn is not looked at. */
function armedFrees(trees: TransitionTrees, node: number, cells: Int32Array, idle: number): boolean {
  if (trees.callOf(node) < 0) return false;
  return runAlone(trees, -1 - trees.a[node]!, Int32Array.from(cells), idle) === 'freed';
}
