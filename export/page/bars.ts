import type { RunData } from './page-data.ts';

/*
 * What lasts is not in the data, only what changes: a step says that a lock was taken, or that a thread
 * holds a reference from here on. Bars are drawn from the one change to the next, and worked out where
 * they are drawn. So data stays small, and a test in Node can look at the same bars as a reader.
 *
 *     step 2    changes lock → thread 1      ┐ bar of lane 1, from 2
 *     step 7    changes lock → free          ┘ to 7
 */

/** Something that lasts: an op under way, an RCU section, a lock that is held, a reference that is. */
export interface Bar {
  readonly kind: 'op' | 'rcu' | 'lock' | 'holds';
  readonly lane: number;
  /** The access with which it begins; -1 for what was so at the start. */
  readonly from: number;
  /** The access with which it ends; the number of accesses for what outlasts the run. */
  readonly to: number;
  readonly label: string;
}

/** What lasts in a run, by lane. This runs in the browser: it needs nothing but the data. */
export function barsOf(run: RunData): Bar[] {
  const locks = run.words.flatMap(({ name, start, isLock }, word) => (isLock ? [{ name, start, word }] : []));
  return run.lanes.flatMap((lane, at) => [
    ...opBars(run, at),
    ...spans(run, at, 'rcu', 'RCU section', numbers(run, at, 'sections')),
    ...locks.flatMap(({ name, start, word }) =>
      spans(run, at, 'lock', `has ${name}`, owned(run, word, start, lane)),
    ),
    ...spans(run, at, 'holds', 'holds a reference', numbers(run, at, 'held')),
  ]);
}

/** An op lasts from its first access to its last. Others come between; that is what the drawing is for. */
function opBars({ steps }: RunData, lane: number): Bar[] {
  const bars: Bar[] = [];
  const own = steps.flatMap((step, at) => (step.lane === lane ? [{ step, at }] : []));
  for (const [index, { step, at }] of own.entries()) {
    if (step.op === undefined) continue;
    const next = own.findIndex((other, after) => after > index && other.step.op !== undefined);
    const last = own[next < 0 ? own.length - 1 : next - 1]!;
    bars.push({ kind: 'op', lane, from: at, to: last.at, label: step.op });
  }
  return bars;
}

/** Whether it is so: at the start, and after each access. */
type Course = readonly boolean[];

/** Whether a lane has more than none of something. How many it has is said beside the drawing. */
function numbers({ steps, ...run }: RunData, lane: number, name: 'held' | 'sections'): Course {
  let now = (run[name]?.[lane] ?? 0) > 0;
  return [now, ...steps.map((step) => (now = step[name] ? (step[name][lane] ?? 0) > 0 : now))];
}

/**
 * Whether a lane has a lock: the word of a lock holds its owner's name. So locks need no data of their
 * own.
 */
function owned({ steps }: RunData, word: number, start: string, lane: string): Course {
  // Those who share it are all named: `thread 0, thread 1`.
  const isOwner = (owners: string) => owners.split(', ').includes(lane);
  let owners = start;
  const after = steps.map(({ changes = [] }) => {
    owners = changes.find(([at]) => at === word)?.[1] ?? owners;
    return isOwner(owners);
  });
  return [isOwner(start), ...after];
}

/**
 * From where it begins to be so to where it ends. @param course one longer than the steps: it begins with
 * what was so at the start
 */
function spans({ steps }: RunData, lane: number, kind: Bar['kind'], label: string, course: Course): Bar[] {
  const bars: Bar[] = [];
  let from: number | undefined;
  for (const [at, isSo] of course.entries()) {
    if (isSo && from === undefined) from = at - 1;
    if (isSo || from === undefined) continue;
    bars.push({ kind, lane, from, to: at - 1, label });
    from = undefined;
  }
  if (from !== undefined) bars.push({ kind, lane, from, to: steps.length, label });
  return bars;
}
