import type { Program } from '../../fuzz/program/program.ts';
import { Access, HAS_ONE_RESULT, WordIndex } from '../../fuzz/run/access.ts';
import type { Machine } from '../../fuzz/run/machine.ts';
import type { OpOutcome, TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { applyToCell } from '../../fuzz/run/tree-nodes.ts';

/** One access of an op, with the result that chose what came next. */
export interface Step {
  readonly node: number;
  readonly result: number;
}

/** One run of an op, from its first access to its return. */
export interface RecordedOp {
  readonly thread: number;
  readonly call: number;
  readonly steps: Step[];
  /** When it was called and when it returned, in accesses of the run. */
  readonly called: number;
  returned: number;
  /** Absent while it has not returned. */
  outcome?: OpOutcome;
}

/** Runs a program under a schedule and hands back its ops in the order of their calls. */
export function recordRun(machine: Machine, program: Program, schedule: readonly number[]): RecordedOp[] {
  machine.start(program);
  const { trees } = machine;
  const ops: RecordedOp[] = [];
  const current: RecordedOp[] = [];
  schedule.forEach((thread, at) => {
    const node = machine.node[thread]!;
    if (trees.isRoot[node]) {
      const op = {
        thread,
        call: trees.callOf(node),
        steps: [],
        called: at,
        returned: Number.POSITIVE_INFINITY,
      };
      ops.push(op);
      current[thread] = op;
    }
    const op = current[thread]!;
    op.steps.push({ node, result: resultOf(machine, node) });
    const outcome = machine.step(thread);
    const after = machine.node[thread]!;
    if (after >= 0 && !trees.isRoot[after]) return;
    op.returned = at;
    op.outcome = trees.outcomeOf(outcome);
  });
  return [...ops, ...blockedOps(machine, ops, schedule.length)];
}

/**
 * In a deadlock: the locks that the threads wait for, as the steps they would make next. Without them the op in a
 * reproducer would end before the lock, and no thread would wait.
 */
function blockedOps(machine: Machine, ops: readonly RecordedOp[], now: number): RecordedOp[] {
  const { trees, node } = machine;
  const blocked: RecordedOp[] = [];
  if (!isDeadlocked(machine)) return blocked;
  for (let thread = 0; thread < machine.threadCount; thread++) {
    const at = node[thread]!;
    if (at < 0) continue;
    const step: Step = { node: at, result: 0 };
    const begun = ops.find((op) => op.thread === thread && !op.outcome);
    if (begun) begun.steps.push(step);
    else
      blocked.push({
        thread,
        call: trees.callOf(at),
        steps: [step],
        called: now,
        returned: Number.POSITIVE_INFINITY,
      });
  }
  return blocked;
}

/** Whether threads have ops left and none of them, nor RCU, can go on. */
export function isDeadlocked(machine: Machine): boolean {
  const threads = Array.from({ length: machine.schedulable }, (_, thread) => thread);
  return !machine.isFinished() && !threads.some((thread) => machine.isEnabled(thread));
}

/** What the access of a node is about to answer. */
function resultOf({ trees, words }: Machine, node: number): number {
  const kind = trees.kind[node]!;
  if (kind === Access.IDLE_CHECK)
    return words[WordIndex.NOTED] === 0 ? 0 : words[WordIndex.NOTE_WAITS] === 0 ? 2 : 1;
  return hasResult(kind) ? words[trees.word[node]!]! : 0;
}

/** Whether the result of an access says anything; a store or a lock has none. */
export function hasResult(kind: number): boolean {
  return kind === Access.RETURN || !HAS_ONE_RESULT[kind];
}

/** One op of a counter with nothing between its accesses, and the word it leaves. */
export interface WholeOp {
  readonly steps: readonly Step[];
  readonly outcome: OpOutcome;
  readonly value: number;
}

/** Runs one op of a counter alone. @param start the word before it */
export function recordWhole(trees: TransitionTrees, call: number, start: number): WholeOp {
  const cell = new Int32Array([start]);
  const steps: Step[] = [];
  let node = trees.root(call);
  while (trees.kind[node] !== Access.RETURN) {
    const result = applyToCell(trees, node, cell);
    steps.push({ node, result });
    node = trees.child(node, result);
  }
  return { steps, outcome: trees.outcomeOf(trees.outcome[node]!), value: cell[0]! };
}
