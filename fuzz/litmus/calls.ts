import { constant, type Fence, type Operand, wordAt } from '../memory/event.ts';
import { atomicCall } from './atomic-calls.ts';
import type { CallSite, KernelCall } from './kernel-call.ts';
import {
  type Path,
  type Valued,
  withCheck,
  withEnter,
  withEvent,
  withFence,
  withLeave,
  withRead,
  withWriteOf,
} from './path.ts';

const NOTHING = constant(0);

/** A call that returns nothing, or always the same. */
function then(path: Path): Valued[] {
  return [{ path, value: NOTHING }];
}

/** A fence is an event of its own; what it orders is the business of `fuzz/memory`. */
function fence(name: Fence): KernelCall {
  return { args: [], does: ({ path, at }) => then(withFence(path, name, at)) };
}

/** @param args `place` for the macros that are given `*x`, `value` for the functions that are given a pointer */
function load(args: KernelCall['args'], order: 'once' | 'acquire'): KernelCall {
  return { args, does: ({ path, args: [place], at }) => [withRead(path, place!, order, at)] };
}

/**
 * @param after a fence that comes with the store, as in `smp_store_mb`
 */
function store(args: KernelCall['args'], order: 'once' | 'release', after?: Fence): KernelCall {
  return {
    args,
    does: ({ path, args: [place, value], at }) => {
      const stored = withWriteOf(path, place!, value!, order, at);
      return then(after ? withFence(stored, after, at) : stored);
    },
  };
}

/** The lock is 0 when it is free, and its reader finds it so. */
function lock({ path, args: [place], at }: CallSite): Valued {
  const { path: read, value } = withRead(path, place!, 'acquire', at, { takesLock: true });
  const taken = withWriteOf(
    withCheck(read, value, (found) => found === 0),
    place!,
    constant(1),
    'once',
    at,
    {
      of: path.events.length,
      lock: 'takes',
    },
  );
  return { path: taken, value: { reads: value.reads, of: () => 1 } };
}

/** A lock that is held is seen to be by a read without order. */
function tryLock(site: CallSite): Valued[] {
  const { path, value } = withRead(site.path, site.args[0]!, 'once', site.at);
  const failed = withCheck(path, value, (found) => found !== 0);
  return [lock(site), { path: failed, value: { reads: value.reads, of: () => 0 } }];
}

/**
 * Which srcu_struct is meant must be known before the program runs: sections and grace periods of one wait for each other, and
 * those of two do not. Tests name theirs, so nothing is lost.
 */
function srcuWord(site: CallSite): number {
  const [place] = site.args;
  if (place!.reads.length > 0)
    return site.refuse('which srcu_struct it is must not depend on what was read: name it');
  return (
    wordAt(
      place!.of(() => 0),
      site.words,
    ) ?? site.refuse('needs a pointer to a srcu_struct')
  );
}

/** Its index is always 0; which section it stands for is kept beside it. */
function srcuLock(site: CallSite): Valued[] {
  const domain = srcuWord(site);
  const index: Operand = { reads: [], of: () => 0 };
  site.sections.set(index, site.path.events.length);
  return [{ path: withEnter(site.path, domain, site.at), value: index }];
}

function srcuUnlock(site: CallSite): Valued[] {
  const domain = srcuWord(site);
  const place = site.sections.get(site.args[1]!);
  if (place === undefined)
    return site.refuse(
      'needs the index that srcu_read_lock returned in the same thread, in the register that it was put into',
    );
  return then(withLeave(site.path, domain, place, site.at));
}

/** The expedited kind is the same for memory: it only takes less time. */
function grace({ path, at }: CallSite): Valued[] {
  return then(withEvent(path, { kind: 'grace', domain: 'rcu', at }));
}

function srcuGrace(site: CallSite): Valued[] {
  return then(withEvent(site.path, { kind: 'grace', domain: srcuWord(site), at: site.at }));
}

/** Sections lie in each other. */
function rcuUnlock({ path, at, refuse }: CallSite): Valued[] {
  const open = path.sections.at(-1);
  if (open === undefined) return refuse('has no rcu_read_lock() before it');
  return then({ ...withLeave(path, 'rcu', open, at), sections: path.sections.slice(0, -1) });
}

/** The functions of linux-kernel.def but the atomic ops, which are built by rule. */
const CALLS: Readonly<Record<string, KernelCall>> = {
  READ_ONCE: load(['place'], 'once'),
  WRITE_ONCE: store(['place', 'value'], 'once'),
  smp_load_acquire: load(['value'], 'acquire'),
  smp_store_release: store(['value', 'value'], 'release'),
  smp_store_mb: store(['place', 'value'], 'once', 'mb'),
  rcu_dereference: load(['place'], 'once'),
  rcu_access_pointer: load(['place'], 'once'),
  rcu_assign_pointer: store(['place', 'value'], 'release'),
  smp_mb: fence('mb'),
  smp_rmb: fence('rmb'),
  smp_wmb: fence('wmb'),
  smp_mb__before_atomic: fence('before-atomic'),
  smp_mb__after_atomic: fence('after-atomic'),
  smp_mb__after_spinlock: fence('after-spinlock'),
  smp_mb__after_unlock_lock: fence('after-unlock-lock'),
  smp_mb__after_srcu_read_unlock: fence('after-srcu-read-unlock'),
  barrier: { args: [], does: ({ path }) => then(path) },
  spin_lock: { args: ['value'], does: (site) => [lock(site)] },
  spin_trylock: { args: ['value'], does: tryLock },
  spin_unlock: {
    args: ['value'],
    does: ({ path, args: [place], at }) =>
      then(withWriteOf(path, place!, constant(0), 'release', at, { lock: 'gives back' })),
  },
  spin_is_locked: load(['value'], 'once'),
  rcu_read_lock: {
    args: [],
    does: ({ path, at }) =>
      then({ ...withEnter(path, 'rcu', at), sections: [...path.sections, path.events.length] }),
  },
  rcu_read_unlock: { args: [], does: rcuUnlock },
  synchronize_rcu: { args: [], does: grace },
  synchronize_rcu_expedited: { args: [], does: grace },
  srcu_read_lock: { args: ['value'], does: srcuLock },
  srcu_down_read: { args: ['value'], does: srcuLock },
  srcu_read_unlock: { args: ['value', 'value'], does: srcuUnlock },
  srcu_up_read: { args: ['value', 'value'], does: srcuUnlock },
  synchronize_srcu: { args: ['value'], does: srcuGrace },
  synchronize_srcu_expedited: { args: ['value'], does: srcuGrace },
};

/** A function by its name; undefined when the dialect has none of that name. */
export function kernelCall(name: string): KernelCall | undefined {
  return Object.hasOwn(CALLS, name) ? CALLS[name] : atomicCall(name);
}
