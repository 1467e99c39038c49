import { Interpreter } from './interpreter.ts';
import type { Program, Protocol, Result } from './language.ts';
import { copyOf, type Fact, type Instance, type Return, type State } from './state.ts';

/** What a complete run came to, with what its ops met on the way. Runs that agree in all of this are one. */
export interface Run {
  /** By thread and op; `none` for an op that never returned. */
  readonly results: readonly (readonly (Result | 'none')[])[];
  readonly fact: Fact | null;
  /** By thread and op, as far as the ops began. */
  readonly instances: readonly (readonly Instance[])[];
  readonly returns: readonly Return[];
  /** Whether the count ended at a saturation value. */
  readonly isSaturated: boolean;
  /** Whether the object was freed. */
  readonly isFreed: boolean;
}

/** Every state of a program, and which leads to which. */
interface Graph {
  readonly states: State[];
  readonly successors: number[][];
}

/**
 * Every complete run of a program, under all schedules.
 *
 * @returns why not, where there are more states than the limit, or where two callbacks wait at once: after that fact refuzz takes
 *   these for one
 */
export function everyRun(
  protocol: Protocol,
  program: Program,
  saturated: readonly number[],
  limit: number,
): Run[] | string {
  const interpreter = new Interpreter(protocol, program, saturated);
  const graph = explore(interpreter, limit);
  if (typeof graph === 'string') return graph;
  const runs = new Map<string, Run>();
  const add = (index: number, isEnd: boolean) => {
    const run = runAt(interpreter, program, graph.states[index]!, isEnd);
    runs.set(JSON.stringify(run), run);
  };
  for (const [index, next] of graph.successors.entries())
    if (next.length === 0) add(index, interpreter.isFinished(graph.states[index]!));
  for (const index of endless(graph)) add(index, false);
  return [...runs.values()];
}

/** Makes every access that can be made in every state that can be reached. */
function explore(interpreter: Interpreter, limit: number): Graph | string {
  const graph: Graph = { states: [], successors: [] };
  const indices = new Map<string, number>();
  const indexOf = (state: State): number => {
    const text = JSON.stringify(state);
    const known = indices.get(text);
    if (known !== undefined) return known;
    indices.set(text, graph.states.length);
    return graph.states.push(state) - 1;
  };
  indexOf(interpreter.start());
  // `graph.states` grows as it is gone through, until every state has had its turn.
  for (const [index, state] of graph.states.entries()) {
    if (graph.states.length > limit) return 'too many states';
    if (state.queue.length > 1) return 'two callbacks at once';
    graph.successors[index] = interpreter.enabled(state).map((thread) => {
      const next = copyOf(state);
      interpreter.step(next, thread);
      return indexOf(next);
    });
  }
  return graph;
}

/**
 * A state of each set that cannot be left, and in which something can always go on: under fair schedules a run that gets
 * there goes round in it for ever. All states of such a set have the same results, warnings and facts.
 */
function endless({ successors }: Graph): number[] {
  const ends = successors.flatMap((next, index) => (next.length === 0 ? [index] : []));
  const led = leadsTo(ends, successors);
  const staying = new Set<number>();
  const leaving = new Set<number>();
  const found: number[] = [];
  // The deepest first: most of the others lead to one that is known then, and so can be left.
  for (const index of [...successors.keys()].filter((index) => !led.has(index)).reverse()) {
    if (staying.has(index)) continue;
    const after = reachedFrom(index, successors, (other) => staying.has(other) || leaving.has(other));
    if (!after || [...after].some((other) => !reachedFrom(other, successors)!.has(index))) {
      leaving.add(index);
      continue;
    }
    for (const other of after) staying.add(other);
    found.push(index);
  }
  return found;
}

/** The states from which one of some states can be reached, and these. */
function leadsTo(goals: readonly number[], successors: readonly (readonly number[])[]): Set<number> {
  const before: number[][] = successors.map(() => []);
  for (const [index, next] of successors.entries()) for (const to of next) before[to]!.push(index);
  const found = new Set<number>(goals);
  for (const state of found) for (const from of before[state]!) found.add(from);
  return found;
}

/** A state, and those that can be reached from it. @returns undefined when one of them is not wanted */
function reachedFrom(
  start: number,
  successors: readonly (readonly number[])[],
  isUnwanted: (state: number) => boolean = () => false,
): Set<number> | undefined {
  const found = new Set([start]);
  for (const state of found) {
    if (isUnwanted(state)) return undefined;
    for (const next of successors[state]!) found.add(next);
  }
  return found;
}

function runAt(interpreter: Interpreter, program: Program, end: State, isEnd: boolean): Run {
  if (isEnd) interpreter.noteLeak(end);
  else interpreter.noteStuck(end);
  const { instances, fact, returns } = end;
  return {
    results: program.threads.map((ops, thread) =>
      ops.map((_, index) => instances[thread]![index]?.result ?? 'none'),
    ),
    fact,
    instances,
    returns,
    isSaturated: interpreter.isSaturated(end),
    isFreed: end.freed,
  };
}
