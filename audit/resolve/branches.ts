import type { Branch, Consequence, Freeing, Use } from '../census/counter.ts';
import type { BranchFact, UseFact } from '../scan/facts.ts';
import type { Freeing as Follower } from './freeing.ts';

/**
 * What lets somebody go on who waits for the counter: then the counter is a completion or a gauge, and not only a
 * reference.
 */
const WAKES =
  /^(?:wake_up\w*|__wake_up\w*|swake_up\w*|complete|complete_all|queue_\w*work\w*|schedule_\w*work\w*|mod_delayed_work\w*|mod_timer|tasklet_\w*schedule|rcuwait_wake_up|irq_work_queue\w*|kthread_queue_\w*work|wake_up_process|wake_q_add|up|percpu_ref_kill|del_timer|kill_fasync|blk_mq_\w*run\w*|\w*wakeup\w*|\w*_wake\w*|\w*_complete(?:_\w+)?)$/;

/** What is known of a call besides its branch. */
export interface About {
  /** The object that the counter lies in, as it is written. */
  readonly object: string;
  readonly file: string;
}

/** A use with its branches followed to what they free, in the file that they stand in. */
export function useOf(fact: UseFact, about: About, freeing: Follower): Use {
  const yes = fact.y && branchOf(fact.y, about, freeing);
  const no = fact.n && branchOf(fact.n, about, freeing);
  return {
    result: fact.r,
    tests: fact.t ?? [],
    ...(yes && { whenTrue: yes }),
    ...(no && { whenFalse: no }),
    isPartOfCondition: fact.part === 1,
  };
}

/**
 * A branch: its calls, and what they free. Facts have each call as a line, `?call_rcu 12 &b.rcu,box_free`: it may not be
 * reached, it stands in line 12, and the rest are its arguments, by their first names.
 */
export function branchOf(fact: BranchFact, about: About, freeing: Follower): Branch {
  const calls: Consequence[] = [];
  const frees: Freeing[] = [];
  const wakes: string[] = [];
  const ends = new Set<string>();
  for (const [index, text] of (fact.c ?? []).entries()) {
    const isNested = text.startsWith('?');
    const [callee, line, list] = text.slice(isNested ? 1 : 0).split(' ') as [string, string, string];
    const paths = list === '' ? [] : list.split(',');
    calls.push({
      callee,
      args: paths.map((path) => path.replace(/^&|\..*/g, '')),
      isNested,
      line: Number(line),
    });
    if (WAKES.test(callee)) wakes.push(callee);
    const freed = freedBy(callee, paths, about, freeing);
    if (freed === undefined) continue;
    if (freed.isSameObject && !freed.isConditional) ends.add(String(index));
    const isConditional = isNested || freed.isConditional;
    frees.push({ ...freed, isConditional, line: Number(line) });
  }
  const isFreedOnEachWay = fact.w?.every((way) => way.split(',').some((index) => ends.has(index))) === true;
  return {
    calls,
    frees,
    wakes,
    ...(isFreedOnEachWay && { isFreedOnEachWay }),
    ...(fact.lv !== undefined && { leaves: fact.lv }),
  };
}

/**
 * What a call frees: the object, if one of its arguments is that; else whatever its first argument is.
 *
 *     kfree(b)                       b, directly
 *     kmem_cache_free(cache, b)      b: the second one is ours
 *     kfree(b->name)                 something, and not b
 *     call_rcu(&b->rcu, box_free)    what box_free frees of what it is given
 */
function freedBy(
  callee: string,
  paths: readonly string[],
  { object, file }: About,
  freeing: Follower,
): Omit<Freeing, 'line'> | undefined {
  const wanted = normal(object);
  const ours = wanted === '' ? -1 : paths.findIndex((path) => path !== '' && isSame(path, wanted));
  const frees = freeing.ofCall(callee, paths, Math.max(ours, 0), file);
  if (frees === null) return undefined;
  return { how: frees.how, path: frees.path, isSameObject: ours !== -1, isConditional: frees.isConditional };
}

/**
 * Whether an argument is the object, or the address of something in it. `&p.stats` and `&p.rcu` lie in `p`; where `p.bar` points,
 * is another object.
 */
function isSame(path: string, object: string): boolean {
  if (path === object) return true;
  const whole = object.startsWith('&') ? object.slice(1, object.lastIndexOf('.')) : object;
  return path === whole || path.startsWith(`&${whole}.`) || path === `&${whole}`;
}

/** `(*p)->base` as arguments are written: `p.base`; `&p->stats` keeps its `&`. */
function normal(object: string): string {
  const isAddress = object.startsWith('&') && /->|\./.test(object);
  return (isAddress ? '&' : '') + object.replace(/\s|[()&*]/g, '').replaceAll('->', '.');
}

/** A `kref` calls its release function where it reaches zero, whatever the caller does with the result. */
export function withRelease(use: Use, release: string, about: About, line: number, freeing: Follower): Use {
  const before = use.whenTrue ?? { calls: [], frees: [], wakes: [] };
  const object = about.object.replace(/^[&(*\s]+/, '').replace(/[^\w].*/, '');
  const frees = freeing.ofCallback('kref_put', release, about.file);
  const call: Consequence = { callee: release, args: [object], isNested: false, line };
  const freed: Freeing[] =
    frees === null
      ? []
      : [
          {
            how: 'callback',
            path: frees.path.slice(1),
            isSameObject: true,
            isConditional: frees.isConditional,
            line,
          },
        ];
  const whenTrue = { ...before, calls: [call, ...before.calls], frees: [...freed, ...before.frees] };
  return { ...use, whenTrue };
}

/** Branches of several callers as one: what any of them does, happens. The lists have ends, as a put may have a thousand callers. */
export function merged(one: Branch | undefined, other: Branch | undefined): Branch | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const leaves = one.leaves ?? other.leaves;
  // A caller that is not known to free on each way is one that may not.
  const isFreedOnEachWay = one.isFreedOnEachWay === true && other.isFreedOnEachWay === true;
  return {
    ...(isFreedOnEachWay && { isFreedOnEachWay }),
    calls: [...one.calls, ...other.calls].slice(0, 24),
    frees: [...one.frees, ...other.frees].slice(0, 12),
    wakes: [...new Set([...one.wakes, ...other.wakes])],
    ...(leaves !== undefined && { leaves }),
  };
}
