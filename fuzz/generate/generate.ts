import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import type { Choices } from '../program/choices.ts';
import { MAX_OPS, MAX_THREADS, type Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';

/** The edges of the number line, and the step between two of them; generated values cluster around these. */
export const EDGES: readonly number[] = [0, 1, -1, INT_MAX, INT_MIN, REFCOUNT_SATURATED, -REFCOUNT_SATURATED];
/** How far from an edge "near" is. */
const SPREAD = 8;

/** How large generated programs are. Those of a campaign are part of what its seed means. */
export interface Limits {
  /** 1 to 4 */
  readonly maxThreads: number;
  /** 1 to 12, each thread */
  readonly maxOps: number;
}

/** Limits within what the executor's arrays hold and the target asks for. */
export function limitsFor(harness: Harness, asked: Partial<Limits>): Limits {
  return {
    maxThreads: Math.min(asked.maxThreads ?? harness.target.threads, MAX_THREADS),
    maxOps: Math.min(asked.maxOps ?? MAX_OPS, MAX_OPS),
  };
}

/**
 * A random program: plain data, made before anything runs, and such that any part of it is a program too.
 *
 * Short ones are likelier, because most divergences need two or three ops and a long program hides what comes
 * after its first. Each program uses a random half or more of the ops: see `swarm`.
 *
 * @param minThreads 1 to 4; 2 where only races are of interest
 */
export function generateProgram(
  harness: Harness,
  limits: Limits,
  minThreads: number,
  choices: Choices,
): Program {
  const byOp = groupedByOp(harness, swarm(harness, choices));
  const start = generateStart(harness, choices);
  const threadCount = minThreads + choices.below(Math.max(1, limits.maxThreads - minThreads + 1));
  const threads = Array.from({ length: Math.min(threadCount, limits.maxThreads) }, () => {
    const length = 1 + choices.below(1 + choices.below(limits.maxOps));
    return Array.from({ length }, () => generateCall(harness, byOp, choices));
  });
  return { start, threads };
}

/**
 * Swarm testing (Groce, Zhang, Eide, Chen, Regehr: Swarm Testing, ISSTA 2012): each program may use another random part
 * of the ops. An op that is left out cannot get in the way of the others: where `dec_and_test` is missing, a count
 * climbs to INT_MAX; where `set` is missing, a pinned counter stays pinned.
 *
 * @returns all the calls half of the time, else a random subset of at least half of them
 */
export function swarm(harness: Harness, choices: Choices): readonly number[] {
  const { calls } = harness;
  if (calls.length < 4 || choices.below(2) === 0) return calls;
  const dropped = choices.below(Math.ceil(calls.length / 2) + 1);
  const kept = [...calls];
  for (let i = 0; i < dropped; i++) {
    const last = kept.length - 1;
    kept[choices.below(kept.length)] = kept[last]!;
    kept.pop();
  }
  return kept;
}

/** Calls by their op, so that ops can be drawn evenly. */
export function groupedByOp(harness: Harness, calls: readonly number[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const call of calls) {
    const { op } = harness.alphabet.call(call);
    const group = groups.get(op);
    if (group) group.push(call);
    else groups.set(op, [call]);
  }
  return [...groups.values()];
}

/** Where a program starts: three times in four as the target says, else near an edge, now and then anywhere. */
export function generateStart(harness: Harness, choices: Choices): number | string {
  const { initial, subject } = harness.target;
  const kind = subject.kind === 'scheme' ? 0 : choices.below(16);
  if (kind < 12) return initial[choices.below(initial.length)]!;
  if (kind < 15) return nearEdge(choices);
  return choices.below(2 ** 31) - choices.below(2 ** 31);
}

/** The calls of a long walk: a swarm, and one call with another argument for every op that takes one. */
export function walkCalls(harness: Harness, choices: Choices): number[] {
  const calls = swarm(harness, choices);
  const others = groupedByOp(harness, calls).map(([call]) => otherArguments(harness, call!, choices));
  return [...calls, ...others];
}

/** One op of the target, see generateCall. */
export function generateOp(harness: Harness, choices: Choices): number {
  return generateCall(harness, groupedByOp(harness, harness.calls), choices);
}

/** Ops are drawn evenly, whatever number of arguments each has. Mostly a call of the target; now and then the same op with another argument near an edge. */
export function generateCall(
  harness: Harness,
  byOp: readonly (readonly number[])[],
  choices: Choices,
): number {
  const ofOneOp = byOp[choices.below(byOp.length)]!;
  const call = ofOneOp[choices.below(ofOneOp.length)]!;
  const { arity } = harness.alphabet.call(call);
  return arity === 0 || choices.below(8) > 0 ? call : otherArguments(harness, call, choices);
}

/** The same op; arguments lie at an edge half of the time, else near one. Those of a scheme's ops are listed, and no others. */
export function otherArguments(harness: Harness, call: number, choices: Choices): number {
  if (harness.target.subject.kind === 'scheme') return call;
  const { op } = harness.alphabet.call(call);
  const a = argument(choices);
  return harness.alphabet.id(op, a, argument(choices));
}

function argument(choices: Choices): number {
  return choices.below(2) === 0 ? EDGES[choices.below(EDGES.length)]! : nearEdge(choices);
}

/** A value within SPREAD of an edge, on either side. */
function nearEdge(choices: Choices): number {
  const edge = EDGES[choices.below(EDGES.length)]!;
  return (edge + choices.below(2 * SPREAD + 1) - SPREAD) | 0;
}
