import type { Scheme } from '../../targets/subject/subject.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';

/** How many ops one after another the parts of a hybrid are tried together in. */
const MOST_OPS = 3;
/** Beyond so many programs the shorter ones are enough. */
const MOST_PROGRAMS = 1500;

/**
 * Whether two protocols count the same things: every state has the same holders and readers on both sides, and the same
 * count but for the bias. Where they do not, an op of the one need not fit the others: a lookup that takes a reference,
 * and a put that only leaves an RCU section.
 */
export function countAlike(subject: Scheme, base: Scheme): boolean {
  return Object.entries(subject.states).every(([name, state]) => {
    const there = base.states[name];
    if (!there) return true;
    const holds = ({ holders, holds: named = [], readers = false }: typeof state) =>
      JSON.stringify([[...holders].sort(), named, readers]);
    return state.count - subject.bias === there.count - base.bias && holds(state) === holds(there);
  });
}

/** Every short program of one thread, from each state. */
export function shortPrograms({ target, calls }: Harness): Program[] {
  const programs: Program[] = [];
  let lists: (readonly number[])[] = [[]];
  for (let length = 1; length <= MOST_OPS; length++) {
    lists = lists.flatMap((list) => calls.map((call) => [...list, call]));
    if (programs.length + lists.length * target.initial.length > MOST_PROGRAMS) break;
    for (const start of target.initial) for (const list of lists) programs.push({ start, threads: [list] });
  }
  return programs;
}
