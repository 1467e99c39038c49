import { Scope } from '../../fuzz/check/scope.ts';
import type { Candidate } from '../menu/candidate.ts';
import type { ConversionData } from '../module/switched-scheme.ts';
import { ConversionDecider } from './decide.ts';

/** Programs in which all ops meet each other. */
const SMALL = { threads: 2, ops: 1 };
/** More than this say no more, and somebody waits. */
const MOST_PROGRAMS = 2_000;

/** Candidates in the order in which a large scope is to take them, and how many of them go first, together. */
export interface Ordered {
  readonly candidates: readonly Candidate[];
  readonly first: number;
}

/**
 * Who goes first in a scope.
 *
 * @param growth of batches, see `growthIn`: undefined for all at once, without end for the simplest and then all others
 * @param candidates the simplest first @param limit the most states of a program on one side
 */
export function batchesOf(
  data: ConversionData,
  limit: number,
  growth: number | undefined,
  candidates: readonly Candidate[],
): Ordered {
  if (growth === undefined) return { candidates, first: candidates.length };
  return growth === Number.POSITIVE_INFINITY ? { candidates, first: 1 } : alikeFirst(data, limit, candidates);
}

/**
 * The simplest candidate, and all that do in small programs what something else does that has been explored already: in a large scope
 * they are decided at the price of one; or all at once, where few have to be explored. In which programs they are compared does not
 * depend on what was decided before, nor by whom, so the order is the same for every number of threads.
 *
 * @param candidates the simplest first @param limit the most states of a program on one side
 */
function alikeFirst(data: ConversionData, limit: number, candidates: readonly Candidate[]): Ordered {
  if (candidates.length < 2) return { candidates, first: candidates.length };
  const decider = new ConversionDecider(data, limit);
  const scope = new Scope(decider.base, SMALL);
  const all = [...candidates.keys()];
  const explored = new Set<number>();
  for (let number = 0; number < Math.min(scope.programs, MOST_PROGRAMS); number++)
    for (const { members, isAlike } of decider.decide(scope.program(number), candidates, all))
      if (!isAlike) for (const member of members) explored.add(member);
  // All of them take at most twice as long as the original alone: that is less than to explore it anew for the others.
  if (decider.counts.candidates <= decider.counts.original) return { candidates, first: candidates.length };
  const isFirst = (at: number) => at === 0 || !explored.has(at);
  const first = all.filter(isFirst);
  const order = [...first, ...all.filter((at) => !isFirst(at))];
  return { candidates: order.map((at) => candidates[at]!), first: first.length };
}
